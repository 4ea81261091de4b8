/** PoolWindow: pooling that one can step through, with its winners, its ties and its padding. */

import { short } from "./core/numbers.js";
import * as pool from "./core/pool.js";
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
 * @typedef {import("./core/pool.js").Pool & { cell: Index, return_indices: boolean }} Now
 * @typedef {{ tensor: "x" | "y", index: Index }} Spot what is pointed at
 */

const SIDES = ["height", "width"];
/** More cells of the input than these are drawn small. */
const MANY = 100;

/** @param {import("./ui/model.js").Model} model */
function poolWindow(model) {
  const { root, code, status, fill } = frame("Pooling window");
  const complain = (/** @type {string} */ text) => status.complain(text);
  /** @type {State<Now>} */
  const state = new State(
    model,
    ["x", "mode", "kernel", "stride", "padding", "dilation", "ceil_mode", "count_include_pad",
      "return_indices", "cell"],
    { problem: (/** @type {Now} */ now) => pool.problem(now), draw, complain },
  );

  /** @type {Spot | null} */
  let spot = null;
  let { output, indices } = pool.pool2d(state.now);

  const events = (/** @type {Spot["tensor"]} */ tensor) => ({
    spot: (/** @type {Index} */ index, /** @type {string} */ how) => point({ tensor, index }, how),
    leave: () => point(null, "pointer"),
    complain,
  });
  const x = new Grid("x", "input", {
    ...events("x"),
    edit: (index, value) => state.apply({ x: withNumber(state.now.x, index, value) }),
  });
  const y = new Grid("y", "output", events("y"));
  const places = new Grid("indices", "places of the winners", events("y"));

  const sizesOf = (/** @type {string} */ name, /** @type {"kernel" | "stride" | "padding" | "dilation"} */ key) =>
    whole(name, SIDES, name === "padding" ? 0 : 1, (size) => state.apply({ [key]: size }), complain);
  const controls = {
    kernel: sizesOf("kernel", "kernel"),
    stride: sizesOf("stride", "stride"),
    padding: sizesOf("padding", "padding"),
    dilation: sizesOf("dilation", "dilation"),
    mode: choice("keep", (kept) => setMode(kept)),
    ceil_mode: box("ceil_mode", (ceil_mode) => state.apply({ ceil_mode })),
    return_indices: box("return_indices", (on) => state.apply({ return_indices: on })),
    count_include_pad: box("count_include_pad", (on) => state.apply({ count_include_pad: on })),
  };
  controls.mode.offer(["the largest", "the mean"]);
  const player = new Player({
    count: () => output.length * output[0].length * output[0][0].length,
    at: () => flat(cell()),
    go: (to) => goto(unflat(to)),
    stopped: () => speak(),
    reset: () => state.apply(state.first),
  });
  const stage = new Stage(x, y, places);
  const sums = new Sums();
  const sizes = el("ul", { class: "tl-facts" });

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

  /** @param {number} number */
  function unflat(number) {
    const [rows, columns] = [output[0].length, output[0][0].length];
    const row = Math.floor(number / columns);
    return [Math.floor(row / rows), row % rows, number % columns];
  }

  /** @param {Index} index */
  function flat([c, i, j]) {
    return (c * output[0].length + i) * output[0][0].length + j;
  }

  /** @param {Index} index */
  function goto(index) {
    spot = null;
    state.apply({ cell: index });
  }

  /** A mean has no dilation. @param {string} kept */
  function setMode(kept) {
    if (kept === "the largest") state.apply({ mode: "max" });
    else state.apply({ mode: "avg", dilation: [1, 1] });
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
    if (changed.size !== 1 || !changed.has("x")) spot = null;
    ({ output, indices } = pool.pool2d(now));
    const largest = now.mode === "max";
    code.textContent = pool.code(now);
    const [down, across] = pool.axes(now);
    const [rows, columns] = [visited(down), visited(across)];
    const captions = now.x.map((_, c) => (now.x.length === 1 ? "" : `channel ${c}`));
    const dense = now.x.length * now.x[0].length * now.x[0][0].length > MANY;
    x.show({
      dense,
      planes: now.x,
      captions,
      padding: now.padding,
      filler: largest ? "−∞" : "0",
      hatched: ([, i, j]) => !rows[i] || !columns[j],
    });
    y.show({ dense, planes: output, captions });
    places.element.hidden = !indices || !now.return_indices;
    if (indices) places.show({ dense, planes: indices, captions, write: (n) => (Number.isNaN(n) ? "–" : String(n)) });
    controls.kernel.show(now.kernel);
    controls.stride.show(now.stride);
    controls.padding.show(now.padding);
    controls.dilation.show(now.dilation);
    controls.mode.show(largest ? "the largest" : "the mean");
    controls.ceil_mode.show(now.ceil_mode);
    controls.return_indices.show(now.return_indices);
    controls.count_include_pad.show(now.count_include_pad);
    controls.dilation.element.hidden = controls.return_indices.element.hidden = !largest;
    controls.count_include_pad.element.hidden = largest;
    facts(sizes, pool.sizes(now));
    y.enterAt(cell());
    look();
    stage.fit();
    if (!player.playing) speak();
  }

  /** All that changes when one points elsewhere: marks and the arithmetic. */
  function look() {
    const { now } = state;
    const { tensor, index } = spot ?? { tensor: "y", index: cell() };
    const cells = tensor === "y" ? [index] : pool.ofInput(now, index);
    if (tensor === "y") {
      const { cells: under, winners } = pool.result(now, index);
      x.mark([
        ["seen", under.map((one) => one.index)],
        ["won", winners.slice(0, 1)],
        ["tied", winners.slice(1)],
      ]);
    } else {
      x.mark([["here", [index]]]);
    }
    /** @type {[string, Index[]][]} */
    const marks = [["seen", cells], ["here", [tensor === "y" ? index : cell()]]];
    y.mark(marks);
    places.mark(marks);
    x.setAside((c) => c !== index[0]);
    player.show();
    if (tensor === "y") explain(index);
    else explainInput(index, cells);
  }

  /** @param {Index} index */
  function explain(index) {
    const { cells, value, winners, divisor } = pool.result(state.now, index);
    const largest = state.now.mode === "max";
    /** @type {import("./ui/sums.js").Piece[]} */
    const pieces = [[largest ? "max(" : "("]];
    for (const [i, one] of cells.entries()) {
      if (i) pieces.push([largest ? ", " : " + "]);
      const place = winners.findIndex((other) => other.join() === one.index.join());
      const kind = one.padding ? "padding" : place === 0 ? "won" : place > 0 ? "tied" : "x";
      pieces.push([one.value < 0 && !largest && i ? `(${short(one.value)})` : short(one.value), kind]);
    }
    pieces.push([`${largest ? ")" : `) / ${divisor}`} = ${short(value)}`]);
    const rows = [{ label: "window", pieces, result: "" }];
    if (winners.length) rows.push(winnersRow(winners));
    sums.show([[named("y", index), "y"], [` = ${short(value)}`]], rows);
  }

  /**
   * @param {Index[]} winners
   * @returns {import("./ui/sums.js").Row}
   */
  function winnersRow(winners) {
    const [first, ...others] = winners;
    /** @type {import("./ui/sums.js").Piece[]} */
    const pieces = [[named("x", first), "won"]];
    if (others.length) pieces.push([`; ties with it: ${others.map((one) => named("x", one)).join(", ")}; the first counts`]);
    if (state.now.return_indices) {
      const columns = state.now.x[0][0].length;
      const index = pool.flatIndex(state.now, first);
      pieces.push([`; its place is ${first[1]} · ${columns} + ${first[2]} = ${index}`]);
    }
    return { label: "winner", pieces, result: "" };
  }

  /**
   * @param {Index} index
   * @param {Index[]} cells
   */
  function explainInput(index, cells) {
    const value = state.now.x[index[0]][index[1]]?.[index[2]];
    const filler = state.now.mode === "max" ? -Infinity : 0;
    const title = ` = ${short(value ?? filler)} lies in ${plural(cells.length, "window")}`;
    const rows = cells.map((one) => {
      const { winners, value: kept } = pool.result(state.now, one);
      const place = winners.findIndex((other) => other.join() === index.join());
      const text = state.now.mode === "avg" ? "has a share" : place === 0 ? "wins" : place > 0 ? "ties" : "loses";
      return { label: named("y", one), pieces: [/** @type {[string]} */ ([text])], result: short(kept) };
    });
    sums.show([[value === undefined ? "padding" : named("x", index), "x"], [title]], rows);
  }

  /** Say in words what is looked at; `aloud` unless it only follows the pointer. */
  function speak(aloud = true) {
    status.say(words(), { aloud });
  }

  function words() {
    const { tensor, index } = spot ?? { tensor: "y", index: cell() };
    if (tensor === "y") return pool.inWords(state.now, index, short);
    const value = state.now.x[index[0]][index[1]]?.[index[2]];
    const cells = pool.ofInput(state.now, index);
    const windows = plural(cells.length, "window");
    if (value === undefined) {
      const filler = state.now.mode === "max" ? "−∞, which never wins" : "0";
      return `Padding at row ${index[1]}, column ${index[2]}: ${filler}, in ${windows}.`;
    }
    const won = cells.filter((one) => pool.result(state.now, one).winners[0]?.join() === index.join()).length;
    const wins = state.now.mode === "max" ? `, and wins ${won} of them` : "";
    return `${named("x", index)} is ${short(value)}, in ${windows}${wins}. Enter changes it.`;
  }
}

export default start(poolWindow);
