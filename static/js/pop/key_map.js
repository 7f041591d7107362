// Which key does what, as the server keeps it for this person. Pure, but for painting the keys where they are shown.

const MODIFIERS = ["Control", "Alt", "Shift", "Meta", "AltGraph", "CapsLock"];

/** A key press as the server names bindings: "Ctrl+Enter", "Alt+KeyN", "F2"; "" for a modifier alone. Command counts as Ctrl. */
export function bindingOf(event) {
  if (!event.code || MODIFIERS.includes(event.key)) return "";
  const code = event.code === "NumpadEnter" ? "Enter" : event.code;
  const held = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"];
  return [...held.filter(Boolean), code].join("+");
}

/** Whether this press belongs to an input method, or types a sign by AltGr (which says Ctrl and Alt too). */
export function isComposing(event) {
  const altGraph = event.getModifierState && event.getModifierState("AltGraph");
  return Boolean(event.isComposing || event.keyCode === 229 || event.key === "Process" || altGraph);
}

/** Whether a binding may act while somebody types: it writes nothing. */
export function writesNothing(binding) {
  return /^(Ctrl|Alt)\+/.test(binding) || /^(Shift\+)?F\d+$/.test(binding);
}

/** The action of a press, or "". `typing` tells that the focus is in a text. */
export function actionOf(state, event, typing) {
  if (state.off || isComposing(event)) return "";
  const binding = bindingOf(event);
  if (!binding || (typing && !writesNothing(binding))) return "";
  const found = Object.keys(state.keys).find((name) => state.keys[name].key === binding);
  if (found) return found;
  // Where "?" lies elsewhere than on the key right of the full stop.
  const isQuestion = event.key === "?" && !event.ctrlKey && !event.altKey && !event.metaKey;
  return isQuestion && !typing && state.keys.help.key === "Shift+Slash" ? "help" : "";
}

/** `state` is {off, keys: {action: {key, label}}}. */
export function createKeyMap({ main, state }) {
  let current = state;

  function paint() {
    main.toggleAttribute("data-keys-off", current.off);
    for (const mark of main.querySelectorAll("[data-key-of]")) {
      const { key, label } = current.keys[mark.dataset.keyOf];
      mark.hidden = !key;
      if (mark.textContent !== label) mark.textContent = label;
    }
  }

  return {
    now: () => current,
    paint,
    set(fresh) {
      current = fresh;
      paint();
    },
    label: (name) => current.keys[name].label,
  };
}
