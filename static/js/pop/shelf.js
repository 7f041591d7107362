// The shelf: chips of cards that are out of sight and have unsaved text or no wrap-up yet.

/** What a card's chip says, or "" when it needs none. `card` has state, draft, since (ms, 0: saved), folded, visible. */
export function chipState(card, now, texts) {
  if (card.visible && !card.folded) return "";
  if (card.since) {
    const minutes = Math.floor((now - card.since) / 60000);
    return `${texts.unsavedChip} · ${minutes ? texts.minutes.replace("{n}", String(minutes)) : texts.justNow}`;
  }
  if (card.draft === "conflict") return texts.conflictChip;
  return card.state === "wrap-up" ? texts.wrapUpChip : "";
}

/** `go(leg)` shows a card of the page, `fetchCard(chip)` one that is older than those. */
export function createShelf({ main, cards, texts, go, fetchCard }) {
  const shelf = main.querySelector("[data-shelf]");
  let older = [];

  function place(chips) {
    const wanted = new Set(chips.map((chip) => chip.dataset.chip));
    for (const chip of Array.from(shelf.children)) if (!wanted.has(chip.dataset.chip)) chip.remove();
    chips.forEach((chip, at) => shelf.children[at] !== chip && shelf.insertBefore(chip, shelf.children[at] || null));
    shelf.hidden = !chips.length;
    main.toggleAttribute("data-has-shelf", Boolean(chips.length));
  }

  function chipOf({ leg, name, words }) {
    let chip = shelf.querySelector(`[data-chip="${leg}"]`);
    if (!chip) {
      chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      chip.dataset.chip = leg;
      chip.append(document.createElement("span"), " ", document.createElement("span"));
      chip.firstElementChild.className = "chip-name";
      chip.lastElementChild.className = "chip-state";
    }
    if (chip.firstElementChild.textContent !== name) chip.firstElementChild.textContent = name;
    if (chip.lastElementChild.textContent !== `· ${words}`) chip.lastElementChild.textContent = `· ${words}`;
    return chip;
  }

  /** Paint anew; changes nothing that is the same, so that a chip keeps the focus. */
  function paint() {
    const here = cards.states();
    const signedOut = ["signed-out", "no-cookie"].includes(main.dataset.popStatus);
    // While nothing rings the panel lists them itself.
    if (signedOut || !here.length) return place([]);
    const now = Date.now();
    const mine = here.map((card) => ({ ...card, words: chipState(card, now, texts) })).filter((card) => card.words);
    const open = new Set(here.map((card) => card.leg));
    return place([...mine.map(chipOf), ...older.filter((chip) => !open.has(chip.dataset.chip))]);
  }

  function open(chip) {
    if (cards.has(chip.dataset.chip)) go(chip.dataset.chip);
    else fetchCard(chip);
  }

  return {
    paint,
    open,
    /** The server's chips: legs without a wrap-up, some older than what stands on the screen. */
    setOlder(chips) {
      older = chips;
      paint();
    },
    /** The next one, by key. Tells whether there is any. */
    next() {
      paint();
      const chips = Array.from(shelf.children);
      if (chips.length) open(chips[0]);
      return chips.length > 0;
    },
  };
}
