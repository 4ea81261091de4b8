/** A tensor with its strides: what it is called, whether it is a view, and its cells. */

import { parse, spell, writer } from "../core/dtypes.js";
import { elementName, inBytes, indexOf, kind } from "../core/family.js";
import { count, isContiguous, offsets, tuple } from "../core/strides.js";
import { button } from "./controls.js";
import { el } from "./dom.js";
import { Grid } from "./grid.js";

/** More cells than these are drawn small. */
const MANY = 64;

/**
 * @typedef {import("../core/family.js").Layout} Layout
 * @typedef {import("../core/family.js").Now} Now
 *
 * @typedef {object} Events
 * @property {(element: number, how: string) => void} spot
 * @property {() => void} leave
 * @property {(offset: number, value: number) => void} edit a number, at an offset in its memory
 * @property {(problem: string) => void} complain
 * @property {() => void} remove
 */

export class ViewCard {
  /** Where each element lies. @type {number[]} */
  offsets = [];
  /** Which elements lie at each offset. @type {Map<number, number[]>} */
  at = new Map();
  /** @type {import("../core/dtypes.js").Dtype} */
  #dtype = "float32";
  /** @type {number[]} */
  #size = [];
  #frame = 0;

  /**
   * @param {Layout} layout
   * @param {Events} events
   */
  constructor(layout, events) {
    this.layout = layout;
    const element = (/** @type {number[]} */ index) => this.#element(index);
    this.grid = new Grid(layout.name, "", {
      spot: (index, how) => events.spot(element(index), how),
      leave: events.leave,
      edit: (index, value) => events.edit(this.offsets[element(index)], value),
      complain: events.complain,
      label: (index) => elementName(this.layout, element(index)),
      parse: (text) => parse(text, this.#dtype),
      spell: (value) => spell(value, this.#dtype),
    });
    const { name, code } = layout;
    this.grid.code.textContent = code && code !== name ? `${name} = ${code}` : name;
    this.badge = el("span", { class: "tl-badge" });
    this.facts = el("tbody");
    this.why = el("p", { class: "tl-why" });
    this.grid.heading.append(
      this.badge,
      name === "x" ? "" : button("×", `Remove ${name}`, events.remove),
    );
    this.element = this.grid.element;
    this.element.classList.add("tl-view");
    this.grid.heading.after(el("div", { class: "tl-sums tl-layout" }, el("table", {}, this.facts)), this.why);
  }

  /**
   * @param {Now} now
   * @param {Layout} layout
   * @param {number[]} values in the order of the indices
   * @param {string} why it is a copy
   */
  show(now, layout, values, why) {
    const moved = layout !== this.layout || !this.offsets.length;
    this.layout = layout;
    const { size, stride, offset } = layout;
    const { dtype } = now.memory[layout.memory];
    this.#dtype = dtype;
    this.element.dataset.memory = String(Math.min(layout.memory, 2));
    this.#size = [1, 1, ...size].slice(-2);
    const [rows, columns] = this.#size;
    const outer = size.slice(0, -2);
    const planes = Array.from({ length: count(outer) }, (_, c) =>
      Array.from({ length: rows }, (_, i) => values.slice((c * rows + i) * columns, (c * rows + i + 1) * columns)),
    );
    const captions = planes.map((_, c) => (outer.length ? `[${indexOf(outer, c).join(", ")}]` : ""));
    this.grid.show({ planes, captions, write: writer(values, dtype), dense: values.length > MANY });
    this.grid.shape.textContent = dtype;
    const what = kind(now.layouts, layout);
    this.badge.hidden = layout.name === "x";
    this.badge.textContent = what;
    this.badge.classList.toggle("tl-copy", what === "copy");
    this.facts.replaceChildren(
      row("size", tuple(size), isContiguous(layout) ? "contiguous" : "not contiguous"),
      row("stride", tuple(stride), `${inBytes(stride, dtype)} bytes`),
      row("offset", String(offset), `byte ${inBytes([offset], dtype).slice(1, -2)}`),
    );
    this.why.textContent = why;
    this.why.hidden = !why;
    if (!moved) return;
    this.offsets = offsets(layout);
    this.at = new Map();
    for (const [element, at] of this.offsets.entries()) {
      const others = this.at.get(at);
      if (others) others.push(element);
      else this.at.set(at, [element]);
    }
  }

  /**
   * Mark elements: the first as what is looked at, the others as the same memory once more.
   * @param {number[]} elements
   */
  mark(elements) {
    const [first, ...others] = elements.map((element) => this.#index(element));
    this.grid.mark([["here", first ? [first, ...others] : []], ["pair", others]]);
    cancelAnimationFrame(this.#frame);
    if (first) this.#frame = requestAnimationFrame(() => this.#reveal(first));
  }

  /** Scroll to a cell in a card that scrolls; where it is can be asked once the page is drawn. @param {number[]} index */
  #reveal(index) {
    const { body } = this.grid;
    if (body.scrollHeight <= body.clientHeight) return;
    const [cell, card] = [this.grid.cellAt(index), body].map((one) => one?.getBoundingClientRect());
    if (!cell || !card || (cell.top >= card.top && cell.bottom <= card.bottom)) return;
    body.scrollTop += cell.top - card.top - (card.height - cell.height) / 2;
  }

  /** @param {number} element */
  enterAt(element) {
    this.grid.enterAt(this.#index(element));
  }

  /** @param {number[]} index plane, row, column */
  #element([c, i, j]) {
    return (c * this.#size[0] + i) * this.#size[1] + j;
  }

  /** @param {number} element */
  #index(element) {
    const [rows, columns] = this.#size;
    const row = Math.floor(element / columns);
    return [Math.floor(row / rows), row % rows, element % columns];
  }
}

/**
 * @param {string} label
 * @param {string} elements
 * @param {string} bytes
 */
function row(label, elements, bytes) {
  return el("tr", {}, el("th", { scope: "row" }, label), el("td", {}, elements), el("td", { class: "tl-bytes" }, bytes));
}
