// An open edit form in another language: its words change, what is typed, chosen and told of conflicts stays.

import { translate } from "./words.js";

const ROW = ".choice-row";
const nameOf = (row) => row.querySelector("input[name]:not([type=hidden]), select[name]").name;
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

/** Fetch the words of one form anew. `values` are its controls by name. */
export async function respeak(form, { server, values }) {
  const url = form.getAttribute("hx-post");
  const fresh = parsed(await (await server.ask(url)).text()).querySelector("form");
  for (const part of [".edit-title", ".actions"]) translate(form.querySelector(part), fresh.querySelector(part));
  // By name: the administrator may have added or hidden a field since the form was opened.
  const rows = new Map(Array.from(fresh.querySelectorAll(ROW), (row) => [nameOf(row), row]));
  for (const row of form.querySelectorAll(ROW)) if (rows.has(nameOf(row))) translate(row, rows.get(nameOf(row)));
  // What went wrong with an earlier try is told again at the next one.
  form.querySelector("[data-form-error]").hidden = true;
  if (form.querySelector("[data-slot][data-problem]")) await retell(form, { server, url, values });
}

/** The same problems, found again as they were found then, and saving nothing. */
async function retell(form, { server, url, values }) {
  const told = Array.from(form.querySelectorAll("[data-slot][data-problem]"));
  const asked = { ...values, check: "1" };
  delete asked["number-shown"];
  for (const slot of told) if (slot.dataset.before !== undefined) asked[`was-${slot.dataset.slot}`] = slot.dataset.before;
  const found = parsed(await (await server.ask(url, { form: asked })).text());
  for (const slot of told) {
    const again = found.querySelector(`[data-slot="${slot.dataset.slot}"][data-problem]`);
    if (!again) continue;
    if (slot.dataset.before !== undefined) again.dataset.before = slot.dataset.before;
    slot.replaceWith(document.importNode(again, true));
  }
}
