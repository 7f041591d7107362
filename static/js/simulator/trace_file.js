// Reads an exported trace and turns it into steps. Anything may be chosen in a file dialogue: each fault is named.

import { buildHash } from "./hashes.js";

const FORMAT = "screenpop-trace";
const VERSION = 1;
export const MOST_EVENTS = 5000;
export const LONGEST_GAP = 500;

/** What is wrong with a file: `key` of a text and its values. */
export class TraceFault extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

const isText = (value) => typeof value === "string";
const isPair = (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText);

function faultOf(event, before) {
  const ours = event && typeof event === "object" ? event : {};
  if (!Number.isFinite(ours.at) || ours.at < 0 || ours.at < before) return "badTime";
  if (!Array.isArray(ours.pairs) || !ours.pairs.every(isPair)) return "badPairs";
  if (ours.trigger !== "load" && ours.trigger !== "hashchange") return "badTrigger";
  return isText(ours.agent) ? "" : "badAgent";
}

/** The events of a file's text; throws a TraceFault that names what is wrong. */
export function readTrace(text) {
  let trace;
  try {
    trace = JSON.parse(text);
  } catch (_error) {
    throw new TraceFault("unreadableTrace");
  }
  if (!trace || trace.format !== FORMAT || !Array.isArray(trace.events)) throw new TraceFault("foreignTrace");
  if (trace.version !== VERSION) throw new TraceFault("newerTrace", { version: String(trace.version) });
  const { events } = trace;
  if (!events.length) throw new TraceFault("noEvents");
  if (events.length > MOST_EVENTS) throw new TraceFault("tooManyEvents", { count: events.length });
  events.forEach((event, index) => {
    const what = faultOf(event, index ? events[index - 1].at : 0);
    if (what) throw new TraceFault("badEvent", { place: index + 1, whatKey: what });
  });
  return events;
}

export const agentsOf = (events) => Array.from(new Set(events.map((event) => event.agent)));

/** Steps for the player: of one agent or of all (""), with gaps of at most half a second unless at full length. */
export function stepsFrom(events, { agent = "", fullLength = false } = {}) {
  const chosen = events.filter((event) => !agent || event.agent === agent);
  return chosen.map((event, index) => {
    const gap = index ? event.at - chosen[index - 1].at : 0;
    const step = { hash: buildHash(event.pairs), wait: fullLength ? gap : Math.min(gap, LONGEST_GAP) };
    return event.trigger === "load" ? { ...step, recreate: true } : step;
  });
}
