/** Two shapes and the result's, lined up from the right: a column for each axis. */

import { tuple } from "../core/shapes.js";
import { el } from "./dom.js";

/** @typedef {import("../core/broadcast.js").Layout} Layout */

export class Lined {
  constructor() {
    this.caption = el("caption");
    this.head = el("thead");
    this.body = el("tbody");
    this.element = el("div", { class: "tl-sums tl-lined" }, el("table", {}, this.caption, this.head, this.body));
  }

  /**
   * @param {string} op
   * @param {Layout} layout
   */
  show(op, { axes, fits, shape, x, y }) {
    const made = fits ? tuple(shape) : "no result";
    this.caption.textContent = `${tuple(x.shape)} ${op} ${tuple(y.shape)} → ${made}`;
    this.element.hidden = !axes.length;
    const wrong = (/** @type {{ what: string }} */ { what }) => (what === "does not fit" ? "tl-misfit" : null);
    const row = (/** @type {string} */ kind, /** @type {string} */ name, /** @type {(Node | string)[]} */ cells) =>
      el(
        "tr",
        { class: kind || null },
        name ? el("th", { scope: "row" }, name) : el("td"),
        ...cells.map((cell, i) => el("td", { class: wrong(axes[i]) }, cell)),
      );
    const size = (/** @type {"x" | "y"} */ name) => axes.map((axis) => sizeOf(axis, name));
    this.head.replaceChildren(
      el("tr", {}, el("td"), ...axes.map((axis) => el("th", { scope: "col", class: wrong(axis) }, axis.name))),
    );
    this.body.replaceChildren(
      row("", "x", size("x")),
      row("", "y", size("y")),
      row("tl-made", "out", axes.map(({ out }) => (out === undefined ? "" : out === null ? "✗" : String(out)))),
      row("tl-becomes", "", axes.map((axis) => axis.what)),
    );
  }
}

/**
 * @param {import("../core/broadcast.js").Axis} axis
 * @param {"x" | "y"} name
 */
function sizeOf(axis, name) {
  const size = axis[name];
  if (size === undefined) return "";
  if (size === null && axis.what !== `${name} is stretched`) return "–";
  if (axis.what !== `${name} is stretched`) return String(size);
  return el("span", { class: "tl-stretch" }, `${size ?? "–"} → ${axis.out}`);
}
