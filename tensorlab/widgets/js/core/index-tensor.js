/**
 * Tensors of any type with where each number comes from, and the arithmetic of masks, as torch
 * does it: types that meet, whole numbers that wrap around, floats that are rounded.
 *
 * @typedef {number | bigint | boolean} Value a bigint where a number would not be exact
 * @typedef {object} Tensor
 * @property {string} dtype
 * @property {number[]} shape
 * @property {Value[]} data row by row
 * @property {number[]} [source] where each number lies in the tensor that the widget shows
 * @property {boolean} [copied] whether it has memory of its own
 *
 * @typedef {bigint | number | boolean} Scalar a whole number, a float, True or False
 */

/** No step on the way may make more numbers than these. */
export const MOST_NUMBERS = 65536;

/** What torch refuses, in its words, with what to do. */
export class Refused extends Error {
  /**
   * @param {string} type of the error in Python
   * @param {string} words
   * @param {string} [advice]
   */
  constructor(type, words, advice = "") {
    super(words);
    this.type = type;
    this.advice = advice;
  }

  get sentence() {
    return `${this.type}: ${this.message}${/[.!?]$/.test(this.message) ? "" : "."} ${this.advice}`.trim();
  }
}

/** Bits of a whole number; significant bits, smallest exponent of a float. @type {Record<string, [string, ...number[]]>} */
const TYPES = {
  bool: ["bool", 1],
  uint8: ["int", 8],
  int8: ["int", 8],
  int16: ["int", 16],
  int32: ["int", 32],
  int64: ["int", 64],
  float16: ["float", 16],
  float32: ["float", 32],
  float64: ["float", 64],
};
const RANKS = ["bool", "int", "float"];
/** @type {Record<string, string>} */
const LEGACY = { float16: "Half", float32: "Float", float64: "Double" };
const MASKS = "& | ^ ~ combine masks and whole numbers. Compare first, in parentheses: (x > 0) & (x < 2).";

/** @param {string} dtype */
export const categoryOf = (dtype) => TYPES[dtype][0];

/** @param {any} value @returns {value is Tensor} */
export const isTensor = (value) => typeof value === "object" && value !== null && "dtype" in value;

/** @param {any} value @returns {value is Scalar} */
export const isScalar = (value) => ["number", "bigint", "boolean"].includes(typeof value);

/** The type that a plain number takes. @param {Scalar} value @returns {string} */
export const dtypeOf = (value) => (typeof value === "bigint" ? "int64" : typeof value === "number" ? "float32" : "bool");

/** @param {number[]} shape */
export const count = (shape) => shape.reduce((product, size) => product * size, 1);

/**
 * As Python says it to the page: its type, its shape and its numbers, some of them as text.
 * @param {{ dtype: string, shape: number[], values: (number | boolean | string)[] }} told
 * @returns {Tensor}
 */
export function fromPython({ dtype, shape, values }) {
  const whole = categoryOf(dtype) === "int";
  /** @param {number | boolean | string} one */
  const read = (one) => {
    if (typeof one !== "string") return one;
    return whole ? BigInt(one) : { nan: NaN, inf: Infinity, "-inf": -Infinity }[one] ?? NaN;
  };
  return { dtype, shape, data: values.map(read), source: values.map((_, i) => i), copied: false };
}

/**
 * The number as its type holds it.
 * @param {Value} value
 * @param {string} dtype
 * @returns {Value}
 */
export function cast(value, dtype) {
  const [category, bits] = TYPES[dtype];
  if (category === "bool") return Boolean(value);
  if (category === "float") return rounded(Number(value), bits);
  const whole = typeof value === "bigint" ? value : BigInt(Number(value));
  return small(dtype === "uint8" ? BigInt.asUintN(8, whole) : BigInt.asIntN(bits, whole));
}

/** @param {bigint} whole */
function small(whole) {
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : whole;
}

/**
 * @param {number} value
 * @param {number} bits
 */
function rounded(value, bits) {
  if (bits === 64 || !Number.isFinite(value) || value === 0) return value;
  if (bits === 32) return Math.fround(value);
  let exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  if (Math.abs(value) < 2 ** exponent) exponent = Math.max(exponent - 1, -14);
  const unit = 2 ** (exponent - 10);
  const steps = value / unit;
  const low = Math.floor(steps);
  const near = steps - low > 0.5 || (steps - low === 0.5 && low % 2 !== 0) ? low + 1 : low;
  return Math.abs(near * unit) > 65504 ? Math.sign(value) * Infinity : near * unit;
}

/**
 * The type in which these meet: a tensor with dimensions decides; one without, and after it a plain
 * number, count only where their category is higher.
 * @param {(Tensor | Scalar)[]} operands
 */
function meeting(operands) {
  const tensors = /** @type {Tensor[]} */ (operands.filter(isTensor));
  const plain = operands.filter(isScalar).map(dtypeOf);
  const groups = [tensors.filter((one) => one.shape.length), tensors.filter((one) => !one.shape.length)]
    .map((group) => group.map((one) => one.dtype))
    .concat([plain])
    .filter((group) => group.length)
    .map((group) => group.reduce(promoted));
  const rank = (/** @type {string} */ dtype) => RANKS.indexOf(categoryOf(dtype));
  return groups.reduce((found, other) => (rank(other) > rank(found) ? other : found));
}

/**
 * @param {string} a
 * @param {string} b
 */
export function promoted(a, b) {
  if (a === b) return a;
  const [[one, bits], [other, others]] = [TYPES[a], TYPES[b]];
  if (one !== other) return RANKS.indexOf(one) > RANKS.indexOf(other) ? a : b;
  if (bits === others) return "int16"; // of uint8 and int8
  return bits > others ? a : b;
}

/**
 * The shape of several lined up from the right; null where they do not fit.
 * @param {number[][]} shapes
 * @returns {number[] | null}
 */
export function broadcast(shapes) {
  const length = Math.max(0, ...shapes.map((shape) => shape.length));
  const sizes = Array.from({ length }, (_, d) => shapes.map((shape) => shape[d - length + shape.length] ?? 1));
  const shape = sizes.map((all) => all.find((size) => size !== 1) ?? 1);
  return sizes.every((all, d) => all.every((size) => size === 1 || size === shape[d])) ? shape : null;
}

/**
 * For each number of `shape`, row by row, where it lies in a tensor that is stretched to it.
 * @param {number[]} from
 * @param {number[]} shape
 */
export function stretched(from, shape) {
  const steps = shape.map(() => 0);
  for (let d = from.length - 1, step = 1; d >= 0; d--) {
    steps[d + shape.length - from.length] = from[d] === 1 ? 0 : step;
    step *= from[d];
  }
  return walk(shape, steps, 0);
}

/**
 * Places in memory, row by row.
 * @param {number[]} shape
 * @param {number[]} steps
 * @param {number} offset
 */
export function walk(shape, steps, offset) {
  let places = [offset];
  for (const [d, size] of shape.entries()) {
    const next = [];
    for (const place of places) for (let i = 0; i < size; i++) next.push(place + i * steps[d]);
    places = next;
  }
  return places;
}

/** @param {number} numbers */
export function requireRoom(numbers) {
  if (numbers > MOST_NUMBERS) {
    throw new Refused("ValueError", `This makes ${grouped(numbers)} numbers, too many to work with here. Pick fewer.`);
  }
}

/** @param {number} number */
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * Tensors and numbers, and not too many numbers of them together.
 * @param {string} sign
 * @param {any[]} values
 */
export function requireOperands(sign, values) {
  if (!values.every((value) => isScalar(value) || isTensor(value))) {
    throw new Refused("TypeError", `“${sign}” is for tensors and numbers only. Take lists and None out.`);
  }
  const shape = broadcast(values.filter(isTensor).map((value) => value.shape));
  if (shape) requireRoom(count(shape));
}

/**
 * Both as numbers of one type, number by number.
 * @param {Tensor | Scalar} left
 * @param {Tensor | Scalar} right
 * @param {string} dtype
 * @returns {{ shape: number[], pairs: [Value, Value][] }}
 */
function paired(left, right, dtype) {
  const shapes = [left, right].map((one) => (isTensor(one) ? one.shape : []));
  const shape = broadcast(shapes);
  if (!shape) throw doNotFit(shapes[0], shapes[1]);
  const [a, b] = [left, right].map((one, n) => {
    if (isScalar(one)) return stretched([], shape).map(() => cast(one, dtype));
    const data = one.data.map((value) => cast(value, dtype));
    return stretched(shapes[n], shape).map((place) => data[place]);
  });
  return { shape, pairs: a.map((value, i) => [value, b[i]]) };
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function doNotFit(a, b) {
  const length = Math.max(a.length, b.length);
  let d = length - 1;
  const size = (/** @type {number[]} */ shape) => shape[d - length + shape.length] ?? 1;
  while (size(a) === size(b) || size(a) === 1 || size(b) === 1) d -= 1;
  return new Refused(
    "RuntimeError",
    `The size of tensor a (${size(a)}) must match the size of tensor b (${size(b)}) at non-singleton dimension ${d}`,
    "Sizes are lined up from the right: two are equal, or one of them is 1.",
  );
}

/** @type {Record<string, (a: any, b: any) => boolean>} */
const COMPARED = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a == b,
  "!=": (a, b) => a != b,
};

/**
 * @param {string} sign
 * @param {Tensor | Scalar} left
 * @param {Tensor | Scalar} right
 * @returns {Tensor | boolean}
 */
export function compare(sign, left, right) {
  requireOperands(sign, [left, right]);
  if (isScalar(left) && isScalar(right)) return COMPARED[sign](left, right);
  const { shape, pairs } = paired(left, right, meeting([left, right]));
  return { dtype: "bool", shape, data: pairs.map(([a, b]) => COMPARED[sign](a, b)) };
}

/** @type {Record<string, (a: bigint, b: bigint) => bigint>} */
const WHOLE = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "//": (a, b) => (a - modulo(a, b)) / b,
  "%": modulo,
  "**": (a, b) => a ** b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
};

/** What is left over, with the sign of b. @param {bigint} a @param {bigint} b */
function modulo(a, b) {
  const left = a % b;
  return left !== 0n && left < 0n !== b < 0n ? left + b : left;
}

/** @type {Record<string, (a: number, b: number, round: (n: number) => number) => number>} */
const FLOAT = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "//": (a, b, round) => {
    if (b === 0) return a / b;
    const left = a % b;
    let quotient = round(round(a - left) / b);
    if (left !== 0 && left < 0 !== b < 0) quotient -= 1;
    return quotient - Math.floor(quotient) > 0.5 ? Math.floor(quotient) + 1 : Math.floor(quotient);
  },
  "%": (a, b) => {
    const left = a % b;
    return left !== 0 && left < 0 !== b < 0 ? left + b : left;
  },
  "**": (a, b) => (b === 0.5 ? Math.sqrt(a) : a ** b),
};

/**
 * @param {string} sign
 * @param {Tensor | Scalar} left
 * @param {Tensor | Scalar} right
 * @returns {Tensor | Scalar}
 */
export function binary(sign, left, right) {
  requireOperands(sign, [left, right]);
  const numbers = isScalar(left) && isScalar(right);
  if ("&|^".includes(sign)) {
    if (numbers) throw new Refused("TypeError", `“${sign}” joins masks: one side at least is a tensor.`);
    return bits(sign, left, right);
  }
  requireNoMask(sign, [left, right]);
  if (sign === "**" && !(isTensor(left) && isScalar(right) && Math.abs(Number(right)) <= 64)) {
    throw new Refused("TypeError", "“**” takes a tensor on its left, and a number up to 64 on its right.");
  }
  return numbers ? ofNumbers(sign, left, right) : ofTensors(sign, left, right);
}

/**
 * As Python does it.
 * @param {string} sign
 * @param {Scalar} left
 * @param {Scalar} right
 * @returns {Scalar}
 */
function ofNumbers(sign, left, right) {
  if (["/", "//", "%"].includes(sign) && Number(right) === 0) {
    throw new Refused("ZeroDivisionError", "division by zero. Take another number.");
  }
  if (sign === "/" || typeof left === "number" || typeof right === "number") {
    return FLOAT[sign](Number(left), Number(right), (n) => n);
  }
  const out = WHOLE[sign](BigInt(left), BigInt(right));
  if (BigInt.asIntN(64, out) !== out) throw tooLong();
  return out;
}

export const tooLong = () =>
  new Refused("ValueError", "Overflow when unpacking long long", "No tensor is so long: take a smaller number.");

/**
 * @param {string} sign
 * @param {Tensor | Scalar} left
 * @param {Tensor | Scalar} right
 * @returns {Tensor}
 */
function ofTensors(sign, left, right) {
  let dtype = meeting([left, right]);
  if (sign === "/" && categoryOf(dtype) !== "float") dtype = "float32";
  if (sign === "**" && categoryOf(dtype) === "int" && Number(right) < 0) {
    const words = "Integers to negative integer powers are not allowed.";
    throw new Refused("RuntimeError", words, "The result would not be whole. Convert first: x.float().");
  }
  const { shape, pairs } = paired(left, right, dtype);
  if (categoryOf(dtype) === "float") {
    const round = dtype === "float64" ? (/** @type {number} */ n) => n : Math.fround;
    const data = pairs.map(([a, b]) => cast(round(FLOAT[sign](Number(a), Number(b), round)), dtype));
    return { dtype, shape, data };
  }
  if ((sign === "//" || sign === "%") && pairs.some(([, b]) => !Number(b))) {
    const advice = "Integers have no infinity. Divide floats: x.float(), or avoid the zero.";
    throw new Refused("RuntimeError", "ZeroDivisionError", advice);
  }
  return { dtype, shape, data: pairs.map(([a, b]) => cast(WHOLE[sign](BigInt(a), BigInt(b)), dtype)) };
}

/**
 * @param {string} sign
 * @param {Tensor | Scalar} left
 * @param {Tensor | Scalar} right
 * @returns {Tensor}
 */
function bits(sign, left, right) {
  const dtype = meeting([left, right]);
  const name = { "&": "and", "|": "or", "^": "xor" }[sign];
  const { shape, pairs } = paired(left, right, dtype);
  if (categoryOf(dtype) === "float") {
    const words = `"bitwise_${name}_cpu" not implemented for '${LEGACY[dtype]}'`;
    throw new Refused("NotImplementedError", words, MASKS);
  }
  return { dtype, shape, data: pairs.map(([a, b]) => cast(WHOLE[sign](BigInt(a), BigInt(b)), dtype)) };
}

/**
 * @param {string} sign
 * @param {any} value
 * @returns {Tensor | Scalar}
 */
export function unary(sign, value) {
  requireOperands(sign, [value]);
  if (sign === "not") return !truth(value);
  if (sign === "~") {
    if (!isTensor(value)) throw new Refused("TypeError", "“~” turns a mask round: write it before a tensor.");
    if (categoryOf(value.dtype) === "float") {
      const words = "~ (operator.invert) is only implemented on integer and Boolean-type tensors";
      throw new Refused("TypeError", words, MASKS);
    }
    const mask = value.dtype === "bool";
    return { ...value, data: value.data.map((/** @type {Value} */ one) => (mask ? !one : cast(~BigInt(one), value.dtype))) };
  }
  requireNoMask(sign, [value]);
  if (isScalar(value)) {
    const number = typeof value === "boolean" ? BigInt(value) : value;
    return sign === "-" ? -number : number;
  }
  if (sign === "+") return value;
  return { ...value, data: value.data.map((/** @type {any} */ one) => cast(-one, value.dtype)) };
}

/**
 * @param {string} sign
 * @param {any[]} values
 */
function requireNoMask(sign, values) {
  if (values.some((value) => isTensor(value) && value.dtype === "bool")) {
    throw new Refused("TypeError", `“${sign}” is for numbers, and a mask has none. Join masks with & | ~.`);
  }
}

/**
 * Yes or no, for `and`, `or` and `not`, which want one answer.
 * @param {Tensor | Scalar} value
 */
export function truth(value) {
  if (!isTensor(value)) return Boolean(value);
  if (value.data.length === 1) return Boolean(value.data[0]);
  const many = value.data.length ? "more than one value" : "no values";
  throw new Refused(
    "RuntimeError",
    `Boolean value of Tensor with ${many} is ambiguous`,
    "Combine masks with & | ~, each comparison in brackets: (x > 0) & (x < 2).",
  );
}
