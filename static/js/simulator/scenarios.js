// What each scenario sets, step by step. A step is {hash, wait} (milliseconds before it), {recreate} or {tell: key of a text}.

export const DOCUMENTED = "#?mobile=18888888888&type=phone";
export const BURST = 50;

/**
 * `hash(status, changes)` writes a hash of the chosen call, with other parameters where `changes` names them;
 * `other` holds the parameters of a second caller.
 */
export const SCENARIOS = {
  whole: ({ hash }) => ["100", "200", "400"].map((status) => hash(status)),
  documented: () => [DOCUMENTED],
  second: ({ hash, other }) => [hash("100"), hash("200"), hash("100", other)],
  burst: ({ hash }) => Array.from({ length: BURST }, (_, index) => hash(["100", "200", "400"][index % 3], burstCaller(index))),
  duplicates: ({ hash }) => ["100", "100", "200", "200", "400", "400"].map((status) => hash(status)),
  "late-connect": ({ hash }) => ["100", "400", "200"].map((status) => hash(status)),
  "connect-first": ({ hash }) => ["200", "100", "400"].map((status) => hash(status)),
  identical: ({ hash }) => ["100", "400", "100"].map((status) => hash(status)),
  again: ({ hash }) => ["100", "100", "100"].map((status) => hash(status)),
  recreate: ({ hash }) => [hash("100"), hash("200"), hash("400"), { recreate: true }],
  transfer: ({ hash }) => [hash("100"), hash("200"), { tell: "transfer" }],
  "ring-all": ({ hash }) => [hash("100"), { tell: "ringAll" }],
};

function burstCaller(index) {
  const serial = String(Math.floor(index / 3)).padStart(4, "0");
  return { mobile: `1391390${serial}`, userId: undefined, nickName: undefined, avatar: undefined, type: "phone" };
}

/** The steps of a scenario, with the gap between them; a burst has none. */
export function stepsOf(key, call) {
  const gap = key === "burst" ? 0 : call.gap;
  return SCENARIOS[key](call).map((step, index) => {
    const shaped = typeof step === "string" ? { hash: step } : step;
    return { ...shaped, wait: index ? gap : 0 };
  });
}
