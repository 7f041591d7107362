// Editing the customer in the card. The form is fetched when it is opened and lives in a part that the server always
// paints empty: no refresh ever replaces it. What is typed is kept for a reload, in this tab alone.

import { editKey } from "./storage.js";

const FORM = 'form[data-action="edit-customer"]';

export function bindEdit({ main, server, drafts, texts, toast }) {
  const sent = new WeakMap();
  const opening = new Set();

  const cardOf = (element) => element.closest("article[data-leg]");
  const controls = (form) => Array.from(form.elements).filter((one) => one.name);
  const values = (form) => {
    const all = {};
    for (const control of controls(form)) all[control.name] = control.value;
    return all;
  };
  const first = (form) => form.querySelector("input:not([type=hidden]), select");

  async function open(card, { focus }) {
    const place = card.querySelector('[data-part="edit"]');
    const button = card.querySelector('[data-action="open-edit"]');
    let form = place.querySelector(FORM);
    if (!form && button && !opening.has(card)) {
      opening.add(card);
      try {
        const html = await (await server.ask(button.dataset.editUrl)).text();
        form = document.importNode(new DOMParser().parseFromString(html, "text/html").querySelector(FORM), true);
        place.append(form);
        window.htmx.process(place);
        restore(card, form);
      } catch (refusal) {
        toast((refusal.data && refusal.data.message) || texts.failed);
      }
      opening.delete(card);
    }
    if (form && focus) first(form).focus();
  }

  function draftOf(card) {
    try {
      return JSON.parse(drafts.get(editKey(card)) || "null");
    } catch (_error) {
      return null;
    }
  }

  /** What was typed before a reload, with what stood there then: somebody else's change in between is still noticed. */
  function restore(card, form) {
    const draft = draftOf(card);
    if (!draft) return;
    if (draft.customer !== form.dataset.customer) return drafts.remove(editKey(card));
    for (const control of controls(form)) {
      const was = draft.values[`was-${control.name}`] || "";
      const typed = draft.values[control.name];
      if (control.type === "hidden" || typed === undefined || typed === was) continue;
      control.value = typed;
      const base = form.elements[`was-${control.name}`];
      if (base) base.value = was;
      markTyped(form);
    }
    return undefined;
  }

  // By whom: the form of an agent who signed out does not hold its card on the next one's screen.
  const markTyped = (form) => form.setAttribute("data-typed", main.dataset.user);

  function keep(form) {
    markTyped(form);
    drafts.set(editKey(cardOf(form)), JSON.stringify({ customer: form.dataset.customer, values: values(form) }));
  }

  function close(form) {
    const card = cardOf(form);
    const held = form.contains(document.activeElement);
    drafts.remove(editKey(card));
    form.remove();
    const button = card.querySelector('[data-action="open-edit"]');
    if (held) (button || card).focus({ preventScroll: true });
  }

  main.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (!button) return;
    const form = button.closest(FORM);
    if (button.dataset.action === "cancel-edit") close(form);
    else if (button.dataset.action === "take-newer") {
      const slot = button.closest("[data-slot]");
      const control = form.elements[slot.dataset.slot];
      control.value = button.dataset.value;
      control.removeAttribute("aria-invalid");
      for (const told of slot.querySelectorAll("p")) told.remove();
      control.focus();
      keep(form);
    }
  });
  main.addEventListener("input", (event) => {
    const form = event.target.closest(FORM);
    if (form) keep(form);
  });
  main.addEventListener("keydown", (event) => {
    const form = event.target.closest(FORM);
    if (!form || event.isComposing || event.keyCode === 229) return;
    if (event.code === "Escape") {
      // What was typed goes only by the button that says so.
      if (form.hasAttribute("data-typed")) form.querySelector('[data-action="cancel-edit"]').focus();
      else close(form);
    } else if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
      // Not the wrap-up's: that one listens on the document.
      form.requestSubmit ? form.requestSubmit() : form.querySelector("button[type=submit]").click();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches(FORM)) sent.set(event.detail.elt, values(event.detail.elt));
  });

  return {
    open: (card) => open(card, { focus: true }),
    /** Open forms in the page's language; one that cannot be fetched keeps its words. */
    async respeak() {
      const forms = Array.from(main.querySelectorAll(FORM));
      if (!forms.length) return;
      const { respeak } = await import("./edit_words.js");
      for (const form of forms) await respeak(form, { server, values: values(form) }).catch(() => undefined);
    },
    adopt: (card) => draftOf(card) && open(card, { focus: false }),
    /** Saved: the form goes, unless somebody typed on while it was under way; then what was sent is what stands there. */
    saved(form) {
      if (!form.matches(FORM)) return;
      const before = sent.get(form);
      const typedOn = controls(form).filter((control) => control.type !== "hidden" && control.value !== before[control.name]);
      if (!typedOn.length) return close(form);
      for (const control of controls(form)) {
        const base = form.elements[`was-${control.name}`];
        if (base) base.value = before[control.name];
      }
      const { number } = form.elements;
      if (number.value === before.number) number.value = "";
      keep(form);
      return undefined;
    },
    /** What is wrong came back, by control: told beside each, and nothing typed is touched. */
    problems(form, xhr) {
      if (!form.matches(FORM) || xhr.status !== 422) return false;
      const fresh = new DOMParser().parseFromString(xhr.responseText, "text/html");
      form.querySelector("[data-form-error]").hidden = true;
      let bad = null;
      for (const slot of Array.from(fresh.querySelectorAll("[data-slot]"))) {
        const control = form.elements[slot.dataset.slot];
        // What the conflict was found with.
        const base = form.elements[`was-${slot.dataset.slot}`];
        if (base && slot.querySelector("[data-newer]")) slot.dataset.before = base.value;
        form.querySelector(`[data-slot="${slot.dataset.slot}"]`).replaceWith(document.importNode(slot, true));
        if (slot.hasAttribute("data-problem")) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
        if (slot.hasAttribute("data-problem")) bad = bad || control;
      }
      keep(form);
      if (bad) bad.focus();
      return true;
    },
  };
}
