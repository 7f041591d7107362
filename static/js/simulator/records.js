// Two lists for people: what was set on the frame, and what the page in it posted to us.

import { readHash } from "../pop/hash.js";
import { shorten } from "./hashes.js";

const MOST = 200;

function make(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function clock() {
  const now = new Date();
  const time = make("time", "record-time", now.toLocaleTimeString("zh-CN", { hour12: false }) + `.${String(now.getMilliseconds()).padStart(3, "0")}`);
  time.dateTime = now.toISOString();
  return time;
}

function prepend(list, entry, empty) {
  list.prepend(entry);
  while (list.children.length > MOST) list.lastElementChild.remove();
  empty.hidden = true;
}

/** The log: time, the hash as it was set, and what our own reader makes of it. */
export function createLog({ list, empty, texts }) {
  return {
    add(hash) {
      const entry = make("li", "record");
      entry.append(clock(), make("code", "record-hash", shorten(hash) || "–"));
      if (hash.length > 400) entry.append(make("span", "hint", texts.chars.replace("{count}", hash.length)));
      const read = readHash(hash);
      const pairs = make("dl", "record-pairs");
      for (const [name, value] of read ? read.pairs : []) {
        const line = make("div");
        line.append(make("dt", "", name), make("dd", "", shorten(value, 80)));
        pairs.append(line);
      }
      entry.append(pairs);
      prepend(list, entry, empty);
    },
    clear() {
      list.textContent = "";
      empty.hidden = false;
    },
  };
}

const payloadOf = (message) => (message && message.source === "ccc-sdk" && message.payload) || {};

/** The number that a message asks to dial, "" for any other message. */
export function dialledNumber(message) {
  const payload = payloadOf(message);
  if (payload.event !== "callOut" || !payload.message) return "";
  return typeof payload.message.phoneNumber === "string" ? payload.message.phoneNumber : "";
}

// Event → the key of its words, and what of it the customer reads; fromPostMessage is the mark that the workbench wants.
const SENT = {
  sendTextMessage: ["postedText", (text) => [text]],
  sendCard: ["postedCard", ({ header, desc, pic, url }) => [header, desc, pic, url]],
  sendCustomMessage: ["postedCustom", ({ title, description, iconUrl, fromPostMessage }) => (fromPostMessage === 1 ? [title, description, iconUrl] : [])],
};

/** What a message sends into the chat: the key of its words and its lines; null for any other message, or one of another shape. */
export function sentIntoChat(message) {
  const { event, message: content } = payloadOf(message);
  const found = Object.prototype.hasOwnProperty.call(SENT, event) ? SENT[event] : null;
  if (!found || content === null || content === undefined || (event === "sendTextMessage") !== (typeof content === "string")) return null;
  const lines = found[1](content);
  if (!lines[0] || lines.some((line) => typeof line !== "string")) return null;
  return { key: found[0], lines: lines.filter(Boolean) };
}

/** What the page posted. `isOurs(event)` decides who may speak; `play(number, statuses)` acts the dialled call out. */
export function createPosted({ window, list, empty, texts, isOurs, play }) {
  function act(entry, number) {
    const actions = make("div", "actions");
    const button = (text, statuses) => {
      const node = make("button", "button button-small", text);
      node.type = "button";
      node.addEventListener("click", () => play(number, statuses));
      actions.append(node);
    };
    button(texts.answered, ["100", "200"]);
    button(texts.unanswered, ["100", "400"]);
    button(texts.hangUp, ["400"]);
    entry.append(make("p", "", texts.posted.replace("{number}", number)), actions);
  }

  window.addEventListener("message", (event) => {
    if (!isOurs(event)) return;
    const entry = make("li", "record");
    const message = make("pre", "record-hash", JSON.stringify(event.data));
    message.setAttribute("data-posted", "");
    entry.append(clock(), message);
    const number = dialledNumber(event.data);
    if (number) act(entry, number);
    const sent = sentIntoChat(event.data);
    if (sent) entry.append(make("p", "", texts[sent.key]), ...sent.lines.map((line) => make("p", "record-sent", line)));
    prepend(list, entry, empty);
  });
}
