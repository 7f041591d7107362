// Queues every hash with its id, tab, sequence, time and trigger, and sends the queue in order until each is acknowledged.

import { readHash } from "./hash.js";
import { randomId, readList } from "./storage.js";

const KEY = "pop-queue";
const BATCH = 20;
const RETRY = [250, 500, 1000];

/**
 * `send(events)` resolves to the ids that need not be sent again; it rejects with {hold: true} while nobody is signed in
 * and with anything else to be tried again. `changed(waiting)` is called whenever the queue changes.
 */
export function createListener({ window, store, tab, send, changed, now = Date.now, newId = randomId }) {
  let queue = readList(store, KEY);
  let sequence = queue.reduce((highest, event) => Math.max(highest, event.sequence), Number(store.get("pop-sequence")) || 0);
  let sending = false;
  let held = false;
  let failures = 0;
  let timer = 0;

  function keep() {
    store.set(KEY, queue.length ? JSON.stringify(queue) : "");
    changed(queue);
  }

  function hear(url, trigger) {
    const read = readHash(url);
    if (!read) return;
    sequence += 1;
    store.set("pop-sequence", String(sequence));
    queue.push({ id: newId(), tab, sequence, at: now(), trigger, pairs: read.pairs, truncated: read.truncated });
    keep();
    // Cleared, so that the same hash is an event again and no number reaches a history entry or HX-Current-URL.
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    pump();
  }

  async function pump() {
    if (sending || held || !queue.length) return;
    sending = true;
    window.clearTimeout(timer);
    try {
      const batch = queue.slice(0, BATCH);
      const moment = now();
      const done = new Set(await send(batch.map(({ at, ...event }) => ({ ...event, age: Math.max(0, moment - at) }))));
      queue = queue.filter((event) => !done.has(event.id));
      failures = done.size ? 0 : failures + 1;
      keep();
    } catch (error) {
      held = Boolean(error && error.hold);
      failures += 1;
    }
    sending = false;
    if (queue.length && !held) timer = window.setTimeout(pump, failures ? RETRY[Math.min(failures, RETRY.length) - 1] : 0);
  }

  return {
    start() {
      // newURL, not location: in a burst of 50 changes location.hash showed 20 of them.
      window.addEventListener("hashchange", (event) => hear(event.newURL, "hashchange"));
      window.addEventListener("online", () => this.resume());
      hear(window.location.href, "load");
      keep();
      pump();
    },
    resume() {
      held = false;
      failures = 0;
      pump();
    },
    waiting: () => queue.length,
  };
}
