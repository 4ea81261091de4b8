/** The elements of a tensor's planes: each is made once, and kept for as long as its index is there. */

import { SUPPRESS, el } from "./dom.js";
import { hold, watch } from "./later.js";

/** How many letters fit into a cell; of a row, since all of its cells would have to ask for it. */
const LONGEST = "--tl-longest";
/** Where there are more cells, planes out of sight wait. */
const MANY = 256;
/** So many changes in a plane can be made at once wherever it is. */
const FEW = 8;

/**
 * @typedef {number[]} Index plane, row, column; outside the tensor for its padding
 *
 * @typedef {object} Cell an element, and what it shows: to ask the page for that would take longer
 * @property {HTMLElement} element
 * @property {Index} index
 * @property {string} text
 * @property {boolean} fixed nothing can be typed there
 * @property {string} look its classes
 * @property {string} kind
 *
 * @typedef {{ element: HTMLElement, cells: Cell[] }} Row
 * @typedef {{ element: HTMLElement, caption: HTMLElement, grid: HTMLElement, rows: Row[], label: string }} Plane
 */

export class Planes {
  /** @type {Plane[]} */
  all = [];
  /** Of planes, rows and columns, with the padding. */
  counts = [0, 0, 0];
  /** Rows and columns around each plane. */
  padding = [0, 0];
  /** @type {WeakMap<Element, Cell>} */
  #known = new WeakMap();

  /** @param {HTMLElement} body where they stand */
  constructor(body) {
    this.body = body;
  }

  /** @returns {Iterable<Cell>} */
  *cells() {
    for (const { rows } of this.all) for (const { cells } of rows) yield* cells;
  }

  /** @param {Index} index @returns {Cell | undefined} */
  at([c, i, j]) {
    return this.all[c]?.rows[i + this.padding[0]]?.cells[j + this.padding[1]];
  }

  /** @param {Element | null} element */
  of(element) {
    return element ? this.#known.get(element) : undefined;
  }

  /**
   * Make what is missing, and take away what is too much; gives whether anything was.
   * @param {number[]} counts of planes, rows, columns
   * @param {number[]} padding
   * @param {number} letters that fit into a cell
   * @param {boolean} fixed nothing can be typed there
   */
  fit([count, height, width], padding, letters, fixed) {
    const [rows, columns] = [height + 2 * padding[0], width + 2 * padding[1]];
    const counts = [count, rows, columns];
    const [above, before] = padding.map((size, axis) => size - this.padding[axis]);
    if (!above && !before && counts.every((size, axis) => size === this.counts[axis])) return false;
    this.counts = counts;
    this.padding = padding;
    const cell = copied(() => el("div", { class: "tl-cell", role: "gridcell", tabindex: -1, "aria-readonly": String(fixed), ...SUPPRESS }, ""));
    const asCell = (/** @type {HTMLElement} */ element) => ({ element, index: [], text: "", fixed, look: "tl-cell", kind: "" });
    const asRow = (/** @type {HTMLElement} */ element) => ({ element, cells: childrenOf(element).map(asCell) });
    const asPlane = (/** @type {HTMLElement} */ element) => {
      const [caption, grid] = childrenOf(element);
      return { element, caption, grid, rows: childrenOf(grid).map(asRow), label: "" };
    };
    const row = copied(() => el("div", { role: "row", class: "tl-row", style: `${LONGEST}:${letters}` }, ...several(columns, cell)));
    const plane = copied(() => {
      const grid = el("div", { class: "tl-grid", role: "grid" }, ...several(rows, row));
      grid.style.setProperty(LONGEST, String(letters));
      return el("figure", { class: "tl-plane" }, el("figcaption"), grid);
    });
    for (const one of this.all.slice(0, count)) {
      for (const { element, cells } of one.rows.slice(Math.max(0, -above), Math.max(0, rows - above))) {
        fit(element, cells, before, columns, () => asCell(cell()));
      }
      fit(one.grid, one.rows, above, rows, () => asRow(row()));
    }
    fit(this.body, this.all, 0, count, () => asPlane(plane()));
    this.#number();
    return true;
  }

  /** Say of each cell which it is. */
  #number() {
    const [down, across] = this.padding;
    const large = this.all.length > 1 && this.counts[0] * this.counts[1] * this.counts[2] > MANY;
    for (const [c, { grid, rows }] of this.all.entries()) {
      grid.setAttribute("aria-rowcount", String(this.counts[1]));
      grid.setAttribute("aria-colcount", String(this.counts[2]));
      grid.style.setProperty("--tl-down", String(this.counts[1]));
      grid.style.setProperty("--tl-across", String(this.counts[2]));
      if (large) watch(grid);
      for (const [i, { cells }] of rows.entries()) {
        for (const [j, cell] of cells.entries()) {
          if (cell.index.length) continue; // one that has stayed is still the same
          cell.index = [c, i - down, j - across];
          this.#known.set(cell.element, cell);
        }
      }
    }
  }

  /** Make room for so many letters in every cell. @param {number} letters */
  widen(letters) {
    for (const { grid, rows } of this.all) {
      for (const { style } of [grid, ...rows.map(({ element }) => element)]) style.setProperty(LONGEST, String(letters));
      hold(grid);
    }
  }

  /** Planes in which much has changed can wait. @param {Iterable<Cell>} cells */
  changed(cells) {
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (const { index: [c] } of cells) counts.set(c, (counts.get(c) ?? 0) + 1);
    for (const [c, count] of counts) if (count > FEW && this.all[c]) hold(this.all[c].grid);
  }

  /**
   * Change what differs; gives whether anything did.
   * @param {Cell} cell
   * @param {Omit<Cell, "element" | "index">} wanted
   */
  change(cell, { text, fixed, look, kind }) {
    const { element } = cell;
    if (cell.text === text && cell.look === look && cell.fixed === fixed && cell.kind === kind) return false;
    if (cell.text !== text) {
      cell.text = text;
      const { firstChild } = element;
      if (!firstChild) element.textContent = text;
      else if (firstChild instanceof Text) firstChild.data = text; // and not the field in which one types
    }
    if (cell.look !== look) element.className = cell.look = look;
    if (cell.fixed !== fixed) element.setAttribute("aria-readonly", String((cell.fixed = fixed)));
    if (cell.kind !== kind) element.setAttribute("data-kind", (cell.kind = kind));
    return true;
  }

  /**
   * Say of each plane what it is.
   * @param {string[]} captions
   * @param {string} name
   * @param {string} size
   */
  caption(captions, name, size) {
    for (const [c, plane] of this.all.entries()) {
      const label = [name, captions[c], size].filter(Boolean).join(", ");
      if (plane.label === label) continue;
      plane.label = label;
      plane.caption.textContent = captions[c];
      plane.caption.hidden = !captions[c];
      plane.grid.setAttribute("aria-label", label);
    }
  }
}

/**
 * Add to a list, or take from it: at its beginning by so many, at its end up to a length.
 * @template {{ element: Element }} T
 * @param {Element} parent
 * @param {T[]} list
 * @param {number} before less than 0 to take away
 * @param {number} length
 * @param {() => T} make
 */
function fit(parent, list, before, length, make) {
  for (; before < 0; before++) list.shift()?.element.remove();
  while (list.length + before > length) list.pop()?.element.remove();
  const first = Array.from({ length: before }, make);
  const last = Array.from({ length: length - before - list.length }, make);
  if (before) parent.prepend(...first.map(({ element }) => element));
  if (last.length) parent.append(...last.map(({ element }) => element));
  list.unshift(...first);
  list.push(...last);
}

/**
 * Copies of what is made once: five times as fast as making each.
 * @param {() => HTMLElement} make
 */
function copied(make) {
  /** @type {HTMLElement | undefined} */
  let made;
  return () => /** @type {HTMLElement} */ ((made ??= make()).cloneNode(true));
}

/** @param {number} length @param {() => HTMLElement} make */
const several = (length, make) => Array.from({ length }, make);

/** @param {Element} element */
const childrenOf = (element) => /** @type {HTMLElement[]} */ ([...element.children]);
