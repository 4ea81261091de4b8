/**
 * A model from top to bottom: boxes, and between them the tensors. One stop for Tab; arrow keys move
 * from row to row, Enter opens one. Rows are made once for a run; a step only changes what they say.
 */

import { backAt, describe, done, isKnown, layout, straight, where } from "../core/flow.js";
import { inline, times } from "../core/packed.js";
import { plural } from "../core/windows.js";
import { SUPPRESS, el } from "./dom.js";

/**
 * @typedef {import("../core/flow.js").Trace} Trace
 * @typedef {import("../core/flow.js").Row} Row
 */

/** How far a group is set in. */
const STEP = 10;
const STATES = { done: "", failed: "forward stops here", waiting: "not reached" };

export class FlowMap {
  /** @type {HTMLElement[]} */
  #elements = [];
  /** @type {Row[]} */
  #rows = [];
  /** @type {Trace | null} */
  #trace = null;
  #stop = 0;
  #step = 0;
  #frame = 0;

  /**
   * @param {object} events
   * @param {(name: string) => void} events.open
   * @param {(said: string, aloud: boolean) => void} events.say
   */
  constructor(events) {
    this.events = events;
    this.element = el("div", {
      class: "tl-map",
      role: "listbox",
      "aria-label": "The model",
    });
    this.element.addEventListener("click", (event) => this.#onClick(event));
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("focusin", (event) => this.#onFocus(event));
  }

  /** @param {Trace} trace */
  show(trace) {
    this.#trace = trace;
    const focused = this.#elements.indexOf(/** @type {HTMLElement} */ (this.element.ownerDocument.activeElement));
    const { rows, arcs, frames, lanes } = layout(trace);
    this.#rows = rows;
    this.#elements = rows.map((row, n) => this.#row(trace, row, n));
    this.element.style.setProperty("--tl-lanes", String(lanes));
    this.element.replaceChildren(
      ...frames.map(({ first, last, depth, below }) =>
        el("div", { class: "tl-frame", "aria-hidden": "true", style: `grid-row:${first + 1}/${last + 2};--tl-in:${STEP * (depth - 1)}px;--tl-below:${below}` }),
      ),
      ...this.#elements.map((element, n) => (Object.assign(element.style, { gridRow: String(n + 1) }), element)),
      ...arcs.map(({ from, to, lane }) =>
        el("div", {
          class: "tl-arc",
          "aria-hidden": "true",
          style: `grid-row:${from + 1}/${to + 2};grid-column:${lanes - lane}/${lanes + 1};` +
            `--tl-from:${STEP * rows[from].depth}px;--tl-to:${STEP * (rows[to].depth - 1)}px`,
        }),
      ),
    );
    this.#enterAt(Math.max(0, Math.min(focused < 0 ? this.#stop : focused, rows.length - 1)));
    if (focused >= 0) this.#elements[this.#stop].focus({ preventScroll: true });
  }

  /**
   * Show what is known after so many steps.
   * @param {number} step
   */
  step(step) {
    const trace = this.#trace;
    if (!trace) return;
    this.#step = step;
    const { back, box: here } = where(trace, step);
    const count = done(trace);
    for (const [n, row] of this.#rows.entries()) {
      const { kind, at } = row;
      if (kind === "group") continue;
      const element = this.#elements[n];
      const value = kind === "value";
      const known = value ? isKnown(trace, step, at) : at < Math.min(step, count);
      const gone = value ? !!trace.values[at].grad && step >= backAt(trace, at) : back && at < count && step >= 2 * count + 1 - at;
      element.classList.toggle("tl-here", !value && at === here);
      if (element.classList.contains("tl-known") === known && element.classList.contains("tl-back") === gone) continue;
      element.classList.toggle("tl-known", known);
      element.classList.toggle("tl-back", gone);
      element.setAttribute("aria-label", describe(trace, step, row));
    }
    const row = this.#rows.findIndex(({ kind, at }) => kind === "box" && at === here);
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#reveal(row));
  }

  /**
   * Mark the row that is opened.
   * @param {string} name
   */
  open(name) {
    for (const [n, row] of this.#rows.entries()) {
      this.#elements[n].setAttribute("aria-selected", String(row.name === name));
    }
  }

  stop() {
    cancelAnimationFrame(this.#frame);
  }

  /** Where the box of the step is out of sight: scroll, the map alone. @param {number} row */
  #reveal(row) {
    const around = this.element;
    if (around.scrollHeight <= around.clientHeight) return;
    const element = this.#elements[Math.max(row, 0)];
    const top = element.offsetTop - around.offsetTop;
    const room = around.clientHeight;
    if (top < around.scrollTop + 40 || top > around.scrollTop + room - 100) around.scrollTop = top - room / 3;
  }

  /**
   * @param {Trace} trace
   * @param {Row} row
   * @param {number} n
   */
  #row(trace, row, n) {
    const { kind, at, name, depth, ends } = row;
    const shared = { role: "option", tabindex: -1, "data-name": name, "aria-label": describe(trace, 0, row), ...SUPPRESS };
    const style = `--tl-in:${STEP * (kind === "box" ? depth - 1 : depth)}px;--tl-ends:${8 * ends}px`;
    if (kind === "group") {
      const { type } = trace.groups[at];
      return el("div", { ...shared, class: "tl-group", style }, el("code", {}, name), " ", el("span", { class: "tl-shape" }, type));
    }
    if (kind === "box") {
      const box = trace.boxes[at];
      const note = STATES[box.state] || (box.count ? plural(box.count, "parameter") : "");
      return el(
        "div",
        { ...shared, class: `tl-box tl-${box.type ? "layer" : "operation"} tl-${box.state}`, style },
        el("code", {}, name),
        " ",
        el("span", { class: "tl-type" }, box.type),
        " ",
        el("span", { class: "tl-note" }, note),
      );
    }
    const { tensor, grad, box } = trace.values[at];
    const output = trace.outputs.indexOf(at);
    const y = trace.outputs.length > 1 ? `y[${output}]` : "y";
    const next = this.#rows.findIndex((other, m) => m > n && other.kind === "box");
    const leads = next >= 0 && straight(this.#rows, n, next) && trace.boxes[this.#rows[next].at].inputs.includes(at);
    return el(
      "div",
      { ...shared, class: `tl-value ${leads ? "tl-leads" : ""} ${box < 0 ? "tl-input" : ""}`, style },
      el("span", { class: "tl-wire", "aria-hidden": "true" }),
      el("span", { class: "tl-of" }, output >= 0 ? el("code", {}, y) : box < 0 ? el("code", {}, name) : null, " ",
        el("span", { class: "tl-shape" }, times(tensor.shape))),
      " ",
      el("code", { class: "tl-numbers" }, inline(tensor, 26)),
      " ",
      el("code", { class: "tl-gradient" }, grad ? `grad ${inline(grad, 26)}` : ""),
    );
  }

  /**
   * Say what is opened.
   * @param {string} name
   */
  say(name) {
    this.#say(this.#rows.findIndex((row) => row.name === name), true);
  }

  /**
   * @param {number} n
   * @param {boolean} aloud
   */
  #say(n, aloud) {
    const row = this.#rows[n];
    if (row && this.#trace) this.events.say(describe(this.#trace, this.#step, row), aloud);
  }

  /** @param {number} n */
  #enterAt(n) {
    this.#elements[this.#stop]?.setAttribute("tabindex", "-1");
    this.#stop = n;
    this.#elements[n]?.setAttribute("tabindex", "0");
  }

  /** @param {Event} event */
  #indexOf(event) {
    const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    return this.#elements.indexOf(/** @type {HTMLElement} */ (option));
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const n = this.#indexOf(event);
    if (n >= 0) this.events.open(this.#rows[n].name);
  }

  /** @param {FocusEvent} event */
  #onFocus(event) {
    const n = this.#indexOf(event);
    if (n < 0) return;
    this.#enterAt(n);
    this.#say(n, false);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const n = this.#indexOf(event);
    if (n < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, number>} */
    const to = { ArrowUp: n - 1, ArrowLeft: n - 1, ArrowDown: n + 1, ArrowRight: n + 1, Home: 0, End: this.#rows.length - 1 };
    if (event.key in to) {
      const next = this.#elements[Math.min(Math.max(to[event.key], 0), this.#rows.length - 1)];
      next.focus({ preventScroll: true });
      requestAnimationFrame(() => next.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter" || event.key === " ") {
      this.events.open(this.#rows[n].name);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
