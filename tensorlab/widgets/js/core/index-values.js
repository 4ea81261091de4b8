/**
 * An index expression, worked out.
 *
 * @typedef {import("./index-syntax.js").Node} Node
 * @typedef {import("./index-tensor.js").Tensor} Tensor
 * @typedef {import("./index-picking.js").Part} Part
 *
 * @typedef {object} Step one pair of brackets after the tensor
 * @property {Node} index
 * @property {Tensor} before
 * @property {Tensor} after
 * @property {Part[]} parts
 * @property {number[] | null} paired
 *
 * @typedef {object} Found
 * @property {string} code
 * @property {Tensor} result
 * @property {Step[]} steps
 */

import { getitem, isSequence, tensorOf } from "./index-picking.js";
import { check, plain, read } from "./index-syntax.js";
import { Refused, binary, compare, isScalar, isTensor, isWhole, refuse, requireOperands, truth, unary } from "./index-tensor.js";

/** More cells than these cannot be told apart on a screen. */
const MOST_CELLS = 2048;

/**
 * @param {string} text
 * @param {Tensor} x
 * @param {string} name
 * @returns {Found | { problem: string, at?: import("./index-syntax.js").SyntaxProblem }}
 */
export function find(text, x, name) {
  const wrong = check(text, name);
  if (wrong) return { problem: `SyntaxError: ${wrong.words}`, at: wrong };
  const { tree, code } = read(text, name);
  try {
    const steps = /** @type {Step[]} */ ([]);
    const result = pick(tree, x, steps);
    if (result.data.length > MOST_CELLS) {
      return { problem: `The result has ${result.data.length} numbers, more than can be read. Pick fewer.` };
    }
    return { code, result, steps };
  } catch (error) {
    if (error instanceof Refused) return { problem: error.sentence };
    throw error;
  }
}

/**
 * What Python says of it: a problem of syntax with its place, on lines of their own.
 * @param {string} text
 * @param {Tensor} x
 * @param {string} name
 */
export function problem(text, x, name) {
  const found = find(text, x, name);
  if (!("problem" in found)) return "";
  if (!found.at) return found.problem;
  const { start, end } = found.at;
  return `${found.problem}\n  ${plain(text)}\n  ${" ".repeat(start)}${"^".repeat(Math.max(1, end - start))}`;
}

/**
 * What the tensor and the brackets after it make; each pair of brackets is a step.
 * @param {Node} tree
 * @param {Tensor} x
 * @param {Step[]} steps
 * @returns {Tensor}
 */
function pick(tree, x, steps) {
  if (tree.kind !== "item") return x;
  const [value, index] = /** @type {Node[]} */ (tree.parts);
  const before = pick(value, x, steps);
  const { tensor: after, parts, paired } = item(before, index, x);
  steps.push({ index, before, after, parts, paired });
  return after;
}

/**
 * @param {any} tensor
 * @param {Node} index
 * @param {Tensor} x
 */
function item(tensor, index, x) {
  if (!isTensor(tensor)) refuse("TypeError", "Only a tensor has an index here. Put the brackets after one.");
  const key = valueOf(index, x);
  requireKey(key);
  return getitem(tensor, key);
}

/**
 * The value of a part: a tensor, a bigint, number or boolean, null, or what an index is made of.
 * @param {Node | null} tree
 * @param {Tensor} x
 * @returns {any}
 */
function valueOf(tree, x) {
  if (!tree || tree.kind === "none") return null;
  const { kind, parts = [], signs = [], text = "" } = tree;
  const value = (n = 0) => valueOf(parts[n], x);
  switch (kind) {
    case "ellipsis":
      return { kind };
    case "bool":
      return tree.on;
    case "int":
      return BigInt(text);
    case "float":
      return Number(text);
    case "x":
      return x;
    case "tuple":
    case "list":
      return { kind, items: parts.map((_, n) => value(n)) };
    case "slice":
      return { kind, ends: parts.map((_, n) => bound(value(n))) };
    case "item":
      return item(value(), /** @type {Node} */ (parts[1]), x).tensor;
    case "tensor":
      return tensorFrom(value());
    case "unary":
      return unary(signs[0], value());
    case "binary":
      return binary(signs[0], value(), value(1));
    case "compare":
      return compared(signs, value);
    default:
      return joined(kind, parts.length, value);
  }
}

/**
 * `a < b < c` is `a < b and b < c`, which torch refuses for tensors.
 * @param {string[]} signs
 * @param {(n: number) => any} value
 */
function compared(signs, value) {
  let left = value(0);
  let result;
  for (const [n, sign] of signs.entries()) {
    const right = value(n + 1);
    result = compare(sign, left, right);
    if (n + 1 < signs.length && !truth(result)) break;
    left = right;
  }
  return result;
}

/**
 * @param {string} word and, or
 * @param {number} count
 * @param {(n: number) => any} value
 */
function joined(word, count, value) {
  for (let n = 0; ; n++) {
    const one = value(n);
    requireOperands(word, [one]);
    if (n + 1 === count || truth(one) !== (word === "and")) return one;
  }
}

/** @param {any} data */
function tensorFrom(data) {
  requireNumbers(data, "torch.tensor");
  return tensorOf(data);
}

/** One of a slice's three numbers. @param {any} value */
function bound(value) {
  const advice = "Write whole numbers around the colons.";
  if (isTensor(value)) {
    if (value.data.length !== 1 || !isWhole(value.dtype)) {
      refuse("TypeError", "only integer tensors of a single element can be converted to an index", advice);
    }
    return BigInt(value.data[0]);
  }
  if (value === null || typeof value === "bigint" || typeof value === "boolean") return value;
  refuse("TypeError", "slice indices must be integers or None or have an __index__ method", advice);
}

/** @param {any} key */
function requireKey(key) {
  const parts = key?.kind === "tuple" ? key.items : [key];
  if (parts.filter((/** @type {any} */ part) => part?.kind === "ellipsis").length > 1) {
    refuse("IndexError", "“...” stands for all the colons that are needed: once is enough.");
  }
  for (const part of parts.filter(isSequence)) {
    requireNumbers(part, "A list in an index");
    if (part.items.some((/** @type {any} */ row) => isSequence(row) && hasBool(row))) {
      const words = "A list in an index holds True and False in one row.";
      refuse("TypeError", words, "For a mask of more dimensions, write torch.tensor([[True, False]]).");
    }
  }
}

/** @param {any} value @returns {boolean} */
const hasBool = (value) => (isSequence(value) ? value.items.some(hasBool) : typeof value === "boolean");

/**
 * @param {any} value
 * @param {string} where
 */
function requireNumbers(value, where) {
  if (isSequence(value)) {
    for (const one of value.items) requireNumbers(one, where);
  } else if (!isScalar(value) || (typeof value === "number" && !Number.isFinite(value))) {
    refuse("TypeError", `${where} holds whole numbers, or True and False, and nothing else.`);
  }
}
