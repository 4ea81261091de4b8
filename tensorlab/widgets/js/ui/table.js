/** A small table under the planes. */

import { el } from "./dom.js";

/**
 * @param {string} caption
 * @param {string[]} heads of the columns
 */
export function table(caption, heads) {
  const body = el("tbody");
  const head = el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text))));
  const element = el("div", { class: "tl-sums" }, el("table", { class: "tl-table" }, el("caption", {}, caption), head, body));
  return {
    element,
    /** @param {string[][]} rows one with a single text goes across */
    show(rows) {
      const cells = (/** @type {string[]} */ row) =>
        row.map((text) => el("td", { colspan: row.length === 1 && heads.length }, text));
      body.replaceChildren(...rows.map((row) => el("tr", {}, ...cells(row))));
      element.hidden = !rows.length;
    },
  };
}
