/**
 * A convolution, cell by cell: its output, what a cell is made of, and who has to do with whom.
 *
 * @typedef {import("./tensor.js").Planes} Planes
 * @typedef {import("./tensor.js").Index} Index
 * @typedef {import("./windows.js").Axis} Axis
 *
 * @typedef {object} Conv
 * @property {Planes} x (channels, height, width)
 * @property {Planes[]} weight (output channels, channels of a group, height, width)
 * @property {number[] | null} bias one number for each output channel
 * @property {number[]} stride for height and width, as the next two
 * @property {number[]} padding
 * @property {number[]} dilation
 * @property {number} groups
 *
 * @typedef {object} Term one product of the sum
 * @property {number} x
 * @property {number} w
 * @property {boolean} padding the number of the input is padding
 *
 * @typedef {{ x: Index[], w: Index[], y: Index[] }} Links cells of input, weight and output
 */

import { formula, outputSize, plural, seen, seenBy, unseen } from "./windows.js";
import { named, planes } from "./tensor.js";

/** More cells than these cannot be told apart on a screen. */
const MOST_CELLS = 2048;

/**
 * The axes along which the kernel slides: height and width.
 * @param {Conv} conv
 * @returns {[Axis, Axis]}
 */
export function axes({ x, weight, stride, padding, dilation }) {
  const sizes = [x[0].length, x[0][0].length];
  const kernel = [weight[0][0].length, weight[0][0][0].length];
  const axis = (/** @type {number} */ i) => ({
    size: sizes[i],
    kernel: kernel[i],
    stride: stride[i],
    padding: padding[i],
    dilation: dilation[i],
  });
  return [axis(0), axis(1)];
}

/**
 * The channels of output and input, and how many of them a group has.
 * @param {Conv} conv
 */
export function channels({ x, weight, groups }) {
  return { into: x.length, out: weight.length, each: x.length / groups, made: weight.length / groups };
}

/**
 * The channel of the input that plane `c` of the weight of output channel `o` is for.
 * @param {Conv} conv
 * @param {number} o
 * @param {number} c
 */
export function channelOf(conv, o, c) {
  const { each, made } = channels(conv);
  return Math.floor(o / made) * each + c;
}

/**
 * What is wrong, and what to do about it; empty where all is well.
 * @param {Conv} conv
 */
export function problem(conv) {
  const { into, out } = channels(conv);
  for (const [count, name] of /** @type {[number, string][]} */ ([[into, "input"], [out, "output"]])) {
    if (count % conv.groups) {
      return `${conv.groups} groups do not divide ${plural(count, `${name} channel`)}. ` +
        `Choose a divisor of ${count}.`;
    }
  }
  const names = ["high", "wide"];
  for (const [i, axis] of axes(conv).entries()) {
    const span = axis.dilation * (axis.kernel - 1) + 1;
    const room = axis.size + 2 * axis.padding;
    if (span > room) {
      return `The kernel is ${span} cells ${names[i]}, the input with its padding only ${room}. ` +
        "Make the kernel or its dilation smaller, or the padding larger.";
    }
  }
  const cells = out * outputSize(axes(conv)[0]) * outputSize(axes(conv)[1]);
  if (cells > MOST_CELLS) {
    return `The output would have ${cells} cells, more than the ${MOST_CELLS} that fit here. ` +
      "Make the padding smaller, or the stride larger.";
  }
  return "";
}

/**
 * The output, (channels, height, width).
 * @param {Conv} conv
 * @returns {Planes}
 */
export function conv2d(conv) {
  const [down, across] = axes(conv);
  const { x, weight, bias } = conv;
  const { each } = channels(conv);
  const rows = Array.from({ length: outputSize(down) }, (_, i) => seen(down, i));
  const columns = Array.from({ length: outputSize(across) }, (_, j) => seen(across, j));
  return planes(weight.length, rows.length, columns.length, (o, i, j) => {
    let sum = bias ? bias[o] : 0;
    for (let c = 0; c < each; c++) {
      const plane = x[channelOf(conv, o, c)];
      for (let a = 0; a < down.kernel; a++) {
        const row = plane[rows[i][a]];
        if (!row) continue;
        for (let b = 0; b < across.kernel; b++) sum += (row[columns[j][b]] ?? 0) * weight[o][c][a][b];
      }
    }
    return Math.fround(sum);
  });
}

/**
 * What an output cell is made of: for each channel that it sees, the products and their sum.
 * @param {Conv} conv
 * @param {Index} cell
 * @returns {{ channels: { channel: number, terms: Term[], sum: number }[], bias: number | null, value: number }}
 */
export function arithmetic(conv, [o, i, j]) {
  const [down, across] = axes(conv);
  const rows = seen(down, i);
  const columns = seen(across, j);
  let value = conv.bias ? conv.bias[o] : 0;
  const parts = conv.weight[o].map((filter, c) => {
    const channel = channelOf(conv, o, c);
    const terms = filter.flatMap((row, a) =>
      row.map((w, b) => {
        const number = conv.x[channel][rows[a]]?.[columns[b]];
        return { x: number ?? 0, w, padding: number === undefined };
      }),
    );
    const sum = terms.reduce((total, term) => total + term.x * term.w, 0);
    value += sum;
    return { channel, terms, sum };
  });
  return { channels: parts, bias: conv.bias ? conv.bias[o] : null, value: Math.fround(value) };
}

/**
 * What belongs to an output cell: the input cells under its window (padding too, with an index
 * outside the input), and its filter.
 * @param {Conv} conv
 * @param {Index} cell
 * @returns {Links}
 */
export function ofOutput(conv, [o, i, j]) {
  const [down, across] = axes(conv);
  const x = [];
  const w = [];
  for (let c = 0; c < conv.weight[o].length; c++) {
    for (const [a, row] of seen(down, i).entries()) {
      for (const [b, column] of seen(across, j).entries()) {
        x.push([channelOf(conv, o, c), row, column]);
        w.push([o, c, a, b]);
      }
    }
  }
  return { x, w, y: [[o, i, j]] };
}

/**
 * What belongs to a weight: every input cell that it multiplies, and the channel that it adds to.
 * @param {Conv} conv
 * @param {Index} weight
 * @returns {Links}
 */
export function ofWeight(conv, [o, c, a, b]) {
  const [down, across] = axes(conv);
  const x = [];
  const y = [];
  for (let i = 0; i < outputSize(down); i++) {
    for (let j = 0; j < outputSize(across); j++) {
      x.push([channelOf(conv, o, c), seen(down, i)[a], seen(across, j)[b]]);
      y.push([o, i, j]);
    }
  }
  return { x, w: [[o, c, a, b]], y };
}

/**
 * What belongs to an input cell: the windows that see it, and the weights that lie on it there.
 * @param {Conv} conv
 * @param {Index} input
 * @returns {Links}
 */
export function ofInput(conv, [channel, row, column]) {
  const [down, across] = axes(conv);
  const { each, made } = channels(conv);
  const group = Math.floor(channel / each);
  const w = [];
  const y = [];
  for (let o = group * made; o < (group + 1) * made; o++) {
    for (const { place: i, step: a } of seenBy(down, row)) {
      for (const { place: j, step: b } of seenBy(across, column)) {
        w.push([o, channel - group * each, a, b]);
        y.push([o, i, j]);
      }
    }
  }
  return { x: [[channel, row, column]], w, y };
}

/**
 * The filters with a kernel of another size: the numbers stay where they are, new ones are 0.
 * @param {Planes[]} weight
 * @param {number[]} size
 */
export function withKernel(weight, [height, width]) {
  return weight.map((filter) =>
    planes(filter.length, height, width, (c, a, b) => filter[c][a]?.[b] ?? 0),
  );
}

/**
 * The filters for another number of groups: each has the planes of its own group's channels.
 * Planes that it has already keep their numbers; new ones get those of the filter's own, in turn.
 * @param {Conv} conv
 * @param {number} groups
 */
export function withGroups(conv, groups) {
  const each = conv.x.length / groups;
  return conv.weight.map((filter) =>
    Array.from({ length: each }, (_, c) => filter[c % filter.length].map((row) => [...row])),
  );
}

/**
 * The layer as PyTorch code.
 * @param {Conv} conv
 */
export function code(conv) {
  const { into, out } = channels(conv);
  const [down, across] = axes(conv);
  const both = (/** @type {number[]} */ [a, b]) => (a === b ? `${a}` : `(${a}, ${b})`);
  const parts = [into, out, `kernel_size=${both([down.kernel, across.kernel])}`];
  if (conv.stride.some((n) => n !== 1)) parts.push(`stride=${both(conv.stride)}`);
  if (conv.padding.some((n) => n !== 0)) parts.push(`padding=${both(conv.padding)}`);
  if (conv.dilation.some((n) => n !== 1)) parts.push(`dilation=${both(conv.dilation)}`);
  if (conv.groups !== 1) parts.push(`groups=${conv.groups}`);
  if (!conv.bias) parts.push("bias=False");
  return `nn.Conv2d(${parts.join(", ")})`;
}

/**
 * The sizes in words: the formula for height and width, and what no window visits.
 * @param {Conv} conv
 */
export function sizes(conv) {
  const [down, across] = axes(conv);
  return [formula(down, "height"), formula(across, "width"), unseen(down, across)].filter(Boolean);
}

/**
 * What an output cell is, in a sentence for those who hear it.
 * @param {Conv} conv
 * @param {Index} cell
 * @param {(value: number) => string} write
 */
export function inWords(conv, cell, write) {
  const { channels: parts, value } = arithmetic(conv, cell);
  const [down, across] = axes(conv);
  const rows = seen(down, cell[1]);
  const columns = seen(across, cell[2]);
  const padding = parts[0].terms.filter((term) => term.padding).length;
  const from = parts.map((part) => part.channel).join(", ");
  return `${named("y", cell)} is ${write(value)}: rows ${rows.join(", ")}, columns ` +
    `${columns.join(", ")} of input channel${parts.length > 1 ? "s" : ""} ${from}` +
    (padding ? `; ${padding} of ${parts[0].terms.length} cells are padding.` : ".");
}
