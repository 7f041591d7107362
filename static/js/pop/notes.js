// Notes save as they are typed. A text that is not saved stays in the page and, where the browser allows, in storage.

const PAUSE = 500;
const LONGEST_WAIT = 900;
const RETRY = 1500;

/** `texts` are the words of the states; `ask` posts; `refresh` fetches the cards anew (to show a conflict). */
export function createNotes({ server, drafts, tab, texts, refresh }) {
  const states = new Map();

  const legOf = (area) => area.closest("[data-leg]").dataset.leg;
  const show = (area, state, words) => {
    const mark = area.closest("[data-part]").querySelector("[data-draft-state]");
    if (mark.dataset.draftState !== state) mark.dataset.draftState = state;
    if (mark.textContent !== words) mark.textContent = words;
  };
  const currentArea = (leg) => document.querySelector(`[data-leg="${leg}"] textarea[name=note]`);

  function adopt(area) {
    const leg = legOf(area);
    if (states.has(leg)) return states.get(leg);
    const state = { base: Number(area.dataset.noteVersion), saved: area.value, timer: 0, since: 0, busy: false, again: false, conflict: false, painted: false };
    states.set(leg, state);
    const draft = readDraft(leg);
    if (draft && draft.text !== area.value) {
      area.value = draft.text;
      state.base = draft.base;
      plan(leg, 0);
    } else if (draft) drafts.remove(`pop-draft:${leg}`);
    return state;
  }

  function readDraft(leg) {
    try {
      return JSON.parse(drafts.get(`pop-draft:${leg}`) || "null");
    } catch (_error) {
      return null;
    }
  }

  function typed(area) {
    const leg = legOf(area);
    const state = adopt(area);
    drafts.set(`pop-draft:${leg}`, JSON.stringify({ text: area.value, base: state.base }));
    if (!state.conflict) show(area, "saving", texts.saving);
    state.since = state.since || Date.now();
    plan(leg, Math.max(0, Math.min(PAUSE, LONGEST_WAIT - (Date.now() - state.since))));
  }

  function plan(leg, wait) {
    const state = states.get(leg);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(leg), wait);
  }

  async function save(leg, { settles = false, keepalive = false } = {}) {
    const area = currentArea(leg);
    const state = states.get(leg);
    if (!area || !state) return;
    if (state.busy) {
      state.again = true;
      return;
    }
    const text = area.value;
    state.since = 0;
    if (text === state.saved && !settles) return settle(leg, area, state);
    state.busy = true;
    const form = { note: text, base: state.base, tab, settles: settles ? "1" : "" };
    try {
      const answer = await (await server.ask(area.dataset.noteUrl, { form, keepalive })).json();
      state.base = answer.version;
      state.saved = text;
      if (settles) state.conflict = false;
      settle(leg, area, state);
    } catch (error) {
      failed(leg, area, state, error);
    }
    state.busy = false;
    if (state.again) {
      state.again = false;
      plan(leg, 0);
    }
  }

  function settle(leg, area, state) {
    if (area.value !== state.saved) return;
    drafts.remove(`pop-draft:${leg}`);
    if (!state.conflict) show(area, "saved", `✓ ${texts.saved}`);
  }

  function failed(leg, area, state, error) {
    if (error.status === 409) {
      state.conflict = true;
      state.painted = false;
      state.saved = area.value;
      show(area, "conflict", texts.conflict);
      refresh();
    } else if ([404, 413, 423].includes(error.status)) {
      show(area, "offline", error.data.message || texts.failed);
    } else {
      show(area, "offline", drafts.durable ? texts.draftOffline : texts.noStorage);
      if (error.status !== 401) plan(leg, RETRY);
    }
  }

  /** A freshly painted note: take the server's text only where nothing of ours would be lost. */
  function merge(area, fresh) {
    const state = adopt(area);
    const version = Number(fresh.dataset.noteVersion);
    area.readOnly = fresh.readOnly;
    if (fresh.closest("[data-part]").querySelector('[data-draft-state="conflict"]')) {
      state.conflict = true;
      state.painted = true;
      show(area, "conflict", texts.conflict);
    } else if (state.conflict && state.painted && version >= state.base && !state.busy && area.value === state.saved) {
      state.conflict = false;
      state.base = version;
      state.saved = fresh.value;
      area.value = fresh.value;
      show(area, "saved", `✓ ${texts.saved}`);
      return;
    }
    if (version <= state.base || area.value !== state.saved || state.busy || state.conflict) return;
    const [start, end] = [area.selectionStart, area.selectionEnd];
    area.value = fresh.value;
    if (document.activeElement === area) area.setSelectionRange(start, end);
    state.base = version;
    state.saved = fresh.value;
  }

  /** Settle a conflict. `base` is the version that the shown texts belong to: a newer one opens the conflict again. */
  function choose(leg, choice, other, base) {
    const area = currentArea(leg);
    const state = adopt(area);
    if (choice === "theirs") area.value = other;
    if (choice === "both") area.value = [area.value, other].filter(Boolean).join("\n");
    clearTimeout(state.timer);
    state.base = base;
    return save(leg, { settles: true }).then(refresh);
  }

  return {
    adopt,
    typed,
    merge,
    choose,
    /** Whether the text differs from what the server has. */
    dirty: (leg) => states.has(leg) && currentArea(leg) && currentArea(leg).value !== states.get(leg).saved,
    flush: (keepalive) => states.forEach((_state, leg) => save(leg, { keepalive })),
    forget: (leg) => states.delete(leg),
  };
}
