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
    const state = { base: Number(area.dataset.noteVersion), saved: area.value, timer: 0, since: 0, unsaved: 0, running: null, conflict: false, others: false, painted: false };
    states.set(leg, state);
    const draft = readDraft(leg);
    if (draft && draft.text !== area.value) {
      area.value = draft.text;
      state.base = draft.base;
      state.unsaved = Date.now();
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
    state.unsaved = state.unsaved || Date.now();
    plan(leg, Math.max(0, Math.min(PAUSE, LONGEST_WAIT - (Date.now() - state.since))));
  }

  function plan(leg, wait) {
    const state = states.get(leg);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(leg), wait);
  }

  /** Save now. Waits for a save that is under way, unless the page is about to go. */
  async function save(leg, { settles = "", leaving = false } = {}) {
    const state = states.get(leg);
    while (state && state.running && !leaving) await state.running;
    const area = currentArea(leg);
    if (!area || !state) return;
    clearTimeout(state.timer);
    state.since = 0;
    if (area.value === state.saved && !settles) rest(leg, area, state);
    else {
      state.running = send(leg, area, state, settles, leaving);
      await state.running;
      state.running = null;
    }
  }

  async function send(leg, area, state, settles, leaving) {
    const text = area.value;
    const json = { note: text, base: state.base, tab, settles };
    try {
      const answer = await (await server.ask(area.dataset.noteUrl, { json, leaving })).json();
      state.base = answer.version;
      state.saved = text;
      state.conflict = false;
      rest(leg, area, state);
    } catch (error) {
      failed(leg, area, state, error);
    }
  }

  /** Nothing is unsaved: say so, or that another text waits to be settled. */
  function rest(leg, area, state) {
    if (area.value !== state.saved) return;
    state.unsaved = 0;
    drafts.remove(`pop-draft:${leg}`);
    if (state.conflict || state.others) show(area, "conflict", texts.conflict);
    else show(area, "saved", `✓ ${texts.saved}`);
  }

  function failed(leg, area, state, error) {
    if (error.status === 409) {
      state.conflict = true;
      state.unsaved = 0;
      state.painted = false;
      state.saved = area.value;
      show(area, "conflict", texts.conflict);
      refresh();
    } else if ([404, 413, 423].includes(error.status)) {
      show(area, "offline", error.data.message || texts.failed);
    } else {
      show(area, "offline", drafts.durable ? texts.draftOffline : texts.noStorage);
      if (!error.hold) plan(leg, RETRY);
    }
  }

  /** A freshly painted note: take the server's text only where nothing of ours would be lost. */
  function merge(area, fresh) {
    const state = adopt(area);
    const version = Number(fresh.dataset.noteVersion);
    area.readOnly = fresh.readOnly;
    const ours = fresh.hasAttribute("data-own-conflict");
    // Painted before our own text was refused: it cannot know of the conflict yet.
    if (state.conflict && !ours && !state.painted) return;
    state.others = fresh.hasAttribute("data-other-conflict");
    state.painted = state.conflict = ours;
    if (!ours && version >= state.base && area.value === state.saved && !state.running) {
      const [start, end] = [area.selectionStart, area.selectionEnd];
      if (area.value !== fresh.value) area.value = fresh.value;
      if (document.activeElement === area) area.setSelectionRange(start, end);
      state.base = version;
      state.saved = fresh.value;
    }
    if (state.conflict || state.others || area.value === state.saved) rest(legOf(area), area, state);
    if (state.conflict || state.others) show(area, "conflict", texts.conflict);
  }

  /** Settle one conflict: `which` names the other text as it was shown, `base` the version that it belongs to. */
  function choose(leg, choice, { other, which, base }) {
    const area = currentArea(leg);
    const state = adopt(area);
    if (choice === "theirs") area.value = other;
    if (choice === "both") area.value = [area.value, other].filter(Boolean).join("\n");
    state.base = base;
    return save(leg, { settles: which }).then(refresh);
  }

  const isDirty = (leg) => states.has(leg) && currentArea(leg) && currentArea(leg).value !== states.get(leg).saved;

  return {
    adopt,
    typed,
    merge,
    choose,
    dirty: isDirty,
    /** Since when the text is unsaved, in ms; 0 when it is not. */
    unsavedSince: (leg) => (isDirty(leg) ? states.get(leg).unsaved || Date.now() : 0),
    /** Save all that is unsaved; resolves to whether nothing is left. */
    async flush(options) {
      const legs = Array.from(states.keys());
      await Promise.all(legs.map((leg) => save(leg, options)));
      return !legs.some(isDirty);
    },
    forget: (leg) => states.delete(leg),
  };
}
