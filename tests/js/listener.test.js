import assert from "node:assert/strict";
import test from "node:test";

import { createListener } from "../../static/js/pop/listener.js";

function frame(href = "https://crm.example/pop/") {
  const heard = {};
  const timers = [];
  const window = {
    location: { href, pathname: "/pop/", search: "" },
    replaced: [],
    history: { replaceState: (_state, _title, url) => window.replaced.push(url) },
    addEventListener: (name, listener) => (heard[name] = listener),
    setTimeout: (work) => timers.push(work),
    clearTimeout: () => undefined,
    hash: (hash) => heard.hashchange({ newURL: `https://crm.example/pop/${hash}` }),
    online: () => heard.online(),
    async runTimers() {
      while (timers.length) {
        timers.shift()();
        await settle();
      }
    },
  };
  return window;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function memory(initial = {}) {
  const data = new Map(Object.entries(initial));
  return { get: (key) => data.get(key) || null, set: (key, value) => data.set(key, value), data };
}

function listen(window, send, store = memory(), extra = {}) {
  let id = 0;
  const listener = createListener({ window, store, tab: "tab", send, changed: () => undefined, now: () => 1000, newId: () => `id-${(id += 1)}`, ...extra });
  return listener;
}

test("a hash that is there at load is an event of the trigger load", async () => {
  const window = frame("https://crm.example/pop/#?mobile=1&status=100");
  const sent = [];
  listen(window, async (events) => (sent.push(...events), events.map((e) => e.id))).start();
  await settle();
  assert.equal(sent[0].trigger, "load");
  assert.deepEqual(sent[0].pairs, [["mobile", "1"], ["status", "100"]]);
  assert.deepEqual(window.replaced, ["/pop/"]);
});

test("fifty changes at once arrive as fifty events in order", async () => {
  const window = frame();
  const sent = [];
  listen(window, async (events) => (sent.push(...events), events.map((e) => e.id))).start();
  for (let n = 1; n <= 50; n += 1) window.hash(`#?mobile=${n}`);
  await settle();
  await window.runTimers();
  assert.deepEqual(sent.map((e) => e.pairs[0][1]), Array.from({ length: 50 }, (_none, n) => String(n + 1)));
  assert.deepEqual(sent.map((e) => e.sequence), Array.from({ length: 50 }, (_none, n) => n + 1));
});

test("what was not acknowledged is sent again, what was is not", async () => {
  const window = frame();
  const calls = [];
  let answer = () => Promise.reject(new Error("offline"));
  const listener = listen(window, (events) => (calls.push(events.map((e) => e.id)), answer(events)));
  listener.start();
  window.hash("#?mobile=1");
  await settle();
  answer = async (events) => [events[0].id];
  window.hash("#?mobile=2");
  await settle();
  await window.runTimers();
  assert.deepEqual(calls, [["id-1"], ["id-1", "id-2"], ["id-2"]]);
  assert.equal(listener.waiting(), 0);
});

test("while nobody is signed in events are held, and flow after resume", async () => {
  const window = frame();
  let signedIn = false;
  const sent = [];
  const listener = listen(window, async (events) => {
    if (!signedIn) throw Object.assign(new Error("signed out"), { hold: true });
    sent.push(...events);
    return events.map((e) => e.id);
  });
  listener.start();
  window.hash("#?mobile=1");
  await settle();
  window.hash("#?mobile=2");
  await settle();
  assert.equal(listener.waiting(), 2);
  signedIn = true;
  listener.resume();
  await settle();
  assert.deepEqual(sent.map((e) => e.pairs[0][1]), ["1", "2"]);
});

test("the queue survives a reload, and its sequence goes on", async () => {
  const store = memory();
  const first = frame();
  listen(first, () => Promise.reject(new Error("offline")), store).start();
  first.hash("#?mobile=1");
  await settle();
  const sent = [];
  const second = frame("https://crm.example/pop/#?mobile=2");
  listen(second, async (events) => (sent.push(...events), events.map((e) => e.id)), store, { newId: () => "other" }).start();
  await settle();
  assert.deepEqual(sent.map((e) => [e.pairs[0][1], e.sequence]), [["1", 1], ["2", 2]]);
});

test("a spoilt queue in storage is as good as none", () => {
  for (const spoilt of ["{", '{"a":1}', "null"]) {
    const listener = listen(frame(), async () => [], memory({ "pop-queue": spoilt }));
    listener.start();
    assert.equal(listener.waiting(), 0);
  }
});

test("the age of an event is told, not its clock", async () => {
  let clock = 5000;
  const window = frame();
  const sent = [];
  let online = false;
  const listener = listen(window, async (events) => {
    if (!online) throw new Error("offline");
    sent.push(...events);
    return events.map((e) => e.id);
  }, memory(), { now: () => clock });
  listener.start();
  window.hash("#?mobile=1");
  await settle();
  clock = 9000;
  online = true;
  window.online();
  await settle();
  assert.equal(sent[0].age, 4000);
  assert.equal("at" in sent[0], false);
});

test("an empty hash is no event", async () => {
  const window = frame();
  const listener = listen(window, async () => []);
  listener.start();
  window.hash("#");
  assert.equal(listener.waiting(), 0);
});
