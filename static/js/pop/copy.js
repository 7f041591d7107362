// Copying from inside a frame, where the clipboard's own interface is usually refused.

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (_error) {
    return copySelected(text);
  }
}

function copySelected(text) {
  const held = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr-only";
  field.readOnly = true;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (held) held.focus({ preventScroll: true });
  return done;
}
