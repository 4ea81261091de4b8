/** Curves that grow while a model is trained, drawn as often as the page is. */

import { Curve, path, range, ticks } from "../core/curves.js";
import { floats, wholes, write } from "../core/packed.js";
import { box } from "./controls.js";
import { el } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [170, 58, 14, 8, 22];
/** What a curve ends in, so that colour is not all that tells it. */
const ENDS = ["M-4 0A4 4 0 1 0 4 0A4 4 0 1 0-4 0", "M-4-4H4V4H-4Z", "M0-5L5 4H-5Z", "M0-5L5 0L0 5L-5 0Z"];

/** @typedef {Record<string, { count: number, steps: string, values: string, last: string }>} Saved */

// For all views of a widget: the one that is drawn after a training is to look as the one before.
let log = false;

export class LossLine {
  /** @type {Map<string, Curve>} */
  curves = new Map();
  #width = 0;
  #frame = 0;

  constructor() {
    this.steps = el("span", { class: "tl-shape" });
    this.legend = el("span", { class: "tl-legend" });
    this.scale = box("log scale", (on) => ((log = on), this.#later()));
    this.scale.show(log);
    this.svg = svg("svg", { class: "tl-chart", height: HEIGHT, role: "img" });
    this.element = el(
      "div",
      { class: "tl-loss", role: "group", "aria-label": "Training" },
      el("p", { class: "tl-loss-title" }, el("strong", {}, "training"), this.steps, this.legend, this.scale.element),
      this.svg,
    );
    this.element.hidden = true;
    this.observer = new ResizeObserver(([entry]) => {
      this.#width = entry.contentRect.width;
      this.#later();
    });
    this.observer.observe(this.element);
  }

  /**
   * Points as they come while Python is training: for each curve its steps and its numbers.
   * @param {{ name: string, from: number }[]} parts
   * @param {DataView[]} buffers
   */
  add(parts, buffers) {
    for (const [n, { name, from }] of parts.entries()) {
      const [steps, values] = [2 * n, 2 * n + 1].map((at) => {
        const { buffer, byteOffset, byteLength } = buffers[at];
        return buffer.slice(byteOffset, byteOffset + byteLength);
      });
      const places = new Uint32Array(steps);
      const numbers = new Float32Array(values);
      const curve = this.#curve(name);
      // What a view that came later has from the saved points is not added twice.
      for (let at = Math.max(0, curve.count - from); at < numbers.length; at++) curve.add(places[at], numbers[at]);
    }
    this.#later();
  }

  /**
   * The points that are saved, where they say more than what has come.
   * @param {Saved} saved
   */
  load(saved) {
    for (const name of this.curves.keys()) if (!(name in saved)) this.curves.delete(name);
    for (const [name, { count, steps, values }] of Object.entries(saved)) {
      if (this.curves.get(name)?.count === count) continue;
      this.curves.delete(name);
      const curve = this.#curve(name);
      const numbers = floats(values);
      wholes(steps).forEach((step, at) => curve.add(step, numbers[at]));
      curve.count = count;
    }
    this.#later();
  }

  /** What there is, in words. */
  get words() {
    const ends = [...this.curves].map(([name, { last, lost }]) =>
      lost ? `${name} is no finite number from step ${lost.toLocaleString("en")} on: try a smaller learning rate` : `${name} ends at ${write(last)}`,
    );
    return `Training: ${this.#steps()} steps; ${ends.join("; ")}.`;
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.observer.disconnect();
  }

  #steps() {
    return Math.max(0, ...[...this.curves.values()].map((curve) => curve.step)).toLocaleString("en");
  }

  /** @param {string} name */
  #curve(name) {
    const found = this.curves.get(name) ?? new Curve();
    this.curves.set(name, found);
    return found;
  }

  #later() {
    this.element.hidden = !this.curves.size;
    if (!this.#frame) this.#frame = requestAnimationFrame(() => ((this.#frame = 0), this.#draw()));
  }

  #draw() {
    const curves = [...this.curves.values()];
    if (!curves.length || !this.#width) return;
    this.steps.textContent = `step ${this.#steps()}`;
    this.legend.replaceChildren(...[...this.curves].map(([name, { last }], n) => entry(name, last, n)));
    const right = this.#width - RIGHT;
    const floor = HEIGHT - BOTTOM;
    const last = Math.max(2, ...curves.map((curve) => curve.step));
    const found = range(curves, log);
    const [low, high] = (found ?? [1, 10]).map(scaled);
    const x = (/** @type {number} */ step) => LEFT + ((step - 1) / (last - 1)) * (right - LEFT);
    const y = (/** @type {number} */ value) => floor - ((scaled(value) - low) / (high - low)) * (floor - TOP);
    const columns = ticks([1, last], false, right > 500 ? 6 : 3).filter(Number.isInteger);
    this.svg.setAttribute("width", String(this.#width));
    this.svg.setAttribute("aria-label", this.words);
    this.svg.replaceChildren(
      ...(found ? ticks(found, log, 4) : []).flatMap((value) => [
        svg("path", { class: "tl-rule", d: `M${LEFT} ${y(value).toFixed(1)}H${right}` }),
        text(LEFT - 7, y(value) + 4, write(value), "end"),
      ]),
      ...columns.map((step) => text(x(step), HEIGHT - 5, step.toLocaleString("en"), "middle")),
      ...curves.map((curve, n) => svg("path", { class: `tl-line tl-line-${n}`, d: path(curve, x, y, log) })),
      ...curves.flatMap(({ last: end, step }, n) => {
        if (!Number.isFinite(end) || (log && end <= 0)) return [];
        return svg("path", { class: `tl-line-${n}`, d: ENDS[n], transform: `translate(${x(step).toFixed(1)} ${y(end).toFixed(1)})` });
      }),
      ...(found ? [] : [text((LEFT + right) / 2, HEIGHT / 2, `No ${log ? "number above 0" : "finite number"} yet.`, "middle")]),
    );

    /** @param {number} value */
    function scaled(value) {
      return log ? Math.log10(value) : value;
    }
  }
}

/**
 * In the legend: how a curve ends, its name, its last number.
 * @param {string} name
 * @param {number} last
 * @param {number} n
 */
function entry(name, last, n) {
  const end = svg("svg", { width: 12, height: 12, viewBox: "-6 -6 12 12", "aria-hidden": "true" });
  end.append(svg("path", { class: `tl-line-${n}`, d: ENDS[n] }));
  return el("span", { class: "tl-curve" }, end, name, el("code", {}, write(last)));
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {string} anchor
 */
function text(x, y, words, anchor) {
  const element = svg("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor });
  element.textContent = words;
  return element;
}
