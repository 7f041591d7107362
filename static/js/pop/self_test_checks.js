// The checks of the self-test. Each takes what was measured and answers {state: ok|warn|fail, finding, values}; the words
// of a finding stand on the server.

export const CLOCK_LIMIT = 30;
export const CERTIFICATE_SOON = 21;

const result = (state, finding, values = {}) => ({ state, finding, values });
const list = (origins) => origins.join("  ") || "–";

/** `session` is what /pop/session/ answered, null when nothing came. */
export function server({ session }) {
  return session ? result("ok", "answers") : result("fail", "silent");
}

export function cookie({ session }) {
  if (!session) return result("warn", "unknown");
  return session.cookie ? result("ok", "kept") : result("fail", "lost");
}

export function session({ session: answer }) {
  if (!answer) return result("warn", "unknown");
  return answer.signed_in ? result("ok", "in") : result("warn", "out");
}

export function storage({ localStorage, sessionStorage }) {
  return localStorage && sessionStorage ? result("ok", "usable") : result("warn", "refused");
}

export function framed({ framed: inside, allowed }) {
  return inside ? result("ok", "framed") : result("warn", "top", { allowed: list(allowed) });
}

/** Every page around ours counts, not the nearest alone: so does the browser when it decides whether to show us. */
export function parent({ framed: inside, ancestors, allowed }) {
  if (!inside) return result("warn", "top");
  if (!ancestors || !ancestors.length) return result("warn", "untold", { allowed: list(allowed) });
  const foreign = ancestors.filter((origin) => !allowed.includes(origin));
  if (foreign.length) return result("fail", "foreign", { parent: list(foreign), allowed: list(allowed) });
  return result("ok", "allowed", { parent: list(ancestors) });
}

export function secure({ protocol, isSecureContext }) {
  return protocol === "https:" && isSecureContext ? result("ok", "secure") : result("fail", "insecure");
}

/** `certificate` is what the server reads from its own file, null when it names none. */
export function certificate({ certificate: file }) {
  if (!file) return result("warn", "unknown");
  const values = { days: String(file.days) };
  if (file.days < 0) return result("fail", "expired", values);
  if (file.self_signed) return result("warn", "self-signed", values);
  return file.days < CERTIFICATE_SOON ? result("warn", "soon", values) : result("ok", "good", values);
}

/** Times in milliseconds: the browser's before and after the question, and the server's in between. */
export function clock({ asked, answered, serverNow }) {
  if (!Number.isFinite(serverNow)) return result("warn", "unknown");
  // The slower the answer, the less certain the difference: only what is beyond that counts.
  const difference = (asked + answered) / 2 - serverNow;
  const certain = Math.max(0, Math.abs(difference) - (answered - asked) / 2);
  if (certain <= CLOCK_LIMIT * 1000) return result("ok", "close", { limit: String(CLOCK_LIMIT) });
  const values = { seconds: String(Math.round(Math.abs(difference) / 1000)) };
  return difference > 0 ? result("warn", "ahead", values) : result("warn", "behind", values);
}

/** Whether the name in the address says by itself that it is a private one. */
export function isPrivateHost(host) {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  if (name === "localhost" || /\.(localhost|local|internal|lan)$/.test(name)) return true;
  if (name.includes(":")) return name === "::1" || /^f(?:[cd]|e[89ab])/.test(name);
  const parts = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(name);
  if (!parts) return false;
  const [first, second] = [Number(parts[1]), Number(parts[2])];
  if (first === 10 || first === 127 || first === 0) return true;
  if (first === 172) return second >= 16 && second <= 31;
  if (first === 100) return second >= 64 && second <= 127;
  return (first === 192 && second === 168) || (first === 169 && second === 254);
}

/** `resolvesPrivate` is the server's word: true, false, or null when it found no address. */
export function address({ host, resolvesPrivate }) {
  if (isPrivateHost(host) || resolvesPrivate) return result("warn", "private", { host });
  return resolvesPrivate === null ? result("warn", "unknown", { host }) : result("ok", "public", { host });
}

/** `heard` is what our own reader made of the last hash, null when none came. Values are never shown: they are personal. */
export function hash({ heard }) {
  if (!heard) return result("warn", "none");
  const names = heard.pairs.map(([name]) => name);
  const values = { names: names.slice(0, 20).join(" "), count: String(names.length) };
  if (heard.pairs.some(([, value]) => value.includes("\ufffd"))) return result("warn", "damaged", values);
  const useful = heard.pairs.some(([name, value]) => /^(mobile|userid)$/i.test(name) && value);
  return useful ? result("ok", "heard", values) : result("warn", "useless", values);
}

/** In the order of the page: what stops everything comes first. */
export const CHECKS = { server, secure, certificate, framed, parent, cookie, session, storage, hash, clock, address };

/** All checks on one set of measurements. */
export function runAll(measured) {
  return Object.entries(CHECKS).map(([id, check]) => ({ id, ...check(measured) }));
}

/** The worst state of all. */
export function worst(results) {
  const states = results.map(({ state }) => state);
  return ["fail", "warn"].find((state) => states.includes(state)) || "ok";
}
