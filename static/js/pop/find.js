// Searching from the keyboard: Enter or the arrow down goes from what is typed into what is found, the arrows go through it.

import { isComposing } from "./key_map.js";

const PLACE = "[data-found], [data-home-found]";

export function bindFinding({ main }) {
  const wanted = new WeakSet();

  function through(event, place) {
    const buttons = Array.from(place.querySelectorAll("button"));
    const at = buttons.indexOf(event.target) + (event.code === "ArrowDown" ? 1 : -1);
    (buttons[at] || (at < 0 ? place.parentElement.querySelector("input[data-plain-swap]") : event.target)).focus();
    event.preventDefault();
  }

  main.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const place = event.target.closest(PLACE);
    if (place && ["ArrowDown", "ArrowUp"].includes(event.code)) return void through(event, place);
    if (!event.target.matches("input[data-plain-swap]") || !["Enter", "NumpadEnter", "ArrowDown"].includes(event.code)) return;
    event.preventDefault();
    if (!event.target.value.trim()) return;
    // Asked for anew: what stands there may belong to what was typed before.
    wanted.add(event.target);
    window.htmx.trigger(event.target, "find-now");
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const input = event.detail.requestConfig.elt;
    if (!wanted.delete(input) || document.activeElement !== input) return;
    const first = event.detail.target.querySelector("button");
    if (first) first.focus();
  });
}
