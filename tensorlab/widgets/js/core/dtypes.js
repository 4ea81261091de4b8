/** The type that numbers of several types meet in, as torch has it. */

const ORDER = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"];

/** @param {string} dtype 0 for bool, 1 for whole numbers, 2 for floats */
export function category(dtype) {
  return dtype === "bool" ? 0 : dtype.startsWith("float") ? 2 : 1;
}

/**
 * @param {string} one
 * @param {string} other
 */
function promote(one, other) {
  const [low, high] = [one, other].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return low === "uint8" && high === "int8" ? "int16" : high;
}

/**
 * What has dimensions decides; a number alone counts only where its category is higher.
 * @param {{ dtype: string, shape: number[] }[]} tensors
 */
export function resultType(tensors) {
  const ranks = [tensors.filter(({ shape }) => shape.length), tensors.filter(({ shape }) => !shape.length)];
  const [first, second] = ranks.filter((rank) => rank.length).map((rank) => rank.map(({ dtype }) => dtype).reduce(promote));
  return second && category(second) > category(first) ? second : first;
}

const BITS = { uint8: 8, int8: 7, int16: 15, int32: 31, int64: 53 };

/**
 * What is wrong with a number for a tensor of that type; empty where nothing is.
 * @param {number} value
 * @param {string} dtype
 */
export function refusal(value, dtype) {
  if (category(dtype) !== 1) return "";
  const most = 2 ** BITS[/** @type {keyof typeof BITS} */ (dtype)];
  if (!Number.isInteger(value)) return `The tensor is of ${dtype}: type a whole number, such as 3.`;
  if (value < most && value >= (dtype === "uint8" ? 0 : -most)) return "";
  return `${value} is beyond ${dtype}: type a number from ${dtype === "uint8" ? 0 : -most} to ${most - 1}.`;
}

/**
 * A number as a tensor of that type compares it.
 * @param {number} value
 * @param {string} dtype
 */
export function rounded(value, dtype) {
  if (dtype === "float64") return value;
  if (dtype !== "float16" || value === 0) return Math.fround(value);
  const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  return Math.round(value / unit) * unit;
}
