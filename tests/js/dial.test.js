import assert from "node:assert/strict";
import test from "node:test";

import { post, targets } from "../../static/js/pop/dial.js";

const WORKBENCH = "https://tccc.qcloud.com";
const inside = (ancestors) => ({ parent: {}, location: { ancestorOrigins: ancestors } });

test("the parent's origin is the only target when it is allowed", () => {
  assert.deepEqual(targets(inside([WORKBENCH, "https://outer.example"]), [WORKBENCH, "https://other.example"]).origins, [WORKBENCH]);
});

test("a grand-parent that is allowed does not open the door", () => {
  const found = targets(inside(["https://evil.example", WORKBENCH]), [WORKBENCH]);
  assert.deepEqual(found, { origins: [], reason: "parentUnknown", parent: "https://evil.example" });
});

test("outside a frame there is nobody to ask", () => {
  const window = { location: {} };
  window.parent = window;
  assert.equal(targets(window, [WORKBENCH]).reason, "notFramed");
});

test("a browser that does not tell the parent posts to each allowed origin", () => {
  assert.deepEqual(targets({ parent: {}, location: {} }, [WORKBENCH, "https://b.example"]).origins, [WORKBENCH, "https://b.example"]);
});

test("a message goes to exact origins, never to any", () => {
  const posted = [];
  const window = { parent: { postMessage: (message, origin) => posted.push([message, origin]) } };
  post(window, [WORKBENCH], { source: "ccc-sdk" });
  assert.deepEqual(posted, [[{ source: "ccc-sdk" }, WORKBENCH]]);
});
