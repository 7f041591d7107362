// What the ordinary pages need beyond htmx: searching while one types, a fresh token, and words for what went wrong.

const problem = document.querySelector("[data-problem]");
const search = document.querySelector("[data-search]");

const say = (text) => {
  if (!problem) return;
  problem.textContent = text;
  problem.hidden = !text;
};

// Half a syllable in an input method is not yet what the person is looking for.
if (search) {
  let last = search.elements.term.value;
  const typed = (event) => {
    if (event.isComposing || search.elements.term.value === last) return;
    last = search.elements.term.value;
    search.dispatchEvent(new CustomEvent("typed"));
  };
  search.addEventListener("input", typed);
  search.addEventListener("compositionend", typed);
}

document.addEventListener("htmx:beforeRequest", () => say(""));
document.addEventListener("htmx:sendError", () => say(problem ? problem.dataset.offline : ""));
document.addEventListener("htmx:timeout", () => say(problem ? problem.dataset.offline : ""));

// A token that is stale is answered with a fresh one: try again once.
document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  const fresh = xhr.getResponseHeader("X-CSRFToken");
  if (xhr.status !== 403 || !fresh || elt.dataset.retried) {
    say(problem ? problem.dataset.broken : "");
    return;
  }
  elt.dataset.retried = "1";
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = fresh;
  elt.requestSubmit();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) delete event.detail.elt.dataset.retried;
});
