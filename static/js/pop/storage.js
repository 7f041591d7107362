// Storage that may be refused: inside another site's frame every access can throw.

/** get, set and remove on sessionStorage or localStorage; in memory when the browser refuses. `durable` tells which. */
export function safeStorage(window, kind) {
  const memory = new Map();
  let real = null;
  try {
    real = window[kind];
    real.setItem("pop-try", "1");
    real.removeItem("pop-try");
  } catch (_error) {
    real = null;
  }
  const attempt = (work, fallback) => {
    try {
      return real ? work(real) : fallback();
    } catch (_error) {
      return fallback();
    }
  };
  return {
    durable: real !== null,
    get: (key) => attempt((s) => s.getItem(key), () => memory.get(key) || null),
    set(key, value) {
      if (!value) return this.remove(key);
      memory.set(key, value);
      return attempt((s) => s.setItem(key, value), () => undefined);
    },
    remove(key) {
      memory.delete(key);
      return attempt((s) => s.removeItem(key), () => undefined);
    },
  };
}

/** A list kept as JSON; anything else that lies there is as good as none. */
export function readList(store, key) {
  try {
    const kept = JSON.parse(store.get(key) || "[]");
    return Array.isArray(kept) ? kept : [];
  } catch (_error) {
    return [];
  }
}

/** 128 random bits in hexadecimal. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Where the tab keeps what was typed into a card's edit form. */
export const editKey = (card) => `pop-edit:${card.dataset.leg}`;
