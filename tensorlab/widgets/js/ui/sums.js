/** The arithmetic of a cell: a line for what it is, and a row for each part of it. */

import { el } from "./dom.js";

/**
 * @typedef {[string, string?]} Piece text, and whose number it is: "x", "w", "y"; "padding" too
 * @typedef {{ label: string, pieces: Piece[], result: string }} Row
 */

export class Sums {
  constructor() {
    this.title = el("p", { class: "tl-sum-title" });
    this.rows = el("tbody");
    this.element = el(
      "div",
      { class: "tl-sums", role: "group", "aria-label": "The arithmetic" },
      this.title,
      el("table", {}, this.rows),
    );
  }

  /**
   * @param {Piece[]} title
   * @param {Row[]} rows
   */
  show(title, rows) {
    this.title.replaceChildren(...title.map(node));
    this.rows.replaceChildren(
      ...rows.map(({ label, pieces, result }) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, label),
          el("td", { class: "tl-terms" }, ...pieces.map(node)),
          el("td", { class: "tl-result" }, result),
        ),
      ),
    );
  }
}

/** @param {Piece} piece */
function node([text, whose]) {
  return whose ? el("span", { class: `tl-of-${whose}` }, text) : document.createTextNode(text);
}
