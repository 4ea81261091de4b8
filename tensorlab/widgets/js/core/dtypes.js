/**
 * The dtypes: what each holds, where two of them meet, and how a number of each is typed and written.
 *
 * @typedef {"bool" | "uint8" | "int8" | "int16" | "int32" | "int64" | "float16" | "float32" | "float64"} Dtype
 *
 * @typedef {object} Typed a tensor with its dtype
 * @property {string} dtype
 * @property {number[]} shape
 * @property {number[]} numbers row by row; False and True are 0 and 1
 *
 * @typedef {object} Kind
 * @property {number} category 0 for bool, 1 for whole numbers, 2 for decimal ones
 * @property {number} bits
 * @property {string} legacy its name in most of torch's messages; in small letters, the method that casts to it
 * @property {string} spoken its name in some others
 */

import { exact, format, parseReal } from "./numbers.js";

/** @type {[Dtype, number, number, string, string][]} */
const ROWS = [
  ["bool", 0, 8, "Bool", "bool"],
  ["uint8", 1, 8, "Byte", "unsigned char"],
  ["int8", 1, 8, "Char", "signed char"],
  ["int16", 1, 16, "Short", "short int"],
  ["float16", 2, 16, "Half", "c10::Half"],
  ["int32", 1, 32, "Int", "int"],
  ["float32", 2, 32, "Float", "float"],
  ["int64", 1, 64, "Long", "long int"],
  ["float64", 2, 64, "Double", "double"],
];

/** From narrow to wide. @type {Record<string, Kind>} */
export const DTYPES = Object.fromEntries(
  ROWS.map(([name, category, bits, legacy, spoken]) => [name, { category, bits, legacy, spoken }]),
);

/** Other names that torch has for them. @type {Record<string, Dtype>} */
export const ALIASES = {
  half: "float16", float: "float32", double: "float64", short: "int16", int: "int32", long: "int64",
};

/** The page counts in float64, which holds every whole number up to here. */
const LARGEST = 2 ** 53;

/** @param {string} dtype */
export const bytes = (dtype) => DTYPES[dtype].bits / 8;

/** In words. @param {string} dtype */
export const sizeOf = (dtype) => (bytes(dtype) === 1 ? "1 byte" : `${bytes(dtype)} bytes`);

/** @param {string} dtype */
const isFloat = (dtype) => DTYPES[dtype].category === 2;

/**
 * The smallest dtype that both turn into, as `torch.promote_types`.
 * @param {string} a
 * @param {string} b
 */
export function promote(a, b) {
  const [low, high] = [a, b].sort((one, other) => {
    return DTYPES[one].category - DTYPES[other].category || DTYPES[one].bits - DTYPES[other].bits;
  });
  return [low, high].sort().join() === "int8,uint8" ? "int16" : high;
}

/**
 * The dtype in which tensors meet: those with no axes count only where their kind is higher.
 * @param {...{ dtype: string, shape: number[] }} tensors
 */
export function common(...tensors) {
  const ranks = [tensors.filter(({ shape }) => shape.length), tensors.filter(({ shape }) => !shape.length)];
  const [first, second] = ranks.filter((rank) => rank.length).map((rank) => rank.map(({ dtype }) => dtype).reduce(promote));
  return second && DTYPES[second].category > DTYPES[first].category ? second : first;
}

/** @type {Record<string, { new (values: number[]): ArrayLike<number> }>} */
const ARRAYS = { uint8: Uint8Array, int8: Int8Array, int16: Int16Array, int32: Int32Array };

/**
 * A number in another type, as torch casts: cut toward zero and wrapped around, or rounded.
 * @param {number | bigint} value
 * @param {string} dtype
 * @param {string} [from] what it was
 * @returns {number}
 */
export function cast(value, dtype, from = "int64") {
  if (typeof value === "bigint") {
    const { category, bits } = DTYPES[dtype];
    if (category === 1) return Number(dtype === "uint8" ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
    return cast(Number(value), dtype);
  }
  if (dtype === "float64") return value;
  if (dtype === "bool") return value === 0 ? 0 : 1;
  if (dtype === "float16") return nearest(value, 10, 15);
  if (dtype === "float32") return Math.fround(value);
  // What is too large for 32 bits becomes the smallest, but a whole number wraps around.
  if (dtype === "int32" && isFloat(from) && !(value > -(2 ** 31) - 1 && value < 2 ** 31)) return -(2 ** 31);
  // Others go through int64, where what is too large becomes the smallest.
  const whole = Math.abs(value) < 2 ** 63 ? Math.trunc(value) + 0 : -(2 ** 63);
  return dtype === "int64" ? whole : new ARRAYS[dtype]([whole])[0];
}

/**
 * The nearest number of a float of so many digits and so large an exponent, in twos; ties to even. So
 * float16 has 10 and 15, bfloat16 has 7 and 127.
 * @param {number} value
 * @param {number} digits
 * @param {number} largest
 */
export function nearest(value, digits, largest) {
  const size = Math.abs(value);
  if (!size || !Number.isFinite(size)) return value;
  // log2 may be one off beside a power of two.
  let power = Math.floor(Math.log2(size));
  if (2 ** power > size) power -= 1;
  else if (2 ** (power + 1) <= size) power += 1;
  const step = 2 ** (Math.max(1 - largest, power) - digits);
  const low = Math.floor(size / step);
  const rest = size / step - low;
  const near = step * (rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low);
  return Math.sign(value) * (near < 2 ** (largest + 1) ? near : Infinity);
}

/**
 * The tensor in another dtype, or what is in the way.
 * @param {Typed} tensor
 * @param {string} dtype
 * @returns {{ value: Typed } | { problem: string }}
 */
export function retyped(tensor, dtype) {
  const { category } = DTYPES[dtype];
  const numbers = tensor.numbers.map((value) => (category === 1 ? Math.trunc(value) + 0 : value));
  const wrong = numbers.find((value) => category === 1 && cast(value, dtype) !== value);
  if (wrong !== undefined) return { problem: `${wrong} is too large here: ${reach(dtype)}` };
  return { value: { ...tensor, dtype, numbers: numbers.map((value) => cast(value, dtype)) } };
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
 * What a person types for a number of this type.
 * @param {string} text
 * @param {string} dtype
 * @returns {{ value: number } | { problem: string }}
 */
export function parse(text, dtype) {
  if (dtype === "bool") {
    const found = ["false", "f", "0", "true", "t", "1"].indexOf(text.trim().toLowerCase());
    return found < 0 ? { problem: "A bool is True or False: type one." } : { value: found > 2 ? 1 : 0 };
  }
  const parsed = parseReal(text);
  if ("problem" in parsed) return parsed;
  if (!isFloat(dtype)) {
    const [least, most] = range(dtype);
    const fits = Number.isInteger(parsed.value) && parsed.value >= least && parsed.value <= most;
    return fits ? parsed : { problem: reach(dtype) };
  }
  const value = cast(parsed.value, dtype);
  return Number.isFinite(value) ? { value } : { problem: `${text.trim()} is too large for ${dtype}: type a smaller number.` };
}

/** @param {string} dtype */
function reach(dtype) {
  const [least, most] = range(dtype).map((value) => value.toLocaleString("en-US").replace("-", "−"));
  return `${dtype} holds whole numbers from ${least} to ${most}: type one.`;
}

/**
 * What a dtype of whole numbers goes from and to, as far as a page counts exactly.
 * @param {string} dtype
 */
export function range(dtype) {
  const { bits } = DTYPES[dtype];
  if (bits === 64) return [-LARGEST, LARGEST];
  return dtype === "uint8" ? [0, 255] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** How many digits tell a number of the type from all others. @type {Record<string, number>} */
const DIGITS = { float16: 4, float32: 7 };

/**
 * One number in full.
 * @param {number} value
 * @param {string} dtype
 */
export function spell(value, dtype) {
  if (dtype === "bool") return value ? "True" : "False";
  return endless(value) ?? exact(value, DIGITS[dtype] ?? 17);
}

/** @param {number} value */
function endless(value) {
  if (Number.isFinite(value)) return null;
  return Number.isNaN(value) ? "nan" : value < 0 ? "−inf" : "inf";
}

/**
 * How the numbers of one tensor are written, so that they line up; with a point after decimal ones, as
 * torch prints, if that is asked for.
 * @param {number[]} values
 * @param {string} dtype
 * @param {{ limit?: number, point?: boolean }} [how] decimals at most
 * @returns {(value: number) => string}
 */
export function writer(values, dtype, { limit = 2, point = false } = {}) {
  if (dtype === "bool") return (value) => spell(value, dtype).slice(0, limit > 1 ? 5 : 1);
  if (!isFloat(dtype)) return (value) => (Math.abs(value) < LARGEST ? spell(value, dtype) : format([0])(value));
  const write = format(values.filter(Number.isFinite), limit);
  const pointed = (/** @type {string} */ text) => (point && !/[.e]/.test(text) ? `${text}.` : text);
  return (value) => endless(value) ?? pointed(write(value));
}

/**
 * One number as a line of arithmetic has it: four decimals at most.
 * @param {number} value
 * @param {string} dtype
 */
export function written(value, dtype) {
  if (!isFloat(dtype) || !Number.isFinite(value)) return writer([value], dtype)(value);
  if (value !== 0 && (Math.abs(value) < 5e-5 || Math.abs(value) >= 1e7)) {
    return value.toExponential(2).replaceAll("-", "−").replace("e+", "e");
  }
  const text = String(Number(value.toFixed(4)) + 0).replace("-", "−");
  return text.includes(".") ? text : `${text}.`;
}
