/** The dtypes as they lie in memory: how many bytes, what fits, and how a number is written. */

import { exact, format, parseReal } from "./numbers.js";

/** @typedef {"bool" | "uint8" | "int8" | "int16" | "int32" | "int64" | "float16" | "float32" | "float64"} Dtype */

/** Bytes of each, from narrow to wide. @type {Record<Dtype, number>} */
export const BYTES = {
  bool: 1, uint8: 1, int8: 1, int16: 2, float16: 2, int32: 4, float32: 4, int64: 8, float64: 8,
};

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

/**
 * @param {DataView} data
 * @param {Dtype} dtype
 * @param {number} byte
 */
export function read(data, dtype, byte) {
  switch (dtype) {
    case "bool": return data.getUint8(byte) ? 1 : 0;
    case "uint8": return data.getUint8(byte);
    case "int8": return data.getInt8(byte);
    case "int16": return data.getInt16(byte, true);
    case "int32": return data.getInt32(byte, true);
    case "int64": return Number(data.getBigInt64(byte, true));
    case "float16": return fromHalf(data.getUint16(byte, true));
    case "float32": return data.getFloat32(byte, true);
    default: return data.getFloat64(byte, true);
  }
}

/**
 * Write a number; it is cast as torch casts: cut toward zero, and wrapped around.
 * @param {DataView} data
 * @param {Dtype} dtype
 * @param {number} byte
 * @param {number} value
 */
export function write(data, dtype, byte, value) {
  switch (dtype) {
    case "bool": return data.setUint8(byte, value === 0 ? 0 : 1);
    case "float16": return data.setUint16(byte, toHalf(value), true);
    case "float32": return data.setFloat32(byte, value, true);
    case "float64": return data.setFloat64(byte, value, true);
    default:
  }
  // Whole numbers go through int64, where what is too large becomes the smallest.
  const whole = Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n);
  const bits = BigInt.asUintN(8 * BYTES[dtype], whole);
  if (BYTES[dtype] === 1) data.setUint8(byte, Number(bits));
  else if (BYTES[dtype] === 2) data.setUint16(byte, Number(bits), true);
  else if (BYTES[dtype] === 4) data.setUint32(byte, Number(bits), true);
  else data.setBigUint64(byte, bits, true);
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
  const data = new DataView(new ArrayBuffer(8));
  write(data, dtype, 0, parsed.value);
  const value = read(data, dtype, 0);
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
  return exact(value, { float16: 4, float32: 7 }[/** @type {string} */ (dtype)] ?? 16);
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

/** @param {number} bits */
function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : fraction * 2 ** -24);
}

/** The nearest float16, ties to even. @param {number} value */
function toHalf(value) {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = evenly(size / 2 ** (exponent - 10));
  // Rounding up may carry into the exponent, which is just what the sum does.
  return sign | (size < 2 ** -14 ? steps : ((exponent + 15) << 10) + (steps - 1024));
}

/** @param {number} value */
function evenly(value) {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low;
}
