// The frame that holds the pop, and the hashes that are set on it.

const PATIENCE = 10000;

/** `onSet(hash)` hears of everything that was set. */
export function createBench({ frame, base, onSet }) {
  let last = "";
  let ready = loaded(frame);

  return {
    window: () => frame.contentWindow,
    last: () => last,
    /** A hash that is set while the page still loads replaces the one before it: the first would never be seen. */
    ready: () => ready,
    set(hash) {
      last = hash;
      frame.src = base + hash;
      onSet(hash);
    },
    /** As a workbench does that throws its frame away: a new one, with the last hash in its address from the start. */
    recreate(hash) {
      last = hash;
      const fresh = frame.cloneNode(false);
      fresh.src = base + hash;
      ready = loaded(fresh);
      frame.replaceWith(fresh);
      frame = fresh;
      onSet(hash);
    },
    /** Only when this is called does the page load: nobody could tell otherwise whether it has already. */
    open() {
      frame.src = base;
    },
  };
}

function loaded(frame) {
  return new Promise((resolve) => {
    frame.addEventListener("load", resolve, { once: true });
    setTimeout(resolve, PATIENCE);
  });
}
