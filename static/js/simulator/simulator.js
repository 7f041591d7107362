// The workbench, played: joins the form, the frame, the scenarios, the lists, the trace and the self-test.

import { createBench } from "./bench.js";
import { createCall } from "./call.js";
import { createPlayer } from "./player.js";
import { createLog, createPosted } from "./records.js";
import { createReplay } from "./replay.js";
import { stepsOf } from "./scenarios.js";
import { createSelfTest } from "./self_test_frame.js";

const root = document.querySelector("[data-simulator]");
const { callers, texts } = JSON.parse(document.getElementById("simulator-data").textContent);
const find = (selector) => root.querySelector(selector);
const origin = root.dataset.frameOrigin;
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function say(place, text, isBad = false) {
  place.textContent = text;
  place.hidden = !text;
  place.classList.toggle("message-danger", isBad);
}

const status = (text) => say(find("[data-play-status]"), text);
const fill = (text, values) => Object.entries(values).reduce((all, [name, value]) => all.split(`{${name}}`).join(value), text);

const log = createLog({ list: find("[data-log]"), empty: find("[data-log-empty]"), texts });
const bench = createBench({ frame: find("[data-pop-frame]"), base: `${origin}/pop/`, onSet: (hash) => log.add(hash) });
const call = createCall({ form: find("[data-call]"), gap: find("[data-gap]"), callers });

const player = createPlayer({
  bench,
  sleep,
  onStart(name) {
    find("[data-stop]").hidden = false;
    status(fill(texts.playing, { name }));
  },
  onTell: (key) => status(fill(texts[key], { caller: call.label() })),
  onEnd(name, count, isWhole) {
    find("[data-stop]").hidden = true;
    if (isWhole) status(fill(texts.played, { name, count }));
  },
});

find("[data-stop]").addEventListener("click", (event) => {
  player.stop();
  event.currentTarget.hidden = true;
  status("");
});

for (const button of root.querySelectorAll("[data-signal]")) {
  button.addEventListener("click", async () => {
    player.stop();
    const hash = call.hash(button.dataset.signal);
    await bench.ready();
    bench.set(hash);
  });
}

for (const button of root.querySelectorAll("[data-scenario]")) {
  button.addEventListener("click", () => {
    const name = button.querySelector(".scenario-label").textContent;
    player.play(name, stepsOf(button.dataset.scenario, { hash: call.hash, other: call.other(), gap: call.gap() }));
  });
}

find("[data-recreate]").addEventListener("click", () => {
  player.stop();
  bench.recreate(bench.last());
});

for (const choice of root.querySelectorAll("[name=width]")) {
  choice.addEventListener("change", () => (root.dataset.width = choice.value));
}
root.dataset.width = find("[name=width]:checked").value;

find("[data-clear-log]").addEventListener("click", () => log.clear());

createPosted({
  window,
  list: find("[data-posted-list]"),
  empty: find("[data-posted-empty]"),
  texts,
  isOurs: (event) => event.origin === origin && event.source === bench.window(),
  play(number, statuses) {
    call.use({ mobile: number, userId: "", nickName: "", avatar: "", type: "phone" });
    const steps = statuses.map((code, index) => ({ hash: call.hash(code), wait: index ? call.gap() : 0 }));
    player.play(fill(texts.posted, { number }), steps);
  },
});

createReplay({ root, texts, fill, say, play: (steps) => player.play(texts.replay, steps) });

createSelfTest({
  window,
  origin,
  place: find("[data-self-test-place]"),
  button: find("[data-run-self-test]"),
  tell: (text, isBad) => say(find("[data-self-test-status]"), text, isBad),
  texts,
  hash: "#?mobile=18888888888&type=phone&nickName=%E5%88%98",
});

bench.open();
