// Texts changed for a chat and not sent yet: kept while the list is read anew, over a reload where the browser allows, and
// when the chat ends before they are sent. Then they stand where they were typed, to be copied or taken into the note.

import { copy } from "./copy.js";

const PART = '[data-part="messages"]';
const NOTE_LIMIT = 20000;

function element(name, className, words) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = words;
  return made;
}

export function createUnsent({ main, drafts, texts, toast }) {
  // By leg, then by template.
  const typed = new Map();
  const keyOf = (leg) => `pop-message:${leg}`;
  const fieldIn = (panel, template) => panel.querySelector(`[data-message-preview="${template}"] textarea`);

  function read(leg) {
    try {
      return Object.entries(JSON.parse(drafts.get(keyOf(leg)) || "{}") || {}).map(([key, value]) => [key, String(value)]);
    } catch (_error) {
      return [];
    }
  }

  function of(leg) {
    if (!typed.has(leg)) typed.set(leg, new Map(read(leg)));
    return typed.get(leg);
  }

  function store(leg) {
    const plain = {};
    of(leg).forEach((value, key) => (plain[key] = value));
    drafts.set(keyOf(leg), of(leg).size ? JSON.stringify(plain) : "");
  }

  /** What would be missed, [template, text] each. */
  const left = (leg) => Array.from(of(leg)).filter(([, text]) => text.trim());

  /** What stands in a field now; one that is as it was painted holds nothing of anybody's. */
  function note(leg, template, field) {
    if (field.value !== field.defaultValue) of(leg).set(template, field.value);
    else of(leg).delete(template);
    changed(leg);
  }

  function forget(leg, template) {
    of(leg).delete(template);
    changed(leg);
  }

  function changed(leg) {
    store(leg);
    const card = main.querySelector(`article[data-leg="${leg}"]`);
    if (card) mark(card);
  }

  /** Unsent words hold the card, and what they are typed in: the panel is not painted away under the caret. */
  function mark(card) {
    const part = card.querySelector(PART);
    if (!part) return;
    const unsent = left(card.dataset.leg);
    part.toggleAttribute("data-keeps", unsent.some(([template]) => fieldIn(part, template)));
    const panel = part.querySelector("details");
    if (!panel) return;
    if (unsent.length) panel.setAttribute("data-typed", main.dataset.user);
    else panel.removeAttribute("data-typed");
  }

  /** A card was painted: in a chat that is over, what was not sent is shown. */
  function painted(card) {
    const part = card.querySelector(PART);
    if (!part) return;
    const over = card.dataset.state !== "connected";
    const ended = part.querySelector("[data-ended]");
    if (over && left(card.dataset.leg).length) show(part, card.dataset.leg);
    else if (over && ended) clear(card, part);
    else if (ended) goOn(ended);
    mark(card);
  }

  /** The chat lives again: the list is read anew when it is opened, with what was typed. */
  function goOn(panel) {
    const [summary, body] = panel.children;
    panel.open = false;
    panel.removeAttribute("data-ended");
    summary.textContent = panel.dataset.called;
    body.textContent = "";
  }

  function show(part, leg) {
    let panel = part.querySelector("details");
    if (!panel) {
      panel = element("details", "messages", "");
      panel.append(document.createElement("summary"), document.createElement("div"));
      part.append(panel);
    }
    const [summary, body] = panel.children;
    if (!panel.hasAttribute("data-ended")) {
      panel.setAttribute("data-ended", "");
      panel.dataset.called = summary.textContent;
      panel.open = true;
    }
    say(summary, texts.unsentTexts);
    body.removeAttribute("aria-busy");
    let words = body.querySelector("[data-ended-words]");
    if (!words) {
      words = element("p", "message message-warning", "");
      words.setAttribute("data-ended-words", "");
      words.setAttribute("role", "status");
      body.prepend(words);
    }
    say(words, texts.unsentWords);
    const unsent = left(leg);
    unsent.forEach(([template, text]) => keepField(body, template, text));
    for (const place of body.querySelectorAll("[data-message-preview]")) {
      place.hidden = !unsent.some(([template]) => template === place.dataset.messagePreview);
    }
  }

  function keepField(body, template, text) {
    let field = fieldIn(body, template);
    if (!field) {
      const place = document.createElement("div");
      place.dataset.messagePreview = template;
      field = document.createElement("textarea");
      field.rows = 3;
      field.value = text;
      field.setAttribute("aria-label", texts.unsentTexts);
      place.append(field);
      body.append(place);
    }
    const place = field.closest("[data-message-preview]");
    let buttons = place.querySelector("[data-unsent]");
    if (!buttons) {
      buttons = element("div", "actions message-actions", "");
      buttons.setAttribute("data-unsent", template);
      for (const deed of ["drop", "copy", "note"]) {
        const button = element("button", "button", "");
        button.type = "button";
        button.dataset.unsentDeed = deed;
        buttons.append(button);
      }
      place.append(buttons);
    }
    const words = { drop: texts.unsentDrop, copy: texts.unsentCopy, note: texts.unsentNote };
    for (const button of buttons.children) say(button, words[button.dataset.unsentDeed]);
  }

  const say = (place, words) => {
    if (place.textContent !== words) place.textContent = words;
  };

  /** Nothing is left of it; the caret goes to where work goes on. */
  function clear(card, part) {
    const inside = part.contains(document.activeElement);
    part.textContent = "";
    part.removeAttribute("data-keeps");
    if (inside) card.querySelector("textarea[name=note]").focus({ preventScroll: true });
  }

  function intoNote(card, text) {
    const area = card.querySelector("textarea[name=note]");
    const whole = [area.value, text].filter(Boolean).join("\n");
    if (area.readOnly || whole.length > NOTE_LIMIT) {
      toast(area.readOnly ? texts.failed : texts.noteTooLong);
      return false;
    }
    area.value = whole;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  main.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-unsent-deed]");
    if (!button) return;
    const card = button.closest("article[data-leg]");
    const field = button.closest("[data-message-preview]").querySelector("textarea");
    if (button.dataset.unsentDeed === "copy") return void toast((await copy(field.value)) ? texts.copied : texts.copyFailed);
    if (button.dataset.unsentDeed === "note" && !intoNote(card, field.value)) return;
    forget(card.dataset.leg, button.parentElement.dataset.unsent);
    painted(card);
    // Where work goes on: the button is gone.
    card.querySelector("textarea[name=note]").focus({ preventScroll: true });
  });

  return { note, forget, painted, get: (leg, template) => of(leg).get(template) };
}
