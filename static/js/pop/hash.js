// Reads what the workbench wrote behind the # of our address. Carries, never decides.

export const LONGEST = 8192;

/** The name/value pairs of a hash, or null when it holds nothing. `truncated` tells that more than 8 KB came. */
export function readHash(url) {
  const mark = String(url).indexOf("#");
  if (mark < 0) return null;
  let text = String(url).slice(mark).replace(/^#\/?\??/, "");
  const truncated = text.length > LONGEST;
  // Back to the last whole pair: a number that is cut is another number.
  if (truncated) text = text.slice(0, LONGEST).replace(/&?[^&]*$/, "");
  if (!text) return null;
  // URLSearchParams never throws on a broken % and turns foreign bytes into U+FFFD, but reads + as a blank: +86 would be lost.
  const pairs = [];
  new URLSearchParams(text.replace(/\+/g, "%2B")).forEach((value, name) => pairs.push([name, value]));
  return { pairs, truncated };
}
