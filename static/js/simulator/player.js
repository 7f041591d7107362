// Plays steps one after the other. A new play ends the one before it.

/** `bench.set(hash)` and `bench.recreate(hash)` do the work once `bench.ready()`; `sleep(ms)` resolves later. */
export function createPlayer({ bench, sleep, onStart, onTell, onEnd }) {
  let current = 0;

  async function play(name, steps) {
    current += 1;
    const mine = current;
    let count = 0;
    onStart(name);
    for (const step of steps) {
      if (step.wait > 0) await sleep(step.wait);
      await bench.ready();
      if (mine !== current) return false;
      if (step.tell) {
        onTell(step.tell);
      } else if (step.recreate) {
        bench.recreate(step.hash || bench.last());
      } else {
        bench.set(step.hash);
        count += 1;
      }
    }
    onEnd(name, count, !steps.some((step) => step.tell));
    return true;
  }

  return {
    play,
    stop() {
      current += 1;
    },
  };
}
