// What can be shown of a call without a server.

/** The longest number among the values that may be one, as digits. */
export function longestNumber(pairs) {
  let longest = "";
  for (const [name, value] of pairs) {
    if (!/^(mobile|userid)$/i.test(name)) continue;
    const plain = value.normalize("NFKC").replace(/(\d)[\s().\-–—/]+(?=[\d(])/g, "$1");
    for (const run of plain.match(/\+?\d[\d*xX]{2,}/g) || []) if (run.length > longest.length) longest = run;
  }
  return longest;
}
