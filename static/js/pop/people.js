// Creating or linking a customer on a card that has none.

export function bindPeople({ main }) {
  main.addEventListener("click", (event) => {
    const button = event.target.closest('[data-action="open-link"]');
    if (!button) return;
    const link = button.closest("[data-part]").querySelector("[data-link]");
    link.hidden = !link.hidden;
    button.setAttribute("aria-expanded", String(!link.hidden));
    if (!link.hidden) link.querySelector("input").focus();
  });
  return {
    /** Near-duplicates came back instead of a new customer: show them, and remember that they were shown. */
    duplicates(form, xhr) {
      const place = form.querySelector("[data-duplicates]");
      if (!place || xhr.status !== 409 || !(xhr.getResponseHeader("Content-Type") || "").includes("html")) return false;
      const found = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-shown]");
      form.elements.shown.value = found.dataset.shown;
      place.replaceChildren ? place.replaceChildren(found) : ((place.textContent = ""), place.append(found));
      window.htmx.process(place);
      return true;
    },
  };
}
