// GBK, which browsers only decode: the table is made by decoding every pair of bytes once.

let table = null;

function makeTable() {
  const bytes = [];
  for (let high = 0x81; high <= 0xfe; high += 1) {
    for (let low = 0x40; low <= 0xfe; low += 1) if (low !== 0x7f) bytes.push([high, low]);
  }
  const decoder = new TextDecoder("gbk");
  const found = new Map();
  for (const pair of bytes) {
    const character = decoder.decode(new Uint8Array(pair));
    if (character.length === 1 && character !== "\ufffd" && !found.has(character)) found.set(character, pair);
  }
  return found;
}

const hex = (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;

/** Percent-encoded GBK, as an old system would write it. What GBK does not have becomes a question mark. */
export function gbkPercent(text) {
  table = table || makeTable();
  return Array.from(text, (character) => {
    if (character.charCodeAt(0) < 0x80) return encodeURIComponent(character);
    const pair = table.get(character);
    return pair ? pair.map(hex).join("") : "%3F";
  }).join("");
}
