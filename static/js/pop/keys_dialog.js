// The list of shortcuts: shown by "?" or its button; remaps them, turns them off, puts them back. The server keeps them.

import { bindingOf, isComposing } from "./key_map.js";

export function createKeysDialog({ server, keyMap, texts, changed }) {
  const dialog = document.querySelector("[data-keys]");
  const say = dialog.querySelector("[data-keys-say]");
  const toggle = dialog.querySelector("[data-keys-on]");
  const buttons = Array.from(dialog.querySelectorAll("[data-keys-change]"));
  let waiting = null;

  function tell(text, refused = false) {
    say.textContent = text;
    say.hidden = !text;
    say.classList.toggle("message-danger", refused);
  }

  function paint() {
    const { off, keys } = keyMap.now();
    toggle.checked = !off;
    for (const button of buttons) {
      const words = button === waiting ? texts.pressKey : keys[button.dataset.keysChange].label;
      if (button.textContent !== words) button.textContent = words;
      button.toggleAttribute("data-waiting", button === waiting);
    }
  }

  async function change(json, done) {
    try {
      keyMap.set(await (await server.ask("/pop/keys/", { json })).json());
      tell(done());
      changed();
    } catch (refusal) {
      tell((refusal.data && refusal.data.message) || (refusal.status ? texts.failed : texts.offline), true);
    }
    paint();
  }

  function listen(button) {
    waiting = button;
    tell("");
    paint();
  }

  function take(event) {
    if (!waiting) return;
    event.preventDefault();
    event.stopPropagation();
    if (isComposing(event)) return;
    const binding = bindingOf(event);
    if (!binding) return;
    const action = waiting.dataset.keysChange;
    waiting = null;
    if (event.code === "Escape" || event.code === "Tab") return paint();
    const key = binding === "Backspace" || binding === "Delete" ? "" : binding;
    change({ action, key }, () => texts.keySaved.replace("{key}", keyMap.label(action)));
  }

  dialog.addEventListener("keydown", take, true);
  // Escape cancels the waiting, not the dialog.
  dialog.addEventListener("cancel", (event) => waiting && event.preventDefault());
  dialog.addEventListener("close", () => (waiting = null));
  dialog.addEventListener("focusout", () => waiting && listen(null));
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.keysChange) listen(waiting === button ? null : button);
    else if (button.hasAttribute("data-keys-close")) dialog.close();
    else if (button.hasAttribute("data-keys-reset")) change({ reset: true }, () => texts.keysReset);
  });
  toggle.addEventListener("change", () => change({ off: !toggle.checked }, () => (keyMap.now().off ? texts.keysOff : texts.keysOn)));

  return {
    open() {
      tell("");
      paint();
      if (!dialog.open) dialog.showModal();
    },
    paint,
  };
}
