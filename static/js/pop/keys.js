// Keys: what a press does, from the table in key_map.js; digits pick. Nothing fires while an input method composes.

import { actionOf, isComposing } from "./key_map.js";

const TEXTS = "textarea, select, input:not([type=radio]):not([type=checkbox])";

/** `actions` are functions by name, each called with the card in front (or none) when one is there. */
export function bindKeys({ main, cards, wrapUp, keyMap, actions }) {
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || keyMap.now().off || document.querySelector("dialog[open]")) return;
    if (!main.querySelector("[data-sign-in]").hidden) return;
    const typing = Boolean(event.target.closest && event.target.closest(TEXTS));
    const action = actionOf(keyMap.now(), event, typing);
    const card = cards.front();
    if (action && actions[action]) {
      if (event.repeat && action !== "next" && action !== "previous") return event.preventDefault();
      if (actions[action](card) !== false) event.preventDefault();
      return undefined;
    }
    if (card && !typing && !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat) press(card, event);
    return undefined;
  });

  function press(card, event) {
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (card.hasAttribute("data-folded")) return;
    if (digit && wrapUp.digit(card, digit[1])) {
      event.preventDefault();
      return;
    }
    if (!digit) return;
    // Of two lists on a card the one with the focus.
    const lists = [document.activeElement.closest("[data-part]"), card];
    const button = lists.map((list) => list && list.querySelector(`[data-digit="${digit[1]}"]`)).find(Boolean);
    if (!button) return;
    event.preventDefault();
    button.click();
  }
}
