import assert from "node:assert/strict";
import { test } from "node:test";

import { createLater } from "../../static/js/pop/later.js";

test("a part is loaded once, however many want it", async () => {
  let loads = 0;
  const part = createLater(() => assert.fail())(() => Promise.resolve({ name: (loads += 1) }), (module) => module);
  assert.equal(part.made(), null);
  const seen = [];
  await Promise.all([part.use((made) => seen.push(made.name)), part.use((made) => seen.push(made.name)), part.load()]);
  await part.use((made) => seen.push(made.name));
  assert.deepEqual(seen, [1, 1, 1]);
  assert.equal(part.made().name, 1);
});

test("what could not be loaded is told, and loaded at the next try", async () => {
  let told = 0;
  const answers = [Promise.reject(new Error("offline")), Promise.resolve({})];
  const part = createLater(() => (told += 1))(() => answers.shift(), () => "made");
  await part.use(() => assert.fail());
  assert.equal(told, 1);
  assert.equal(part.made(), null);
  let used = "";
  await part.use((made) => (used = made));
  assert.equal(used, "made");
});

test("whoever loads it without a word hears of the failure", async () => {
  const part = createLater(() => assert.fail())(() => Promise.reject(new Error("offline")), () => "made");
  await assert.rejects(part.load());
});
