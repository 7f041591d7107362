// Wrap-up from the keyboard: Ctrl+Enter opens it, digits choose in the group that is active, Ctrl+Enter completes.

export function bindWrapUp({ main }) {
  const formOf = (card) => card.querySelector('form[data-action="wrap-up"]');
  const rows = (form) => Array.from(form.querySelectorAll("[data-digits]")).filter((row) => !row.hidden);

  /** The group that the digits belong to: the first one without a choice, else none. */
  function activate(form) {
    const active = rows(form).find((row) => !row.querySelector("input:checked"));
    for (const row of form.querySelectorAll("[data-digits]")) row.toggleAttribute("data-active", row === active);
    return active;
  }

  /** What the next key is about, clear of the shelf and of the notices over the lower edge. */
  function show(form) {
    const next = form.querySelector("[data-active]") || form.querySelector(".actions:last-child");
    // The administrators' view of the form has no notices.
    const notices = main.querySelector(".notices");
    const top = notices && notices.offsetHeight ? notices.getBoundingClientRect().top : window.innerHeight;
    const floor = Math.min(window.innerHeight - 56, top);
    const hidden = next.getBoundingClientRect().bottom + 8 - floor;
    if (hidden > 0) window.scrollBy(0, hidden);
  }

  function paint(form) {
    const reason = form.querySelector("input[name=reason]:checked");
    for (const row of form.querySelectorAll("[data-reason]")) {
      row.hidden = !reason || row.dataset.reason !== reason.value;
      if (row.hidden) for (const input of row.querySelectorAll("input:checked")) input.checked = false;
    }
    for (const choice of form.querySelectorAll(".choice")) choice.toggleAttribute("data-chosen", choice.firstElementChild.checked);
    // A reason under which nothing stands is the outcome itself.
    const outcome = form.querySelector("input[name=outcome]:checked") || reason;
    const ticket = form.querySelector("[data-ticket]");
    if (ticket) ticket.hidden = !(outcome && outcome.hasAttribute("data-wants-ticket")) && !ticket.querySelector("input").value;
    const due = form.querySelector("input[name=due]:checked");
    const promise = form.querySelector("[data-promise]");
    if (promise) {
      promise.hidden = !due || !due.value;
      promise.querySelector("[data-own-time]").hidden = !due || due.value !== "own";
    }
    activate(form);
  }

  function chosen(input) {
    const form = input.form;
    if (input.hasAttribute("data-wants-follow-up") && input.name !== "due") {
      const none = form.querySelector('input[name=due][value=""]');
      if (none.checked) none.checked = false;
    }
    paint(form);
    if (input.hasAttribute("data-wants-ticket")) form.querySelector("[data-ticket] input").focus();
  }

  main.addEventListener("change", (event) => {
    const form = event.target.closest('form[data-action="wrap-up"]');
    if (form && event.target.type === "radio") chosen(event.target);
  });

  return {
    /** Ctrl+Enter: into the form, or, from inside it, done. */
    advance(card) {
      const form = formOf(card);
      if (!form) return;
      if (!form.contains(document.activeElement) && rows(form).length && activate(form)) {
        activate(form).querySelector("input").focus();
        show(form);
        return;
      }
      form.requestSubmit ? form.requestSubmit() : form.querySelector("button[type=submit]").click();
    },
    /** A digit while the focus is in the form (and not in one of its texts). Tells whether it was used. */
    digit(card, digit) {
      const form = formOf(card);
      if (!form || !form.contains(document.activeElement)) return false;
      const row = activate(form) || form.querySelector('[data-digits="due"]');
      const input = row && row.querySelector(`[data-digit-choice="${digit}"]`);
      if (!input) return false;
      input.checked = true;
      input.focus();
      chosen(input);
      // What was promised is typed next.
      if (input.name === "due" && input.value) form.querySelector(input.value === "own" ? "[data-own-time]" : "[name=promise]").focus();
      show(form);
      return true;
    },
    paint: (card) => formOf(card) && rows(formOf(card)).length && paint(formOf(card)),
  };
}
