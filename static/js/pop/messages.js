// Texts and cards into the chat: the list of templates on a card, and the handing over to the workbench.

import { post, targets } from "./dial.js";
import { createUnsent } from "./unsent.js";

/** Whether every word typed is among the words of a template. Those are in lower case. */
export const matches = (typed, words) => typed.trim().toLowerCase().split(/\s+/).every((part) => words.includes(part));

/**
 * Sends one message: our server checks, records and makes it, then it is posted to the workbench. Resolves to the server's
 * answer, to null while the same card is still sending, and rejects with an Error that can be shown.
 */
export function createSender({ window, allowed, server, texts, newId }) {
  const busy = new Set();
  const ids = new Map();

  function words(refusal) {
    return (refusal.data && refusal.data.message) || (refusal.status ? texts.failed : texts.offline);
  }

  return async function send({ url, template, text }) {
    if (busy.has(url)) return null;
    const { origins, reason, parent } = targets(window, allowed);
    if (!origins.length) {
      const why = reason === "notFramed" ? texts.sendNotFramed : texts.sendParentUnknown;
      throw new Error(`${why}${parent ? ` ${parent}` : ""}`);
    }
    // Tried again after an answer that never came, it is the same message: recorded once.
    const key = JSON.stringify([url, template, text]);
    if (!ids.has(key)) ids.set(key, newId());
    busy.add(url);
    try {
      const response = await server.ask(url, { form: { template, text, send_id: ids.get(key) } });
      const answer = await response.json();
      post(window, origins, answer.message);
      ids.delete(key);
      return answer;
    } catch (refusal) {
      // Refused in words: what is sent next is another message.
      if (refusal.status) ids.delete(key);
      throw new Error(words(refusal));
    } finally {
      busy.delete(url);
    }
  };
}

/** Gives `painted`, for each card that was painted since. */
export function bindMessages({ main, server, send, drafts, texts, toast, merge }) {
  const unsent = createUnsent({ main, drafts, texts, toast });
  const chosen = (form) => form.querySelector("input[name=template]:checked");
  const previewOf = (form, template) => form.querySelector(`[data-message-preview="${template}"]`);

  async function load(panel) {
    const body = panel.querySelector("[data-messages-body]");
    body.textContent = texts.loading;
    body.setAttribute("aria-busy", "true");
    try {
      const response = await server.ask(panel.dataset.messages);
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      if (panel.hasAttribute("data-ended")) return;
      body.textContent = "";
      body.append(...Array.from(fresh.body.childNodes, (node) => document.importNode(node, true)));
      const form = body.querySelector("form");
      if (form) ready(panel, form);
    } catch (refusal) {
      // The chat ended meanwhile: what was not sent stands there instead.
      if (panel.hasAttribute("data-ended")) return;
      failed(panel, body, (refusal.data && refusal.data.message) || (refusal.status ? texts.failed : texts.offline));
    }
    body.removeAttribute("aria-busy");
  }

  function failed(panel, body, text) {
    const words = document.createElement("p");
    words.className = "message message-danger";
    words.setAttribute("role", "alert");
    words.textContent = text;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button";
    again.textContent = texts.tryAgain;
    again.addEventListener("click", () => load(panel));
    body.textContent = "";
    body.append(words, again);
  }

  function ready(panel, form) {
    for (const input of form.querySelectorAll("input[name=template]")) {
      const field = previewOf(form, input.value).querySelector("textarea");
      const kept = unsent.get(form.dataset.sendLeg, input.value);
      if (field && kept !== undefined) field.value = kept;
    }
    unsent.painted(panel.closest("article[data-leg]"));
    const choices = form.querySelectorAll("input[name=template]");
    if (choices.length === 1) choices[0].checked = true;
    show(form);
    if (panel.contains(document.activeElement)) (form.querySelector("[data-message-filter]") || choices[0]).focus({ preventScroll: true });
  }

  function show(form) {
    const choice = chosen(form);
    for (const label of form.querySelectorAll(".choice")) label.toggleAttribute("data-chosen", label.contains(choice));
    for (const preview of form.querySelectorAll("[data-message-preview]")) {
      preview.hidden = !choice || preview.dataset.messagePreview !== choice.value;
    }
    const preview = choice && previewOf(form, choice.value);
    form.querySelector("button[type=submit]").disabled = !preview || Boolean(preview.querySelector("[data-cannot-send]"));
    form.querySelector("[data-form-error]").hidden = true;
  }

  function filter(field) {
    const form = field.form;
    let found = 0;
    for (const label of form.querySelectorAll("[data-words]")) {
      label.hidden = !matches(field.value, label.dataset.words);
      if (!label.hidden) found += 1;
    }
    form.querySelector("[data-message-none]").hidden = found > 0;
  }

  /** Enter in the search takes the first that was found. */
  function takeFirst(form) {
    const first = form.querySelector("[data-words]:not([hidden]) input");
    if (!first) return;
    first.checked = true;
    show(form);
    const field = previewOf(form, first.value).querySelector("textarea");
    (field || form.querySelector("button[type=submit]")).focus();
  }

  async function submit(form) {
    const choice = chosen(form);
    const button = form.querySelector("button[type=submit]");
    if (!choice || button.disabled) return;
    const panel = form.closest("[data-messages]");
    const field = previewOf(form, choice.value).querySelector("textarea");
    button.disabled = true;
    try {
      const answer = await send({ url: form.dataset.sendUrl, template: choice.value, text: field ? field.value : "" });
      if (!answer) return;
      unsent.forget(form.dataset.sendLeg, choice.value);
      const inside = panel.contains(document.activeElement);
      panel.open = false;
      if (inside) panel.querySelector("summary").focus({ preventScroll: true });
      merge(answer.card);
      toast(texts.handedOver);
    } catch (fault) {
      const place = form.querySelector("[data-form-error]");
      place.textContent = fault.message;
      place.hidden = false;
      if (!form.isConnected || form.closest("[data-ended]")) toast(fault.message);
    } finally {
      button.disabled = false;
    }
  }

  // Opening tells nobody above it: caught on the way down.
  main.addEventListener("toggle", (event) => {
    const panel = event.target;
    if (panel.hasAttribute("data-messages") && panel.open && !panel.hasAttribute("data-ended")) load(panel);
  }, true);
  main.addEventListener("change", (event) => {
    if (event.target.matches("[data-action=send-message] input[name=template]")) show(event.target.form);
  });
  main.addEventListener("input", (event) => {
    const field = event.target;
    const place = field.closest("[data-message-preview]");
    if (place && field.matches("textarea")) unsent.note(field.closest("article[data-leg]").dataset.leg, place.dataset.messagePreview, field);
    if (field.matches("[data-message-filter]") && !event.isComposing) filter(field);
  });
  main.addEventListener("compositionend", (event) => event.target.matches("[data-message-filter]") && filter(event.target));
  main.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-action=send-message]")) return;
    event.preventDefault();
    if (!event.target.closest("[data-ended]")) submit(event.target);
  });
  main.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-action=send-message]");
    if (!form || form.closest("[data-ended]") || event.code !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey) {
      // On this form the keys of wrapping up mean sending.
      event.preventDefault();
      event.stopPropagation();
      submit(form);
    } else if (event.target.matches("[data-message-filter]")) {
      event.preventDefault();
      takeFirst(form);
    }
  });
  main.querySelectorAll("article[data-leg]").forEach(unsent.painted);
  // Opened while this module was still on its way.
  main.querySelectorAll("[data-messages][open]:not([data-ended])").forEach(load);
  return { painted: unsent.painted };
}
