// Writes hashes as a workbench might, and as it should not.

import { gbkPercent } from "./gbk.js";

export const EXTRA_LENGTH = 65536;

const percent = encodeURIComponent;

function join(pairs, encode) {
  return pairs.map(([name, value]) => `${name}=${encode(value, name)}`).join("&");
}

/** Percent-encoded, but for one parameter that is written its own way. */
const except = (name, write) => (value, key) => (key === name ? write(value) : percent(value));

/** Each takes pairs and gives what stands behind the prefix. */
export const WAYS = {
  percent: (pairs) => join(pairs, percent),
  raw: (pairs) => join(pairs, (value) => value),
  gbk: (pairs) => join(pairs, gbkPercent),
  broken(pairs) {
    const named = pairs.some(([name]) => name === "nickName") ? pairs : [...pairs, ["nickName", "刘"]];
    return `${join(named, except("nickName", (value) => `${percent(value)}%E5%8`))}&discount=100%`;
  },
  long: (pairs) => `${join(pairs, percent)}&extra=${"x".repeat(EXTRA_LENGTH)}`,
  control(pairs) {
    const odd = {
      mobile: (value) => `${percent(value.slice(0, 3))}%00${percent(value.slice(3))}%0D%0A`,
      nickName: (value) => `%E2%80%AE${percent(value)}`,
    };
    return join(pairs, (value, name) => (odd[name] || percent)(value));
  },
  duplicate: (pairs) => `${join(pairs, percent)}&mobile=10086&type=im`,
  loose: (pairs) => join(withAvatar(pairs), except("avatar", (value) => value)),
};

function withAvatar(pairs) {
  const rest = pairs.filter(([name]) => name !== "avatar");
  return [...rest, ["avatar", "https://wx.qlogo.cn/a.png?size=132&mobile=10086#top"]];
}

/** A hash from pairs; pairs with an undefined value are left out, empty values are kept. */
export function buildHash(pairs, { way = "percent", prefix = "#?" } = {}) {
  return prefix + WAYS[way](pairs.filter(([, value]) => value !== undefined));
}

/** A hash as the browser will show it, cut for people. */
export function shorten(hash, longest = 400) {
  return hash.length > longest ? `${hash.slice(0, longest)}…` : hash;
}
