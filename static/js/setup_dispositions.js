// The preview of a wrap-up form answers as the agent's own does: clicks, and digits once the focus is in it.

import { bindWrapUp } from "./pop/wrap_up.js";

const wrapUp = bindWrapUp({ main: document });
const preview = () => document.querySelector("[data-preview]");

function paint() {
  if (preview()) wrapUp.paint(preview());
}

document.addEventListener("keydown", (event) => {
  const inside = event.target.closest("[data-preview]");
  if (!inside || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("select, input:not([type=radio])")) return;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (digit && wrapUp.digit(inside, digit[1])) event.preventDefault();
});
// Nothing is sent from here.
document.addEventListener("submit", (event) => {
  if (event.target.closest("[data-preview]")) event.preventDefault();
});
// Where a row cannot go any further, its button keeps the focus and does nothing.
document.addEventListener("click", (event) => {
  const stopped = event.target.closest('.level-move [aria-disabled="true"]');
  if (stopped) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", paint);
paint();
