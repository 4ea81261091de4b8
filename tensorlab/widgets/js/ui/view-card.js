/** A tensor with its strides: what it is called, whether it is a view, and its cells. */

import { parse, spell, writer } from "../core/dtypes.js";
import { cellsOf, elementName, inBytes, indexOf, kind } from "../core/family.js";
import { count, isContiguous, tuple } from "../core/strides.js";
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
 * @property {(element: number, value: number) => void} edit
 * @property {(problem: string) => void} complain
 * @property {() => void} remove
 */

export class ViewCard {
  /** Which elements lie in each cell of the memory. @type {Map<number, number[]>} */
  #at = new Map();
  /** @type {[number, number][]} */
  #lies = [];
  /** @type {number[]} */
  #size = [];

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
      edit: (index, value) => events.edit(element(index), value),
      complain: events.complain,
      named: (index) => elementName(this.layout, element(index)),
      parse: (text) => parse(text, this.layout.dtype),
      spell: (value) => spell(value, this.layout.dtype),
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
    this.grid.heading.after(el("table", { class: "tl-layout" }, this.facts), this.why);
  }

  /**
   * @param {Now} now
   * @param {Layout} layout
   * @param {number[]} values in the order of the indices
   * @param {string} why it is a copy
   */
  show(now, layout, values, why) {
    this.layout = layout;
    const { dtype, size, stride, offset } = layout;
    this.element.dataset.memory = String(layout.memory % 3);
    this.#size = [1, 1, ...size].slice(-2);
    const [rows, columns] = this.#size;
    const outer = size.slice(0, -2);
    const planes = Array.from({ length: count(outer) }, (_, c) =>
      Array.from({ length: rows }, (_, i) => values.slice((c * rows + i) * columns, (c * rows + i + 1) * columns)),
    );
    const captions = planes.map((_, c) => (outer.length ? `[${indexOf(outer, c).join(", ")}]` : ""));
    this.grid.show({ planes, captions, write: writer(values, dtype), dense: values.length > MANY });
    this.grid.shape.textContent = `${size.join(" × ") || "no dimensions"} ${dtype}`;
    const what = kind(now.layouts, layout);
    this.badge.hidden = layout.name === "x";
    this.badge.textContent = what;
    this.badge.classList.toggle("tl-copy", what === "copy");
    this.facts.replaceChildren(
      row("stride", tuple(stride), `${inBytes(stride, dtype)} bytes`),
      row("offset", String(offset), `byte ${inBytes([offset], dtype).slice(1, -2)}`),
      row("contiguous", isContiguous(layout) ? "True" : "False", ""),
    );
    this.why.textContent = why;
    this.why.hidden = !why;
    this.#lies = cellsOf(now, layout);
    this.#at = new Map();
    for (const [element, [first, last]] of this.#lies.entries()) {
      for (let cell = first; cell <= last; cell++) this.#at.set(cell, [...(this.#at.get(cell) ?? []), element]);
    }
  }

  /** The cells of the memory that an element lies in, the first and the last. @param {number} element */
  cells(element) {
    return this.#lies[element];
  }

  /** All cells of the memory that this tensor has. */
  get all() {
    return this.#at.keys();
  }

  /**
   * The elements that lie in cells of its memory.
   * @param {number} first
   * @param {number} last
   */
  within(first, last) {
    /** @type {number[]} */
    const found = [];
    for (let cell = first; cell <= last; cell++) found.push(...(this.#at.get(cell) ?? []));
    return [...new Set(found)];
  }

  /**
   * Mark elements: the first as what is looked at, the others as the same memory once more.
   * @param {number[]} elements
   */
  mark(elements) {
    const [first, ...others] = elements.map((element) => this.#index(element));
    this.grid.mark([["here", first ? [first, ...others] : []], ["pair", others]]);
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
