// The panel while nothing rings. Painted anew when it comes into view, never while somebody types in it.

export function createHome({ main, server, cards }) {
  const empty = main.querySelector("[data-empty]");
  const place = main.querySelector("[data-home]");
  const found = main.querySelector("[data-home-found]");
  const STALE = 30000;
  let painted = 0;

  async function refresh({ force = false } = {}) {
    if (empty.hidden || place.contains(document.activeElement)) return;
    if (!force && Date.now() - painted < STALE) return;
    painted = Date.now();
    const response = await server.ask("/pop/home/");
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    place.textContent = "";
    place.append(...Array.from(fresh.body.childNodes, (node) => document.importNode(node, true)));
  }

  /** A leg that is not on the screen: its card comes, and stays until it is wrapped up. */
  async function open(url, leg) {
    const response = await server.ask(url);
    cards.merge(await response.text());
    main.querySelector(`article[data-leg="${leg}"]`).setAttribute("data-opened", "");
    cards.go(leg);
  }

  /** It was somebody else's: gone at once, asked for anew when it comes into view. */
  function forget() {
    place.textContent = "";
    found.textContent = "";
    main.querySelector("#home-term").value = "";
    painted = 0;
  }

  return { refresh: (options) => refresh(options).catch(() => undefined), open, forget };
}
