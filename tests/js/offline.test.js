import assert from "node:assert/strict";
import test from "node:test";

import { longestNumber } from "../../static/js/pop/offline.js";

test("the longest number is what can be shown without a server", () => {
  assert.equal(longestNumber([["agentMobile", "13900139000123"], ["mobile", "008613800138000"], ["userId", "77"]]), "008613800138000");
  assert.equal(longestNumber([["mobile", "138****8000"]]), "138****8000");
  assert.equal(longestNumber([["mobile", ""], ["userId", "oABC"]]), "");
});

for (const [written, digits] of [
  ["139-1234-5678", "13912345678"],
  ["0755-8601 3388", "075586013388"],
  ["(0755) 86013388", "075586013388"],
  ["+86 138 0013 8000", "+8613800138000"],
  ["\uff11\uff13\uff18\uff10\uff10\uff11\uff13\uff18\uff10\uff10\uff10", "13800138000"],
]) {
  test(`${written} is shown whole`, () => assert.equal(longestNumber([["mobile", written]]), digits));
}
