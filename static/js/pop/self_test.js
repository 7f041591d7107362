// The self-test page: measures, lets the checks judge, shows what they say, and tells the simulator when it is around us.

import { readHash } from "./hash.js";
import { runAll, worst } from "./self_test_checks.js";
import { safeStorage } from "./storage.js";

const data = JSON.parse(document.getElementById("self-test-data").textContent);
const main = document.querySelector("[data-surface=self-test]");
const list = main.querySelector("[data-checks]");
const again = main.querySelector("[data-again]");
let heard = null;
let measured = null;

async function askServer() {
  const asked = Date.now();
  try {
    const response = await fetch("/pop/session/", { credentials: "same-origin", cache: "no-store" });
    const session = response.ok ? await response.json() : null;
    return { session, asked, answered: Date.now(), serverNow: session ? Date.parse(session.now) : NaN };
  } catch (_error) {
    return { session: null, asked, answered: Date.now(), serverNow: NaN };
  }
}

async function measure() {
  return {
    ...(await askServer()),
    localStorage: safeStorage(window, "localStorage").durable,
    sessionStorage: safeStorage(window, "sessionStorage").durable,
    framed: window.parent !== window,
    ancestors: window.location.ancestorOrigins ? Array.from(window.location.ancestorOrigins) : null,
    allowed: data.allowed,
    protocol: window.location.protocol,
    isSecureContext: window.isSecureContext,
    certificate: data.server.certificate,
    host: window.location.hostname,
    resolvesPrivate: data.server.private,
  };
}

const fill = (text, values) => Object.entries(values).reduce((all, [name, value]) => all.split(`{${name}}`).join(value), text);

function make(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

function row({ id, state, finding, values }) {
  const [found, mend] = data.checks[id][finding];
  const item = make("li", `check check-${state}`, "");
  item.dataset.check = id;
  item.dataset.state = state;
  item.append(make("span", "check-state", data.states[state]), make("span", "check-title", data.checks[id].title[0]));
  item.append(make("p", "check-found", fill(found, values)));
  if (mend) item.append(make("p", "check-mend", fill(mend, values)));
  return item;
}

function show() {
  const results = runAll({ ...measured, heard });
  const state = worst(results);
  list.textContent = "";
  list.append(...results.map(row));
  main.dataset.state = state;
  main.querySelector("[data-summary]").textContent = data.summary[state];
  report(results.map((result) => ({ check: result.id, state: result.state, finding: result.finding })));
}

function report(results) {
  if (window.parent === window) return;
  const around = window.location.ancestorOrigins ? Array.from(window.location.ancestorOrigins).slice(0, 1) : data.report_to;
  for (const origin of data.report_to) {
    if (around.includes(origin)) window.parent.postMessage({ source: "screenpop-self-test", results }, origin);
  }
}

async function run() {
  again.disabled = true;
  measured = await measure();
  show();
  again.disabled = false;
}

function hear(url) {
  const read = readHash(url);
  if (!read) return;
  heard = read;
  window.history.replaceState(null, "", window.location.pathname);
  if (measured) show();
}

main.querySelector("[data-stuck]").hidden = true;
again.hidden = false;
again.addEventListener("click", run);
window.addEventListener("hashchange", (event) => hear(event.newURL));
hear(window.location.href);
run();
