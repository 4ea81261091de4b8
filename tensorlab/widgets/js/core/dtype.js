/**
 * Numbers of one dtype: what it holds, which dtype two of them meet in, and how it is typed and shown.
 *
 * @typedef {object} Typed a tensor with its dtype
 * @property {string} dtype
 * @property {number[]} shape
 * @property {number[]} numbers row by row; False and True are 0 and 1
 *
 * @typedef {object} Dtype
 * @property {number} category 0 for bool, 1 for whole numbers, 2 for decimal ones
 * @property {number} bits
 * @property {string} legacy its name in most of torch's messages; in small letters, the method that casts to it
 * @property {string} spoken its name in some others
 */

import { exact, format, parseNumber } from "./numbers.js";

/** @type {[string, number, number, string, string][]} */
const ROWS = [
  ["bool", 0, 1, "Bool", "bool"],
  ["uint8", 1, 8, "Byte", "unsigned char"],
  ["int8", 1, 8, "Char", "signed char"],
  ["int16", 1, 16, "Short", "short int"],
  ["int32", 1, 32, "Int", "int"],
  ["int64", 1, 64, "Long", "long int"],
  ["float32", 2, 32, "Float", "float"],
  ["float64", 2, 64, "Double", "double"],
];

/** @type {Record<string, Dtype>} */
export const DTYPES = Object.fromEntries(
  ROWS.map(([name, category, bits, legacy, spoken]) => [name, { category, bits, legacy, spoken }]),
);

/**
 * The smallest dtype that both turn into, as `torch.promote_types`.
 * @param {string} a
 * @param {string} b
 */
export function promote(a, b) {
  const [low, high] = [a, b].sort((one, other) => {
    return DTYPES[one].category - DTYPES[other].category || DTYPES[one].bits - DTYPES[other].bits;
  });
  const bytes = [low, high].sort().join();
  return bytes === "int8,uint8" ? "int16" : high;
}

/**
 * The dtype in which two tensors meet: one with no axes counts only where its kind is higher.
 * @param {Typed} x
 * @param {Typed} y
 */
export function common(x, y) {
  if (!x.shape.length === !y.shape.length) return promote(x.dtype, y.dtype);
  const [many, one] = x.shape.length ? [x.dtype, y.dtype] : [y.dtype, x.dtype];
  return DTYPES[one].category > DTYPES[many].category ? one : many;
}

/**
 * The number as the dtype holds it: whole ones wrap around, decimal ones are rounded.
 * @param {string} dtype
 * @param {number | bigint} value
 */
export function hold(dtype, value) {
  const { category, bits } = DTYPES[dtype];
  if (category === 0) return value ? 1 : 0;
  if (category === 2) return dtype === "float32" ? Math.fround(Number(value)) : Number(value);
  if (bits === 64 && Number.isSafeInteger(value)) return /** @type {number} */ (value);
  const whole = typeof value === "bigint" ? value : BigInt(Math.trunc(value));
  return Number(dtype === "uint8" ? BigInt.asUintN(bits, whole) : BigInt.asIntN(bits, whole));
}

/**
 * The tensor in another dtype, or what is in the way.
 * @param {Typed} tensor
 * @param {string} dtype
 * @returns {{ value: Typed } | { problem: string }}
 */
export function cast(tensor, dtype) {
  const { category } = DTYPES[dtype];
  const numbers = tensor.numbers.map((value) => (category === 1 ? Math.trunc(value) + 0 : value));
  const wrong = numbers.filter((value) => category === 1 && hold(dtype, value) !== value);
  if (wrong.length) return { problem: outside(dtype, wrong[0]) };
  return { value: { ...tensor, dtype, numbers: numbers.map((value) => hold(dtype, value)) } };
}

/**
 * The tensor in another shape: its numbers in the same order, and where there are too few, the next ones.
 * @param {Typed} tensor
 * @param {number[]} shape
 * @returns {Typed}
 */
export function resized(tensor, shape) {
  const count = shape.reduce((product, size) => product * size, 1);
  const more = (/** @type {number} */ place) => (place + 1) % (DTYPES[tensor.dtype].category ? 100 : 2);
  return { ...tensor, shape, numbers: Array.from({ length: count }, (_, i) => tensor.numbers[i] ?? more(i)) };
}

/**
 * A number of this dtype, as a person types it.
 * @param {string} dtype
 * @param {string} text
 * @returns {{ value: number } | { problem: string }}
 */
export function parse(dtype, text) {
  const { category } = DTYPES[dtype];
  if (category === 0) {
    if (/^(t(rue)?|1)$/i.test(text.trim())) return { value: 1 };
    if (/^(f(alse)?|0)$/i.test(text.trim())) return { value: 0 };
    return { problem: "This is a tensor of yes and no. Type True or False." };
  }
  const parsed = parseNumber(text, dtype === "float64" ? Number : Math.fround);
  if ("problem" in parsed || category === 2) return parsed;
  const value = Number(text.trim().replace("−", "-").replace(",", "."));
  if (!Number.isInteger(value)) {
    return { problem: `${dtype} holds whole numbers. Type one, or choose float32 above the cells.` };
  }
  if (!Number.isSafeInteger(value) || hold(dtype, value) !== value) return { problem: outside(dtype, value) };
  return { value };
}

/**
 * A number as it is offered for editing: with all its digits.
 * @param {string} dtype
 * @param {number} value
 */
export function spelled(dtype, value) {
  if (dtype === "bool") return value ? "True" : "False";
  return dtype === "float32" ? exact(value) : String(value);
}

/**
 * @param {string} dtype
 * @param {number} value
 */
function outside(dtype, value) {
  const [low, high] = range(dtype);
  return `${value} is too large here: ${dtype} goes from ${low} to ${high}. Type a number between.`;
}

/**
 * What a dtype of whole numbers goes from and to, as far as a page counts exactly.
 * @param {string} dtype
 */
export function range(dtype) {
  const { bits } = DTYPES[dtype];
  if (bits === 64) return [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  return dtype === "uint8" ? [0, 255] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/**
 * How the numbers of a tensor are written: `True`, `3`, and `3.` where they are decimal, as torch prints.
 * @param {string} dtype
 * @param {number[]} values
 * @param {number} [limit] decimals at most
 * @returns {(value: number) => string}
 */
export function writer(dtype, values, limit = 2) {
  const { category } = DTYPES[dtype];
  if (category === 0) return (value) => (value ? "True" : "False").slice(0, limit > 1 ? 5 : 1);
  const write = format(category === 1 ? [0] : values.filter(Number.isFinite), limit);
  return (value) => {
    if (Number.isNaN(value)) return "nan";
    if (!Number.isFinite(value)) return value < 0 ? "−inf" : "inf";
    if (category === 1) return Number.isSafeInteger(value) ? String(value).replace("-", "−") : write(value);
    const text = write(value);
    return /[.e]/.test(text) ? text : `${text}.`;
  };
}

/**
 * One number as a line of arithmetic has it: four decimals at most.
 * @param {string} dtype
 * @param {number} value
 */
export function written(dtype, value) {
  if (DTYPES[dtype].category < 2 || !Number.isFinite(value)) return writer(dtype, [value])(value);
  if (value !== 0 && (Math.abs(value) < 5e-5 || Math.abs(value) >= 1e7)) {
    return value.toExponential(2).replaceAll("-", "−").replace("e+", "e");
  }
  const text = String(Number(value.toFixed(4)) + 0).replace("-", "−");
  return text.includes(".") ? text : `${text}.`;
}
