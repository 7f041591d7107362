import assert from "node:assert/strict";
import test from "node:test";

import { createFolding, legsToFold } from "../../static/js/pop/fold.js";
import { chipState } from "../../static/js/pop/shelf.js";

const card = (leg, state, more = {}) => ({ leg, state, folded: false, fresh: false, held: false, opened: false, ...more });

for (const [title, cards, expected] of [
  ["two stay open", [card("1", "missed"), card("2", "ringing", { fresh: true, held: true })], []],
  ["a third folds what wants nothing more", [card("3", "ringing", { fresh: true, held: true }), card("2", "missed"), card("1", "closed")], ["2", "1"]],
  ["work that is left stays open", [card("3", "ringing", { fresh: true, held: true }), card("2", "wrap-up"), card("1", "connected", { held: true })], []],
  ["nothing above the card that is worked on", [card("1", "missed"), card("2", "wrap-up", { held: true }), card("3", "ringing", { fresh: true, held: true })], []],
  ["what is below it folds", [card("2", "wrap-up", { held: true }), card("1", "missed"), card("3", "ringing", { fresh: true, held: true })], ["1"]],
  ["a missed card with unsaved text is held", [card("3", "ringing", { fresh: true, held: true }), card("2", "missed", { held: true }), card("1", "closed")], ["1"]],
  ["what a person unfolded stays", [card("3", "missed", { fresh: true }), card("2", "missed", { opened: true }), card("1", "missed")], ["1"]],
  ["folded ones do not count", [card("3", "ringing", { fresh: true, held: true }), card("2", "missed"), card("1", "missed", { folded: true })], []],
]) {
  test(title, () => assert.deepEqual(legsToFold(cards), expected));
}

const memory = (content) => ({ content, get: () => content, set(_key, value) { content = value; this.content = value; } });

test("broken storage is as good as none", () => {
  for (const content of ["{", "null", "3"]) assert.equal(createFolding({ store: memory(content) }).isOpened({ dataset: { leg: "1" } }), false);
});

test("what was unfolded by a person is remembered", () => {
  const folding = createFolding({ store: memory('{"7":"open"}') });
  assert.equal(folding.isOpened({ dataset: { leg: "7" } }), true);
});

const TEXTS = { unsavedChip: "未保存", conflictChip: "两份备注", wrapUpChip: "待小结", justNow: "刚刚", minutes: "{n} 分钟" };
const NOW = 1000000000;

for (const [title, given, expected] of [
  ["in sight: none", { visible: true, state: "wrap-up", since: NOW - 5 }, ""],
  ["folded and unsaved", { visible: true, folded: true, state: "connected", since: NOW - 125000 }, "未保存 · 2 分钟"],
  ["unsaved just now", { visible: false, state: "wrap-up", since: NOW - 59999 }, "未保存 · 刚刚"],
  ["two texts to choose from", { visible: false, state: "wrap-up", draft: "conflict", since: 0 }, "两份备注"],
  ["without a wrap-up", { visible: false, state: "wrap-up", draft: "saved", since: 0 }, "待小结"],
  ["nothing left to do", { visible: false, state: "closed", draft: "saved", since: 0 }, ""],
  ["a call that goes on", { visible: false, state: "connected", draft: "saved", since: 0 }, ""],
]) {
  test(`chip: ${title}`, () => assert.equal(chipState(given, NOW, TEXTS), expected));
}
