/**
 * A tensor as planes of cells: one stop for Tab, moved through with the arrow keys, edited with
 * Enter. Cells are made once for a shape; afterwards only texts and marks change.
 */

import { exact, format, parseNumber } from "../core/numbers.js";
import { SUPPRESS, el } from "./dom.js";
import { move } from "./keys.js";

/**
 * @typedef {number[]} Index plane, row, column; outside the tensor for its padding
 *
 * @typedef {object} Shown what a grid shows
 * @property {number[][][]} planes
 * @property {string[]} captions one for each plane
 * @property {number[]} [padding] rows and columns around each plane
 * @property {string} [filler] what stands in the padding
 * @property {(index: Index, number: number) => boolean} [hatched] cells that nothing visits; `number`
 *   counts those of the tensor, row by row
 * @property {(index: Index) => boolean} [repeated] cells that only stand for another one
 * @property {(value: number) => string} [write]
 * @property {boolean} [dense] small cells, where there are many
 * @property {string} [shape] what stands beside the name, where it is not the size of the planes
 * @property {number} [across] planes beside each other at most
 * @property {(index: Index, number: number) => string} [kind] what sort of cell it is; a word that the style sheet knows
 * @property {number[]} [room] rows and columns to make at once, for planes that grow and shrink
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

/** A tensor whose numbers only show. */
export class Cells {
  /** @type {Map<HTMLElement, Index>} */
  #indices = new Map();
  /** @type {HTMLElement[][][]} */
  #cells = [];
  /** @type {Map<HTMLElement, string>} */
  #marks = new Map();
  /** @type {Map<HTMLElement, string>} */
  #notes = new Map();
  #across = Infinity;
  /** @type {Map<HTMLElement, string>} */
  #looks = new Map();
  #structure = "";
  #padding = [0, 0];
  /** @type {number[]} */
  #counts = [];
  #wrapped = false;
  /** @type {HTMLElement | null} */
  #stop = null;
  /** @type {Element | null} */
  #pointed = null;
  /** @type {number[][][]} */
  #planes = [];
  /** @type {HTMLElement[]} */
  #figures = [];
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
    this.body.addEventListener("pointermove", (event) => this.#onPointer(event));
    this.body.addEventListener("pointerleave", () => this.#onLeave());
    this.body.addEventListener("focusin", (event) => this.#onFocus(event));
    this.body.addEventListener("keydown", (event) => this.#onKey(event));
    // Before it takes the focus.
    this.body.addEventListener("pointerdown", (event) => {
      this.#again = cellOf(event) === this.body.ownerDocument.activeElement;
    });
    this.body.addEventListener("click", (event) => this.#onClick(event));
  }

  /** How many planes there are, and how large one is, in pixels. */
  get size() {
    const [plane] = this.#cells;
    const { offsetWidth, offsetHeight } = plane[0][0];
    if (this.#wrapped) {
      const width = Math.min(WRAPPED, plane[0].length) * (offsetWidth + 2) - 2;
      return {
        planes: this.#figures.length,
        across: this.#across,
        width,
        height: offsetHeight,
        heading: this.heading.offsetWidth,
      };
    }
    return {
      planes: this.#figures.length,
      across: this.#across,
      width: /** @type {HTMLElement} */ (plane[0][0].parentElement).offsetWidth,
      height: plane.length * (offsetHeight + 2) - 2,
      heading: this.heading.offsetWidth,
    };
  }

  /** @param {number} count of planes beside each other */
  set columns(count) {
    this.body.style.setProperty("--tl-columns", String(count));
  }

  /** @param {Shown} shown */
  show(shown) {
    const { planes, captions, padding = [0, 0], hatched, repeated } = shown;
    this.#planes = planes;
    this.#padding = padding;
    const [rows, columns] = [planes[0].length, planes[0][0]?.length ?? 0];
    const [madeRows, madeColumns] = shown.room ?? [rows, columns];
    const structure = [planes.length, madeRows, madeColumns, ...padding].join();
    if (structure !== this.#structure) this.#build(planes.length, madeRows, madeColumns);
    this.#structure = structure;
    this.#across = shown.across ?? Infinity;
    this.shape.textContent = shown.shape ?? [planes.length, rows, columns].join(" × ");
    this.#wrapped = !!shown.wrap;
    this.body.classList.toggle("tl-wrap", this.#wrapped);
    const write = shown.write ?? format(planes.flat(2), shown.dense ? 1 : 2);
    this.element.classList.toggle("tl-dense", !!shown.dense);
    let longest = 1;
    let number = -1;
    for (const [cell, [c, i, j]] of this.#indices) {
      const value = planes[c][i]?.[j];
      const inside = value !== undefined;
      if (inside) number += 1;
      const text = inside ? write(value) : shown.filler ?? "0";
      longest = Math.max(longest, text.length);
      const unseen = inside && !!hatched?.([c, i, j], number);
      const ghost = !!repeated?.([c, i, j]);
      const kind = (inside && shown.kind?.([c, i, j], number)) || "";
      // To ask the page what it shows takes longer than to remember it.
      const look = `${text} ${unseen} ${ghost} ${kind}`;
      if (this.#looks.get(cell) === look) continue;
      this.#looks.set(cell, look);
      cell.textContent = text;
      cell.classList.toggle("tl-unseen", unseen);
      cell.classList.toggle("tl-ghost", ghost);
      cell.dataset.kind = kind;
    }
    const counts = [planes.length, rows + 2 * padding[0], columns + 2 * padding[1]];
    if (counts.join() !== this.#counts.join()) this.#limit(counts);
    this.body.style.setProperty("--tl-longest", String(longest));
    this.extent = `${structure}:${longest}:${shown.dense}:${this.heading.textContent}`;
    for (const [c, figure] of this.#figures.entries()) {
      const caption = /** @type {HTMLElement} */ (figure.firstElementChild);
      caption.textContent = captions[c];
      caption.hidden = !captions[c];
      const label = [this.title || this.name, captions[c], `${rows} by ${columns}`].filter(Boolean).join(", ");
      figure.lastElementChild?.setAttribute("aria-label", label);
    }
  }

  /**
   * Mark cells, and unmark all others. A mark is a word that the style sheet knows.
   * @param {[string, Index[]][]} marks
   */
  mark(marks) {
    /** @type {Map<HTMLElement, string>} */
    const wanted = new Map();
    for (const [mark, indices] of marks) {
      for (const index of indices) {
        const cell = this.#cell(index);
        if (cell) wanted.set(cell, wanted.has(cell) ? `${wanted.get(cell)} ${mark}` : mark);
      }
    }
    this.#marks = changed("mark", this.#marks, wanted);
  }

  /**
   * Write something small into cells, such as the order in which they come; in all others, nothing.
   * @param {[Index, string][]} notes
   */
  note(notes) {
    /** @type {Map<HTMLElement, string>} */
    const wanted = new Map();
    for (const [index, text] of notes) {
      const cell = this.#cell(index);
      if (cell) wanted.set(cell, text);
    }
    this.#notes = changed("note", this.#notes, wanted);
  }

  /** The cell that an event is about. @param {Event} event */
  indexOf = (event) => this.#indices.get(/** @type {HTMLElement} */ (cellOf(event)));

  /**
   * Set planes back that have nothing to do with what is looked at.
   * @param {(plane: number) => boolean} aside
   */
  setAside(aside) {
    for (const [c, figure] of this.#figures.entries()) figure.classList.toggle("tl-aside", aside(c));
  }

  /**
   * Where Tab enters.
   * @param {Index} index
   */
  enterAt(index) {
    const cell = this.#cell(index);
    if (cell) this.#setStop(cell);
  }

  /**
   * The element of a cell, for what is drawn over it.
   * @param {Index} index
   */
  cellAt(index) {
    return this.#cell(index);
  }

  /** Move the focus to where Tab enters. */
  focus() {
    this.#stop?.focus({ preventScroll: true });
  }

  /** @param {Index} index */
  #cell([c, i, j]) {
    return this.#cells[c]?.[i + this.#padding[0]]?.[j + this.#padding[1]];
  }

  /**
   * @param {number} count
   * @param {number} rows
   * @param {number} columns
   */
  #build(count, rows, columns) {
    const [down, across] = this.#padding;
    const focused = this.#indices.get(/** @type {HTMLElement} */ (this.element.ownerDocument.activeElement));
    this.#indices.clear();
    this.#marks.clear();
    this.#notes.clear();
    this.#looks.clear();
    // Copies of one plane: five times as fast as making every cell.
    const inside = (/** @type {number} */ i, /** @type {number} */ j) =>
      i >= down && i < rows + down && j >= across && j < columns + across;
    const sample = plane(rows + 2 * down, columns + 2 * across, inside, !this.events.edit);
    this.#figures = Array.from({ length: count }, () => /** @type {HTMLElement} */ (sample.cloneNode(true)));
    this.#cells = this.#figures.map((figure) =>
      [.../** @type {Element} */ (figure.lastElementChild).children].map(
        (row) => /** @type {HTMLElement[]} */ ([...row.children]),
      ),
    );
    for (const [c, rowsOf] of this.#cells.entries()) {
      for (const [i, cells] of rowsOf.entries()) {
        for (const [j, cell] of cells.entries()) this.#indices.set(cell, [c, i - down, j - across]);
      }
    }
    this.body.replaceChildren(...this.#figures);
    this.#counts = [count, rows + 2 * down, columns + 2 * across];
    const stop = this.#cell(focused ?? [0, 0, 0]) ?? this.#cells[0][0][0];
    this.#stop = null;
    this.#setStop(stop);
    if (focused) stop.focus({ preventScroll: true });
  }

  /**
   * Hide the cells beyond those that there are.
   * @param {number[]} counts of planes, rows, columns
   */
  #limit(counts) {
    const [, rows, columns] = (this.#counts = counts);
    for (const [c, plane] of this.#cells.entries()) {
      const grid = this.#figures[c].lastElementChild;
      grid?.setAttribute("aria-rowcount", String(rows));
      grid?.setAttribute("aria-colcount", String(columns));
      for (const [i, cells] of plane.entries()) {
        const row = /** @type {HTMLElement} */ (cells[0].parentElement);
        row.hidden = i >= rows;
        for (const [j, cell] of cells.entries()) if (cell.hidden !== j >= columns) cell.hidden = j >= columns;
      }
    }
    if (this.#stop?.hidden || this.#stop?.parentElement?.hidden) this.#setStop(this.#cells[0][0][0]);
  }

  /** @param {HTMLElement} cell */
  #setStop(cell) {
    if (cell === this.#stop) return;
    this.#stop?.setAttribute("tabindex", "-1");
    cell.setAttribute("tabindex", "0");
    this.#stop = cell;
  }

  /** @param {PointerEvent} event */
  #onPointer(event) {
    const cell = cellOf(event);
    // A redraw under a resting pointer is no move of it.
    if (cell === this.#pointed || event.pointerType === "touch") return;
    this.#pointed = cell;
    const index = cell && this.#indices.get(cell);
    if (index) this.events.spot?.(index, "pointer");
  }

  #onLeave() {
    this.#pointed = null;
    this.events.leave?.();
  }

  /** @param {FocusEvent} event */
  #onFocus(event) {
    const cell = /** @type {HTMLElement} */ (event.target);
    const index = this.#indices.get(cell);
    if (!index) return;
    this.#setStop(cell);
    this.events.spot?.(index, "focus");
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const cell = cellOf(event);
    if (!cell || event.target instanceof HTMLInputElement) return;
    // A finger has no second click everywhere: it taps what it has chosen once more.
    const finger = /** @type {PointerEvent} */ (event).pointerType === "touch";
    const again = event.detail > 1 || (finger && this.#again);
    cell.focus({ preventScroll: true });
    if (!this.#press(cell) && again) this.edit(cell);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const cell = /** @type {HTMLElement} */ (event.target);
    const index = this.#indices.get(cell);
    if (!index) return;
    const [down, across] = this.#padding;
    const from = [index[0], index[1] + down, index[2] + across];
    const to = move(event, from, this.#counts);
    if (to) {
      const next = this.#cells[to[0]][to[1]][to[2]];
      next.focus({ preventScroll: true });
      // Scrolling asks where everything is: that can wait until the page is drawn.
      requestAnimationFrame(() => next.scrollIntoView({ block: "nearest", inline: "nearest" }));
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "Enter" || event.key === "F2") {
      if (event.key === "F2" || !this.#press(cell)) this.edit(cell);
    } else if (event.key === " ") {
      this.#press(cell);
    } else if ((this.events.begins ?? /^[-\d.,−]$/).test(event.key)) {
      this.edit(cell, event.key);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {HTMLElement} cell */
  #press(cell) {
    const index = this.#indices.get(cell);
    return !!index && !!this.events.press?.(index);
  }

  /**
   * What Enter, a number or a second click do: nothing where numbers only show.
   * @param {HTMLElement} _cell
   * @param {string} [_text] typed to begin with
   */
  edit(_cell, _text) {}

  /** What a cell shows was changed by others: it is written anew. @param {HTMLElement} cell */
  forget(cell) {
    this.#looks.delete(cell);
  }

  /**
   * @param {HTMLElement} cell
   * @returns {{ index: Index, value: number | undefined } | undefined} of padding, there is no value
   */
  at(cell) {
    const index = this.#indices.get(cell);
    return index && { index, value: this.#planes[index[0]][index[1]]?.[index[2]] };
  }
}

/** A tensor whose numbers can be changed. */
export class Grid extends Cells {
  /**
   * Let a number be typed into the cell, starting with what is there or with `text`.
   * @param {HTMLElement} cell
   * @param {string} [text]
   * @override
   */
  edit(cell, text) {
    const { index, value } = this.at(cell) ?? {};
    if (!index || !this.events.edit) return;
    if (value === undefined) {
      this.events.complain?.("The padding is no number of the input: it cannot be edited. Change one inside.");
      return;
    }
    const field = el("input", {
      class: "tl-edit",
      type: "text",
      inputmode: "text",
      autocomplete: "off",
      "aria-label": `New number for ${this.events.label?.(index) ?? `${this.name}[${index.join(", ")}]`}`,
      value: text ?? (this.events.spell ?? exact)(value),
    });
    const before = cell.textContent ?? "";
    let open = true;
    const close = (/** @type {boolean} */ back) => {
      open = false;
      field.remove();
      cell.textContent = before;
      this.forget(cell);
      if (back) cell.focus({ preventScroll: true });
    };
    const commit = (/** @type {boolean} */ back) => {
      const typed = field.value;
      if (text === undefined && typed === field.defaultValue) return close(back);
      const parsed = (this.events.parse ?? parseNumber)(typed);
      if ("value" in parsed) {
        close(back);
        this.events.edit?.(index, parsed.value);
        return;
      }
      if (!back) close(false);
      else field.setAttribute("aria-invalid", "true");
      this.events.complain?.(parsed.problem);
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") commit(true);
      else if (event.key === "Escape") close(true);
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", () => open && commit(false));
    cell.replaceChildren(field);
    field.focus({ preventScroll: true });
    if (text === undefined) field.select();
    else field.setSelectionRange(text.length, text.length);
  }
}

/**
 * Give cells what is wanted of them, and take it from those of which it no longer is.
 * @param {string} name
 * @param {Map<HTMLElement, string>} before
 * @param {Map<HTMLElement, string>} wanted
 */
function changed(name, before, wanted) {
  for (const cell of before.keys()) if (!wanted.has(cell)) delete cell.dataset[name];
  for (const [cell, text] of wanted) if (before.get(cell) !== text) cell.dataset[name] = text;
  return wanted;
}

/**
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
function cellOf(event) {
  return event.target instanceof Element ? event.target.closest(".tl-cell") : null;
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {(row: number, column: number) => boolean} inside the tensor, and not its padding
 * @param {boolean} readOnly
 */
function plane(rows, columns, inside, readOnly) {
  const cell = (/** @type {number} */ i, /** @type {number} */ j) =>
    el("div", {
      class: inside(i, j) ? "tl-cell" : "tl-cell tl-padding",
      role: "gridcell",
      tabindex: -1,
      "aria-colindex": j + 1,
      "aria-readonly": inside(i, j) && !readOnly ? null : "true",
      ...SUPPRESS,
    });
  const row = (/** @type {number} */ i) =>
    el(
      "div",
      { role: "row", class: "tl-row", "aria-rowindex": i + 1 },
      ...Array.from({ length: columns }, (_, j) => cell(i, j)),
    );
  return el(
    "figure",
    { class: "tl-plane" },
    el("figcaption"),
    el(
      "div",
      { class: "tl-grid", role: "grid", "aria-rowcount": rows, "aria-colcount": columns },
      ...Array.from({ length: rows }, (_, i) => row(i)),
    ),
  );
}
