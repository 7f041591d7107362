import assert from "node:assert/strict";
import test from "node:test";

import { actionOf, bindingOf, isComposing, writesNothing } from "../../static/js/pop/key_map.js";

const press = (code, more = {}) => ({ code, key: "x", keyCode: 65, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...more });
const key = (binding) => ({ key: binding, label: "" });
const STATE = { off: false, keys: { meet: key("F2"), "wrap-up": key("Ctrl+Enter"), none: key("KeyN"), note: key("Alt+KeyN"), fold: key(""), help: key("Shift+Slash") } };

for (const [title, event, expected] of [
  ["a plain key", press("KeyN"), "KeyN"],
  ["modifiers in one order", press("KeyX", { shiftKey: true, altKey: true, ctrlKey: true }), "Ctrl+Alt+Shift+KeyX"],
  ["Command is Ctrl", press("Enter", { metaKey: true }), "Ctrl+Enter"],
  ["the other Enter", press("NumpadEnter", { ctrlKey: true }), "Ctrl+Enter"],
  ["a modifier alone", press("ControlLeft", { key: "Control", ctrlKey: true }), ""],
  ["a key without a code", press(""), ""],
]) {
  test(title, () => assert.equal(bindingOf(event), expected));
}

for (const [title, event, typing, expected] of [
  ["a letter does its action", press("KeyN"), false, "none"],
  ["a letter that is typed is text", press("KeyN"), true, ""],
  ["with Alt it is another", press("KeyN", { altKey: true }), true, "note"],
  ["Ctrl works from a text", press("Enter", { ctrlKey: true }), true, "wrap-up"],
  ["a function key works from a text", press("F2"), true, "meet"],
  ["an input method's Enter is its own", press("Enter", { ctrlKey: true, isComposing: true }), true, ""],
  ["an input method's key code too", press("F2", { keyCode: 229 }), false, ""],
  ["a sign typed by AltGr", press("KeyN", { ctrlKey: true, altKey: true, getModifierState: (name) => name === "AltGraph" }), true, ""],
  ["the question mark", press("Slash", { key: "?", shiftKey: true }), false, "help"],
  ["the question mark of another keyboard", press("Minus", { key: "?", shiftKey: true }), false, "help"],
  ["a typed question mark is text", press("Minus", { key: "?", shiftKey: true }), true, ""],
  ["an action without a key is never meant", press(""), false, ""],
  ["a key of nobody", press("KeyQ"), false, ""],
]) {
  test(title, () => assert.equal(actionOf(STATE, event, typing), expected));
}

test("turned off, nothing fires", () => {
  for (const event of [press("F2"), press("Enter", { ctrlKey: true }), press("KeyN")]) assert.equal(actionOf({ ...STATE, off: true }, event, false), "");
});

test("a remapped question mark no longer helps", () => {
  const state = { off: false, keys: { ...STATE.keys, help: key("F1") } };
  assert.equal(actionOf(state, press("Minus", { key: "?", shiftKey: true }), false), "");
  assert.equal(actionOf(state, press("F1"), true), "help");
});

test("only what writes no sign works in a text", () => {
  for (const binding of ["Ctrl+KeyX", "Alt+Shift+KeyX", "F2", "Shift+F2"]) assert.equal(writesNothing(binding), true);
  for (const binding of ["KeyX", "Shift+KeyX", "Slash", ""]) assert.equal(writesNothing(binding), false);
});

test("a dead key that an input method processes composes", () => assert.equal(isComposing(press("KeyN", { key: "Process" })), true));
