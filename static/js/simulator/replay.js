// The part of the page that plays a trace again.

import { agentsOf, readTrace, stepsFrom } from "./trace_file.js";

export function createReplay({ root, texts, fill, say, play }) {
  const find = (selector) => root.querySelector(selector);
  const file = find("[data-trace-file]");
  const agents = find("[data-trace-agent]");
  const button = find("[data-replay]");
  const status = find("[data-trace-status]");
  let events = [];

  function offer(names) {
    agents.textContent = "";
    for (const name of ["", ...names]) agents.append(new Option(name || texts.allAgents, name));
    agents.disabled = !names.length;
    button.disabled = !names.length;
  }

  file.addEventListener("change", async () => {
    events = [];
    offer([]);
    if (!file.files.length) return say(status, "");
    try {
      events = readTrace(await file.files[0].text());
    } catch (fault) {
      const { what, ...values } = { ...fault.values, what: texts[fault.values && fault.values.whatKey] };
      return say(status, fill(texts[fault.key] || texts.unreadableTrace, { ...values, what: what || "" }), true);
    }
    offer(agentsOf(events));
    const seconds = Math.round(events[events.length - 1].at / 1000);
    return say(status, fill(texts.loadedTrace, { count: events.length, seconds }));
  });

  button.addEventListener("click", () => {
    play(stepsFrom(events, { agent: agents.value, fullLength: find("[data-trace-speed]").checked }));
  });
}
