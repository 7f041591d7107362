// What the simulator sets must be what the pop's own reader reads: both are tested against each other here.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readHash } from "../../static/js/pop/hash.js";
import { longestNumber } from "../../static/js/pop/offline.js";
import { gbkPercent } from "../../static/js/simulator/gbk.js";
import { buildHash, EXTRA_LENGTH, shorten, WAYS } from "../../static/js/simulator/hashes.js";
import { createPlayer } from "../../static/js/simulator/player.js";
import { dialledNumber, sentIntoChat } from "../../static/js/simulator/records.js";
import { BURST, DOCUMENTED, SCENARIOS, stepsOf } from "../../static/js/simulator/scenarios.js";
import { LONGEST_GAP, MOST_EVENTS, readTrace, stepsFrom, TraceFault } from "../../static/js/simulator/trace_file.js";

const PAIRS = [
  ["mobile", "+8613800138000"],
  ["nickName", "刘 & 君"],
  ["avatar", "https://wx.qlogo.cn/a?b=1&c=2"],
  ["type", "oim"],
];
const url = (hash) => new URL(`https://crm.test/pop/${hash}`).href;
const read = (way, prefix) => readHash(url(buildHash(PAIRS, { way, prefix })));
const valueOf = (result, name) => (result.pairs.find(([key]) => key === name) || [])[1];

test("every prefix reads as the same pairs", () => {
  for (const prefix of ["#?", "#", "#/?"]) assert.deepEqual(read("percent", prefix).pairs, PAIRS);
});

test("an empty parameter is kept, one that is not there is left out", () => {
  assert.equal(buildHash([["mobile", ""], ["userId", undefined], ["type", "im"]]), "#?mobile=&type=im");
});

test("raw Chinese and a raw + come through", () => {
  const pairs = [["mobile", "+8613800138000"], ["nickName", "刘先生"]];
  assert.deepEqual(readHash(url(buildHash(pairs, { way: "raw" }))).pairs, pairs);
});

test("GBK leaves damage and the number", () => {
  assert.equal(gbkPercent("刘a"), "%C1%F5a");
  assert.equal(gbkPercent("😀"), "%3F");
  assert.match(valueOf(read("gbk"), "nickName"), /\ufffd/);
  assert.equal(valueOf(read("gbk"), "mobile"), "+8613800138000");
});

test("a broken % damages one value alone", () => {
  const result = read("broken");
  assert.equal(valueOf(result, "mobile"), "+8613800138000");
  assert.match(valueOf(result, "nickName"), /^刘 & 君\ufffd%8$/);
  assert.equal(valueOf(result, "discount"), "100%");
});

test("64 KB are cut, and what came first is read", () => {
  const hash = buildHash(PAIRS, { way: "long" });
  assert.ok(hash.length > EXTRA_LENGTH);
  const result = readHash(url(hash));
  assert.equal(result.truncated, true);
  assert.equal(valueOf(result, "mobile"), "+8613800138000");
  assert.equal(valueOf(result, "extra"), undefined);
  assert.ok(shorten(hash).length < 500);
});

test("control characters reach the reader", () => {
  const result = read("control");
  assert.equal(valueOf(result, "mobile"), "+86\u000013800138000\r\n");
  assert.equal(valueOf(result, "nickName"), "\u202e刘 & 君");
});

test("a duplicate comes after the real one", () => {
  const numbers = read("duplicate").pairs.filter(([name]) => name === "mobile").map(([, value]) => value);
  assert.deepEqual(numbers, ["+8613800138000", "10086"]);
});

test("a loose avatar spills its own parameters", () => {
  const numbers = read("loose").pairs.filter(([name]) => name === "mobile").map(([, value]) => value);
  assert.deepEqual(numbers, ["+8613800138000", "10086#top"]);
});

test("every way is a hash that the reader takes", () => {
  for (const way of Object.keys(WAYS)) assert.ok(read(way).pairs.length >= PAIRS.length, way);
});

const call = (gap = 300) => ({
  gap,
  other: { mobile: "15919990000" },
  hash: (status, changes = {}) => buildHash([["mobile", "mobile" in changes ? changes.mobile : "13800138000"], ["status", status]]),
});
const statuses = (key) => stepsOf(key, call()).map(({ hash }) => hash && new URLSearchParams(hash.slice(2)).get("status"));

test("the documented example is set to the letter", () => {
  assert.deepEqual(stepsOf("documented", call()), [{ hash: "#?mobile=18888888888&type=phone", wait: 0 }]);
  assert.equal(longestNumber(readHash(DOCUMENTED).pairs), "18888888888");
});

test("scenarios say what their names say", () => {
  assert.deepEqual(statuses("whole"), ["100", "200", "400"]);
  assert.deepEqual(statuses("late-connect"), ["100", "400", "200"]);
  assert.deepEqual(statuses("connect-first"), ["200", "100", "400"]);
  assert.deepEqual(statuses("duplicates"), ["100", "100", "200", "200", "400", "400"]);
  const [first, , again] = stepsOf("identical", call());
  assert.equal(first.hash, again.hash);
  assert.match(stepsOf("second", call())[2].hash, /15919990000/);
  assert.equal(stepsOf("recreate", call())[3].recreate, true);
  assert.equal(stepsOf("transfer", call())[2].tell, "transfer");
});

test("a burst is fifty different hashes at gap 0, whatever gap is chosen", () => {
  const steps = stepsOf("burst", call(500));
  assert.equal(new Set(steps.map(({ hash }) => hash)).size, BURST);
  assert.ok(steps.every(({ wait }) => wait === 0));
});

test("gaps stand between steps, not before the first", () => {
  for (const key of Object.keys(SCENARIOS)) assert.equal(stepsOf(key, call())[0].wait, 0, key);
  assert.deepEqual(stepsOf("whole", call(120)).map(({ wait }) => wait), [0, 120, 120]);
});

function bench() {
  const done = [];
  return {
    done,
    ready: () => Promise.resolve(),
    set: (hash) => done.push(hash),
    recreate: (hash) => done.push(`new ${hash}`),
    last: () => done[done.length - 1],
  };
}

function player(place, sleep = () => Promise.resolve()) {
  const heard = [];
  const made = createPlayer({
    bench: place,
    sleep,
    onStart: (name) => heard.push(`start ${name}`),
    onTell: (key) => heard.push(`tell ${key}`),
    onEnd: (name, count, isWhole) => heard.push(`end ${name} ${count} ${isWhole}`),
  });
  return { ...made, heard };
}

test("the player sets every step in order and waits between them", async () => {
  const place = bench();
  const waits = [];
  const { play, heard } = player(place, (ms) => Promise.resolve(waits.push(ms)));
  await play("A", [{ hash: "#1", wait: 0 }, { hash: "#2", wait: 50 }, { recreate: true, wait: 50 }, { tell: "transfer", wait: 0 }]);
  assert.deepEqual(place.done, ["#1", "#2", "new #2"]);
  assert.deepEqual(waits, [50, 50]);
  assert.deepEqual(heard, ["start A", "tell transfer", "end A 2 false"]);
});

test("a new play ends the one before it", async () => {
  const place = bench();
  const wakes = [];
  const { play, heard } = player(place, () => new Promise((resolve) => wakes.push(resolve)));
  const first = play("A", [{ hash: "#a1", wait: 0 }, { hash: "#a2", wait: 10 }]);
  await new Promise(setImmediate);
  const second = play("B", [{ hash: "#b1", wait: 0 }]);
  wakes.forEach((wake) => wake());
  assert.equal(await first, false);
  assert.equal(await second, true);
  assert.deepEqual(place.done, ["#a1", "#b1"]);
  assert.ok(!heard.some((line) => line.startsWith("end A")));
});

test("stop sets nothing more", async () => {
  const place = bench();
  let wake;
  const { play, stop } = player(place, () => new Promise((resolve) => (wake = resolve)));
  const playing = play("A", [{ hash: "#1", wait: 0 }, { hash: "#2", wait: 10 }]);
  await new Promise(setImmediate);
  stop();
  wake();
  assert.equal(await playing, false);
  assert.deepEqual(place.done, ["#1"]);
});

test("only a callOut asks to dial", () => {
  const message = (event, content) => ({ source: "ccc-sdk", payload: { event, message: content } });
  assert.equal(dialledNumber(message("callOut", { phoneNumber: "13800138000", desc: "王" })), "13800138000");
  for (const other of [null, "callOut", {}, message("other", {}), message("callOut", null), message("callOut", { phoneNumber: 1 })]) {
    assert.equal(dialledNumber(other), "");
  }
  assert.equal(dialledNumber({ ...message("callOut", { phoneNumber: "1" }), source: "else" }), "");
});

test("what goes into the chat is told, of its three shapes only", () => {
  const told = (event, content) => sentIntoChat({ source: "ccc-sdk", payload: { event, message: content } });
  assert.deepEqual(told("sendTextMessage", "您好"), { key: "postedText", lines: ["您好"] });
  assert.deepEqual(told("sendCard", { header: "订单", desc: "", pic: "", url: "https://a.example/" }), { key: "postedCard", lines: ["订单", "https://a.example/"] });
  assert.deepEqual(told("sendCustomMessage", { title: "评价", description: "请打分", iconUrl: "", fromPostMessage: 1, extension: {} }), { key: "postedCustom", lines: ["评价", "请打分"] });
  for (const [name, content] of [["sendTextMessage", { text: "x" }], ["sendTextMessage", null], ["sendTextMessage", ""], ["sendCard", "x"], ["sendCard", {}], ["sendCustomMessage", { title: "x", description: "", iconUrl: "" }], ["callOut", {}], ["constructor", {}]]) {
    assert.equal(told(name, content), null, name);
  }
  for (const other of [null, 1, {}, { source: "ccc-sdk" }]) assert.equal(sentIntoChat(other), null);
});

const event = (changes = {}) => ({ at: 0, agent: "agent-1", trigger: "hashchange", pairs: [["mobile", "1"]], ...changes });
const file = (events, changes = {}) => JSON.stringify({ format: "screenpop-trace", version: 1, events, ...changes });

test("a good trace is read", () => {
  assert.equal(readTrace(file([event(), event({ at: 5, trigger: "load", pairs: [] })])).length, 2);
});

const faults = {
  unreadableTrace: "not json",
  foreignTrace: '{"events": []}',
  newerTrace: file([event()], { version: 2 }),
  noEvents: file([]),
  tooManyEvents: file(Array.from({ length: MOST_EVENTS + 1 }, () => event())),
};
for (const [key, text] of Object.entries(faults)) {
  test(`a bad trace is named: ${key}`, () => {
    assert.throws(() => readTrace(text), (fault) => fault instanceof TraceFault && fault.key === key);
  });
}

test("null, a list and events that are none are foreign", () => {
  for (const text of ["null", "[]", file("x"), file({})]) {
    assert.throws(() => readTrace(text), (fault) => fault.key === "foreignTrace");
  }
});

const wrong = {
  badTime: [{ at: -1 }, { at: "1" }, { at: null }, { at: 3 }],
  badPairs: [{ pairs: null }, { pairs: [["a"]] }, { pairs: [["a", 1]] }, { pairs: ["ab"] }],
  badTrigger: [{ trigger: "" }, { trigger: undefined }],
  badAgent: [{ agent: 1 }],
};
for (const [whatKey, changes] of Object.entries(wrong)) {
  test(`the event and its fault are named: ${whatKey}`, () => {
    for (const change of changes) {
      const text = file([event({ at: 4 }), event({ at: 4, ...change })]);
      assert.throws(() => readTrace(text), (fault) => fault.key === "badEvent" && fault.values.place === 2 && fault.values.whatKey === whatKey);
    }
  });
}

test("an event that is none is named too", () => {
  assert.throws(() => readTrace(file([null])), (fault) => fault.key === "badEvent" && fault.values.place === 1);
});

test("a replay keeps order and pairs, and caps its gaps", () => {
  const events = [event(), event({ at: 200 }), event({ at: 90200, trigger: "load" })];
  const steps = stepsFrom(events);
  assert.deepEqual(steps.map(({ wait }) => wait), [0, 200, LONGEST_GAP]);
  assert.equal(steps[2].recreate, true);
  assert.deepEqual(readHash(steps[0].hash).pairs, [["mobile", "1"]]);
  assert.deepEqual(stepsFrom(events, { fullLength: true }).map(({ wait }) => wait), [0, 200, 90000]);
});

test("a replay of one agent leaves the others out", () => {
  const events = [event(), event({ agent: "agent-2", at: 100 }), event({ at: 300 })];
  assert.deepEqual(stepsFrom(events, { agent: "agent-1" }).map(({ wait }) => wait), [0, 300]);
});
