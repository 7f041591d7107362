// Dials what the agent asked for on a page that no workbench frames. The server gives it to one tab alone.

import { post, targets } from "./dial.js";

const done = new Set();
const underWay = new Set();

/** Resolves when it is over. An answer that never came is asked for again at the next refresh: this tab gets the same one. */
export async function dialHanded({ window, allowed, server, texts, toast, key, merge, done: painted }) {
  if (done.has(key) || underWay.has(key)) return;
  // A pop that no workbench frames leaves it to one that can dial.
  const { origins } = targets(window, allowed);
  if (!origins.length) return;
  underWay.add(key);
  try {
    const answer = await (await server.ask("/pop/dial/handed/", { form: { key } })).json();
    done.add(key);
    post(window, origins, answer.message);
    merge(answer.card);
    painted();
    toast(texts.dialled);
  } catch (refusal) {
    // Another tab has it, or the page of follow-ups says why not.
    if (refusal.status) done.add(key);
    if (refusal.data && refusal.data.message) toast(refusal.data.message);
  } finally {
    underWay.delete(key);
  }
}
