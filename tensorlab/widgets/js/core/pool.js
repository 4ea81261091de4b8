/**
 * Pooling, cell by cell: the winner of a window and those that tie with it, or the mean.
 *
 * @typedef {import("./tensor.js").Planes} Planes
 * @typedef {import("./tensor.js").Index} Index
 * @typedef {import("./windows.js").Axis} Axis
 *
 * @typedef {object} Pool
 * @property {Planes} x (channels, height, width)
 * @property {"max" | "avg"} mode
 * @property {number[]} kernel for height and width, as the next three
 * @property {number[]} stride
 * @property {number[]} padding
 * @property {number[]} dilation
 * @property {boolean} ceil_mode
 * @property {boolean} count_include_pad the padding counts in the mean's divisor
 *
 * @typedef {object} Seen a cell under the window
 * @property {Index} index
 * @property {number} value −∞ for the padding of a maximum, 0 for that of a mean
 * @property {boolean} padding
 * @property {boolean} beyond it lies even beyond the padding, where `ceil_mode` reaches
 */

import { formula, outputSize, seen, seenBy, unseen } from "./windows.js";
import { named, planes } from "./tensor.js";

/**
 * @param {Pool} pool
 * @returns {[Axis, Axis]}
 */
export function axes({ x, kernel, stride, padding, dilation, ceil_mode }) {
  const sizes = [x[0].length, x[0][0].length];
  const axis = (/** @type {number} */ i) => ({
    size: sizes[i],
    kernel: kernel[i],
    stride: stride[i],
    padding: padding[i],
    dilation: dilation[i],
    ceil: ceil_mode,
  });
  return [axis(0), axis(1)];
}

/**
 * What is wrong, and what to do about it; empty where all is well.
 * @param {Pool} pool
 */
export function problem(pool) {
  const names = ["high", "wide"];
  for (const [i, axis] of axes(pool).entries()) {
    if (axis.padding * 2 > axis.kernel) {
      return `A padding of ${axis.padding} is more than half of a kernel ${axis.kernel} ${names[i]}: ` +
        "a window could lie in the padding alone. Make the padding smaller, or the kernel larger.";
    }
    const span = axis.dilation * (axis.kernel - 1) + 1;
    const room = axis.size + 2 * axis.padding;
    if (span > room) {
      return `The window is ${span} cells ${names[i]}, the input with its padding only ${room}. ` +
        "Make the kernel or its dilation smaller, or the padding larger.";
    }
  }
  return "";
}

/**
 * The cells under the window of an output cell, row by row.
 * @param {Pool} pool
 * @param {Index} cell
 * @returns {Seen[]}
 */
export function under(pool, [c, i, j]) {
  const [down, across] = axes(pool);
  const filler = pool.mode === "max" ? -Infinity : 0;
  return seen(down, i).flatMap((row) =>
    seen(across, j).map((column) => {
      const value = pool.x[c][row]?.[column];
      const beyond = row >= down.size + down.padding || column >= across.size + across.padding;
      return { index: [c, row, column], value: value ?? filler, padding: value === undefined, beyond };
    }),
  );
}

/**
 * An output cell: its value, what it is made of, and the places that hold the largest number.
 * @param {Pool} pool
 * @param {Index} cell
 * @returns {{ cells: Seen[], value: number, winners: Index[], divisor: number }}
 */
export function result(pool, cell) {
  const cells = under(pool, cell);
  const inside = cells.filter((one) => !one.padding);
  if (pool.mode === "avg") {
    const counted = cells.filter((one) => (pool.count_include_pad ? !one.beyond : !one.padding));
    const sum = inside.reduce((total, one) => total + one.value, 0);
    const value = Math.fround(sum / counted.length);
    return { cells, value, winners: [], divisor: counted.length };
  }
  const value = Math.max(...cells.map((one) => one.value));
  const winners = inside.filter((one) => one.value === value).map((one) => one.index);
  return { cells, value, winners, divisor: 0 };
}

/**
 * The output, and for a maximum the places of the winners: row · width + column.
 * @param {Pool} pool
 * @returns {{ output: Planes, indices: Planes | null }}
 */
export function pool2d(pool) {
  const [down, across] = axes(pool);
  const places = [pool.x.length, outputSize(down), outputSize(across)];
  const results = Array.from({ length: places[0] }, (_, c) =>
    Array.from({ length: places[1] }, (_, i) =>
      Array.from({ length: places[2] }, (_, j) => result(pool, [c, i, j])),
    ),
  );
  const make = (/** @type {(c: number, i: number, j: number) => number} */ number) =>
    planes(places[0], places[1], places[2], number);
  return {
    output: make((c, i, j) => results[c][i][j].value),
    indices:
      pool.mode === "max"
        ? make((c, i, j) => flatIndex(pool, results[c][i][j].winners[0] ?? [c, NaN, NaN]))
        : null,
  };
}

/**
 * Where a cell lies in its plane, counted row by row.
 * @param {Pool} pool
 * @param {Index} index
 */
export function flatIndex(pool, [, row, column]) {
  return row * pool.x[0][0].length + column;
}

/**
 * The output cells whose window sees an input cell.
 * @param {Pool} pool
 * @param {Index} input
 * @returns {Index[]}
 */
export function ofInput(pool, [c, row, column]) {
  const [down, across] = axes(pool);
  return seenBy(down, row).flatMap(({ place: i }) =>
    seenBy(across, column).map(({ place: j }) => [c, i, j]),
  );
}

/**
 * The layer as PyTorch code.
 * @param {Pool & { return_indices?: boolean }} pool
 */
export function code(pool) {
  const both = (/** @type {number[]} */ [a, b]) => (a === b ? `${a}` : `(${a}, ${b})`);
  const parts = [`kernel_size=${both(pool.kernel)}`, `stride=${both(pool.stride)}`];
  if (pool.padding.some((n) => n !== 0)) parts.push(`padding=${both(pool.padding)}`);
  if (pool.dilation.some((n) => n !== 1)) parts.push(`dilation=${both(pool.dilation)}`);
  if (pool.return_indices && pool.mode === "max") parts.push("return_indices=True");
  if (pool.ceil_mode) parts.push("ceil_mode=True");
  if (pool.mode === "avg" && !pool.count_include_pad) parts.push("count_include_pad=False");
  return `nn.${pool.mode === "max" ? "MaxPool2d" : "AvgPool2d"}(${parts.join(", ")})`;
}

/**
 * The sizes in words: the formulas, what no window visits, and an output that grew.
 * @param {Pool} pool
 */
export function sizes(pool) {
  const [down, across] = axes(pool);
  const [height, width] = [outputSize(down), outputSize(across)];
  const grew = height > down.size || width > across.size;
  const surprise = grew
    ? `Larger than its input: with its padding, a ${down.size}×${across.size} input has room for ` +
      `${height}×${width} windows.`
    : "";
  return [formula(down, "height"), formula(across, "width"), unseen(down, across), surprise].filter(
    Boolean,
  );
}

/**
 * What an output cell is, in a sentence for those who hear it.
 * @param {Pool} pool
 * @param {Index} cell
 * @param {(value: number) => string} write
 */
export function inWords(pool, cell, write) {
  const { cells, value, winners, divisor } = result(pool, cell);
  const padding = cells.filter((one) => one.padding).length;
  const beside = padding ? ` ${padding} of ${cells.length} cells are padding.` : "";
  if (pool.mode === "avg") {
    return `${named("y", cell)} is ${write(value)}, the mean of ${divisor} numbers.${beside}`;
  }
  if (!winners.length) return `${named("y", cell)} is −∞: its window sees nothing but padding.`;
  const ties =
    winners.length > 1
      ? ` ${winners.length} cells tie: ${winners.map((one) => named("x", one)).join(", ")}; the first counts.`
      : "";
  return `${named("y", cell)} is ${write(value)}, from ${named("x", winners[0])}.${ties}${beside}`;
}
