/**
 * Tensors as a trace brings them: shape, and numbers as float32 in base64.
 *
 * @typedef {object} Packed
 * @property {number[]} shape
 * @property {string} dtype
 * @property {string} numbers
 * @property {number[]} [cut] the sizes of the slice that is here, where it is not all
 * @property {string} [stats] smallest, mean and largest of all, where only a slice is here
 */

import { short } from "./numbers.js";

/** @param {string} base64 */
function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
}

/**
 * @param {string} base64
 * @returns {Float32Array}
 */
export function floats(base64) {
  return new Float32Array(bytes(base64));
}

/** @param {string} base64 */
export function wholes(base64) {
  return new Uint32Array(bytes(base64));
}

/** @param {number[]} shape */
export function numel(shape) {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A shape in words: `2 × 3`.
 * @param {number[]} shape
 */
export function times(shape) {
  return shape.join(" × ") || "one number";
}

/**
 * A number as it is read: with nan and infinity.
 * @param {number} value
 */
export function write(value) {
  if (Number.isNaN(value)) return "nan";
  if (Math.abs(value) === Infinity) return value < 0 ? "−∞" : "∞";
  return Math.abs(value) >= 1e6 ? value.toExponential(2).replace("-", "−").replace("e+", "e") : short(value);
}

/** @param {number} value */
function truth(value) {
  return value ? "True" : "False";
}

/**
 * How to write the numbers of a tensor so that they line up: as many decimals each, at least two
 * digits of the largest.
 * @param {Packed} tensor
 */
export function aligned(tensor) {
  if (tensor.dtype === "bool") return truth;
  const numbers = floats(tensor.numbers);
  const finite = [...numbers].filter(Number.isFinite);
  const most = Math.max(...finite.map(Math.abs), 0);
  const digits = finite.every(Number.isInteger) ? 0 : Math.max(2, 1 - Math.floor(Math.log10(most)));
  return (/** @type {number} */ value) => {
    if (!Number.isFinite(value) || digits > 6 || most >= 1e5) return write(value);
    return value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
  };
}

/**
 * As planes, with the index of each in front: the last two axes are rows and columns.
 * @param {Packed} tensor
 * @returns {{ planes: number[][][], captions: string[] }}
 */
export function asPlanes(tensor) {
  const sizes = tensor.cut ?? tensor.shape;
  const numbers = floats(tensor.numbers);
  const [rows, columns] = [sizes.at(-2) ?? 1, sizes.at(-1) ?? 1];
  const before = sizes.slice(0, -2);
  const count = numel(before);
  const planes = Array.from({ length: count }, (_, c) =>
    Array.from({ length: rows }, (_, i) => [...numbers.subarray((c * rows + i) * columns, (c * rows + i + 1) * columns)]),
  );
  const captions = planes.map((_, c) => (count > 1 ? `[${unravel(c, before).join(", ")}]` : ""));
  return { planes, captions };
}

/**
 * The index in the tensor of a cell of its planes.
 * @param {Packed} tensor
 * @param {number[]} cell plane, row, column
 */
export function indexOf(tensor, [c, i, j]) {
  const sizes = tensor.cut ?? tensor.shape;
  return [...unravel(c, sizes.slice(0, -2)), i, j].slice(-sizes.length || Infinity).slice(0, sizes.length);
}

/**
 * Where a number lies, counted through the whole tensor.
 * @param {Packed} tensor
 * @param {number[]} index
 */
export function flat(tensor, index) {
  return index.reduce((sum, at, axis) => sum * tensor.shape[axis] + at, 0);
}

/**
 * @param {number} at
 * @param {number[]} sizes
 */
export function unravel(at, sizes) {
  const index = [];
  for (const size of [...sizes].reverse()) {
    index.unshift(at % size);
    at = Math.floor(at / size);
  }
  return index;
}

/**
 * The numbers in brackets as Python writes them, without the axes of size 1 in front; where they
 * are too many, the smallest, the mean and the largest.
 * @param {Packed} tensor
 * @param {number} [most] letters
 */
export function inline(tensor, most = 30) {
  if (!tensor.cut && numel(tensor.shape) <= most / 2) {
    const numbers = [...floats(tensor.numbers)].map(tensor.dtype === "bool" ? truth : write);
    let shape = tensor.shape;
    while (shape[0] === 1) shape = shape.slice(1);
    const text = bracketed(numbers, shape);
    if (text.length <= most) return text;
  }
  const [low, mean, high] = stats(tensor);
  if (mean === "nan") return "holds nan";
  return low === high ? `all ${low}` : `${low} … ${high}${most > 30 ? `, mean ${mean}` : ""}`;
}

/**
 * Smallest, mean and largest, in four digits each.
 * @param {Packed} tensor
 */
export function stats(tensor) {
  const numbers = [...floats(tensor.stats ?? tensor.numbers)];
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const all = tensor.stats ? numbers : [Math.min(...numbers), mean, Math.max(...numbers)];
  return all.map((value) => write(Number(value.toPrecision(4))));
}

/**
 * @param {string[]} texts
 * @param {number[]} shape
 * @returns {string}
 */
function bracketed(texts, shape) {
  if (!shape.length) return texts[0];
  const each = texts.length / shape[0];
  const parts = Array.from({ length: shape[0] }, (_, n) => bracketed(texts.slice(n * each, (n + 1) * each), shape.slice(1)));
  return `[${parts.join(", ")}]`;
}

/**
 * What of a tensor is shown, where that is not all.
 * @param {string} name
 * @param {Packed} tensor
 */
export function cutInWords(name, tensor) {
  if (!tensor.cut) return "";
  const slices = tensor.cut.map((size, axis) => (size < tensor.shape[axis] ? `:${size}` : ":"));
  const [low, mean, high] = stats(tensor);
  const count = numel(tensor.shape).toLocaleString("en");
  return `${name} is ${times(tensor.shape)}, ${count} numbers from ${low} to ${high}, mean ${mean}. ` +
    `Shown: ${name}[${slices.join(", ")}].`;
}
