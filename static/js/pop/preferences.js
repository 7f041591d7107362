// Theme and language, changed in place: no reload, so that whatever is typed stays, and a sign-in that lives in the page too.

import { bindingOf, writesNothing } from "./key_map.js";
import { translate } from "./words.js";

export function createPreferences({ main, server, texts, toast, repaint }) {
  const root = document.documentElement;
  const menu = main.querySelector("[data-menu]");
  const form = menu.querySelector("form");
  const summary = menu.querySelector("summary");
  const inputs = Array.from(form.querySelectorAll("input[type=radio]"));
  const check = (name, value) => inputs.forEach((input) => { if (input.name === name) input.checked = input.value === value; });
  // What the server holds; a choice that could not be saved goes back to it.
  let kept = {};
  for (const input of inputs) if (input.checked) kept[input.name] = input.value;

  /** The page in the reader's language. What cannot be fetched stays as it is until the next try. */
  async function speak(lang) {
    if (!lang || lang === root.lang) return;
    const page = await (await server.ask("/pop/")).text();
    const fresh = new DOMParser().parseFromString(page, "text/html");
    if (fresh.documentElement.lang !== lang) return;
    root.lang = lang;
    document.title = fresh.title;
    Object.assign(texts, JSON.parse(fresh.getElementById("pop-texts").textContent));
    translate(main, fresh.querySelector("main"));
    for (const dialog of ["[data-ask]", "[data-keys]"]) translate(document.querySelector(dialog), fresh.querySelector(dialog));
    await repaint();
  }

  /** What the server says of this person's choices; an answer that tells none changes nothing. */
  function show(answer) {
    if (!answer.shown_theme) return Promise.resolve();
    root.dataset.theme = answer.shown_theme;
    kept = { theme: answer.theme, language: answer.language };
    for (const name of Object.keys(kept)) check(name, kept[name]);
    return speak(answer.lang).catch(() => undefined);
  }

  let last = Promise.resolve();
  async function choose(input) {
    try {
      const answer = await server.ask(form.dataset.url, { form: { [input.name]: input.value } });
      await show(await answer.json());
    } catch (refusal) {
      check(input.name, kept[input.name]);
      toast((refusal.data && refusal.data.message) || (refusal.status ? texts.failed : texts.offline));
    }
  }

  const close = () => {
    if (!menu.open) return;
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) summary.focus();
  };
  // One after the other: the last choice is the one that stays.
  form.addEventListener("change", (event) => {
    const { name, value } = event.target;
    last = last.then(() => choose({ name, value }));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  menu.addEventListener("keydown", (event) => {
    if (event.code === "Escape") close();
    // A digit or letter among the choices chooses nothing on a card; the keys that write nothing work from here too.
    if (menu.open && !writesNothing(bindingOf(event))) event.stopPropagation();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });

  return {
    show,
    /** Only whoever is signed in has choices. */
    offer(signedIn) {
      menu.hidden = !signedIn;
      if (!signedIn) menu.open = false;
    },
  };
}
