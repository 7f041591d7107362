// Folded cards: their head stays, and all that is in them. What is folded is remembered per leg for the tab's life.

const MOST_OPEN = 2;
const MOST_KEPT = 60;
const KEY = "pop-folded";

/**
 * The legs that fold by themselves now that one more card came. `cards` from top to bottom, each with `leg`, `state`, `folded`,
 * `fresh` (the one that came), `held` (somebody works on it, or speaks), `opened` (unfolded by a person). Only what wants nothing
 * more folds, and nothing above a held card: that one must not move.
 */
export function legsToFold(cards) {
  if (cards.filter((card) => !card.folded).length <= MOST_OPEN) return [];
  const lastHeld = cards.reduce((last, card, at) => (card.held && !card.fresh ? at : last), -1);
  const done = (card) => ["missed", "closed"].includes(card.state);
  const below = cards.slice(lastHeld + 1);
  return below.filter((card) => done(card) && !card.folded && !card.fresh && !card.opened).map((card) => card.leg);
}

function read(store) {
  try {
    const kept = JSON.parse(store.get(KEY) || "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch (_error) {
    return {};
  }
}

/** `store` is a safeStorage. The word kept of a leg: "folded" or "open" by a person, "auto" by itself. */
export function createFolding({ store }) {
  const words = new Map(Object.entries(read(store)));

  function keep(leg, word) {
    words.delete(leg);
    if (word) words.set(leg, word);
    while (words.size > MOST_KEPT) words.delete(words.keys().next().value);
    const plain = {};
    words.forEach((value, key) => (plain[key] = value));
    store.set(KEY, JSON.stringify(plain));
  }

  function show(card, folded) {
    card.toggleAttribute("data-folded", folded);
    card.querySelector('[data-action="fold"]').setAttribute("aria-expanded", String(!folded));
    card.querySelector("[data-brief]").hidden = !folded;
    if (folded) brief(card);
  }

  /** What a folded card tells beside its head: who it is, and what became of the note. */
  function brief(card) {
    const draft = card.querySelector("[data-draft-state]");
    const name = card.querySelector("[data-customer-name]").textContent.trim();
    const line = card.querySelector("[data-brief]");
    const text = `${name} · ${draft.textContent.trim()}`;
    if (line.textContent !== text) line.textContent = text;
    line.toggleAttribute("data-unsaved", draft.dataset.draftState !== "saved");
  }

  return {
    brief,
    isFolded: (card) => card.hasAttribute("data-folded"),
    isOpened: (card) => words.get(card.dataset.leg) === "open",
    restore: (card) => show(card, ["folded", "auto"].includes(words.get(card.dataset.leg))),
    /** A call that folded by itself and lives again opens. */
    revive: (card) => words.get(card.dataset.leg) === "auto" && set(card, false, "auto"),
    set,
  };

  function set(card, folded, by = "person") {
    if (folded && card.contains(document.activeElement) && document.activeElement !== card) {
      const button = card.querySelector('[data-action="fold"]');
      (document.activeElement === button ? button : card).focus({ preventScroll: true });
    }
    const byPerson = folded ? "folded" : "open";
    const byItself = folded ? "auto" : "";
    keep(card.dataset.leg, by === "person" ? byPerson : byItself);
    show(card, folded);
  }
}
