import assert from "node:assert/strict";
import test from "node:test";

import { createSender, matches } from "../../static/js/pop/messages.js";

const WORKBENCH = "https://tccc.qcloud.com";
const texts = { sendNotFramed: "outside", sendParentUnknown: "stranger:", failed: "failed", offline: "offline" };
const MESSAGE = { source: "ccc-sdk", payload: { event: "sendTextMessage", message: "您好" } };

/** A sender in a frame; `answers` are what the server says in turn: a refusal to throw, or an answer. */
function sender(answers, ancestors = [WORKBENCH]) {
  const posted = [];
  const asked = [];
  let id = 0;
  const window = { location: { ancestorOrigins: ancestors }, parent: { postMessage: (...all) => posted.push(all) } };
  const server = {
    async ask(url, { form }) {
      asked.push({ url, ...form });
      const answer = await answers.shift();
      if (answer.status) throw answer;
      if (answer.lost) throw { status: 0, data: {} };
      return { json: async () => answer };
    },
  };
  const send = createSender({ window, allowed: [WORKBENCH], server, texts, newId: () => `id${(id += 1)}` });
  return { send, posted, asked, window };
}

const one = { url: "/send/", template: "7", text: "您好" };

test("what the server made is posted as it is, to the workbench alone", async () => {
  const { send, posted, asked } = sender([{ message: MESSAGE, card: "<article>" }]);
  assert.equal((await send(one)).card, "<article>");
  assert.deepEqual(posted, [[MESSAGE, WORKBENCH]]);
  assert.deepEqual(asked, [{ url: "/send/", template: "7", text: "您好", send_id: "id1" }]);
});

test("a double click asks once and posts once", async () => {
  let answer;
  const { send, posted, asked } = sender([new Promise((resolve) => (answer = resolve))]);
  const clicks = [send(one), send(one)];
  answer({ message: MESSAGE });
  const [first, second] = await Promise.all(clicks);
  assert.ok(first);
  assert.equal(second, null);
  assert.equal(asked.length, 1);
  assert.equal(posted.length, 1);
});

test("the same text sent twice on purpose is two messages", async () => {
  const { send, asked } = sender([{ message: MESSAGE }, { message: MESSAGE }]);
  await send(one);
  await send(one);
  assert.deepEqual(asked.map((request) => request.send_id), ["id1", "id2"]);
});

test("after an answer that was lost the same message is asked for again, another text is another message", async () => {
  const { send, posted, asked } = sender([{ lost: true }, { message: MESSAGE }, { message: MESSAGE }]);
  await assert.rejects(send(one), { message: "offline" });
  assert.deepEqual(posted, []);
  await send(one);
  await send({ ...one, text: "再见" });
  assert.deepEqual(asked.map((request) => request.send_id), ["id1", "id1", "id2"]);
  assert.equal(posted.length, 2);
});

test("a refusal is shown in the server's words and nothing is posted", async () => {
  const { send, posted } = sender([{ status: 422, data: { message: "网站不在允许列表里" } }, { status: 500, data: {} }]);
  await assert.rejects(send(one), { message: "网站不在允许列表里" });
  await assert.rejects(send(one), { message: "failed" });
  assert.deepEqual(posted, []);
});

test("under a parent that is not allowed nothing is asked, recorded or posted", async () => {
  const { send, posted, asked } = sender([], ["https://evil.example"]);
  await assert.rejects(send(one), { message: "stranger: https://evil.example" });
  assert.deepEqual([posted, asked], [[], []]);
});

test("outside a frame it explains itself", async () => {
  const { send, asked, window } = sender([]);
  window.parent = window;
  await assert.rejects(send(one), { message: "outside" });
  assert.deepEqual(asked, []);
});

test("typing finds by name, pinyin and text, all words of it", () => {
  const words = "发货通知 fahuotongzhi fhtz 您的订单已发货";
  assert.ok(["", "FHTZ", "发货", "订单 fa", " 通知 "].every((typed) => matches(typed, words)));
  assert.ok(!matches("退款", words));
  assert.ok(!matches("发货 退款", words));
});
