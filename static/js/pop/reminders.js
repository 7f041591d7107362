// What must not be forgotten, asked for once a minute while somebody can see it: unfinished cards, promises just overdue, wrap-ups asked for.

const EVERY = 60000;
// Over the lower edge of the cards: one more would hide what is worked on, and all of them stand on the panel.
const MOST_LINES = 2;

export function createReminders({ main, server, shelf, mayAsk }) {
  const lines = main.querySelector("[data-overdue-lines]");
  let asked = 0;
  // Its card is there: the line has said what it had to say.
  lines.addEventListener("click", (event) => {
    const open = event.target.closest("[data-open-leg]");
    if (open) open.closest("[data-notice]").remove();
  });

  async function ask() {
    asked = Date.now();
    const response = await server.ask("/pop/reminders/", { method: "POST" });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    shelf.setOlder(Array.from(fresh.querySelectorAll("[data-chip]"), (chip) => document.importNode(chip, true)));
    for (const line of fresh.querySelectorAll("[data-notice]")) lines.append(document.importNode(line, true));
    while (lines.children.length > MOST_LINES) lines.firstElementChild.remove();
  }

  return {
    /** Ask when it is time, or now with `force`. The lines come once: nobody may be away from the page. */
    refresh({ force = false } = {}) {
      if (!mayAsk() || document.visibilityState !== "visible") return;
      if (force || Date.now() - asked >= EVERY) ask().catch(() => undefined);
    },
    /** They were somebody else's. */
    forget() {
      lines.textContent = "";
      shelf.setOlder([]);
    },
  };
}
