// Speaks to our server: CSRF token or bearer on every request, one retry with a fresh token, and who is signed in.

/** Failure of a request. `status` is 0 when no answer came. `hold` marks "nobody is signed in who may work here". */
export class Refusal extends Error {
  constructor(status, data) {
    super(`status ${status}`);
    this.status = status;
    this.data = data || {};
    this.hold = status === 401 || this.data.error === "no-role";
  }
}

export function createServer({ tab, csrf, onSignedOut, onReachable }) {
  let token = csrf;
  let bearer = "";

  function headers() {
    const all = { "X-Pop-Tab": tab, "X-Requested-With": "fetch" };
    if (bearer) all.Authorization = `Pop ${bearer}`;
    else if (token) all["X-CSRFToken"] = token;
    return all;
  }

  async function ask(path, { form, json, method, leaving, retried } = {}) {
    const options = { method: method || (form || json ? "POST" : "GET"), headers: headers(), credentials: "same-origin" };
    if (json) {
      options.body = JSON.stringify(json);
      // Browsers carry 64 KB at most past the end of a page.
      options.keepalive = Boolean(leaving) && new TextEncoder().encode(options.body).length < 60000;
      options.headers["Content-Type"] = "application/json";
    } else if (form) options.body = new URLSearchParams(form);
    const patience = new AbortController();
    const alarm = setTimeout(() => patience.abort(), 10000);
    options.signal = patience.signal;
    let response;
    try {
      response = await fetch(path, options);
    } catch (_error) {
      onReachable(false);
      throw new Refusal(0);
    } finally {
      clearTimeout(alarm);
    }
    // A proxy that answers for a server that is away is no answer of ours.
    onReachable(![502, 503, 504].includes(response.status));
    const fresh = response.headers.get("X-CSRFToken");
    if (response.status === 403 && fresh && !retried) {
      token = fresh;
      return ask(path, { form, json, method, leaving, retried: true });
    }
    if (response.ok) return response;
    const data = (response.headers.get("Content-Type") || "").includes("json") ? await response.json() : {};
    if (response.status === 401) bearer = "";
    if (response.status === 401 || data.error === "no-role") onSignedOut(data.message);
    throw new Refusal(response.status, data);
  }

  return {
    ask,
    headers,
    signIn(answer) {
      if (answer.csrf) token = answer.csrf;
      if (answer.token) bearer = answer.token;
    },
    signOut() {
      token = "";
      bearer = "";
    },
    /** A request of htmx found nobody signed in. */
    lost() {
      bearer = "";
      onSignedOut();
    },
    hasBearer: () => Boolean(bearer),
  };
}
