/** A memory as one strip of cells, each as wide as it has bytes, in as many lines as it takes. */

import { bytes as bytesOf, sizeOf, spell, writer } from "../core/dtypes.js";
import { Grid } from "./grid.js";

/** Pixels of a byte, and of a line with what stands above and below it; the style sheet knows both. */
const BYTE = 24;
const LINE = 62;
/** Every cell that begins at such a byte says which. */
const LABELLED = 4;
/** A letter is so wide, for each pixel of its size, which lies between these. */
const LETTER = 0.61;
const [LEAST, USUAL] = [8.5, 12];

/**
 * @typedef {import("../core/strides.js").Memory} Memory
 * @typedef {import("./cells.js").Events} Events
 */

export class Strip {
  /** @type {HTMLElement[]} */
  #cells = [];
  #width = 0;
  #bytes = 1;
  #shown = "";
  #cell = 0;

  /**
   * @param {string} name of its first tensor
   * @param {string} note what stands around the cells
   * @param {Events} events
   */
  constructor(name, note, events) {
    this.note = note;
    this.grid = new Grid(`memory of ${name}`, "", events);
    this.element = this.grid.element;
    this.element.classList.add("tl-strip");
    // Before the grid sees them: up and down lead from line to line.
    this.grid.body.addEventListener("keydown", (event) => this.#onKey(event), true);
    this.observer = new ResizeObserver(([{ contentRect }]) => {
      this.#width = contentRect.width;
      this.#scroll();
    });
  }

  /**
   * @param {Memory} memory
   * @param {(cell: number) => boolean} unused
   */
  show({ dtype, values }, unused) {
    const bytes = (this.#bytes = bytesOf(dtype));
    const room = bytes * BYTE - 4;
    const rounded = writer(values, dtype);
    const write = (/** @type {number} */ value) => {
      if (dtype === "bool") return String(value);
      const full = spell(value, dtype);
      return full.length * LETTER * LEAST > room ? rounded(value) : full;
    };
    const longest = Math.max(...values.map((value) => write(value).length));
    this.grid.show({ planes: [[values]], captions: [""], write, hatched: ([, , cell]) => unused(cell) });
    this.grid.shape.textContent = `${values.length} × ${dtype}, ${sizeOf(dtype)} each: ${values.length * bytes} bytes${this.note}`;
    if (this.#shown !== `${values.length} ${dtype}`) this.#label();
    this.#shown = `${values.length} ${dtype}`;
    this.#row?.style.setProperty("font-size", `${Math.max(LEAST, Math.min(USUAL, room / longest / LETTER))}px`);
    for (const [cell, element] of this.#cells.entries()) {
      const label = `offset ${cell}: ${element.textContent}`;
      if (element.ariaLabel !== label) element.ariaLabel = label;
    }
  }

  /** Let the cell be seen, and entered. @param {number} cell */
  reveal(cell) {
    this.grid.enterAt([0, 0, cell]);
    this.#cell = cell;
    // Scrolling asks where everything is: that can wait until the page is drawn.
    requestAnimationFrame(() => this.#scroll());
  }

  #scroll() {
    const grid = this.#row?.parentElement;
    const top = Math.floor(this.#cell / this.#line) * LINE;
    if (grid && (top < grid.scrollTop || top + LINE > grid.scrollTop + grid.clientHeight)) grid.scrollTop = top;
  }

  /** How many cells stand in a line. */
  get #line() {
    return Math.max(1, Math.floor(this.#width / (BYTE * this.#bytes)));
  }

  get #row() {
    return this.#cells[0]?.parentElement;
  }

  /** Offsets above the cells, bytes below. */
  #label() {
    this.#cells = [.../** @type {NodeListOf<HTMLElement>} */ (this.grid.body.querySelectorAll(".tl-cell"))];
    this.#row?.style.setProperty("--tl-bytes", String(this.#bytes));
    for (const [cell, { dataset }] of this.#cells.entries()) {
      const byte = cell * this.#bytes;
      const said = byte % LABELLED ? undefined : String(byte);
      dataset.offset ??= String(cell);
      if (said === dataset.byte) continue;
      if (said === undefined) delete dataset.byte;
      else dataset.byte = said;
    }
    this.observer.disconnect();
    if (this.#row) this.observer.observe(this.#row);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const from = this.#cells.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!step || from < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    this.#cells[from + step * this.#line]?.focus({ preventScroll: true });
    event.preventDefault();
    event.stopPropagation();
  }

  stop() {
    this.observer.disconnect();
  }
}
