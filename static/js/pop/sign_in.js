// Signing in without leaving the page: the form in the frame, or a window of our own when the frame keeps no cookie.

const encode = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export function createSignIn({ main, server, texts, setStatus, onSignedIn, preferences, flush, toast }) {
  const box = main.querySelector("[data-sign-in]");
  const form = box.querySelector("form");
  const error = box.querySelector("[data-sign-in-error]");
  const noCookie = box.querySelector("[data-no-cookie]");
  let popup = null;

  function fail(text) {
    error.textContent = text;
    error.hidden = !text;
  }

  function open(reason) {
    if (box.hidden) box.hidden = false;
    main.querySelector('[data-action="sign-out"]').hidden = true;
    preferences().offer(false);
    main.querySelector('[data-action="show-keys"]').hidden = true;
    setStatus(noCookie.hidden ? "signed-out" : "no-cookie");
    if (reason) fail(reason);
  }

  function offerPopup() {
    noCookie.hidden = false;
    box.hidden = false;
    setStatus("no-cookie");
  }

  function accept(answer) {
    const { name } = answer;
    const another = Boolean(main.dataset.user) && main.dataset.user !== name;
    fail("");
    box.hidden = true;
    form.reset();
    main.dataset.user = name;
    main.querySelector("[data-user-name]").textContent = name;
    main.querySelector('[data-action="sign-out"]').hidden = false;
    preferences().offer(true);
    main.querySelector('[data-action="show-keys"]').hidden = false;
    onSignedIn({ another });
    preferences().show(answer);
  }

  async function submit(event) {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    fail("");
    try {
      const answer = await (await server.ask("/pop/sign-in/", { form: new FormData(form) })).json();
      server.signIn(answer);
      const session = await (await server.ask("/pop/session/")).json();
      if (!session.signed_in) {
        offerPopup();
        fail(texts.noCookie);
      } else {
        server.signIn(session);
        noCookie.hidden = true;
        accept(session);
      }
    } catch (refusal) {
      fail(refusal.data && refusal.data.message ? refusal.data.message : refusal.status ? texts.failed : texts.offline);
      form.elements.password.select();
    }
    button.disabled = false;
  }

  async function openPopup() {
    fail("");
    // Opened in the click itself: after an await a browser takes it for an unwanted window.
    popup = window.open("", "pop-sign-in", "popup,width=420,height=560");
    if (!popup) return fail(texts.popupBlocked);
    const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    popup.location.href = `${window.location.origin}/pop/sign-in/popup/#${encode(new Uint8Array(digest))}`;
    fail(texts.popupHint);
    const hear = async (event) => {
      if (event.origin !== window.location.origin || !event.data || event.data.type !== "pop-sign-in") return;
      window.removeEventListener("message", hear);
      try {
        const form = { code: event.data.code, verifier };
        const answer = await (await server.ask("/pop/sign-in/exchange/", { form })).json();
        server.signIn(answer);
        accept(answer);
      } catch (refusal) {
        fail((refusal.data && refusal.data.message) || texts.failed);
      }
    };
    window.addEventListener("message", hear);
    return undefined;
  }

  async function signOut() {
    if (!(await flush())) return toast(texts.unsaved);
    try {
      await server.ask("/pop/sign-out/", { method: "POST" });
    } catch (refusal) {
      if (refusal.status !== 401) return toast(refusal.status ? texts.failed : texts.offline);
    }
    server.signOut();
    return window.location.reload();
  }

  form.addEventListener("submit", submit);
  form.querySelector("button[type=submit]").disabled = false;
  return {
    open,
    openPopup,
    signOut,
    /** Ask once whether this browser sends our cookie back at all. */
    async probe() {
      const session = await (await server.ask("/pop/session/")).json();
      if (!session.signed_in && !session.cookie && !server.hasBearer()) offerPopup();
    },
  };
}
