import assert from "node:assert/strict";
import test from "node:test";

import { createRelease } from "../../static/js/pop/release.js";

function reloadsOf({ own, told, idle = true }) {
  let count = 0;
  const release = createRelease({ own, idle: () => idle, reload: () => (count += 1) });
  for (const one of told) release.seen(one);
  return count;
}

test("an idle page is made anew for a new release, once", () => assert.equal(reloadsOf({ own: "a", told: ["a", "b", "b", "c"] }), 1));
test("the same release changes nothing", () => assert.equal(reloadsOf({ own: "a", told: ["a", "a"] }), 0));
test("a page in use stays", () => assert.equal(reloadsOf({ own: "a", told: ["b"], idle: false }), 0));
test("a server that does not tell changes nothing", () => assert.equal(reloadsOf({ own: "a", told: [null, ""] }), 0));
test("a page that does not know its own stays", () => assert.equal(reloadsOf({ own: "", told: ["b"] }), 0));
