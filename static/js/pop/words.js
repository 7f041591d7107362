// One painting's words put into another one of the same template, where the page must stay as it is.

const WORDS = ["placeholder", "aria-label", "title"];
// Painted by somebody else, or holding what a person typed.
const KEPT = "textarea, input, [data-cards], [data-home], [data-user-name]";

/** Put the words of `fresh` into `old`. Nothing is added, removed or moved, and no value changes. */
export function translate(old, fresh) {
  for (const name of WORDS) {
    if (fresh.hasAttribute(name) && old.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
  }
  if (old.matches(KEPT) || old.dataset.draftState !== fresh.dataset.draftState) return;
  const nodes = Array.from(old.childNodes);
  Array.from(fresh.childNodes).forEach((node, index) => {
    const own = nodes[index];
    if (!own || own.nodeName !== node.nodeName) return;
    if (own.nodeType === 3 && own.data !== node.data) own.data = node.data;
    if (own.nodeType === 1) translate(own, node);
  });
}

/** Whether somebody typed or chose something in here since it was painted. */
export function isTyped(place) {
  return Array.from(place.querySelectorAll("input, textarea, select")).some((field) => {
    if (field.nodeName === "SELECT") {
      const first = Array.from(field.options).findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(0, first);
    }
    if (["radio", "checkbox"].includes(field.type)) return field.checked !== field.defaultChecked;
    return field.type !== "hidden" && field.value !== field.defaultValue;
  });
}
