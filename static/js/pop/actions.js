// What each key does, by the names of the server's table. False: nothing to do here, so the key is the browser's again.

export function createActions({ main, cards, folding, wrapUp, shelf, openKeys, nothingUnfinished }) {
  const onCard = (work) => (card) => (card ? work(card) : false);
  // A button of the card that a key presses: not while the card is folded away.
  const onButton = (name) =>
    onCard((card) => {
      const button = folding.isFolded(card) ? null : card.querySelector(`[data-key="${name}"]`);
      return button ? button.click() : false;
    });

  return {
    meet: () => cards.meet(),
    "wrap-up": onCard((card) => {
      if (folding.isFolded(card)) folding.set(card, false);
      wrapUp.advance(card);
    }),
    note: onCard((card) => cards.go(card.dataset.leg)),
    fold: onCard((card) => cards.toggleFold(card)),
    next: () => cards.step(1),
    previous: () => cards.step(-1),
    shelf: () => void (shelf.next() || nothingUnfinished()),
    edit: onButton("edit"),
    none: onButton("none"),
    confirm: onButton("confirm"),
    reject: onButton("reject"),
    link: onButton("link"),
    dial: onButton("dial"),
    messages: onCard((card) => {
      const panel = folding.isFolded(card) ? null : card.querySelector("[data-messages]");
      if (!panel) return false;
      const place = panel.open && panel.querySelector("[data-message-filter], input[name=template]:checked, input[name=template]");
      // With the focus on it, as what is fetched then takes the focus on.
      (place || panel.querySelector("summary")).focus();
      return place ? undefined : panel.querySelector("summary").click();
    }),
    create: onCard((card) => {
      const name = folding.isFolded(card) ? null : card.querySelector('form[data-action="create-customer"] [name=name]');
      return name ? name.focus() : false;
    }),
    find: () => (main.querySelector("[data-empty]").hidden ? false : main.querySelector("#home-term").focus()),
    help: openKeys,
  };
}
