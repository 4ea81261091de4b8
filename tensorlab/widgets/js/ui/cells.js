/**
 * A tensor as planes of cells that show numbers: one stop for Tab, moved through with the arrow
 * keys. Cells are made once; afterwards only texts and marks change, and only where they differ.
 */

import { format } from "../core/numbers.js";
import { el } from "./dom.js";
import { move } from "./keys.js";
import { reach } from "./later.js";
import { Planes } from "./planes.js";

/**
 * @typedef {import("./planes.js").Index} Index
 * @typedef {import("./planes.js").Cell} Cell
 *
 * @typedef {object} Shown what a grid shows
 * @property {number[][][]} planes
 * @property {string[]} captions one for each plane
 * @property {number[]} [padding] rows and columns around each plane
 * @property {string} [filler] what stands in the padding
 * @property {(index: Index, number: number) => boolean} [hatched] cells that nothing visits; `number`
 *   counts those of the tensor, row by row
 * @property {(index: Index, number: number) => boolean} [repeated] cells that only stand for another one
 * @property {(value: number) => string} [write]
 * @property {boolean} [dense] small cells, where there are many
 * @property {string} [shape] what stands beside the name, where it is not the size of the planes
 * @property {number} [across] planes beside each other at most
 * @property {(index: Index, number: number) => string} [kind] what sort of cell it is; a word that the style sheet knows
 * @property {boolean} [wrap] go on in the next line where a row, or a line of rows, is too long
 *
 * @typedef {object} Events
 * @property {(index: Index, how: "pointer" | "focus") => void} [spot] a cell is pointed at
 * @property {() => void} [leave] the pointer has left
 * @property {(index: Index, value: number) => void} [edit] without it, the cells are read only
 * @property {(index: Index) => boolean} [press] a click, Enter or the space bar; false where that
 *   does nothing here, and the cell is edited
 * @property {(problem: string) => void} [complain] what was typed is no number
 * @property {(text: string) => { value: number } | { problem: string }} [parse] how what is typed is read
 * @property {(value: number) => string} [spell] how a number is offered for editing
 * @property {(index: Index) => string} [label] what a cell is called, as in `x[0, 1]`
 * @property {RegExp} [begins] keys that begin an edit
 */

/** Cells beside each other, at least, where a row may go on in the next line. */
const WRAPPED = 8;

export class Cells {
  #planes;
  /** @type {Map<Cell, string>} */
  #marks = new Map();
  /** @type {Map<Cell, string>} */
  #notes = new Map();
  #across = Infinity;
  #wrapped = false;
  #longest = 0;
  /** @type {Cell | undefined} */
  #stop;
  /** @type {Cell | undefined} */
  #pointed;
  /** @type {number[][][]} */
  #numbers = [];
  /** Whether what is pressed had the focus already. */
  #again = false;
  /** What the width of a plane depends on. */
  extent = "";

  /**
   * @param {string} name of the tensor, as in code
   * @param {string} title what it is, in a word or two
   * @param {Events} events
   */
  constructor(name, title, events) {
    this.name = name;
    this.title = title;
    this.events = events;
    this.code = el("code", {}, name);
    this.shape = el("span", { class: "tl-shape" });
    this.heading = el("p", { class: "tl-title" }, this.code, title, this.shape);
    this.body = el("div", { class: "tl-planes" });
    this.element = el(
      "div",
      { class: "tl-tensor", role: "group", "data-tensor": name, "aria-label": [name, title].filter(Boolean).join(", ") },
      this.heading,
      this.body,
    );
    this.#planes = new Planes(this.body);
    this.body.addEventListener("pointermove", (event) => this.#onPointer(event));
    this.body.addEventListener("pointerleave", () => this.#onLeave());
    this.body.addEventListener("focusin", (event) => this.#onFocus(event));
    this.body.addEventListener("keydown", (event) => this.#onKey(event));
    // Before it takes the focus.
    this.body.addEventListener("pointerdown", (event) => {
      this.#again = this.#cellOf(event)?.element === this.body.ownerDocument.activeElement;
    });
    this.body.addEventListener("click", (event) => this.#onClick(event));
  }

  /** How many planes there are, and how large one is, in pixels. */
  get size() {
    // Of the cells themselves nothing is asked: those out of sight need not be laid out for it.
    const { all, counts: [, rows, columns] } = this.#planes;
    const style = getComputedStyle(all[0].grid);
    const [width, height, margin] = ["width", "height", "margin"].map((name) => parseFloat(style.getPropertyValue(`--tl-${name}`)) || 0);
    return {
      planes: all.length,
      across: this.#across,
      width: (this.#wrapped ? Math.min(WRAPPED, columns) : columns) * (width + 2) - 2 + margin,
      height: (this.#wrapped ? 1 : rows) * (height + 2) - 2,
      heading: this.heading.offsetWidth,
    };
  }

  /** @param {number} count of planes beside each other */
  set columns(count) {
    this.body.style.setProperty("--tl-columns", String(count));
  }

  /** How many letters fit into a cell. */
  get longest() {
    return this.#longest;
  }

  set longest(letters) {
    if (letters === this.#longest) return;
    this.#longest = letters;
    this.#planes.widen(letters);
  }

  /** @param {Shown} shown */
  show(shown) {
    const { planes, padding = [0, 0], filler = "0", hatched, repeated, kind, dense = false } = shown;
    const [rows, columns] = [planes[0].length, planes[0][0]?.length ?? 0];
    this.#numbers = planes;
    this.#fit([planes.length, rows, columns], padding);
    this.#across = shown.across ?? Infinity;
    this.#wrapped = !!shown.wrap;
    this.shape.textContent = shown.shape ?? [planes.length, rows, columns].join(" × ");
    this.body.classList.toggle("tl-wrap", this.#wrapped);
    this.element.classList.toggle("tl-dense", dense);
    const write = shown.write ?? format(planes.flat(2), dense ? 1 : 2);
    let longest = 1;
    let number = -1;
    const touched = [];
    for (const cell of this.#planes.cells()) {
      const { index } = cell;
      const value = planes[index[0]][index[1]]?.[index[2]];
      const inside = value !== undefined;
      if (inside) number += 1;
      const text = inside ? write(value) : filler;
      longest = Math.max(longest, text.length);
      const unseen = inside && hatched?.(index, number) ? " tl-unseen" : "";
      const ghost = repeated?.(index, number) ? " tl-ghost" : "";
      const look = `tl-cell${inside ? "" : " tl-padding"}${unseen}${ghost}`;
      const wanted = { text, fixed: !inside || !this.events.edit, look, kind: (inside && kind?.(index, number)) || "" };
      if (this.#planes.change(cell, wanted)) touched.push(cell);
    }
    this.#planes.changed(touched);
    this.longest = longest;
    this.extent = `${this.#planes.counts}:${longest}:${dense}:${this.heading.textContent}`;
    this.#planes.caption(shown.captions, this.title || this.name, `${rows} by ${columns}`);
  }

  /**
   * Mark cells, and unmark all others. A mark is a word that the style sheet knows.
   * @param {[string, Index[]][]} marks
   */
  mark(marks) {
    /** @type {Map<Cell, string>} */
    const wanted = new Map();
    for (const [mark, indices] of marks) {
      for (const index of indices) {
        const cell = this.#planes.at(index);
        if (cell) wanted.set(cell, wanted.has(cell) ? `${wanted.get(cell)} ${mark}` : mark);
      }
    }
    this.#planes.changed(changed("data-mark", this.#marks, wanted));
    this.#marks = wanted;
  }

  /**
   * Write something small into cells, such as the order in which they come; in all others, nothing.
   * @param {[Index, string][]} notes
   */
  note(notes) {
    /** @type {Map<Cell, string>} */
    const wanted = new Map();
    for (const [index, text] of notes) {
      const cell = this.#planes.at(index);
      if (cell) wanted.set(cell, text);
    }
    changed("data-note", this.#notes, wanted);
    this.#notes = wanted;
  }

  /** The cell that an event is about. @param {Event} event */
  indexOf = (event) => this.#cellOf(event)?.index;

  /**
   * Set planes back that have nothing to do with what is looked at.
   * @param {(plane: number) => boolean} aside
   */
  setAside(aside) {
    for (const [c, { element }] of this.#planes.all.entries()) element.classList.toggle("tl-aside", aside(c));
  }

  /**
   * Where Tab enters.
   * @param {Index} index
   */
  enterAt(index) {
    this.#setStop(this.#planes.at(index));
  }

  /**
   * The element of a cell, for what is drawn over it.
   * @param {Index} index
   */
  cellAt(index) {
    return this.#planes.at(index)?.element;
  }

  /** Move the focus to where Tab enters. */
  focus() {
    reach(this.#stop?.element);
    this.#stop?.element.focus({ preventScroll: true });
  }

  /**
   * What is held by an index that stays does, and so does the focus.
   * @param {number[]} counts
   * @param {number[]} padding
   */
  #fit(counts, padding) {
    const focused = this.#planes.of(this.element.ownerDocument.activeElement);
    if (!this.#planes.fit(counts, padding, this.#longest, !this.events.edit)) return;
    if (this.#stop && this.#planes.at(this.#stop.index) === this.#stop) return;
    this.#setStop(this.#planes.at([0, 0, 0]) ?? this.#planes.at([0, -padding[0], -padding[1]]));
    if (focused) this.focus();
  }

  /** @param {Cell | undefined} cell */
  #setStop(cell) {
    if (!cell || cell === this.#stop) return;
    this.#stop?.element.setAttribute("tabindex", "-1");
    cell.element.setAttribute("tabindex", "0");
    this.#stop = cell;
  }

  /** @param {Event} event */
  #cellOf(event) {
    return this.#planes.of(event.target instanceof Element ? event.target.closest(".tl-cell") : null);
  }

  /** @param {PointerEvent} event */
  #onPointer(event) {
    const cell = this.#cellOf(event);
    // A redraw under a resting pointer is no move of it.
    if (cell === this.#pointed || event.pointerType === "touch") return;
    this.#pointed = cell;
    if (cell) this.events.spot?.(cell.index, "pointer");
  }

  #onLeave() {
    this.#pointed = undefined;
    this.events.leave?.();
  }

  /** @param {FocusEvent} event */
  #onFocus(event) {
    const cell = this.#planes.of(/** @type {Element} */ (event.target));
    if (!cell) return;
    this.#setStop(cell);
    this.events.spot?.(cell.index, "focus");
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const cell = this.#cellOf(event);
    if (!cell || event.target instanceof HTMLInputElement) return;
    // A finger has no second click everywhere: it taps what it has chosen once more.
    const finger = /** @type {PointerEvent} */ (event).pointerType === "touch";
    const again = event.detail > 1 || (finger && this.#again);
    cell.element.focus({ preventScroll: true });
    if (!this.events.press?.(cell.index) && again) this.edit(cell);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const cell = this.#planes.of(/** @type {Element} */ (event.target));
    if (!cell) return;
    const origin = this.#planes.padding;
    const to = move(event, [cell.index[0], cell.index[1] + origin[0], cell.index[2] + origin[1]], this.#planes.counts);
    if (to) {
      const next = /** @type {Cell} */ (this.#planes.at([to[0], to[1] - origin[0], to[2] - origin[1]])).element;
      reach(next);
      next.focus({ preventScroll: true });
      // Scrolling asks where everything is: that can wait until the page is drawn.
      requestAnimationFrame(() => next.scrollIntoView({ block: "nearest", inline: "nearest" }));
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "Enter" || event.key === "F2") {
      if (event.key === "F2" || !this.events.press?.(cell.index)) this.edit(cell);
    } else if (event.key === " ") {
      this.events.press?.(cell.index);
    } else if ((this.events.begins ?? /^[-\d.,−]$/).test(event.key)) {
      this.edit(cell, event.key);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * What Enter, a number or a second click do: nothing where numbers only show.
   * @param {Cell} _cell
   * @param {string} [_text] typed to begin with
   */
  edit(_cell, _text) {}

  /**
   * The number in a cell; of padding, there is none.
   * @param {Index} index
   * @returns {number | undefined}
   */
  numberAt([c, i, j]) {
    return this.#numbers[c][i]?.[j];
  }
}

/**
 * Give cells what is wanted of them, and take it from those of which it no longer is; gives those
 * that are other than before.
 * @param {string} name
 * @param {Map<Cell, string>} before
 * @param {Map<Cell, string>} wanted
 */
function changed(name, before, wanted) {
  const others = [];
  for (const cell of before.keys()) {
    if (wanted.has(cell)) continue;
    cell.element.removeAttribute(name);
    others.push(cell);
  }
  for (const [cell, text] of wanted) {
    if (before.get(cell) === text) continue;
    cell.element.setAttribute(name, text);
    others.push(cell);
  }
  return others;
}
