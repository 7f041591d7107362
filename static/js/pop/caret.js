// The caret in a card's note: answering in the workbench takes the focus away, and a click anywhere on the card brings it back.

const INTERACTIVE = "button, a, input, textarea, select, label, summary, option, [contenteditable], [role=radiogroup], [data-conflict-text]";

/** To the end of the note; to the card itself where the note cannot be written. */
export function caretInNote(card) {
  const area = card.querySelector("textarea[name=note]");
  if (!area || area.readOnly) return card.focus({ preventScroll: true });
  area.focus({ preventScroll: true });
  area.setSelectionRange(area.value.length, area.value.length);
  area.scrollTop = area.scrollHeight;
  return undefined;
}

/** The card whose blank area was clicked, or null. */
export function blankCard(event, selection) {
  if (event.defaultPrevented || event.button || event.detail > 1) return null;
  if (selection && !selection.isCollapsed) return null;
  if (!event.target.closest || event.target.closest(INTERACTIVE)) return null;
  return event.target.closest("article[data-leg]");
}

export function bindBlankClicks({ main, folding }) {
  main.addEventListener("click", (event) => {
    const card = blankCard(event, window.getSelection());
    if (!card) return;
    if (folding.isFolded(card)) folding.set(card, false);
    caretInNote(card);
  });
}
