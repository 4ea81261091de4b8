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
 * @property {(index: Index) => boolean} [hatched] cells that nothing visits
 * @property {(value: number) => string} [write]
 * @property {boolean} [dense] small cells, where there are many
 *
 * @typedef {object} Events
 * @property {(index: Index, how: "pointer" | "focus") => void} [spot] a cell is pointed at
 * @property {() => void} [leave] the pointer has left
 * @property {(index: Index, value: number) => void} [edit] without it, the cells are read only
 * @property {(problem: string) => void} [complain] what was typed is no number
 * @property {(text: string) => { value: number } | { problem: string }} [parse] reads what is typed
 * @property {(value: number) => string} [spell] a number in full, to be edited
 * @property {(index: Index) => string} [named] a cell as code
 */

export class Grid {
  /** @type {Map<Element, Index>} */
  #indices = new Map();
  /** @type {HTMLElement[][][]} */
  #cells = [];
  /** @type {Map<HTMLElement, string>} */
  #marks = new Map();
  #structure = "";
  #padding = [0, 0];
  /** @type {HTMLElement | null} */
  #stop = null;
  /** @type {Element | null} */
  #pointed = null;
  /** @type {number[][][]} */
  #planes = [];
  /** @type {HTMLElement[]} */
  #figures = [];
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
    this.body.addEventListener("click", (event) => this.#onClick(event));
  }

  /** How many planes there are, and how large one is, in pixels. */
  get size() {
    const [plane] = this.#cells;
    const { offsetWidth, offsetHeight } = plane[0][0];
    const sum = (/** @type {number} */ cells, /** @type {number} */ size) => cells * (size + 2) - 2;
    return {
      planes: this.#figures.length,
      width: sum(plane[0].length, offsetWidth),
      height: sum(plane.length, offsetHeight),
      heading: this.heading.offsetWidth,
    };
  }

  /** @param {number} count of planes beside each other */
  set columns(count) {
    this.body.style.setProperty("--tl-columns", String(count));
  }

  /** @param {Shown} shown */
  show(shown) {
    const { planes, captions, padding = [0, 0], hatched } = shown;
    this.#planes = planes;
    this.#padding = padding;
    const [rows, columns] = [planes[0].length, planes[0][0].length];
    const structure = [planes.length, rows, columns, ...padding].join();
    if (structure !== this.#structure) this.#build(planes.length, rows, columns);
    this.#structure = structure;
    const write = shown.write ?? format(planes.flat(2), shown.dense ? 1 : 2);
    this.element.classList.toggle("tl-dense", !!shown.dense);
    let longest = 1;
    for (const [cell, [c, i, j]] of this.#indices) {
      const value = planes[c][i]?.[j];
      const text = value === undefined ? shown.filler ?? "0" : write(value);
      if (cell.textContent !== text) cell.textContent = text;
      longest = Math.max(longest, text.length);
      cell.classList.toggle("tl-unseen", value !== undefined && !!hatched?.([c, i, j]));
    }
    this.body.style.setProperty("--tl-longest", String(longest));
    this.extent = `${structure}:${longest}:${shown.dense}:${this.heading.textContent}`;
    for (const [c, figure] of this.#figures.entries()) {
      const caption = /** @type {HTMLElement} */ (figure.firstElementChild);
      caption.textContent = captions[c];
      caption.hidden = !captions[c];
      const label = `${this.title}${captions[c] ? `, ${captions[c]}` : ""}, ${rows} by ${columns}`;
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
    for (const cell of this.#marks.keys()) if (!wanted.has(cell)) delete cell.dataset.mark;
    for (const [cell, mark] of wanted) if (this.#marks.get(cell) !== mark) cell.dataset.mark = mark;
    this.#marks = wanted;
  }

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
    const focused = this.#indices.get(/** @type {Element} */ (this.element.ownerDocument.activeElement));
    this.#indices.clear();
    this.#marks.clear();
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
    this.shape.textContent = [count, rows, columns].join(" × ");
    const stop = this.#cell(focused ?? [0, 0, 0]) ?? this.#cells[0][0][0];
    this.#stop = null;
    this.#setStop(stop);
    if (focused) stop.focus({ preventScroll: true });
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
    if (event.detail > 1) this.#edit(cell);
    else cell.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const cell = /** @type {HTMLElement} */ (event.target);
    const index = this.#indices.get(cell);
    if (!index) return;
    const [down, across] = this.#padding;
    const plane = this.#cells[0];
    const from = [index[0], index[1] + down, index[2] + across];
    const to = move(event, from, [this.#cells.length, plane.length, plane[0].length]);
    if (to) {
      const next = this.#cells[to[0]][to[1]][to[2]];
      next.focus({ preventScroll: true });
      // Scrolling asks where everything is: that can wait until the page is drawn.
      requestAnimationFrame(() => next.scrollIntoView({ block: "nearest", inline: "nearest" }));
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "Enter" || event.key === "F2") {
      this.#edit(cell);
    } else if (/^[-\d.,−]$/.test(event.key)) {
      this.#edit(cell, event.key);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * Let a number be typed into the cell, starting with what is there or with `text`.
   * @param {HTMLElement} cell
   * @param {string} [text]
   */
  #edit(cell, text) {
    const index = this.#indices.get(cell);
    if (!index || !this.events.edit) return;
    const [c, i, j] = index;
    const value = this.#planes[c][i]?.[j];
    if (value === undefined) {
      this.events.complain?.("The padding is no number of the input: it cannot be edited. Change one inside.");
      return;
    }
    const field = el("input", {
      class: "tl-edit",
      type: "text",
      inputmode: "text",
      autocomplete: "off",
      "aria-label": `New number for ${this.events.named?.(index) ?? `${this.name}[${index.join(", ")}]`}`,
      value: text ?? (this.events.spell ?? exact)(value),
    });
    const before = cell.textContent ?? "";
    let open = true;
    const close = (/** @type {boolean} */ back) => {
      open = false;
      field.remove();
      cell.textContent = before;
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
