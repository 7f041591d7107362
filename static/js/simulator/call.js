// The call that the form describes.

import { buildHash } from "./hashes.js";

const FILLED = ["mobile", "userId", "nickName", "avatar"];
const LONGEST_GAP = 500;

/** `callers` are {key, mobile, userId, nickName, avatar, type}, with the parameters only that they have. */
export function createCall({ form, gap, callers }) {
  const fields = Array.from(form.querySelectorAll("[data-parameter]"));
  const field = (name) => form.elements[name];
  const chosen = () => callers.find((caller) => caller.key === field("caller").value) || callers[0];

  function showOther() {
    form.querySelector("[data-other-channel]").hidden = field("channel").value !== "";
  }

  function use(values) {
    for (const name of FILLED) field(name).value = values[name] || "";
    field("channel").value = values.type;
    showOther();
  }

  /** mobile is always there, as the workbench sends it; the others only when filled in. */
  function parameters() {
    const pairs = fields.map((input) => [input.name, input.value || (input.name === "mobile" ? "" : undefined)]);
    pairs.push(["type", field("channel").value || field("other_channel").value]);
    return pairs;
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    if (event.target.name === "caller") use(chosen());
    if (event.target.name === "channel") showOther();
  });
  // A browser may have kept what was chosen before a reload.
  use(chosen());

  return {
    use,
    label: () => form.querySelector("[name=caller]:checked ~ .caller-face .caller-label").textContent,
    /** Somebody else, for a second call. */
    other() {
      const caller = callers.find(({ key }) => key === (chosen().key === "unknown" ? "vip" : "unknown"));
      return { mobile: caller.mobile, userId: undefined, nickName: undefined, avatar: undefined, type: caller.type };
    },
    gap: () => Math.min(LONGEST_GAP, Math.max(0, Number(gap.value) || 0)),
    hash(status, changes = {}) {
      const pairs = parameters().map(([name, value]) => [name, name in changes ? changes[name] : value]);
      return buildHash([...pairs, ["status", status]], { way: field("way").value, prefix: field("prefix").value });
    },
  };
}
