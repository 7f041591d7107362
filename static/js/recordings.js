// Recordings: one player at a time, words for what went wrong, and a click on a sentence that jumps there.

// The platform tells when a recording ended and when the call was connected, not when the recording began. Its length tells:
// where the beginning that follows lies within the call, up to the answer, it is right; else it began at the answer.
const GRACE = 5000;

export function beganAt(track, durationMs) {
  const began = Number(track.began), connected = Number(track.connected), ended = Number(track.ended);
  const measured = ended - durationMs;
  const latest = (connected || began) + GRACE;
  if (ended && durationMs > 0 && began && measured >= began - GRACE && measured <= latest) return measured;
  return connected || began;
}

// Where in a recording a moment lies, in seconds.
export function secondsAt(track, momentMs, durationSeconds) {
  const known = Number.isFinite(durationSeconds) ? durationSeconds : 0;
  const place = (momentMs - beganAt(track, known * 1000)) / 1000;
  return Math.max(0, known ? Math.min(place, known) : place);
}

// The player that a sentence is heard in: the one that plays, else that of the agent's part, else of its party.
export function playerFor(players, sentence) {
  const own = (player) => player.closest("[data-recording]").dataset;
  return players.find((player) => !player.paused)
    || players.find((player) => sentence.leg && own(player).leg === sentence.leg)
    || players.find((player) => own(player).party === sentence.party)
    || players[0];
}

const players = () => Array.from(document.querySelectorAll("[data-tracks] audio"));
const trackOf = (player) => player.closest("[data-recording]").dataset;

function say(player, text) {
  const place = player.closest("[data-recording]").querySelector("[data-audio-problem]");
  place.querySelector("[data-audio-words]").textContent = text;
  place.hidden = !text;
}

// A player tells only that it failed; the server's own words are asked for.
async function explain(player) {
  const words = player.closest("[data-tracks]").dataset;
  try {
    const answer = await fetch(player.src, { headers: { Range: "bytes=0-0" } });
    if (answer.ok) say(player, words.unsupported);
    else if (answer.status === 401) say(player, words.signedOut);
    else say(player, (await answer.json()).message || words.offline);
  } catch (_error) {
    say(player, words.offline);
  }
}

function jump(player, sentence) {
  const go = () => {
    player.currentTime = secondsAt(trackOf(player), Number(sentence.at), player.duration);
    // A second click may end the first one's attempt.
    const started = player.play();
    if (started) started.catch(() => {});
  };
  if (player.readyState >= 1) {
    go();
    return;
  }
  player.addEventListener("loadedmetadata", go, { once: true });
  // Once an address has failed it is only tried again when asked.
  player.preload = "metadata";
  player.load();
}

// A player that failed plays nothing until it is loaded anew.
function again(player) {
  say(player, "");
  player.focus();
  player.load();
  player.play().catch(() => {});
}

function follow(player) {
  let current = null;
  const now = beganAt(trackOf(player), player.duration * 1000) + player.currentTime * 1000;
  for (const button of document.querySelectorAll("[data-said]")) {
    if (Number(button.dataset.at) <= now + 50) current = button;
  }
  for (const button of document.querySelectorAll("[data-said][aria-current]")) {
    if (button !== current) button.removeAttribute("aria-current");
  }
  if (current) current.setAttribute("aria-current", "true");
}

if (typeof document !== "undefined") {
  document.addEventListener("click", (event) => {
    const retry = event.target.closest("[data-audio-retry]");
    if (retry) again(retry.closest("[data-recording]").querySelector("audio"));
    const button = event.target.closest("[data-said]");
    const all = players();
    if (button && all.length) jump(playerFor(all, button.dataset), button.dataset);
  });
  // What happens to a player does not bubble: it is caught on the way down.
  const on = (name, act) => document.addEventListener(name, (event) => {
    if (event.target instanceof HTMLAudioElement && event.target.closest("[data-tracks]")) act(event.target);
  }, true);
  on("error", explain);
  on("playing", (player) => say(player, ""));
  on("play", (player) => {
    for (const other of players()) if (other !== player) other.pause();
  });
  on("timeupdate", follow);
}
