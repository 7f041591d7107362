// Each check of the self-test, tested by breaking what it looks at.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CERTIFICATE_SOON, CHECKS, CLOCK_LIMIT, isPrivateHost, runAll, worst } from "../../static/js/pop/self_test_checks.js";

const NOW = Date.parse("2026-03-01T09:00:00Z");
const WORKBENCH = "https://tccc.qcloud.com";
const SOUND = {
  session: { signed_in: true, cookie: true },
  asked: NOW,
  answered: NOW + 40,
  serverNow: NOW + 20,
  localStorage: true,
  sessionStorage: true,
  framed: true,
  ancestors: [WORKBENCH],
  allowed: [WORKBENCH, "https://connect.tencentcloud.com"],
  protocol: "https:",
  isSecureContext: true,
  certificate: { days: 90, self_signed: false },
  host: "crm.example.com",
  resolvesPrivate: false,
  heard: { pairs: [["mobile", "18888888888"], ["type", "phone"]], truncated: false },
};

const verdict = (id, changes) => {
  const { state, finding } = CHECKS[id]({ ...SOUND, ...changes });
  return `${state} ${finding}`;
};

test("a sound pop passes everything", () => {
  assert.equal(worst(runAll(SOUND)), "ok", JSON.stringify(runAll(SOUND)));
});

const BROKEN = [
  ["server", { session: null }, "fail silent"],
  ["cookie", { session: { signed_in: false, cookie: false } }, "fail lost"],
  ["cookie", { session: null }, "warn unknown"],
  ["session", { session: { signed_in: false, cookie: true } }, "warn out"],
  ["session", { session: null }, "warn unknown"],
  ["storage", { localStorage: false }, "warn refused"],
  ["storage", { sessionStorage: false }, "warn refused"],
  ["framed", { framed: false }, "warn top"],
  ["parent", { ancestors: ["https://evil.example"] }, "fail foreign"],
  ["parent", { ancestors: [WORKBENCH, "https://portal.example"] }, "fail foreign"],
  ["parent", { ancestors: ["https://tccc.qcloud.com.evil.example"] }, "fail foreign"],
  ["parent", { ancestors: null }, "warn untold"],
  ["parent", { ancestors: [] }, "warn untold"],
  ["parent", { framed: false, ancestors: [] }, "warn top"],
  ["secure", { protocol: "http:" }, "fail insecure"],
  ["secure", { isSecureContext: false }, "fail insecure"],
  ["certificate", { certificate: null }, "warn unknown"],
  ["certificate", { certificate: { days: -1, self_signed: false } }, "fail expired"],
  ["certificate", { certificate: { days: -1, self_signed: true } }, "fail expired"],
  ["certificate", { certificate: { days: 300, self_signed: true } }, "warn self-signed"],
  ["certificate", { certificate: { days: CERTIFICATE_SOON - 1, self_signed: false } }, "warn soon"],
  ["clock", { serverNow: NaN }, "warn unknown"],
  ["clock", { serverNow: NOW + 20 - 45000 }, "warn ahead"],
  ["clock", { serverNow: NOW + 20 + 45000 }, "warn behind"],
  ["address", { host: "localhost" }, "warn private"],
  ["address", { resolvesPrivate: true }, "warn private"],
  ["address", { resolvesPrivate: null }, "warn unknown"],
  ["hash", { heard: null }, "warn none"],
  ["hash", { heard: { pairs: [["mobile", "1"], ["nickName", "\ufffd\ufffd"]] } }, "warn damaged"],
  ["hash", { heard: { pairs: [["route", "home"]] } }, "warn useless"],
  ["hash", { heard: { pairs: [["mobile", ""]] } }, "warn useless"],
];
for (const [id, changes, expected] of BROKEN) {
  test(`${id}: ${JSON.stringify(changes)} → ${expected}`, () => assert.equal(verdict(id, changes), expected));
}

test("a clock may differ by half a minute, and a slow answer makes it no worse", () => {
  assert.equal(verdict("clock", { serverNow: NOW + 20 + CLOCK_LIMIT * 1000 }), "ok close");
  assert.equal(verdict("clock", { answered: NOW + 80000, serverNow: NOW + 79000 }), "ok close");
});

test("a user id is as good as a number, in any case of its name", () => {
  assert.equal(verdict("hash", { heard: { pairs: [["USERID", "oA"]] } }), "ok heard");
});

test("no finding tells a value of the hash", () => {
  const told = JSON.stringify(runAll({ ...SOUND, heard: { pairs: [["mobile", "13800138000"], ["nickName", "刘\ufffd"]] } }));
  assert.ok(!told.includes("13800138000") && !told.includes("刘"));
});

test("private addresses", () => {
  const inside = ["localhost", "crm.localhost", "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "[::1]", "[fd00::1]", "[fe80::1]", "crm.lan"];
  const outside = ["crm.example.com", "8.8.8.8", "172.32.0.1", "172.15.0.1", "192.169.1.1", "100.128.0.1", "[2001:db8::1]", "localhost.example.com", "10.example.com", "fd.example.com"];
  for (const host of inside) assert.equal(isPrivateHost(host), true, host);
  for (const host of outside) assert.equal(isPrivateHost(host), false, host);
});

test("the worst decides", () => {
  assert.equal(worst([{ state: "ok" }, { state: "warn" }]), "warn");
  assert.equal(worst([{ state: "warn" }, { state: "fail" }, { state: "ok" }]), "fail");
});
