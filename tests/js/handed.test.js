import assert from "node:assert/strict";
import test from "node:test";

import { dialHanded } from "../../static/js/pop/handed.js";

const WORKBENCH = "https://tccc.qcloud.com";
const MESSAGE = { source: "ccc-sdk", payload: { event: "callOut", message: { phoneNumber: "13800138000" } } };
let keys = 0;

/** A tab in a frame; `answers` are what the server says in turn: a refusal to throw, or an answer. */
function tab(answers, ancestors = [WORKBENCH]) {
  const posted = [];
  const asked = [];
  const said = [];
  const key = `key-${(keys += 1)}`;
  const window = { location: { ancestorOrigins: ancestors }, parent: { postMessage: (...all) => posted.push(all) } };
  const server = {
    async ask(url, { form }) {
      asked.push([url, form.key]);
      const answer = await answers.shift();
      if (!answer.message || answer.status) throw answer;
      return { json: async () => answer };
    },
  };
  const rest = { allowed: [WORKBENCH], texts: { dialled: "dialled" }, toast: (words) => said.push(words), merge() {}, done() {} };
  return { take: () => dialHanded({ window, server, key, ...rest }), posted, asked, said, key };
}

test("what the server gives to this tab is posted once, however often it is heard of", async () => {
  const { take, posted, asked, said, key } = tab([{ message: MESSAGE, card: "" }]);
  await Promise.all([take(), take()]);
  await take();
  assert.deepEqual(posted, [[MESSAGE, WORKBENCH]]);
  assert.deepEqual(asked, [["/pop/dial/handed/", key]]);
  assert.deepEqual(said, ["dialled"]);
});

test("an answer that was lost is asked for again; what another tab has is left to it", async () => {
  const lost = tab([{ status: 0, data: {} }, { message: MESSAGE, card: "" }]);
  await lost.take();
  await lost.take();
  assert.equal(lost.posted.length, 1);
  const late = tab([{ status: 409, data: { error: "taken", message: "" } }]);
  await late.take();
  await late.take();
  assert.equal(late.asked.length, 1);
  assert.deepEqual([late.posted, late.said], [[], []]);
});

test("outside the workbench nothing is taken from those who can dial", async () => {
  const { take, asked } = tab([], ["https://evil.example"]);
  await take();
  assert.deepEqual(asked, []);
});
