/** ConvWindow: a convolution that one can step through, with every number open to change. */

import * as conv from "./core/conv.js";
import { short } from "./core/numbers.js";
import { named, withNumber } from "./core/tensor.js";
import { plural, visited } from "./core/windows.js";
import { box, choice, whole } from "./ui/controls.js";
import { el } from "./ui/dom.js";
import { facts, frame } from "./ui/frame.js";
import { Grid } from "./ui/grid.js";
import { State } from "./ui/model.js";
import { Player } from "./ui/player.js";
import { Stage } from "./ui/stage.js";
import { start } from "./ui/start.js";
import { Sums } from "./ui/sums.js";

/**
 * @typedef {import("./core/tensor.js").Index} Index
 * @typedef {import("./core/conv.js").Conv & { cell: Index }} Now
 * @typedef {{ tensor: "x" | "w" | "y" | "b", index: Index }} Spot what is pointed at
 */

const SIDES = ["height", "width"];
/** More cells of the input than these are drawn small. */
const MANY = 100;

/** @param {import("./ui/model.js").Model} model */
function convWindow(model) {
  const { root, code, status, fill } = frame("Convolution window");
  const complain = (/** @type {string} */ text) => status.complain(text);
  /** @type {State<Now>} */
  const state = new State(
    model,
    ["x", "weight", "bias", "stride", "padding", "dilation", "groups", "cell"],
    { problem: (/** @type {Now} */ now) => conv.problem(now), draw, complain },
  );

  /** @type {Spot | null} */
  let spot = null;
  let output = conv.conv2d(state.now);
  let dense = false;

  const events = (/** @type {Spot["tensor"]} */ tensor) => ({
    spot: (/** @type {Index} */ index, /** @type {string} */ how) => point({ tensor, index }, how),
    leave: () => point(null, "pointer"),
    complain,
  });
  const x = new Grid("x", "input", {
    ...events("x"),
    edit: (index, value) => state.apply({ x: withNumber(state.now.x, index, value) }),
  });
  const w = new Grid("weight", "filter", {
    ...events("w"),
    edit: ([c, a, b], value) =>
      state.apply({ weight: withNumber(state.now.weight, [filter(), c, a, b], value) }),
  });
  const b = new Grid("bias", "", {
    ...events("b"),
    edit: (_, value) => state.apply({ bias: withNumber(state.now.bias ?? [], [filter()], value) }),
  });
  const y = new Grid("y", "output", events("y"));

  const controls = {
    kernel: whole("kernel", SIDES, 1, (size) => resize(size), complain),
    stride: whole("stride", SIDES, 1, (stride) => state.apply({ stride }), complain),
    padding: whole("padding", SIDES, 0, (padding) => state.apply({ padding }), complain),
    dilation: whole("dilation", SIDES, 1, (dilation) => state.apply({ dilation }), complain),
    groups: whole("groups", [""], 1, ([groups]) => regroup(groups), complain),
    bias: box("bias", (on) => state.apply({ bias: on ? state.now.weight.map(() => 0) : null })),
  };
  const filters = choice("filter", (o) => goto([Number(o), cell()[1], cell()[2]]), {
    label: false,
  });
  const player = new Player({
    count: () => output.length * output[0].length * output[0][0].length,
    at: () => flat(cell()),
    go: (to) => goto(unflat(to)),
    stopped: () => speak(),
    reset: () => state.apply(state.first),
  });
  const stage = new Stage(x, w, y);
  const sums = new Sums();
  const sizes = el("ul", { class: "tl-facts" });

  w.element.append(b.element);
  const close = el("code", {}, "]");
  w.code.after(filters.element, close);
  b.shape.remove();
  fill(
    el("div", { class: "tl-controls" }, ...Object.values(controls).map((one) => one.element)),
    player.element,
    stage.element,
    sums.element,
    sizes,
  );
  draw(new Set());
  return { root, stop: () => (player.stop(), stage.stop(), state.stop()) };

  /** The output cell that is looked at; within the output, even where that has shrunk. */
  function cell() {
    const counts = [output.length, output[0].length, output[0][0].length];
    return state.now.cell.map((at, axis) => Math.min(Math.max(at, 0), counts[axis] - 1));
  }

  /** The output channel whose filter is shown. */
  function filter() {
    return spot?.tensor === "y" ? Math.min(spot.index[0], output.length - 1) : cell()[0];
  }

  /** @param {number} number */
  function unflat(number) {
    const [rows, columns] = [output[0].length, output[0][0].length];
    const row = Math.floor(number / columns);
    return [Math.floor(row / rows), row % rows, number % columns];
  }

  /** @param {Index} index */
  function flat([o, i, j]) {
    return (o * output[0].length + i) * output[0][0].length + j;
  }

  /** @param {Index} index */
  function goto(index) {
    spot = null;
    state.apply({ cell: index });
  }

  /** @param {number[]} size */
  function resize(size) {
    return state.apply({ weight: conv.withKernel(state.now.weight, size) });
  }

  /** @param {number} groups */
  function regroup(groups) {
    const problem = conv.problem({ ...state.now, groups });
    if (!problem) return state.apply({ groups, weight: conv.withGroups(state.now, groups) });
    complain(problem);
    return false;
  }

  /**
   * @param {Spot | null} to
   * @param {string} how
   */
  function point(to, how) {
    if (how === "focus" && to) player.stop();
    if (how === "focus" && to?.tensor === "y") {
      goto(to.index);
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
      if (!player.playing) speak();
      return;
    }
    if (changed.size !== 1 || !(changed.has("x") || changed.has("bias"))) spot = null;
    output = conv.conv2d(now);
    code.textContent = conv.code(now);
    const [down, across] = conv.axes(now);
    const [rows, columns] = [visited(down), visited(across)];
    const only = now.x.length === 1;
    dense = now.x.length * now.x[0].length * now.x[0][0].length > MANY;
    x.show({
      dense,
      planes: now.x,
      captions: now.x.map((_, c) => (only ? "" : `channel ${c}`)),
      padding: now.padding,
      hatched: ([, i, j]) => !rows[i] || !columns[j],
    });
    y.show({ dense, planes: output, captions: output.map((_, o) => (output.length === 1 ? "" : `channel ${o}`)) });
    controls.kernel.show([down.kernel, across.kernel]);
    controls.stride.show(now.stride);
    controls.padding.show(now.padding);
    controls.dilation.show(now.dilation);
    controls.groups.show([now.groups]);
    controls.bias.show(now.bias !== null);
    filters.element.hidden = output.length === 1;
    filters.offer(output.map((_, o) => String(o)));
    b.element.hidden = now.bias === null;
    facts(sizes, conv.sizes(now));
    y.enterAt(cell());
    look();
    stage.fit();
    if (!player.playing) speak();
  }

  /** All that changes when one points elsewhere: marks, the filter shown, the arithmetic. */
  function look() {
    const { now } = state;
    const at = cell();
    const o = filter();
    const shared = now.x.length > 1 || now.groups > 1;
    w.show({
      dense: now.weight[o].flat(2).length > MANY,
      planes: now.weight[o],
      captions: now.weight[o].map((_, c) => (shared ? `for channel ${conv.channelOf(now, o, c)}` : "")),
    });
    if (now.bias) b.show({ planes: [[[now.bias[o]]]], captions: [""] });
    filters.show(String(o));
    const { tensor, index } = spot ?? { tensor: "y", index: at };
    const links = { x: conv.ofInput, w: weightLinks, y: conv.ofOutput, b: biasLinks }[tensor](now, index);
    const here = (/** @type {Spot["tensor"]} */ one) => (one === tensor ? [index] : []);
    x.mark([["seen", links.x], ["here", here("x")], ["pair", pair(tensor, index)]]);
    w.code.textContent = output.length > 1 ? "weight[" : "weight";
    close.hidden = filters.element.hidden;
    w.shape.hidden = output.length > 1; // it would take the width of a plane
    w.mark([["seen", links.w.filter((one) => one[0] === o).map((one) => one.slice(1))], ["here", here("w")]]);
    b.mark([["seen", tensor === "y" ? [[0, 0, 0]] : []], ["here", here("b")]]);
    y.mark([["seen", links.y], ["here", [tensor === "y" ? index : at]]]);
    const group = Math.floor(o / conv.channels(now).made);
    x.setAside((c) => Math.floor(c / conv.channels(now).each) !== group);
    player.show();
    explain(tensor, index);
  }

  /** @param {Now} now @param {Index} index */
  function weightLinks(now, index) {
    return conv.ofWeight(now, [filter(), ...index]);
  }

  /** @param {Now} now */
  function biasLinks(now) {
    const o = filter();
    const all = output[o].flatMap((row, i) => row.map((_, j) => [o, i, j]));
    return { x: [], w: [], y: now.bias ? all : [] };
  }

  /**
   * The input cell that a weight multiplies for the output cell that is looked at.
   * @param {Spot["tensor"]} tensor
   * @param {Index} index
   * @returns {Index[]}
   */
  function pair(tensor, [c, a, b]) {
    if (tensor !== "w") return [];
    const columns = state.now.weight[0][0][0].length;
    const { x: under } = conv.ofOutput(state.now, cell());
    return [under[(c * state.now.weight[0][0].length + a) * columns + b]];
  }

  /**
   * @param {Spot["tensor"]} tensor
   * @param {Index} index
   */
  function explain(tensor, index) {
    if (tensor === "x") return explainInput(index);
    const at = tensor === "y" ? index : cell();
    const parts = conv.arithmetic(state.now, at);
    const rows = parts.channels.map(({ channel, terms, sum }) => ({
      label: state.now.x.length > 1 ? `channel ${channel}` : "window",
      pieces: terms.flatMap((term, i) => product(term, i)),
      result: short(sum),
    }));
    if (parts.bias !== null) rows.push({ label: "bias", pieces: [], result: short(parts.bias) });
    sums.show([[named("y", at), "y"], [` = ${short(parts.value)}`]], rows);
  }

  /** @param {Index} index */
  function explainInput(index) {
    const value = state.now.x[index[0]][index[1]]?.[index[2]];
    const { w: weights, y: cells } = conv.ofInput(state.now, index);
    const name = value === undefined ? "padding" : named("x", index);
    const title = `= ${short(value ?? 0)} lies in ${plural(cells.length, "window")}`;
    const rows = cells.slice(0, 8).map((one, i) => {
      const [o, c, a, b] = weights[i];
      const weight = state.now.weight[o][c][a][b];
      const pieces = product({ x: value ?? 0, w: weight, padding: value === undefined }, 0);
      return { label: named("y", one), pieces, result: short((value ?? 0) * weight) };
    });
    if (cells.length > 8) rows.push({ label: `and ${cells.length - 8} more`, pieces: [], result: "" });
    sums.show([[name, "x"], [` ${title}`]], rows);
  }

  /** Say in words what is looked at; `aloud` unless it only follows the pointer. */
  function speak(aloud = true) {
    status.say(words(), { aloud });
  }

  function words() {
    const { tensor, index } = spot ?? { tensor: "y", index: cell() };
    if (tensor === "y") return conv.inWords(state.now, index, short);
    if (tensor === "b") return `The bias ${short(state.now.bias?.[filter()] ?? 0)} is added to every cell of y[${filter()}].`;
    if (tensor === "w") {
      const [c, i, j] = index;
      const name = named("weight", [filter(), c, i, j]);
      const value = short(state.now.weight[filter()][c][i][j]);
      return `${name} is ${value}. It has a part in every cell of y[${filter()}]. Enter changes it.`;
    }
    const value = state.now.x[index[0]][index[1]]?.[index[2]];
    const windows = plural(conv.ofInput(state.now, index).y.length, "window");
    if (value === undefined) return `Padding at row ${index[1]}, column ${index[2]}: 0, in ${windows}.`;
    return `${named("x", index)} is ${short(value)}, in ${windows}. Enter changes it.`;
  }
}

/**
 * A product as text; negative numbers in brackets, but for the first.
 * @param {import("./core/conv.js").Term} term
 * @param {number} place
 * @returns {import("./ui/sums.js").Piece[]}
 */
function product({ x, w, padding }, place) {
  const bracketed = (/** @type {number} */ value) => (value < 0 ? `(${short(value)})` : short(value));
  return [
    [place ? " + " : ""],
    [place ? bracketed(x) : short(x), padding ? "padding" : "x"],
    ["·"],
    [bracketed(w), "w"],
  ];
}

export default start(convWindow);
