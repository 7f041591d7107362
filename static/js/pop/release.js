// After an upgrade of the server an open page goes on working; it is made anew only when nobody would notice.

/**
 * `own` is the release this page was made from. `idle()` tells whether a new page would lose nothing: no card, no text,
 * nothing waiting to be sent, a sign-in that the new page has too.
 */
export function createRelease({ own, idle, reload }) {
  let done = false;
  return {
    /** `told` is what an answer of the server said; null where it said nothing. */
    seen(told) {
      if (done || !own || !told || told === own || !idle()) return;
      done = true;
      reload();
    },
  };
}
