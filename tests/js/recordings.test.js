// Where a moment of the call lies in a recording, and in which one a sentence is heard.

import assert from "node:assert/strict";
import test from "node:test";

import { beganAt, playerFor, secondsAt } from "../../static/js/recordings.js";

const CALL = 1_700_000_000_000;
const track = (more) => ({ began: String(CALL), connected: String(CALL + 10_000), ended: String(CALL + 70_000), ...more });

for (const [title, more, duration, expected] of [
  ["a recording from the answer on", {}, 60_000, CALL + 10_000],
  ["one that began while it rang", {}, 68_000, CALL + 2_000],
  ["one that is told of long after it ended", { ended: String(CALL + 900_000) }, 60_000, CALL + 10_000],
  ["one that is longer than the call", {}, 600_000, CALL + 10_000],
  ["of unknown length", {}, 0, CALL + 10_000],
  ["of unknown end", { ended: "0" }, 60_000, CALL + 10_000],
  ["nobody told when it was answered", { connected: "0", ended: String(CALL + 61_000) }, 60_000, CALL + 1_000],
  ["nothing is told but the beginning", { connected: "0", ended: "0" }, 60_000, CALL],
]) {
  test(title, () => assert.equal(beganAt(track(more), duration), expected));
}

for (const [title, moment, duration, expected] of [
  ["a sentence in the middle", CALL + 25_500, 60, 15.5],
  ["before the recording began", CALL + 1_000, 60, 0],
  ["after it ended", CALL + 99_000, 60, 60],
  ["while its length is not known", CALL + 25_000, Number.NaN, 15],
]) {
  test(title, () => assert.equal(secondsAt(track(), moment, duration), expected));
}

const player = (dataset, paused = true) => ({ paused, closest: () => ({ dataset }) });
const customer = player({ party: "customer", leg: "" });
const first = player({ party: "agent", leg: "7" });
const second = player({ party: "agent", leg: "8" });
const playing = player({ party: "customer", leg: "" }, false);

for (const [title, players, sentence, expected] of [
  ["that of the agent's part", [customer, first, second], { party: "agent", leg: "8" }, second],
  ["that of the party", [first, customer], { party: "customer", leg: "" }, customer],
  ["the one that plays", [customer, first, playing], { party: "agent", leg: "7" }, playing],
  ["the first where nothing fits", [first, second], { party: "customer", leg: "" }, first],
]) {
  test(title, () => assert.equal(playerFor(players, sentence), expected));
}
