// Puts what the server painted into the page, part by part, so that nothing being typed in is ever replaced.

import { caretInNote } from "./caret.js";
import { legsToFold } from "./fold.js";
import { isTyped, translate } from "./words.js";

const DONE = ["missed", "closed"];
// So long after the last key, or after the caret came, somebody is taken to be typing.
const TYPING = 3000;

export function createCards({ main, notes, folding, announce, texts, keyMap, painted: afterPaint, adopted }) {
  const list = main.querySelector("[data-cards]");
  const notices = main.querySelector("[data-notices]");
  const strip = main.querySelector("[data-strip-space]");
  const seen = new Set();
  let lastKey = -TYPING;
  const toFold = new Set();
  for (const name of ["input", "focusin"]) {
    list.addEventListener(name, ({ target }) => {
      if (target.matches("textarea, input, select")) lastKey = performance.now();
    });
  }
  const clocks = new WeakMap();

  const all = () => Array.from(list.querySelectorAll("article[data-leg]"));
  const find = (leg) => list.querySelector(`article[data-leg="${leg}"]`);
  const isLive = (card) => !DONE.includes(card.dataset.state);
  const isTalking = (card) => ["dialled", "ringing", "connected"].includes(card.dataset.state);
  const isTypedIn = (card) => Array.from(card.querySelectorAll("[data-typed]")).some((form) => form.dataset.typed === main.dataset.user);
  // What folds or goes moves all that lies below it: not under the eyes of whoever types.
  const mayMove = (card) => performance.now() - lastKey >= TYPING || !card.nextElementSibling || card.getBoundingClientRect().top >= window.innerHeight;
  const hasFocus = (card) => card.contains(document.activeElement);
  const isHeld = (card) => hasFocus(card) || notes.dirty(card.dataset.leg) || isTypedIn(card);
  // A button of a call that is over keeps the focus when nobody works on it any more.
  const isBusy = (card) => isTalking(card) || (isHeld(card) && (isLive(card) || !hasFocus(card) || document.activeElement.matches("textarea, input, select")));

  /** `spoken`: painted in another language than what stands here. */
  function merge(html, { spoken = false } = {}) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const card of fresh.querySelectorAll("article[data-leg]")) mergeCard(document.importNode(card, true), spoken);
    for (const notice of fresh.querySelectorAll("[data-notice]")) notices.append(document.importNode(notice, true));
    while (notices.children.length > 3) notices.firstElementChild.remove();
    arrange();
    tick();
  }

  function mergeCard(fresh, spoken) {
    const old = find(fresh.dataset.leg);
    if (old) return update(old, fresh, spoken);
    if (fresh.hasAttribute("data-head-only")) return undefined;
    if (all().some(isBusy)) list.append(fresh);
    else list.prepend(fresh);
    adopt(fresh);
    makeRoom(fresh);
    return undefined;
  }

  function makeRoom(fresh) {
    const seenFrom = all().map((card) => ({
      leg: card.dataset.leg,
      state: card.dataset.state,
      folded: folding.isFolded(card),
      fresh: card === fresh,
      held: isTalking(card) || isHeld(card),
      opened: folding.isOpened(card),
    }));
    legsToFold(seenFrom).forEach((leg) => toFold.add(leg));
    foldAll();
  }

  function foldAll() {
    for (const leg of Array.from(toFold)) {
      const card = find(leg);
      if (card && !mayMove(card)) continue;
      toFold.delete(leg);
      if (card && !isLive(card) && !isHeld(card) && !folding.isOpened(card)) folding.set(card, true, "auto");
    }
  }

  function adopt(card) {
    for (const part of card.querySelectorAll("[data-part]")) source(part);
    notes.adopt(card.querySelector("textarea[name=note]"));
    window.htmx.process(card);
    folding.restore(card);
    startClock(card);
    afterPaint(card);
    adopted(card);
    if (card.dataset.state === "ringing" && !seen.has(card.dataset.leg)) announce(`${texts.newCall} ${card.dataset.stripText}`);
    seen.add(card.dataset.leg);
  }

  function update(old, fresh, spoken) {
    const was = old.dataset.state;
    const worked = hasFocus(old);
    for (const { name, value } of Array.from(fresh.attributes)) {
      if (name !== "data-head-only" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const name of ["data-silent", "data-ending"]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const part of Array.from(fresh.querySelectorAll("[data-part]"))) {
      const current = old.querySelector(`:scope > [data-part="${part.dataset.part}"]`);
      if (!current) {
        add(old, part);
        continue;
      }
      if (part.dataset.part === "note") notes.merge(current.querySelector("textarea"), part.querySelector("textarea"));
      if (spoken && (part.dataset.part === "note" || isTyped(current))) respeak(current, part);
      else if (part.dataset.part !== "note" && !current.hasAttribute("data-keeps") && source(part) !== source(current)) replace(current, part);
    }
    if (isTalking(old)) folding.revive(old);
    startClock(old);
    afterPaint(old);
    if (was === "ringing" && old.dataset.state === "connected" && old !== front()) old.setAttribute("data-unseen", "");
    if (was === "wrap-up" && old.dataset.state === "closed" && worked) goOn(old);
  }

  /** The work on a card is done while another call goes on: that one is next, for the eyes and for the keys. */
  function goOn(done) {
    const next = all().find((card) => card !== done && isTalking(card));
    if (!next) return;
    folding.set(done, true, "auto");
    meetCard(next);
  }

  // As painted: what scripts did to it since (a running clock, older entries, other keys) must not look like a change.
  const painted = new WeakMap();
  function source(part) {
    if (!painted.has(part)) painted.set(part, part.outerHTML.replace(/ data-elapsed="\d+"|<kbd data-key-of[^<]*<\/kbd>/g, ""));
    return painted.get(part);
  }

  /** In another language, with all that was typed or chosen in it. */
  function respeak(current, part) {
    translate(current, part);
    painted.set(current, source(part));
  }

  function replace(current, part) {
    source(part);
    const focused = current.contains(document.activeElement) ? document.activeElement : null;
    const key = focused && ["data-action", "data-dial", "data-candidate", "data-more"].find((name) => focused.hasAttribute(name));
    const again = key && `[${key}="${focused.getAttribute(key)}"]`;
    current.replaceWith(part);
    window.htmx.process(part);
    if (focused) (again && part.querySelector(again) ? part.querySelector(again) : part.closest("article")).focus({ preventScroll: true });
  }

  /** A part that the card did not have when it was painted first. */
  function add(card, part) {
    source(part);
    card.append(part);
    window.htmx.process(part);
  }

  function startClock(card) {
    const clock = card.querySelector("[data-clock]");
    if (clock && !clocks.has(clock)) clocks.set(clock, performance.now() - Number(clock.dataset.elapsed) * 1000);
  }

  function tick() {
    if (toFold.size) foldAll();
    for (const clock of main.querySelectorAll("[data-clock]")) {
      if (!clocks.has(clock)) continue;
      const seconds = Math.floor((performance.now() - clocks.get(clock)) / 1000);
      const two = (number) => String(number).padStart(2, "0");
      const hours = Math.floor(seconds / 3600);
      const text = `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
      if (clock.textContent !== text) clock.textContent = text;
      clock.toggleAttribute("data-late", Boolean(clock.dataset.limit) && seconds > Number(clock.dataset.limit));
    }
    all().filter(folding.isFolded).forEach(folding.brief);
  }

  /** A ring that nobody went to; one that was answered meanwhile too, while its card is out of sight. */
  function isWaiting(card) {
    if (card.hasAttribute("data-met")) return false;
    return card.dataset.state === "ringing" || (card.dataset.state === "connected" && card.hasAttribute("data-unseen") && !isInSight(card));
  }

  /** The strip shows the call that waits while another one is worked on; its room is kept, so nothing moves. */
  function arrange() {
    const cards = all();
    const front = cards[0];
    const waiting = cards.find((card) => card !== front && isWaiting(card));
    strip.hidden = !cards.length;
    main.querySelector("[data-empty]").hidden = cards.length > 0 || ["signed-out", "no-cookie"].includes(main.dataset.popStatus);
    let button = strip.querySelector("[data-ringing-strip]");
    if (!waiting) {
      if (button) button.remove();
      return;
    }
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "strip";
      button.append(document.createElement("span"), document.createElement("kbd"), document.createElement("span"));
      button.children[1].dataset.keyOf = "meet";
      button.children[1].setAttribute("aria-hidden", "true");
      button.children[2].className = "card-clock";
      strip.append(button);
      keyMap.paint();
    }
    if (button.dataset.ringingStrip !== waiting.dataset.leg) {
      button.dataset.ringingStrip = waiting.dataset.leg;
      const clock = waiting.querySelector("[data-clock]");
      button.children[2].toggleAttribute("data-clock", Boolean(clock));
      if (clock) clocks.set(button.children[2], clocks.get(clock));
    }
    const words = `${waiting.querySelector(".card-state").textContent.trim()} · ${waiting.dataset.stripText}`;
    if (button.firstElementChild.textContent !== words) button.firstElementChild.textContent = words;
    tick();
  }

  /** Bring the waiting call into view; the card that was being worked on stays as it is. */
  function meet() {
    const button = strip.querySelector("[data-ringing-strip]");
    if (!button) return;
    meetCard(find(button.dataset.ringingStrip));
    arrange();
  }

  function meetCard(card) {
    card.setAttribute("data-met", "");
    folding.set(card, false, "auto");
    toCard(card);
  }

  function toCard(card) {
    card.scrollIntoView({ block: "start" });
    card.focus({ preventScroll: true });
  }

  /** The card after (1) or before (-1) the one with the focus, round about; without one the card in front. */
  function step(by) {
    const cards = all();
    const at = cards.indexOf(document.activeElement.closest("article[data-leg]"));
    const card = at < 0 ? front() : cards[(at + by + cards.length) % cards.length];
    if (card) toCard(card);
  }

  /** Show a card that was folded or out of sight, with the caret in its note. */
  function go(leg) {
    const card = find(leg);
    if (folding.isFolded(card)) folding.set(card, false);
    card.scrollIntoView({ block: "start" });
    caretInNote(card);
  }

  // Clear of the strip above and of the shelf below by enough to be noticed.
  function isInSight(card) {
    const { top, bottom } = card.getBoundingClientRect();
    return bottom > 140 && top < window.innerHeight - 80;
  }

  function stateOf(card) {
    return {
      leg: card.dataset.leg,
      state: card.dataset.state,
      name: card.querySelector("[data-customer-name]").textContent.trim(),
      draft: card.querySelector("[data-draft-state]").dataset.draftState,
      since: notes.unsavedSince(card.dataset.leg),
      folded: folding.isFolded(card),
      visible: isInSight(card),
    };
  }

  const front = () => document.activeElement.closest("article[data-leg]") || all().find(isLive) || all()[0];

  function drop(leg) {
    const card = find(leg);
    // The server names it again at the next refresh.
    if (!card || isHeld(card) || !mayMove(card)) return;
    // What somebody works on must not move up.
    const cards = all();
    if (cards.slice(cards.indexOf(card) + 1).some((below) => isLive(below) && isHeld(below))) return;
    notes.forget(leg);
    card.remove();
  }

  return {
    merge,
    meet,
    tick,
    arrange,
    drop: (legs) => {
      legs.forEach(drop);
      arrange();
    },
    opened: () => all().filter((card) => card.hasAttribute("data-opened")).map((card) => card.dataset.leg),
    // One that was opened from the panel is older than what the server keeps on the screen: it stays until it is done.
    have: () => all().filter((card) => card.dataset.version && !(card.hasAttribute("data-opened") && isLive(card))).map((card) => `${card.dataset.leg}:${card.dataset.version}`),
    legs: () => all().map((card) => Number(card.dataset.leg)),
    adoptAll: () => all().forEach(adopt),
    active: () => all().some(isLive),
    front,
    step,
    go,
    has: (leg) => Boolean(find(leg)),
    states: () => all().map(stateOf),
    toggleFold(card) {
      folding.set(card, !folding.isFolded(card));
      tick();
    },
  };
}
