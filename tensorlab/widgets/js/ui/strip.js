/** A memory as one strip of cells, each as wide as it has bytes, in as many lines as it takes. */

import { bytes as bytesOf, sizeOf, spell, writer } from "../core/dtypes.js";
import { el } from "./dom.js";
import { Grid } from "./grid.js";
import { hold, reach, watch } from "./later.js";

/** Pixels of a byte, and of a line with what stands above and below it; the style sheet knows both. */
const BYTE = 24;
const LINE = 62;
/** Every cell that begins at such a byte says which. */
const LABELLED = 4;
/** Bytes of a part, which is a number of whole lines: of each multiple of 8 bytes, up to 48. */
const PART = 480;
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
  /** Lines are drawn part by part. @type {HTMLElement[]} */
  #parts = [];
  /** What is said of each cell. @type {string[]} */
  #said = [];
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
      this.#size();
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
    this.#name(values.map(write));
  }

  /** Say of each cell what it holds; a part in which that is other than before can wait. @param {string[]} texts */
  #name(texts) {
    const length = PART / this.#bytes;
    const changed = this.#parts.map(() => 0);
    for (const [cell, text] of texts.entries()) {
      if (this.#said[cell] === text) continue;
      this.#said[cell] = text;
      this.#cells[cell].ariaLabel = `offset ${cell}: ${text}`;
      changed[Math.floor(cell / length)] += 1;
    }
    for (const [n, part] of this.#parts.entries()) if (changed[n] > 1) hold(part);
  }

  /** How high each part is, even while it is not drawn. */
  #size() {
    for (const { style, children } of this.#parts) {
      style.setProperty("contain-intrinsic-height", `${Math.ceil(children.length / this.#line) * LINE}px`);
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
    return /** @type {HTMLElement | null | undefined} */ (this.#cells[0]?.closest(".tl-row"));
  }

  /** Offsets above the cells, bytes below. */
  #label() {
    this.#cells = [.../** @type {NodeListOf<HTMLElement>} */ (this.grid.body.querySelectorAll(".tl-cell"))];
    this.#said.length = Math.min(this.#said.length, this.#cells.length);
    this.#divide();
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

  /** Give each part its cells; the one that has the focus keeps it. */
  #divide() {
    const row = this.#row;
    const focused = /** @type {HTMLElement | null} */ (row?.contains(document.activeElement) ? document.activeElement : null);
    const length = PART / this.#bytes;
    const count = Math.ceil(this.#cells.length / length);
    for (const part of this.#parts.splice(count)) part.remove();
    for (let n = 0; n < count; n++) {
      const part = (this.#parts[n] ??= el("div", { class: "tl-part", role: "none" }));
      const cells = this.#cells.slice(n * length, (n + 1) * length);
      part.style.setProperty("--tl-bytes", String(this.#bytes));
      if (part.parentElement !== row) row?.append(part);
      const same = part.children.length === cells.length && cells[0] === part.firstChild;
      if (!same) part.replaceChildren(...cells);
      if (count > 1) watch(part);
    }
    this.#size();
    focused?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const from = this.#cells.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!step || from < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = this.#cells[from + step * this.#line];
    reach(to);
    to?.focus({ preventScroll: true });
    event.preventDefault();
    event.stopPropagation();
  }

  stop() {
    this.observer.disconnect();
  }
}
