// The dial buttons.

import { post, targets } from "./dial.js";

export function createDialler({ main, server, texts, toast, merge, done }) {
  const allowed = main.dataset.parents.split(" ").filter(Boolean);
  const question = document.querySelector("[data-ask]");

  function ask(text) {
    question.querySelector("[data-ask-text]").textContent = text;
    question.returnValue = "no";
    question.showModal();
    return new Promise((answer) => question.addEventListener("close", () => answer(question.returnValue === "yes"), { once: true }));
  }

  async function dial(button, confirmed = "") {
    // Clicked twice before this module was there.
    if (button.disabled) return;
    if (button.dataset.dialProblem) return void toast(button.dataset.dialProblem);
    const { origins, reason, parent } = targets(window, allowed);
    if (!origins.length) return void toast(`${texts[reason]}${parent ? ` ${parent}` : ""}`);
    button.disabled = true;
    try {
      const typed = button.hasAttribute("data-dial-number") ? main.querySelector("[data-empty] input[name=term]").value : "";
      const form = { endpoint: button.dataset.dial, number: typed, confirmed };
      const answer = await (await server.ask(button.dataset.dialUrl, { form })).json();
      post(window, origins, answer.message);
      merge(answer.card);
      done();
      toast(texts.dialled);
    } catch (refusal) {
      if (refusal.status === 409 && refusal.data.error === "do-not-call" && !confirmed) {
        button.disabled = false;
        if (await ask(refusal.data.message)) await dial(button, "1");
        return;
      }
      toast((refusal.data && refusal.data.message) || (refusal.status ? texts.failed : texts.offline));
    }
    button.disabled = false;
  }

  return { dial };
}
