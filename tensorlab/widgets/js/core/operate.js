/**
 * `x + y`, `x @ y` and their kin on tensors with dtypes: the result, or torch's words why there is none.
 *
 * @typedef {import("./dtypes.js").Typed} Typed
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {{ type: string, words: string }} Failure
 */

import { lay, places } from "./broadcast.js";
import { DTYPES, cast, common } from "./dtypes.js";
import { MOST_CELLS, numel, strides } from "./shapes.js";

export const OPS = ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "@"];

/** @param {string} op */
export function compares(op) {
  return /^([=!<>]=|[<>])$/.test(op);
}

/**
 * The dtype of the result.
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 */
export function resultDtype(op, x, y) {
  const met = common(x, y);
  if (compares(op)) return "bool";
  return op === "/" && DTYPES[met].category < 2 ? "float32" : met;
}

/**
 * The result; what `failure` names must have been ruled out.
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 * @returns {Typed}
 */
export function operate(op, x, y) {
  const layout = lay(op, x.shape, y.shape);
  const dtype = resultDtype(op, x, y);
  const met = op === "/" ? dtype : common(x, y);
  const [a, b] = [x, y].map((one) => one.numbers.map((value) => cast(value, met)));
  const left = places(layout.x).map((place) => a[place]);
  const right = places(layout.y).map((place) => b[place]);
  const numbers = op === "@" ? product(met, layout, left, right) : left.map((value, i) => one(op, met, value, right[i]));
  return { dtype, shape: layout.shape, numbers };
}

/**
 * Rows times columns.
 * @param {string} dtype
 * @param {import("./broadcast.js").Layout} layout
 * @param {number[]} left as they are drawn
 * @param {number[]} right
 */
function product(dtype, { x, out }, left, right) {
  const inner = x.full[x.full.length - 1];
  const [rows, columns] = out.full.slice(-2);
  return Array.from({ length: numel(out.full) }, (_, place) => {
    const row = Math.floor(place / columns);
    const above = Math.floor(row / rows) * inner;
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum = one("+", dtype, sum, one("*", dtype, left[row * inner + k], right[(above + k) * columns + (place % columns)]));
    }
    return sum;
  });
}

/**
 * One number and another, both of the dtype in which they meet.
 * @param {string} op
 * @param {string} dtype
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
export function one(op, dtype, a, b) {
  switch (op) {
    case "==": return Number(a === b);
    case "!=": return Number(a !== b);
    case "<": return Number(a < b);
    case "<=": return Number(a <= b);
    case ">": return Number(a > b);
    case ">=": return Number(a >= b);
  }
  return DTYPES[dtype].category === 2 ? decimal(op, dtype, a, b) : whole(op, dtype, a, b);
}

/** @type {typeof one} */
function whole(op, dtype, a, b) {
  const plain = op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : NaN;
  if (Number.isSafeInteger(plain)) return cast(plain, dtype);
  const [left, right] = [BigInt(a), BigInt(b)];
  if (op === "**") return power(dtype, left, right);
  if (op === "+") return cast(left + right, dtype);
  if (op === "-") return cast(left - right, dtype);
  if (op === "*") return cast(left * right, dtype);
  const rest = ((left % right) + right) % right; // of the sign of the divisor, as in Python
  return cast(op === "%" ? rest : (left - rest) / right, dtype);
}

/**
 * A power that wraps around; a negative exponent leaves 1 and −1 alone, all else is 0.
 * @param {string} dtype
 * @param {bigint} base
 * @param {bigint} exponent
 */
function power(dtype, base, exponent) {
  if (exponent < 0n) return base === 1n ? 1 : base === -1n ? (exponent % 2n ? -1 : 1) : 0;
  let [result, factor, left] = [1n, base, exponent];
  for (; left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asIntN(64, result * factor);
    factor = BigInt.asIntN(64, factor * factor);
  }
  return cast(result, dtype);
}

/** @type {typeof one} */
function decimal(op, dtype, a, b) {
  const round = (/** @type {number} */ value) => cast(value, dtype);
  if (op === "+") return round(a + b);
  if (op === "-") return round(a - b);
  if (op === "*") return round(a * b);
  if (op === "**") return round(a ** b);
  if (op === "/" || !b) return round(op === "%" ? NaN : a / b);
  const left = a % b;
  const turned = left !== 0 && b < 0 !== left < 0;
  if (op === "%") return turned ? round(left + b) : left;
  let quotient = round(round(a - left) / b);
  if (turned) quotient = round(quotient - 1);
  if (!quotient) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/**
 * Why there is no result, in torch's words; null where there is one.
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 * @returns {Failure | null}
 */
export function failure(op, x, y) {
  const words = op === "@" ? productWords(x, y) : placesWords(op, x, y);
  return words ? { type: words.includes("not implemented") ? "NotImplementedError" : "RuntimeError", words } : null;
}

/**
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 */
function placesWords(op, x, y) {
  const [left, right] = [x.dtype === "bool", y.dtype === "bool"];
  if (op === "-" && left && right) {
    return "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` " +
      "operator instead.";
  }
  if (op === "-" && (left || right)) {
    return "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, " +
      "use the `~` or `logical_not()` operator instead.";
  }
  const shapes = shapeWords(x.shape, y.shape);
  if (shapes) return shapes;
  const { category } = DTYPES[common(x, y)];
  const kernel = { "//": "div_floor_cpu", "%": "remainder_cpu", "**": "pow" }[op];
  if (category === 0 && kernel) return `"${kernel}" not implemented for 'Bool'`;
  if (category === 1 && (op === "//" || op === "%") && zeros(x, y).length) return "ZeroDivisionError";
  return "";
}

/**
 * The places of y where it holds a 0, as the dtype in which it meets x holds it.
 * @param {Typed} x
 * @param {Typed} y
 */
export function zeros(x, y) {
  const met = common(x, y);
  return y.numbers.flatMap((value, place) => (cast(value, met) === 0 ? [place] : []));
}

/**
 * @param {Shape} a
 * @param {Shape} b
 */
function shapeWords(a, b) {
  const { axes } = lay("+", a, b);
  const axis = axes.map((one) => one.out).lastIndexOf(null);
  if (axis < 0) return "";
  return `The size of tensor a (${axes[axis].x}) must match the size of tensor b (${axes[axis].y}) ` +
    `at non-singleton dimension ${axis}`;
}

/**
 * As the engine's matmul: torch takes another function for every pair of shapes, each with words of its own.
 * @param {Typed} x
 * @param {Typed} y
 * @returns {string}
 */
function productWords(x, y) {
  const [a, b] = [x.shape, y.shape];
  const [one, other] = [DTYPES[x.dtype], DTYPES[y.dtype]];
  const same = x.dtype === y.dtype;
  const bool = one.category === 0;
  if (!a.length || !b.length) {
    return `both arguments to matmul need to be at least 1D, but they are ${a.length}D and ${b.length}D`;
  }
  if (a.length === 1 && b.length === 1) {
    if (a[0] !== b[0]) {
      return `inconsistent tensor size, expected tensor [${a[0]}] and src [${b[0]}] to have the same number of ` +
        `elements, but got ${a[0]} and ${b[0]} elements respectively`;
    }
    if (!same) return `dot : expected both vectors to have same dtype, but found ${one.legacy} and ${other.legacy}`;
    return bool ? "\"dot\" not implemented for 'Bool'" : "";
  }
  const unequal = vectorWords(a, b) ?? (a.length + b.length > 3 && Math.max(a.length, b.length) > 2 ? batchWords(a, b) : matrixWords(a.length === 1 ? [1, a[0]] : a, b));
  if (unequal) return unequal;
  if (!same) {
    const vector = b.length === 1 ? [other, one] : [one, other];
    if (vectorWords(a, b) !== null) {
      return `addmv input tensors must have the same dtype, but got ${vector[0].legacy}, ${vector[1].legacy}, and ` +
        vector[0].legacy;
    }
    const matrices = [a.length === 1 ? 2 : a.length, b.length === 1 ? 2 : b.length];
    if (Math.min(...matrices) > 2) return `expected scalar type ${one.legacy} but found ${other.legacy}`;
    return `expected m1 and m2 to have the same dtype, but got: ${one.spoken} != ${other.spoken}`;
  }
  return bool ? "\"addmm_impl_cpu_\" not implemented for 'Bool'" : "";
}

/**
 * Where a vector meets matrices whose rows lie in memory as those of one: empty where they fit, null elsewhere.
 * @param {Shape} a
 * @param {Shape} b
 */
function vectorWords(a, b) {
  if (a.length === 1 && b.length === 2) return null;
  if (a.length > 1 && b.length > 1) return null;
  const many = a.length === 1 ? swapped(b) : a;
  const steps = a.length === 1 ? swapped(strides(b)) : strides(a);
  const folds = many.slice(0, -2).every((_, i) => steps[i] === steps[i + 1] * many[i + 1]);
  if (!folds) return null;
  const [count, width] = [numel(many.slice(0, -1)), many[many.length - 1]];
  const [size] = a.length === 1 ? a : b;
  return width === size ? "" : `size mismatch, got input (${count}), mat (${count}x${width}), vec (${size})`;
}

/** @param {number[]} list with its last two changed over */
function swapped(list) {
  return [...list.slice(0, -2), list[list.length - 1], list[list.length - 2]];
}

/**
 * @param {Shape} a
 * @param {Shape} b
 */
function matrixWords(a, b) {
  return a[1] === b[0] ? "" : `mat1 and mat2 shapes cannot be multiplied (${a.join("x")} and ${b.join("x")})`;
}

/**
 * @param {Shape} a
 * @param {Shape} b
 */
function batchWords(a, b) {
  const [left, right] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b];
  const words = shapeWords(left.slice(0, -2), right.slice(0, -2));
  const [width, height] = [left[left.length - 1], right[right.length - 2]];
  if (words || width === height) return words;
  if (right.length === 2) return matrixWords([numel(left.slice(0, -1)), width], right);
  const size = numel(lay("+", left.slice(0, -2), right.slice(0, -2)).shape);
  return `Expected size for first two dimensions of batch2 tensor to be: [${size}, ${width}] but got: ` +
    `[${size}, ${height}].`;
}

/**
 * What cannot be shown, and what to do about it; empty where all can be.
 * @param {{ op: string, x: Typed, y: Typed }} now
 */
export function problem({ op, x, y }) {
  const layout = lay(op, x.shape, y.shape);
  for (const [name, view] of /** @type {[string, { full: Shape }][]} */ ([["x", layout.x], ["y", layout.y], [`x ${op} y`, layout.out]])) {
    const cells = numel(view.full);
    if (cells > MOST_CELLS) {
      return `${name} would be drawn with ${cells} cells, more than the ${MOST_CELLS} that can be read. ` +
        "Make a shape smaller.";
    }
  }
  return "";
}
