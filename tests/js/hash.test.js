import assert from "node:assert/strict";
import test from "node:test";

import { LONGEST, readHash } from "../../static/js/pop/hash.js";

const at = (hash) => readHash(`https://crm.example/pop/${hash}`);
const value = (hash, name) => Object.fromEntries(at(hash).pairs)[name];

test("the three ways a hash may begin read alike", () => {
  for (const start of ["#", "#?", "#/?", "#/"]) {
    assert.deepEqual(at(`${start}mobile=18888888888&type=phone`).pairs, [["mobile", "18888888888"], ["type", "phone"]]);
  }
});

test("nothing behind the mark is nothing", () => {
  for (const hash of ["", "#", "#?", "#/?"]) assert.equal(at(hash), null);
});

for (const [title, hash, name, expected] of [
  ["a raw plus stays a plus", "#?mobile=+8613800138000", "mobile", "+8613800138000"],
  ["an encoded plus too", "#?mobile=%2B8613800138000", "mobile", "+8613800138000"],
  ["encoded Chinese", "#?nickName=%E5%B0%8F%E5%90%9B", "nickName", "小君"],
  ["raw Chinese", "#?nickName=小君", "nickName", "小君"],
  ["a broken percent stays as it is", "#?nickName=100%&mobile=1", "nickName", "100%"],
  ["a broken percent does not swallow its neighbour", "#?nickName=%E4%ZZ&mobile=13800138000", "mobile", "13800138000"],
  ["GBK leftovers become replacement marks", "#?nickName=%D0%A1%BE%FD", "nickName", "С\uFFFD\uFFFD"],
  ["an unencoded address keeps its own query", "#?avatar=https://a.example/x?y=1&mobile=1", "avatar", "https://a.example/x?y=1"],
  ["a name without a value", "#?mobile", "mobile", ""],
]) {
  test(title, () => assert.equal(value(hash, name), expected));
}

test("duplicates are all carried, in order", () => {
  assert.deepEqual(at("#?mobile=1&mobile=2").pairs, [["mobile", "1"], ["mobile", "2"]]);
});

test("of 64 KB the first 8 KB are read, and that is said", () => {
  const read = at(`#?mobile=13800138000&nickName=${"x".repeat(65536)}`);
  assert.equal(read.truncated, true);
  assert.equal(read.pairs[0][1], "13800138000");
  assert.equal(read.pairs.length, 1);
  assert.equal(at("#?mobile=1").truncated, false);
});

test("a parameter that is cut is dropped: part of a number is another number", () => {
  const read = at(`#?nickName=${"x".repeat(LONGEST - 30)}&mobile=9558812345678901`);
  assert.equal(read.truncated, true);
  assert.deepEqual(read.pairs.map(([name]) => name), ["nickName"]);
});
