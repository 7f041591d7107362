// Keys: F2 meets the call that waits; Ctrl+Enter wraps up; digits pick, N none of them. Nothing fires while an input method composes.

export function bindKeys({ main, cards, wrapUp }) {
  const texts = "textarea, select, input:not([type=radio]), dialog[open]";
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || !main.querySelector("[data-sign-in]").hidden) return;
    if (event.code === "F2" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      cards.meet();
      return;
    }
    const card = cards.front();
    if (!card) return;
    if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      wrapUp.advance(card);
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.closest(texts)) return;
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (digit && wrapUp.digit(card, digit[1])) {
      event.preventDefault();
      return;
    }
    const button = card.querySelector(digit ? `[data-digit="${digit[1]}"]` : `[data-key="${event.code}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
}
