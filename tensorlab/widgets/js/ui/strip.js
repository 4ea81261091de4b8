/** A memory as one strip of cells, each as wide as it has bytes, in as many lines as it takes. */

import { BYTES, writer } from "../core/dtypes.js";
import { Grid } from "./grid.js";

/** Pixels of a byte; the style sheet knows it, too. */
const BYTE = 24;
/** Every cell that begins at such a byte says which. */
const LABELLED = 4;

/**
 * @typedef {import("../core/family.js").MemoryState} MemoryState
 * @typedef {import("./grid.js").Events} Events
 */

export class Strip {
  /** @type {HTMLElement[]} */
  #cells = [];
  #width = 0;
  #bytes = 1;
  #shown = "";

  /**
   * @param {string} name of its first tensor
   * @param {Events} events
   */
  constructor(name, events) {
    this.grid = new Grid(`memory of ${name}`, "", events);
    this.element = this.grid.element;
    this.element.classList.add("tl-strip");
    // Before the grid sees them: up and down lead from line to line.
    this.grid.body.addEventListener("keydown", (event) => this.#onKey(event), true);
    this.observer = new ResizeObserver(([{ contentRect }]) => (this.#width = contentRect.width));
    this.observer.observe(this.grid.body);
  }

  /**
   * @param {MemoryState} memory
   * @param {(cell: number) => boolean} unused
   */
  show({ dtype, values }, unused) {
    this.#bytes = BYTES[dtype];
    const write = dtype === "bool" ? String : writer(values, dtype);
    this.grid.show({ planes: [[values]], captions: [""], write, hatched: ([, , cell]) => unused(cell) });
    const total = values.length * this.#bytes;
    this.grid.shape.textContent =
      `${values.length} × ${dtype}, ${this.#bytes === 1 ? "1 byte" : `${this.#bytes} bytes`} each: ${total} bytes`;
    if (this.#shown !== `${values.length} ${dtype}`) this.#label();
    this.#shown = `${values.length} ${dtype}`;
    for (const [cell, element] of this.#cells.entries()) {
      element.ariaLabel = `offset ${cell}: ${write(values[cell])}`;
      element.classList.toggle("tl-long", this.#bytes === 1 && (element.textContent ?? "").length > 3);
    }
  }

  /** Offsets above the cells, bytes below. */
  #label() {
    this.element.style.setProperty("--tl-bytes", String(this.#bytes));
    this.#cells = [.../** @type {NodeListOf<HTMLElement>} */ (this.grid.body.querySelectorAll(".tl-cell"))];
    for (const [cell, element] of this.#cells.entries()) {
      const byte = cell * this.#bytes;
      element.dataset.offset = String(cell);
      if (byte % LABELLED === 0) element.dataset.byte = String(byte);
      else delete element.dataset.byte;
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const from = this.#cells.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!step || from < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const line = Math.max(1, Math.floor(this.#width / (BYTE * this.#bytes)));
    const next = this.#cells[from + step * line];
    next?.focus({ preventScroll: true });
    if (next) requestAnimationFrame(() => next.scrollIntoView({ block: "nearest" }));
    event.preventDefault();
    event.stopPropagation();
  }

  stop() {
    this.observer.disconnect();
  }
}
