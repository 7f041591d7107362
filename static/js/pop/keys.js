// Keys: F2 meets the call that waits; digits pick a candidate, N none of them. Nothing fires while an input method composes.

export function bindKeys({ main, cards }) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.code === "F2" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      cards.meet();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, dialog[open]") || !main.querySelector("[data-sign-in]").hidden) return;
    const card = cards.front();
    if (!card) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const button = digit ? card.querySelector(`[data-digit="${digit[1]}"]`) : card.querySelector(`[data-key="${event.code}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
}
