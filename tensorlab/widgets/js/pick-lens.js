/** PickLens: masks, where, sorting, gather, cat and such; each cell says where it came from. */

import { cellsOf, count, gridShape, nested, ravel, unravel } from "./core/cells.js";
import { parse, spell } from "./core/dtypes.js";
import { ALONE, COMPARISONS, JOINED, LOOKED_UP, goesTo, maskOf, ordering, picked, sources as countOf, together } from "./core/pick.js";
import { facts } from "./core/pick-facts.js";
import { problem } from "./core/pick-problem.js";
import * as words from "./core/pick-words.js";
import { shapeOf, withNumber } from "./core/tensor.js";
import { Arrows } from "./ui/arrow.js";
import { box, button, choice } from "./ui/controls.js";
import { el } from "./ui/dom.js";
import * as parts from "./ui/frame.js";
import { Grid } from "./ui/grid.js";
import { State } from "./ui/model.js";
import { Stage } from "./ui/stage.js";
import { showGrowth, showTensors, shownShape } from "./ui/picks.js";
import { start } from "./ui/start.js";
import { threshold } from "./ui/threshold.js";
import "./pick-lens.css"; // after the theme, which it builds on

/**
 * @typedef {import("./core/cells.js").Index} Index
 * @typedef {import("./core/pick.js").Pick & { cell: Index }} Now
 * @typedef {{ part: "y" | "mask" | "index" | "source", tensor: number, place: number }} Spot what is pointed at
 */

/** More arrows than these are a tangle. */
const TANGLE = 16;
const HAND = "by hand";

/** @param {import("./ui/model.js").Model} model */
function pickLens(model) {
  const { root, code, status, fill } = parts.frame("Pick lens");
  const complain = (/** @type {string} */ text) => status.complain(text);
  /** @type {State<Now>} */
  const state = new State(
    model,
    ["op", "tensors", "names", "drawn", "compare", "threshold", "dim", "descending", "as_tuple", "cell"],
    { problem: (/** @type {Now} */ now) => problem(now), draw, complain },
  );
  /** @type {Spot | null} */
  let spot = null;
  let result = picked(state.now);

  const pointing = (/** @type {Spot["part"]} */ part, tensor = 0) => ({
    spot: (/** @type {Index} */ index, /** @type {string} */ how) =>
      point({ part, tensor, place: ravel(index, gridShape(shownShape(state.now, result, part, tensor))) }, how),
    leave: () => point(null, "pointer"),
    complain,
  });
  const mask = new Grid("mask", "", { ...pointing("mask"), press: (index) => toggle(index) });
  const typing = (/** @type {number} */ k) => ({
    edit: (/** @type {Index} */ index, /** @type {number} */ value) => edit(k, index, value),
    parse: (/** @type {string} */ text) => parse(text, state.now.tensors[k].dtype),
    spell: (/** @type {number} */ value) => spell(value, state.now.tensors[k].dtype),
  });
  const index = new Grid("index", "", { ...pointing("index"), ...typing(1) });
  const sources = ["a", "b", "c", "d"].map(
    (name, k) =>
      new Grid(name, "", {
        ...pointing("source", k),
        ...typing(k),
        press: (index) => flip(k, index),
      }),
  );
  const y = new Grid("y", "", pointing("y"));
  const other = new Grid("other", "", pointing("y"));

  const controls = {
    op: choice("op", setOp),
    compare: choice("compare", setCompare),
    threshold: threshold("threshold", (value) => state.apply({ threshold: value }), complain),
    dim: choice("dim", (dim) => state.apply({ dim: Number(dim) }) || controls.dim.show(String(state.now.dim))),
    descending: box("descending", (descending) => state.apply({ descending })),
    as_tuple: box("as_tuple", (as_tuple) => state.apply({ as_tuple })),
  };
  const reset = button("reset", "Back to the numbers at the start", () => state.apply(state.first));
  const grown = el("p", { class: "tl-growth" });
  const stage = new Stage(mask, index, ...sources, y, other);
  stage.element.classList.add("tl-picks");
  root.classList.add("tl-pick-lens");
  const arrows = new Arrows(stage.element);
  const known = el("ul", { class: "tl-facts" });

  fill(
    el("div", { class: "tl-controls" }, ...Object.values(controls).map((one) => one.element), reset),
    grown,
    stage.element,
    known,
  );
  draw(new Set());
  return { root, stop: () => (arrows.stop(), stage.stop(), state.stop()) };

  /**
   * @param {Spot["part"]} part
   * @param {number} place
   * @param {number} [tensor]
   */
  function at(part, place, tensor) {
    return unravel(place, gridShape(shownShape(state.now, result, part, tensor)));
  }

  /** The output cell that is looked at, within the output even where that has shrunk; -1 for none. */
  function cell() {
    const { shape } = result;
    if (!count(shape)) return -1;
    return ravel(shape.map((size, i) => Math.min(state.now.cell[i] ?? 0, size - 1)), shape);
  }

  /** @param {string} op */
  function setOp(op) {
    const { dim, tensors } = state.now;
    const dimensions = shapeOf(tensors[0].values).length + (op === "stack" ? 1 : 0);
    const fits = -dimensions <= dim && dim < dimensions;
    if (!state.apply({ op, dim: fits ? dim : JOINED.includes(op) ? 0 : -1 })) controls.op.show(state.now.op);
  }

  /** @param {string} compare */
  function setCompare(compare) {
    state.apply(compare === HAND ? { compare: "", drawn: drawnMask() } : { compare });
  }

  /** @param {number} [turned] the place that is to change */
  function drawnMask(turned) {
    const { shape, values } = maskOf(state.now);
    return nested(values.map((on, i) => (i === turned ? !on : !!on)), shape);
  }

  /** @param {Index} index */
  function toggle(index) {
    return state.apply({ compare: "", drawn: drawnMask(ravel(index, gridShape(shownShape(state.now, result, "mask")))) });
  }

  /**
   * A tensor of bool is changed by pressing, any other by typing.
   * @param {number} k
   * @param {Index} index
   */
  function flip(k, index) {
    if (state.now.tensors[k].dtype !== "bool") return false;
    const { values } = cellsOf(state.now.tensors[k].values);
    edit(k, index, 1 - values[ravel(index, gridShape(shownShape(state.now, result, "source", k)))]);
    return true;
  }

  /**
   * @param {number} k
   * @param {Index} index
   * @param {number} value
   */
  function edit(k, index, value) {
    const { dtype, values } = state.now.tensors[k];
    const own = index.slice(3 - shapeOf(values).length);
    /** @type {any} */
    const kept = dtype === "bool" ? value !== 0 : value;
    const changed = { dtype, values: own.length ? withNumber(values, own, kept) : kept };
    state.apply({ tensors: withNumber(/** @type {any} */ (state.now.tensors), [k], /** @type {any} */ (changed)) });
  }

  /**
   * @param {Spot | null} to
   * @param {string} how
   */
  function point(to, how) {
    if (how === "focus" && to?.part === "y") {
      spot = null;
      state.apply({ cell: unravel(to.place, result.shape) });
      return;
    }
    spot = to;
    look();
    speak(how === "focus");
  }

  /**
   * All that changes when a number does.
   * @param {Set<string>} changed
   */
  function draw(changed) {
    const { now } = state;
    if (changed.size === 1 && changed.has("cell")) {
      look();
      speak();
      return;
    }
    result = picked(now);
    if (![...changed].every((name) => ["tensors", "drawn", "compare", "threshold"].includes(name)) || spot?.part === "y") spot = null;
    code.textContent = words.code(now);
    showControls();
    showGrowth(grown, now, result);
    showTensors(now, result, { mask, index, sources, y, other, stage });
    parts.facts(known, facts(now, result));
    look();
    stage.fit();
    speak();
  }

  function showControls() {
    const { now } = state;
    const masked = now.op === "mask" || now.op === "where";
    const offered = offers(now);
    controls.op.offer(offered.includes(now.op) ? offered : [now.op, ...offered]);
    controls.op.show(now.op);
    controls.compare.offer([HAND, ...Object.keys(COMPARISONS)]);
    controls.compare.show(now.compare || HAND);
    controls.compare.element.hidden = !masked;
    controls.threshold.show(now.threshold, cellsOf(now.tensors[0].values).values);
    controls.threshold.element.hidden = !masked || !now.compare;
    const dimensions = result.shape.length;
    controls.dim.offer(Array.from({ length: 2 * dimensions }, (_, i) => String(i < dimensions ? i : i - 2 * dimensions)));
    controls.dim.show(String(now.dim));
    controls.dim.element.hidden = !ordering(now) && now.op !== "gather" && !JOINED.includes(now.op);
    controls.descending.show(now.descending);
    controls.descending.element.hidden = !ordering(now);
    controls.as_tuple.show(now.as_tuple);
    controls.as_tuple.element.hidden = now.op !== "nonzero";
  }

  /** All that changes when one points elsewhere. */
  function look() {
    const { now } = state;
    const { part, tensor, place } = looked();
    const cells = linked(part, tensor, place);
    const from = part === "source" ? [{ tensor, place }] : cells.map((one) => ({ tensor: result.tensor[one], place: result.place[one] }));
    const beneath = part === "mask" ? [place] : mask.element.hidden ? [] : cells.map((one) => words.overMask(now, result, one));
    const lone = part !== "mask" && cells.length && ordering(now) ? cells[0] : -1;
    const inY = cells.map((one) => at("y", one));
    y.mark([["here", inY], ["tied", tiedWith(lone)]]);
    if (result.sorted) other.mark([["here", inY], ["tied", tiedWith(lone)]]);
    index.mark([[part === "index" ? "here" : "pair", LOOKED_UP.includes(now.op) ? cells.map((one) => at("index", one)) : []]]);
    if (!mask.element.hidden) mask.mark([[part === "mask" ? "here" : "pair", beneath.map((one) => at("mask", one))]]);
    for (let k = 0; k < countOf(now); k++) {
      const own = from.filter((one) => one.tensor === k).map((one) => at("source", one.place, k));
      const shape = shapeOf(now.tensors[k].values);
      const along = now.op === "gather" && part !== "source" ? cells[0] : lone;
      const line = along === undefined || along < 0 || shape.length < 2 ? [] : words.lineOf(now, shape, result.place[along]);
      const tied = lone < 0 ? [] : words.ties(now, result, lone).filter((one) => one !== result.place[lone]);
      sources[k].mark([
        ["seen", line.filter((one) => !from.some((other) => other.place === one)).map((one) => at("source", one, k))],
        ["tied", tied.map((one) => at("source", one, k))],
        ["here", own],
      ]);
    }
    if (cell() >= 0) y.enterAt(at("y", cell()));
    arrows.draw(() => links(cells));
  }

  function looked() {
    return spot ?? { part: /** @type {const} */ ("y"), tensor: 0, place: cell() };
  }

  /**
   * The output cells that have to do with what is looked at.
   * @param {Spot["part"]} part
   * @param {number} tensor
   * @param {number} place
   */
  function linked(part, tensor, place) {
    if (part === "source") return goesTo(result, tensor, place);
    if (part === "index") return [place];
    if (part === "mask") return words.underMask(state.now, result, place);
    return place < 0 ? [] : together(state.now, result, place);
  }

  /** @param {number} lone an output cell, or -1 */
  function tiedWith(lone) {
    if (lone < 0) return [];
    const places = new Set(words.ties(state.now, result, lone));
    return [...result.place.keys()].filter((one) => one !== lone && places.has(result.place[one])).map((one) => at("y", one));
  }

  /** @param {number[]} cells @returns {import("./ui/arrow.js").Link[]} */
  function links(cells) {
    const shown = state.now.op === "nonzero" && !state.now.as_tuple ? cells.slice(0, 1) : cells;
    const all = [...result.place.keys()];
    const thin = stage.element.classList.contains("tl-lines") && countOf(state.now) === 1 && all.length <= TANGLE;
    const strong = shown.length <= TANGLE ? shown : [];
    return [...(thin ? all.filter((one) => !strong.includes(one)) : []), ...strong].flatMap((one) => {
      const k = result.tensor[one];
      const from = y.cellAt(at("y", one));
      const to = sources[k].cellAt(at("source", result.place[one], k));
      return from && to ? [{ from, to, strong: strong.includes(one) }] : [];
    });
  }

  /** Say in words what is looked at; `aloud` unless it only follows the pointer. */
  function speak(aloud = true) {
    const { part, tensor, place } = looked();
    const { now } = state;
    status.say(
      place < 0
        ? `${words.resultName(now)} is empty: no cell is picked.`
        : part === "y"
          ? words.ofCell(now, result, place)
          : part === "mask"
            ? `${words.ofMask(now, result, place)} Press it to change it.`
            : `${words.ofSource(now, result, { tensor: part === "index" ? 1 : tensor, place })} Enter changes it.`,
      { aloud },
    );
  }
}

/**
 * What can be asked of as many tensors; gather and take, where the second may be an index.
 * @param {Now} now
 */
function offers({ tensors }) {
  if (tensors.length === 1) return ALONE;
  const looks = tensors.length === 2 && ["int32", "int64"].includes(tensors[1].dtype);
  return [...(tensors.length === 2 ? ["where"] : []), ...(looks ? LOOKED_UP : []), ...JOINED];
}

export default start(pickLens);
