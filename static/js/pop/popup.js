// The sign-in window: carries the challenge over the sign-in, fetches a one-time code, hands it to the frame that opened us.

const main = document.querySelector("[data-popup]");
const given = window.location.hash.slice(1);
if (given) {
  sessionStorage.setItem("pop-challenge", given);
  window.history.replaceState(null, "", window.location.pathname);
}
const challenge = sessionStorage.getItem("pop-challenge") || "";

function orphan() {
  document.querySelector("[data-popup-orphan]").hidden = false;
  const done = document.querySelector("[data-popup-done]");
  if (done) done.hidden = true;
}

async function handOver() {
  if (!window.opener || !challenge) return orphan();
  const response = await fetch(main.dataset.codeUrl, {
    method: "POST",
    headers: { "X-CSRFToken": main.dataset.csrf },
    body: new URLSearchParams({ challenge }),
  });
  if (!response.ok) return orphan();
  const { code } = await response.json();
  sessionStorage.removeItem("pop-challenge");
  window.opener.postMessage({ type: "pop-sign-in", code }, window.location.origin);
  return window.close();
}

if (!window.opener) orphan();
if (main.dataset.codeUrl) handOver().catch(orphan);
