/**
 * What makes two tensors fit: one step each, as code and in words, tried before it is offered.
 *
 * @typedef {import("./dtypes.js").Typed} Typed
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {{ code: string, words: string, op: string, x: Typed, y: Typed }} Repair
 */

import { lay } from "./broadcast.js";
import { DTYPES, promote, retyped } from "./dtypes.js";
import { failure, resultDtype } from "./operate.js";
import { flat, indices, numel, tuple } from "./shapes.js";

const MOST = 4;

/**
 * The repairs of what does not fit, as `BroadcastLens.repairs` has them.
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 * @returns {Repair[]}
 */
export function repairs(op, x, y) {
  if (!failure(op, x, y)) return [];
  const misfit = !lay(op, x.shape, y.shape).fits;
  const found = misfit
    ? steps(op, x, y).filter((one) => lay(one.op, one.x.shape, one.y.shape).fits)
    : casts(op, x, y).filter((one) => !failure(one.op, one.x, one.y));
  const codes = found.map((one) => one.code);
  return found.filter((one, i) => codes.indexOf(one.code) === i).slice(0, MOST);
}

/** @typedef {{ code: string, words: string, tensor: Typed }} Step of one tensor */

/**
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 * @returns {(left: Step | null, right: Step | null, sign?: string, words?: string) => Repair}
 */
function both(op, x, y) {
  return (left, right, sign = op, words = "") => ({
    code: `${left?.code ?? "x"} ${sign} ${right?.code ?? "y"}`,
    words: words || [left?.words, right?.words].filter(Boolean).join(", "),
    op: sign,
    x: left?.tensor ?? x,
    y: right?.tensor ?? y,
  });
}

/**
 * Another shape for one of the two, or another operator.
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 * @returns {Repair[]}
 */
function steps(op, x, y) {
  const make = both(op, x, y);
  /** @param {(name: string, tensor: Typed, other: Typed) => Step | null} step */
  const each = (step) => {
    const [right, left] = [step("y", y, x), step("x", x, y)];
    return [...(right ? [make(null, right)] : []), ...(left ? [make(left, null)] : [])];
  };
  const product = op === "@";
  const axes = (/** @type {Typed} */ tensor) => tensor.shape.length;
  return [
    ...(product ? [] : each((name, one) => (axes(one) === 1 ? spaced(name, one, 1) : null))),
    ...each((name, one) => (axes(one) > 1 ? turned(name, one) : null)),
    ...(op === "*" ? [make(null, null, "@", "sums the products of rows and columns")] : []),
    ...(product ? [make(null, null, "*", "multiplies place by place, and sums nothing")] : []),
    ...(product ? [] : each(relaid)),
    ...each((name, one) => (axes(one) > (product ? 2 : 1) ? spaced(name, one, 1) : null)),
    ...(product ? [] : each((name, one) => (axes(one) > 1 ? spaced(name, one, axes(one)) : null))),
    ...each((name, one, other) => cut(op, name, one, other)),
    ...(product && axes(x) === 1 && axes(y) === 1
      ? [make(spaced("x", x, 1), spaced("y", y, 0), "@", "makes x a column and y a row: every product, none summed")]
      : []),
  ];
}

/**
 * Another dtype, for one of the two or for both.
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 * @returns {Repair[]}
 */
function casts(op, x, y) {
  const make = both(op, x, y);
  const to = (/** @type {string} */ name, /** @type {Typed} */ one, /** @type {string} */ dtype) =>
    one.dtype === dtype ? null : converted(name, one, dtype);
  const met = promote(x.dtype, y.dtype);
  const wide = met === "bool" ? "int64" : met;
  const found = [make(to("x", x, wide), to("y", y, wide))];
  if (op === "//") found.push(make(null, null, "/", "divides without rounding, in float32: by 0, that is inf or nan"));
  if (op === "//" || op === "%") found.push(make(to("x", x, "float32"), null));
  return found;
}

/**
 * @param {Typed} tensor
 * @param {Shape} shape
 * @param {(index: number[]) => number[]} from the index in the old shape
 * @returns {Typed}
 */
function picked(tensor, shape, from) {
  return { ...tensor, shape, numbers: indices(shape).map((index) => tensor.numbers[flat(tensor.shape, from(index))]) };
}

/**
 * An axis of size 1 more.
 * @param {string} name
 * @param {Typed} tensor
 * @param {number} axis before which it comes
 * @returns {Step}
 */
function spaced(name, tensor, axis) {
  const shape = [...tensor.shape.slice(0, axis), 1, ...tensor.shape.slice(axis)];
  const inside = axis === 0 ? "None" : axis === 1 ? ":, None" : "..., None";
  return { code: `${name}[${inside}]`, words: `gives ${name} an axis of size 1: ${tuple(shape)}`, tensor: { ...tensor, shape } };
}

/**
 * Its last two axes the other way round.
 * @param {string} name
 * @param {Typed} tensor
 * @returns {Step}
 */
function turned(name, tensor) {
  const swap = (/** @type {number[]} */ list) => [...list.slice(0, -2), list[list.length - 1], list[list.length - 2]];
  const shape = swap(tensor.shape);
  const code = tensor.shape.length === 2 ? `${name}.t()` : `${name}.transpose(-2, -1)`;
  return { code, words: `turns the rows of ${name} into columns: ${tuple(shape)}`, tensor: picked(tensor, shape, swap) };
}

/**
 * Its numbers in the same order, in the other's shape.
 * @param {string} name
 * @param {Typed} tensor
 * @param {Typed} other
 * @returns {Step | null}
 */
function relaid(name, tensor, { shape }) {
  if (numel(tensor.shape) !== numel(shape) || !shape.length) return null;
  const code = `${name}.reshape(${shape.join(", ")})`;
  return { code, words: `lays the numbers of ${name} out anew, in the same order`, tensor: { ...tensor, shape } };
}

/**
 * Fewer of its numbers, as many as the other has.
 * @param {string} op
 * @param {string} name
 * @param {Typed} tensor
 * @param {Typed} other
 * @returns {Step | null}
 */
function cut(op, name, tensor, other) {
  if (!tensor.shape.length || !other.shape.length) return null;
  const rows = op === "@" && name === "y" && tensor.shape.length > 1;
  if (rows && tensor.shape.length > 2) return null;
  const theirs = op === "@" && name === "x" && other.shape.length > 1 ? other.shape.length - 2 : other.shape.length - 1;
  const axis = rows ? 0 : tensor.shape.length - 1;
  const size = other.shape[theirs];
  if (tensor.shape[axis] <= size || size === 1) return null;
  const shape = tensor.shape.map((own, i) => (i === axis ? size : own));
  const code = `${name}[${["", ":, ", "..., "][Math.min(axis, 2)]}:${size}]`;
  const words = `keeps the first ${size} of ${tensor.shape[axis]} ${rows ? "rows" : tensor.shape.length > 1 ? "columns" : "numbers"} of ${name}: ${tuple(shape)}`;
  return { code, words, tensor: picked(tensor, shape, (index) => index) };
}

/**
 * @param {string} name
 * @param {Typed} tensor
 * @param {string} dtype
 * @returns {Step | null}
 */
function converted(name, tensor, dtype) {
  const made = retyped(tensor, dtype);
  if ("problem" in made) return null;
  return { code: `${name}.${DTYPES[dtype].legacy.toLowerCase()}()`, words: `makes the numbers of ${name} ${dtype}`, tensor: made.value };
}

/**
 * What a repair does and leads to, in words.
 * @param {Repair} repair
 */
export function inWords({ words, op, x, y }) {
  const { shape } = lay(op, x.shape, y.shape);
  if (!failure(op, x, y)) return `${words}; the result is ${tuple(shape)}, ${resultDtype(op, x, y)}`;
  return `${words}; the shapes fit then, and their numbers are next`;
}
