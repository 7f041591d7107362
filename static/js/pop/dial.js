// Asks the workbench around us to dial. Speaks to an exact origin only, never to "*".

/** The origins that a message may go to: [], with the reason, when there is no workbench around us. */
export function targets(window, allowed) {
  if (window.parent === window) return { origins: [], reason: "notFramed" };
  const ancestors = window.location.ancestorOrigins;
  // Firefox does not tell the parent's origin: a message to each allowed origin reaches only the one that is there.
  if (!ancestors) return { origins: allowed };
  const parent = ancestors[0];
  return allowed.includes(parent) ? { origins: [parent] } : { origins: [], reason: "parentUnknown", parent };
}

/** Post a message that the server made. */
export function post(window, origins, message) {
  for (const origin of origins) window.parent.postMessage(message, origin);
}
