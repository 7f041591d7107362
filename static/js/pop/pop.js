// The page in the frame: joins the listener, the cards, the notes and the sign-in.

import { createActions } from "./actions.js";
import { bindBlankClicks } from "./caret.js";
import { createCards } from "./cards.js";
import { copy } from "./copy.js";
import { bindFinding } from "./find.js";
import { createFolding } from "./fold.js";
import { createHome } from "./home.js";
import { createKeyMap } from "./key_map.js";
import { bindKeys } from "./keys.js";
import { createLater } from "./later.js";
import { createListener } from "./listener.js";
import { createNotes } from "./notes.js";
import { longestNumber } from "./offline.js";
import { createReminders } from "./reminders.js";
import { createServer } from "./server.js";
import { createShelf } from "./shelf.js";
import { createSignIn } from "./sign_in.js";
import { bindPeople } from "./people.js";
import { createRelease } from "./release.js";
import { createPreferences } from "./preferences.js";
import { editKey, randomId, safeStorage } from "./storage.js";
import { bindWrapUp } from "./wrap_up.js";

const ACTIVE_REFRESH = 3000;
const IDLE_REFRESH = 10000;

const main = document.querySelector("main[data-surface=pop]");
const told = (id) => JSON.parse(document.getElementById(id).textContent);
const texts = told("pop-texts");
const session = safeStorage(window, "sessionStorage");
const drafts = safeStorage(window, "localStorage");
// A fresh one for each document: a duplicated tab copies the session's storage.
const tab = randomId();

let signedIn = Boolean(main.dataset.user);
let reachable = true;

function setStatus(status) {
  if (main.dataset.popStatus !== status) main.dataset.popStatus = status;
}

function paintStatus() {
  main.querySelector("[data-offline]").hidden = reachable;
  if (!reachable) setStatus("offline");
  else if (signedIn) setStatus(cards.active() ? "active" : "waiting");
  else signIn.open();
  cards.arrange();
  shelf.paint();
  if (signedIn && reachable) home.refresh();
}

const server = createServer({
  tab,
  csrf: main.dataset.csrf,
  onSignedOut(reason) {
    if (!signedIn) return;
    signedIn = false;
    signIn.open(reason || texts.signedOut);
  },
  onReachable(answered) {
    if (answered === reachable) return;
    reachable = answered;
    paintStatus();
    if (answered) listener.resume();
  },
});

function toast(text) {
  const place = main.querySelector("[data-toast]");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (place.hidden = true), 6000);
}

const later = createLater(() => toast(texts.offline));
const notes = createNotes({ server, drafts, tab, texts, refresh });
const announce = (text) => (main.querySelector("[data-announce]").textContent = text);
const keyMap = createKeyMap({ main, state: told("pop-keys") });
const folding = createFolding({ store: session });
const adopted = (card) => {
  adoptEdit(card);
  adoptChat(card);
};
const painted = (card) => {
  wrapUp.paint(card);
  if (chatting.made()) chatting.made().painted(card);
};
const cards = createCards({ main, notes, folding, announce, texts, keyMap, painted, adopted });
const neighbours = "BroadcastChannel" in window ? new BroadcastChannel("pop") : null;

async function send(events) {
  if (!signedIn) throw Object.assign(new Error("signed out"), { hold: true });
  const response = await server.ask("/pop/events/", { json: { events, have: cards.legs() } });
  cards.merge(await response.text());
  paintStatus();
  if (neighbours) neighbours.postMessage("changed");
  return (response.headers.get("X-Pop-Ack") || "").split(" ");
}

const home = createHome({ main, server, cards });
const openCard = (url, leg) => home.open(url, leg).then(paintStatus, () => toast(texts.failed));
const shelf = createShelf({ main, cards, texts, go: cards.go, fetchCard: (chip) => openCard(chip.dataset.chipUrl, chip.dataset.chip) });
const reminders = createReminders({ main, server, shelf, mayAsk: () => signedIn && reachable });
const keysDialog = later(() => import("./keys_dialog.js"), ({ createKeysDialog }) =>
  createKeysDialog({ server, keyMap, texts, changed: () => neighbours && neighbours.postMessage("keys") }));
const openKeys = () => keysDialog.use((dialog) => dialog.open());
/** Another person signed in, or another tab changed them. */
async function reloadKeys() {
  keyMap.set(await (await server.ask("/pop/keys/")).json());
  if (keysDialog.made()) keysDialog.made().paint();
}

const listener = createListener({
  window,
  store: session,
  tab,
  send,
  changed(queue) {
    main.querySelector("[data-calls-waiting]").hidden = !queue.length;
    const number = main.querySelector("[data-offline-number]");
    const last = queue[queue.length - 1];
    number.textContent = last ? longestNumber(last.pairs) : "";
    number.hidden = !number.textContent;
  },
});

const release = createRelease({
  own: main.dataset.release,
  // A bearer would not survive; whoever has the focus inside may be about to type.
  idle: () => signedIn && !server.hasBearer() && !cards.legs().length && !listener.waiting() && !main.contains(document.activeElement),
  reload: () => window.location.reload(),
});

let refreshing = null;
function refresh() {
  if (!signedIn) return Promise.resolve();
  const again = () => fetchCards().catch(() => undefined);
  refreshing = (refreshing || Promise.resolve()).then(again);
  return refreshing;
}

async function fetchCards() {
  const response = await server.ask("/pop/cards/", { form: { have: cards.have().join(" ") } });
  release.seen(response.headers.get("X-Pop-Release"));
  takeUp(response.headers.get("X-Pop-Dial"));
  if (response.status === 200) {
    cards.merge(await response.text());
    cards.drop((response.headers.get("X-Pop-Gone") || "").split(" ").filter(Boolean));
  }
  paintStatus();
}

const preferences = createPreferences({
  main,
  server,
  texts,
  toast,
  async repaint() {
    // Without versions: every card, in the new words; then those that were opened from the panel.
    const response = await server.ask("/pop/cards/", { form: { have: "" } });
    if (response.status === 200) cards.merge(await response.text(), { spoken: true });
    for (const leg of cards.opened()) {
      cards.merge(await (await server.ask(`/pop/legs/${leg}/`)).text(), { spoken: true });
    }
    if (edit.made()) await edit.made().respeak();
    await home.refresh({ force: true });
    await reloadKeys();
  },
});

const signIn = createSignIn({
  preferences: () => preferences,
  main,
  server,
  texts,
  setStatus,
  flush: () => notes.flush(),
  toast,
  onSignedIn({ another }) {
    signedIn = true;
    if (another) {
      home.forget();
      reminders.forget();
    }
    paintStatus();
    refresh().then(() => notes.flush());
    listener.resume();
    reloadKeys().catch(() => undefined);
    reminders.refresh({ force: true });
  },
});

const dialler = later(() => import("./dialler.js"), ({ createDialler }) =>
  createDialler({ main, server, texts, toast, merge: (html) => cards.merge(html), done: paintStatus }));

const allowed = main.dataset.parents.split(" ").filter(Boolean);
// Only chats need it: a page that shows calls alone never loads it.
const chatting = later(() => import("./messages.js"), ({ bindMessages, createSender }) => {
  const send = createSender({ window, allowed, server, texts, newId: randomId });
  return bindMessages({ main, server, send, drafts: session, texts, toast, merge: (html) => cards.merge(html) });
});
function adoptChat(card) {
  if (card.dataset.channel !== "phone") chatting.load().catch(() => undefined);
}

// Most cards are never edited: it is loaded by whoever begins, or left one unfinished before a reload.
const edit = later(() => import("./edit.js"), ({ bindEdit }) => bindEdit({ main, server, drafts: session, texts, toast }));
function adoptEdit(card) {
  if (edit.made() || session.get(editKey(card))) edit.use((made) => made.adopt(card));
}

// What the agent asked for on the page of follow-ups.
const handed = later(() => import("./handed.js"), ({ dialHanded }) => dialHanded);
function takeUp(key) {
  if (!key || document.visibilityState !== "visible") return;
  handed.load().then((dialHanded) =>
    dialHanded({ window, allowed, server, texts, toast, key, merge: (html) => cards.merge(html), done: paintStatus }),
  ).catch(() => undefined);
}

async function switchUser(button) {
  try {
    await server.ask(button.form.getAttribute("hx-post"), { form: { say: "hand-over" } });
    await signIn.signOut();
  } catch (refusal) {
    toast((refusal.data && refusal.data.message) || texts.failed);
  }
}

main.addEventListener("input", (event) => {
  if (event.target.matches("textarea[name=note]")) notes.typed(event.target);
});
main.addEventListener("click", async (event) => {
  const target = event.target.closest("button");
  if (!target) return;
  if (target.hasAttribute("data-ringing-strip")) cards.meet();
  else if (target.dataset.action === "sign-out") signIn.signOut();
  else if (target.dataset.action === "popup-sign-in") signIn.openPopup();
  else if (target.dataset.action === "switch-user") switchUser(target);
  else if (target.dataset.action === "dismiss") target.closest("[data-notice]").remove();
  else if (target.hasAttribute("data-dial")) dialler.use((made) => made.dial(target));
  else if (target.hasAttribute("data-open-leg")) openCard(target.dataset.openUrl, target.dataset.openLeg);
  else if (target.hasAttribute("data-chip")) shelf.open(target);
  else if (target.dataset.action === "fold") cards.toggleFold(target.closest("article"));
  else if (target.dataset.action === "show-keys") openKeys();
  else if (target.dataset.action === "open-edit") edit.use((made) => made.open(target.closest("article")));
  else if (target.hasAttribute("data-copy")) toast((await copy(target.dataset.copy)) ? texts.copied : texts.copyFailed);
  else if (target.dataset.conflictChoice) {
    const conflict = target.closest("[data-conflict]");
    const other = conflict.querySelector("[data-conflict-text]").textContent;
    const shown = { other, which: conflict.dataset.conflict, base: Number(conflict.dataset.base) };
    notes.choose(target.closest("[data-leg]").dataset.leg, target.dataset.conflictChoice, shown);
  }
});

// htmx sends the cards' forms; we paint the answer part by part.
document.body.addEventListener("htmx:configRequest", (event) => Object.assign(event.detail.headers, server.headers()));
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig.elt.hasAttribute("data-plain-swap")) {
    // Somebody goes through what was found with the keyboard.
    const { elt } = event.detail.requestConfig;
    if (elt.matches("input") && event.detail.target.contains(document.activeElement)) event.detail.shouldSwap = false;
    return;
  }
  event.detail.shouldSwap = false;
  delete event.detail.requestConfig.elt.dataset.retried;
  if (event.detail.xhr.status === 200) {
    cards.merge(event.detail.serverResponse);
    if (edit.made()) edit.made().saved(event.detail.requestConfig.elt);
  }
  const said = event.detail.xhr.getResponseHeader("X-Pop-Say");
  if (said) toast(JSON.parse(said));
  paintStatus();
  if (neighbours) neighbours.postMessage("changed");
});
document.body.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  const fresh = xhr.getResponseHeader("X-CSRFToken");
  if (xhr.status === 403 && fresh && !elt.dataset.retried) {
    elt.dataset.retried = "1";
    server.signIn({ csrf: fresh });
    return window.htmx.trigger(elt, "submit");
  }
  if (xhr.status === 401) return server.lost();
  if (people.duplicates(elt, xhr) || (edit.made() && edit.made().problems(elt, xhr))) return undefined;
  let message = texts.failed;
  try {
    message = JSON.parse(xhr.responseText).message || message;
  } catch (_error) {
    // An answer without words: say that it failed.
  }
  const place = elt.querySelector("[data-form-error]");
  if (!place) return toast(message);
  place.textContent = message;
  place.hidden = false;
  return undefined;
});
document.body.addEventListener("htmx:sendError", () => toast(texts.offline));

window.addEventListener("pagehide", () => notes.flush({ leaving: true }));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") refresh();
  else notes.flush();
});
if (neighbours) neighbours.onmessage = ({ data }) => (data === "keys" ? reloadKeys().catch(() => undefined) : refresh());

const wrapUp = bindWrapUp({ main });
const people = bindPeople({ main });
const nothingUnfinished = () => toast(texts.nothingUnfinished);
const actions = createActions({ main, cards, folding, wrapUp, shelf, openKeys, nothingUnfinished });
bindKeys({ main, cards, wrapUp, keyMap, actions });
bindBlankClicks({ main, folding });
bindFinding({ main });
cards.adoptAll();
paintStatus();
listener.start();
signIn.probe().catch(() => undefined);
reminders.refresh({ force: true });
setInterval(() => {
  cards.tick();
  shelf.paint();
}, 500);
let lastRefresh = Date.now();
setInterval(() => {
  const due = cards.active() || !reachable ? ACTIVE_REFRESH : IDLE_REFRESH;
  if (document.visibilityState === "visible" && Date.now() - lastRefresh >= (reachable ? due : 1000)) {
    lastRefresh = Date.now();
    refresh();
  }
  reminders.refresh();
}, 1000);
