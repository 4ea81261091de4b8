/** What is opened: the parameters of a box with their gradients, or the numbers of a tensor. */

import { called, backAt, isKnown, parameterBackAt } from "../core/flow.js";
import { arithmetic } from "../core/flow-sums.js";
import { aligned, asPlanes, cutInWords, flat, indexOf, numel, times, write } from "../core/packed.js";
import { named } from "../core/tensor.js";
import { el } from "./dom.js";
import { facts } from "./frame.js";
import { Cells } from "./cells.js";
import { Grid } from "./grid.js";
import { Stage } from "./stage.js";
import { Sums } from "./sums.js";

/**
 * @typedef {import("../core/flow.js").Trace} Trace
 * @typedef {import("../core/packed.js").Packed} Packed
 *
 * @typedef {object} Part a tensor and its gradient
 * @property {string} name
 * @property {Packed} tensor
 * @property {Packed | null} grad
 * @property {boolean} known
 * @property {string} waiting why there is no gradient to show; empty where there is
 * @property {boolean} editable
 */

/** More numbers than these are drawn small. */
const MANY = 100;

export class FlowPanel {
  #opened = "";
  /** @type {{ grid: Grid, grad: Cells, stage: Stage }[]} */
  #pairs = [];
  /** @type {Part[]} */
  #parts = [];
  #value = -1;
  /** @type {Trace | null} */
  #trace = null;
  /** @type {number[] | null} */
  #cell = null;

  /**
   * @param {object} events
   * @param {(name: string, at: number, index: string, value: number) => void} events.edit
   * @param {(said: string, aloud: boolean) => void} events.say
   * @param {(problem: string) => void} events.complain
   */
  constructor(events) {
    this.events = events;
    this.title = el("p", { class: "tl-panel-title" });
    this.text = el("p", { class: "tl-shape" });
    this.tensors = el("div");
    this.notes = el("ul", { class: "tl-facts" });
    this.sums = new Sums();
    this.element = el(
      "div",
      { class: "tl-panel", role: "group", "aria-label": "What is opened" },
      this.title,
      this.text,
      this.tensors,
      this.sums.element,
      this.notes,
    );
  }

  /**
   * @param {Trace} trace
   * @param {number} step
   * @param {string} opened
   */
  show(trace, step, opened) {
    this.#trace = trace;
    const value = trace.values.findIndex((one) => one.name === opened);
    const box = trace.boxes.find((one) => one.name === opened);
    const group = trace.groups.find((one) => one.name === opened);
    if (value !== this.#value) this.#cell = null;
    this.#value = value;
    let lines = ["", "Choose a box or a tensor, to see its numbers."];
    if (value >= 0) lines = this.#ofValue(trace, step, value);
    else if (box) lines = this.#ofBox(trace, step, box);
    else if (group) {
      const { name, type, parameters, first, last } = group;
      this.#parts = this.#own(trace, step, parameters);
      lines = [`${name}: ${type}`, `calls ${trace.boxes.slice(first, last + 1).map((one) => one.name).join(", ")}`];
    }
    else this.#parts = [];
    [this.title.textContent, this.text.textContent] = lines;
    this.#tensors(opened);
    this.#explain();
  }

  stop() {
    for (const { stage } of this.#pairs) stage.stop();
  }

  /**
   * @param {Trace} trace
   * @param {number} step
   * @param {number} at
   */
  #ofValue(trace, step, at) {
    const { name, tensor, grad, box } = trace.values[at];
    const known = isKnown(trace, step, at);
    let waiting = "";
    if (!grad) waiting = why(trace, tensor, "");
    else if (step < backAt(trace, at)) waiting = "Its gradient comes on the way back.";
    const editable = box < 0 && /float/.test(tensor.dtype) && !(name in trace.parameters);
    this.#parts = [{ name, tensor, grad, known, waiting, editable }];
    const from = box < 0 ? "What comes in" : `What ${called(trace.boxes[box])} gives`;
    return ["", known ? `${from}, ${tensor.dtype}:` : `${from} is not computed yet. Step on to see its numbers.`];
  }

  /**
   * @param {Trace} trace
   * @param {number} step
   * @param {import("../core/flow.js").Box} box
   */
  #ofBox(trace, step, box) {
    this.#parts = this.#own(trace, step, box.parameters);
    if (box.state === "waiting") return [box.name, "not reached"];
    const shapes = (/** @type {number[]} */ values) =>
      values.map((at) => times(trace.values[at].tensor.shape)).join(" and ") || "nothing";
    const recorded = box.type || !box.text ? "" : `; recorded as ${box.text}`;
    const title = box.type ? `${box.name}: ${box.text || box.type}` : box.name;
    return [title, `takes ${shapes(box.inputs)}, gives ${shapes(box.outputs)}${recorded}`];
  }

  /**
   * @param {Trace} trace
   * @param {number} step
   * @param {string[]} names
   * @returns {Part[]}
   */
  #own(trace, step, names) {
    return names.map((name) => {
      const { tensor, grad, frozen } = trace.parameters[name];
      let waiting = "";
      if (!grad) waiting = why(trace, tensor, frozen ? `${name} has requires_grad=False: no gradient is computed for it.` : "");
      else if (step < parameterBackAt(trace, name)) waiting = `${name}.grad comes on the way back.`;
      return { name, tensor, grad, known: true, waiting, editable: true };
    });
  }

  /** @param {string} opened */
  #tensors(opened) {
    if (opened !== this.#opened) for (const { grid } of this.#pairs) grid.mark([]);
    this.#opened = opened;
    for (const [n, part] of this.#parts.entries()) this.#take((this.#pairs[n] ??= this.#pair(n)), part, n);
    for (const { stage } of this.#pairs.slice(this.#parts.length)) stage.element.remove();
    for (const [n, { tensor, grad, known, waiting }] of this.#parts.entries()) {
      const pair = this.#pairs[n];
      fill(pair.grid, known ? tensor : null);
      fill(pair.grad, waiting ? null : grad);
      pair.stage.fit();
    }
    facts(this.notes, this.#parts.flatMap(({ name, tensor, known, waiting }) => [known ? cutInWords(name, tensor) : "", waiting]).filter(Boolean));
  }

  /**
   * Grids for a tensor and its gradient: the next ones that are opened take them over.
   * @param {number} n
   */
  #pair(n) {
    const grid = new Grid("", "", {
      spot: (cell, how) => this.#point(n, cell, how),
      complain: this.events.complain,
      label: (cell) => placed(this.#parts[n].name, indexOf(this.#parts[n].tensor, cell)),
    });
    const grad = new Cells("", "", {
      spot: (cell, how) => {
        const { name, grad: tensor } = this.#parts[n];
        if (tensor) this.events.say(this.#words(`${name}.grad`, tensor, cell), how === "focus");
      },
    });
    return { grid, grad, stage: new Stage(grid, grad) };
  }

  /**
   * @param {{ grid: Grid, grad: Cells, stage: Stage }} pair
   * @param {Part} part
   * @param {number} n
   */
  #take({ grid, grad, stage }, { name, editable }, n) {
    rename(grid, name);
    rename(grad, `${name}.grad`);
    grid.events.edit = editable ? (cell, value) => this.#edit(n, cell, value) : undefined;
    if (!stage.element.isConnected) this.tensors.append(stage.element);
  }

  /**
   * @param {number} n
   * @param {number[]} cell
   * @param {string} how
   */
  #point(n, cell, how) {
    const { name, tensor, editable } = this.#parts[n];
    this.#cell = cell;
    this.#explain();
    const more = editable ? " Enter changes it." : "";
    this.events.say(this.#words(name, tensor, cell) + more, how === "focus");
  }

  /** The arithmetic of the number that is looked at. */
  #explain() {
    const [part] = this.#parts;
    const made = this.#value >= 0 && part?.known && this.#trace
      ? arithmetic(this.#trace, this.#value, this.#cell ?? [0, 0, 0])
      : null;
    this.sums.element.hidden = !made;
    if (this.#value >= 0) this.#pairs[0].grid.mark(made ? [["here", [this.#cell ?? [0, 0, 0]]]] : []);
    if (made) this.sums.show(made.title, made.rows);
  }

  /**
   * @param {string} name
   * @param {Packed} tensor
   * @param {number[]} cell
   */
  #words(name, tensor, cell) {
    const [c, i, j] = cell;
    return `${placed(name, indexOf(tensor, cell))} is ${write(asPlanes(tensor).planes[c][i][j])}.`;
  }

  /**
   * @param {number} n
   * @param {number[]} cell
   * @param {number} value
   */
  #edit(n, cell, value) {
    const { name, tensor } = this.#parts[n];
    const index = indexOf(tensor, cell);
    this.events.edit(name, flat(tensor, index), placed(name, index), value);
  }
}

/**
 * @param {string} name
 * @param {number[]} index
 */
function placed(name, index) {
  return index.length ? named(name, index) : name;
}

/**
 * @param {Cells} grid
 * @param {string} name
 */
function rename(grid, name) {
  if (grid.name === name) return;
  grid.name = name;
  grid.code.textContent = name;
  grid.element.dataset.tensor = name;
  grid.element.setAttribute("aria-label", name);
  shown.delete(grid);
}

/** What each grid shows: a step leaves most of them as they are. @type {WeakMap<Cells, string>} */
const shown = new WeakMap();

/**
 * @param {Cells} grid
 * @param {Packed | null} tensor
 */
function fill(grid, tensor) {
  grid.element.hidden = !tensor;
  if (!tensor || shown.get(grid) === tensor.numbers) return;
  shown.set(grid, tensor.numbers);
  const write = aligned(tensor);
  const { length } = tensor.shape;
  const dense = numel(tensor.cut ?? tensor.shape) > MANY;
  grid.show({ ...asPlanes(tensor), write, dense, shape: times(tensor.shape), wrap: length === 1 });
}

/**
 * Why there is no gradient.
 * @param {Trace} trace
 * @param {Packed} tensor
 * @param {string} own
 */
function why(trace, tensor, own) {
  if (own || trace.error) return own;
  if (trace.stuck) return trace.stuck;
  if (!/float|complex/.test(tensor.dtype)) return `It holds ${tensor.dtype}: only decimal numbers have gradients.`;
  return "It has no gradient: y does not depend on it.";
}
