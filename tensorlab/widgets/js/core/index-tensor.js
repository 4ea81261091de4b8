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
export const MOST_NUMBERS = 16384;

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

/**
 * @param {string} type
 * @param {string} words
 * @param {string} [advice]
 * @returns {never}
 */
export function refuse(type, words, advice) {
  throw new Refused(type, words, advice);
}

/** @type {Record<string, string>} */
const LEGACY = { float16: "Half", float32: "Float", float64: "Double" };
const MASKS = "& | ^ ~ combine masks and whole numbers. Compare first, in parentheses: (x > 0) & (x < 2).";

/** 0 for True and False, 1 for whole numbers, 2 for floats. @param {string} dtype */
const rankOf = (dtype) => (dtype === "bool" ? 0 : isFloat(dtype) ? 2 : 1);

/** @param {string} dtype */
const isFloat = (dtype) => dtype.startsWith("float");

/** @param {string} dtype */
export const isWhole = (dtype) => rankOf(dtype) === 1;

/** @type {Record<string, string>} */
const BITS = { "&": "and", "|": "or", "^": "xor" };

/** @param {string} dtype */
const bitsOf = (dtype) => Number(dtype.replace(/\D+/, ""));

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
  const parse = isWhole(dtype) ? BigInt : Number;
  const read = (/** @type {number | boolean | string} */ one) => (typeof one === "string" ? parse(one) : one);
  return { dtype, shape, data: values.map(read), source: values.map((_, i) => i), copied: false };
}

/**
 * The number as its type holds it.
 * @param {string} dtype
 * @returns {(value: Value) => Value}
 */
export function caster(dtype) {
  const bits = bitsOf(dtype);
  if (dtype === "bool") return Boolean;
  if (isFloat(dtype)) {
    const round = bits === 64 ? Number : bits === 32 ? Math.fround : half;
    return (value) => round(Number(value));
  }
  return (value) => {
    const big = typeof value === "bigint" ? value : BigInt(Number(value));
    const whole = dtype === "uint8" ? BigInt.asUintN(8, big) : BigInt.asIntN(bits, big);
    return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
  };
}

/** The nearest number of float16; of two, the even one. @param {number} value */
function half(value) {
  if (!value || !Number.isFinite(value)) return value;
  const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  const low = Math.floor(value / unit);
  const rest = value / unit - low;
  const near = (rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low) * unit;
  return Math.abs(near) > 65504 ? value * Infinity : near;
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
  return groups.reduce((found, other) => (rankOf(other) > rankOf(found) ? other : found));
}

/**
 * @param {string} a
 * @param {string} b
 */
export function promoted(a, b) {
  const [one, other] = [a, b].map((dtype) => rankOf(dtype) * 100 + bitsOf(dtype));
  return one > other ? a : b;
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
    refuse("ValueError", `This makes ${numbers} numbers, too many to work with here. Pick fewer.`);
  }
}

/**
 * Tensors and numbers, and not too many numbers of them together.
 * @param {string} sign
 * @param {any[]} values
 */
export function requireOperands(sign, values) {
  if (!values.every((value) => isScalar(value) || isTensor(value))) {
    refuse("TypeError", `“${sign}” is for tensors and numbers only. Take lists and None out.`);
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
  if (!shape) return doNotFit(shapes[0], shapes[1]);
  const [a, b] = [left, right].map((one, n) => {
    const data = (isScalar(one) ? [one] : one.data).map(caster(dtype));
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
  return refuse(
    "RuntimeError",
    `The size of tensor a (${size(a)}) must match the size of tensor b (${size(b)}) at non-singleton dimension ${d}`,
    "Sizes are lined up from the right: two are equal, or one is 1.",
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

/** For whole numbers and for floats alike. @type {Record<string, (a: any, b: any) => any>} */
const BOTH = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  // What is left over, with the sign of b.
  "%": (a, b) => {
    const left = a % b;
    return left && left < 0 !== b < 0 ? left + b : left;
  },
};

/** @type {Record<string, (a: bigint, b: bigint) => bigint>} */
const WHOLE = {
  ...BOTH,
  "//": (a, b) => (a - BOTH["%"](a, b)) / b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
};

/** @type {Record<string, (a: number, b: number, round: (n: number) => number) => number>} */
const FLOAT = {
  ...BOTH,
  "/": (a, b) => a / b,
  "//": (a, b, round) => {
    if (b === 0) return a / b;
    const left = a % b;
    let quotient = round(round(a - left) / b);
    if (left !== 0 && left < 0 !== b < 0) quotient -= 1;
    return quotient - Math.floor(quotient) > 0.5 ? Math.floor(quotient) + 1 : Math.floor(quotient);
  },
};

/**
 * @param {string} sign
 * @param {Tensor | Scalar} left
 * @param {Tensor | Scalar} right
 * @returns {Tensor}
 */
export function binary(sign, left, right) {
  requireOperands(sign, [left, right]);
  if (isScalar(left) && isScalar(right)) refuse("TypeError", `“${sign}” needs a tensor beside it. Write the number itself.`);
  if (!BITS[sign]) requireNoMask(sign, [left, right]);
  let dtype = meeting([left, right]);
  if (sign === "/" && !isFloat(dtype)) dtype = "float32";
  const { shape, pairs } = paired(left, right, dtype);
  const cast = caster(dtype);
  if (!isFloat(dtype)) {
    if ("//%".includes(sign) && pairs.some(([, b]) => !b)) {
      refuse("RuntimeError", "ZeroDivisionError", "Integers have no infinity. Divide floats: x.float(), or avoid the zero.");
    }
    return { dtype, shape, data: pairs.map(([a, b]) => cast(WHOLE[sign](BigInt(a), BigInt(b)))) };
  }
  const name = BITS[sign];
  if (name) refuse("NotImplementedError", `"bitwise_${name}_cpu" not implemented for '${LEGACY[dtype]}'`, MASKS);
  const round = dtype === "float64" ? Number : Math.fround;
  return { dtype, shape, data: pairs.map(([a, b]) => cast(round(FLOAT[sign](Number(a), Number(b), round)))) };
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
    if (!isTensor(value)) refuse("TypeError", "“~” turns a mask round: write it before a tensor.");
    if (isFloat(value.dtype)) {
      const words = "~ (operator.invert) is only implemented on integer and Boolean-type tensors";
      refuse("TypeError", words, MASKS);
    }
    const cast = caster(value.dtype);
    const turned = (/** @type {Value} */ one) => (value.dtype === "bool" ? !one : cast(~BigInt(one)));
    return { ...value, data: value.data.map(turned) };
  }
  requireNoMask(sign, [value]);
  if (isScalar(value)) {
    const number = typeof value === "boolean" ? BigInt(value) : value;
    return sign === "-" ? -number : number;
  }
  if (sign === "+") return value;
  return { ...value, data: value.data.map((/** @type {any} */ one) => -one).map(caster(value.dtype)) };
}

/**
 * @param {string} sign
 * @param {any[]} values
 */
function requireNoMask(sign, values) {
  if (values.some((value) => isTensor(value) && value.dtype === "bool")) {
    refuse("TypeError", `“${sign}” is for numbers, and a mask has none. Join masks with & | ~.`);
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
  refuse(
    "RuntimeError",
    `Boolean value of Tensor with ${many} is ambiguous`,
    MASKS,
  );
}
