/** The dtypes as they lie in memory: how many bytes, what fits, and how a number is written. */

import { exact, format, parseReal } from "./numbers.js";

/** @typedef {"bool" | "uint8" | "int8" | "int16" | "int32" | "int64" | "float16" | "float32" | "float64"} Dtype */

/** Bytes of each, from narrow to wide. @type {Record<Dtype, number>} */
export const BYTES = {
  bool: 1, uint8: 1, int8: 1, int16: 2, float16: 2, int32: 4, float32: 4, int64: 8, float64: 8,
};

/** In words. @param {Dtype} dtype */
export const sizeOf = (dtype) => (BYTES[dtype] === 1 ? "1 byte" : `${BYTES[dtype]} bytes`);

/** Other names that torch has for them. @type {Record<string, Dtype>} */
export const ALIASES = {
  half: "float16", float: "float32", double: "float64", short: "int16", int: "int32", long: "int64",
};

/** As torch's errors call them. @type {Record<Dtype, string>} */
export const LEGACY = {
  bool: "Bool", uint8: "Byte", int8: "Char", int16: "Short", float16: "Half", int32: "Int",
  float32: "Float", int64: "Long", float64: "Double",
};

/** The page counts in float64, which holds every whole number up to here. */
const LARGEST = 2 ** 53;

/** @param {Dtype} dtype */
export const isFloat = (dtype) => dtype.startsWith("float");

/** @type {Record<string, { new (values: number[]): ArrayLike<number> }>} */
const ARRAYS = { uint8: Uint8Array, int8: Int8Array, int16: Int16Array, int32: Int32Array };

/**
 * A number in another type, as torch casts: cut toward zero and wrapped around, or rounded.
 * @param {number} value
 * @param {Dtype} dtype
 * @param {Dtype} [from] what it was
 */
export function cast(value, dtype, from = "int64") {
  if (dtype === "float64") return value;
  if (dtype === "bool") return value === 0 ? 0 : 1;
  if (dtype === "float16") return half(value);
  if (dtype === "float32") return Math.fround(value);
  // What is too large for 32 bits becomes the smallest, but a whole number wraps around.
  if (dtype === "int32" && isFloat(from) && !(value > -(2 ** 31) - 1 && value < 2 ** 31)) return -(2 ** 31);
  // Others go through int64, where what is too large becomes the smallest.
  const whole = Math.abs(value) < 2 ** 63 ? Math.trunc(value) + 0 : -(2 ** 63);
  return dtype === "int64" ? whole : new ARRAYS[dtype]([whole])[0];
}

/** The nearest float16, ties to even. @param {number} value */
function half(value) {
  const size = Math.abs(value);
  if (!(size < 65520)) return value / 0;
  const step = 2 ** (Math.max(-14, Math.floor(Math.log2(size))) - 10);
  const low = Math.floor(size / step);
  const rest = size / step - low;
  return Math.sign(value) * step * (rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low);
}

/**
 * What a person types for a number of this type.
 * @param {string} text
 * @param {Dtype} dtype
 * @returns {{ value: number } | { problem: string }}
 */
export function parse(text, dtype) {
  if (dtype === "bool") {
    const found = ["false", "0", "true", "1"].indexOf(text.trim().toLowerCase());
    return found < 0 ? { problem: "A bool is True or False: type one." } : { value: found > 1 ? 1 : 0 };
  }
  const parsed = parseReal(text);
  if ("problem" in parsed) return parsed;
  if (!isFloat(dtype)) {
    const [least, most] = range(dtype);
    const fits = Number.isInteger(parsed.value) && parsed.value >= least && parsed.value <= most;
    return fits ? parsed : { problem: `${dtype} holds whole numbers from ${grouped(least)} to ${grouped(most)}: type one.` };
  }
  const value = cast(parsed.value, dtype);
  return Number.isFinite(value) ? { value } : { problem: `${text.trim()} is too large for ${dtype}: type a smaller number.` };
}

/** @param {Dtype} dtype */
function range(dtype) {
  if (dtype === "uint8") return [0, 255];
  const half = dtype === "int64" ? LARGEST : 2 ** (8 * BYTES[dtype] - 1);
  return [-half, dtype === "int64" ? half : half - 1];
}

/** @param {number} value */
const grouped = (value) => value.toLocaleString("en-US").replace("-", "−");

/**
 * One number in full.
 * @param {number} value
 * @param {Dtype} dtype
 */
export function spell(value, dtype) {
  if (dtype === "bool") return value ? "True" : "False";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "∞" : "−∞";
  return exact(value, { float16: 4, float32: 7 }[/** @type {string} */ (dtype)] ?? 17);
}

/**
 * How the numbers of one tensor are written, so that they line up.
 * @param {number[]} values
 * @param {Dtype} dtype
 * @returns {(value: number) => string}
 */
export function writer(values, dtype) {
  if (!isFloat(dtype)) return (value) => spell(value, dtype);
  const write = format(values.filter(Number.isFinite));
  return (value) => (Number.isFinite(value) ? write(value) : spell(value, dtype));
}
