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
import { Refused, binary, categoryOf, compare, grouped, isScalar, isTensor, requireOperands, truth, unary } from "./index-tensor.js";

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
    const result = new Values(x).pick(tree, steps);
    if (result.data.length > MOST_CELLS) {
      return { problem: `The result has ${grouped(result.data.length)} numbers, more than can be read. Pick fewer.` };
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

class Values {
  /** @param {Tensor} x */
  constructor(x) {
    this.x = x;
  }

  /**
   * What the tensor and the brackets after it make; each pair of brackets is a step.
   * @param {Node} tree
   * @param {Step[]} steps
   * @returns {Tensor}
   */
  pick(tree, steps) {
    if (tree.kind !== "item") return this.x;
    const [value, index] = /** @type {Node[]} */ (tree.parts);
    const before = this.pick(value, steps);
    const { tensor: after, parts, paired } = this.#item(before, index);
    steps.push({ index, before, after, parts, paired });
    return after;
  }

  /**
   * @param {any} tensor
   * @param {Node} index
   */
  #item(tensor, index) {
    if (!isTensor(tensor)) {
      throw new Refused("TypeError", "Only a tensor has an index here. Put the brackets after one.");
    }
    const key = this.#of(index);
    requireKey(key);
    return getitem(tensor, key);
  }

  /**
   * The value of a part: a tensor, a bigint, number or boolean, null, or what an index is made of.
   * @param {Node | null} tree
   * @returns {any}
   */
  #of(tree) {
    if (!tree || tree.kind === "none") return null;
    const parts = tree.parts ?? [];
    const [sign = ""] = tree.signs ?? [];
    switch (tree.kind) {
      case "ellipsis":
        return { kind: "ellipsis" };
      case "bool":
        return tree.on;
      case "int":
        return BigInt(tree.text ?? "");
      case "float":
        return Number(tree.text);
      case "x":
        return this.x;
      case "tuple":
      case "list":
        return { kind: tree.kind, items: parts.map((part) => this.#of(part)) };
      case "slice":
        return { kind: "slice", ends: parts.map((part) => bound(this.#of(part))) };
      case "item":
        return this.#item(this.#of(parts[0]), /** @type {Node} */ (parts[1])).tensor;
      case "tensor":
        return tensorFrom(this.#of(parts[0]));
      case "unary":
        return unary(sign, this.#of(parts[0]));
      case "binary":
        return binary(sign, this.#of(parts[0]), this.#of(parts[1]));
      case "compare":
        return this.#compared(tree);
      default:
        return this.#joined(tree);
    }
  }

  /** `a < b < c` is `a < b and b < c`, which torch refuses for tensors. @param {Node} tree */
  #compared({ parts = [], signs = [] }) {
    let value = this.#of(parts[0]);
    let result;
    for (const [n, sign] of signs.entries()) {
      const right = this.#of(parts[n + 1]);
      result = compare(sign, value, right);
      if (n + 1 < signs.length && !truth(result)) return result;
      value = right;
    }
    return result;
  }

  /** @param {Node} tree */
  #joined({ kind, parts = [] }) {
    let value;
    for (const [n, part] of parts.entries()) {
      value = this.#of(part);
      requireOperands(kind, [value]);
      if (n + 1 < parts.length && truth(value) !== (kind === "and")) break;
    }
    return value;
  }
}

/** @param {any} data */
function tensorFrom(data) {
  if (isTensor(data)) throw notNumbers("torch.tensor");
  requireNumbers(data, "torch.tensor");
  return tensorOf(data);
}

/** One of a slice's three numbers. @param {any} value */
function bound(value) {
  const advice = "Write whole numbers around the colons.";
  if (isTensor(value)) {
    if (value.data.length !== 1 || categoryOf(value.dtype) !== "int") {
      throw new Refused("TypeError", "only integer tensors of a single element can be converted to an index", advice);
    }
    return BigInt(value.data[0]);
  }
  if (value === null || typeof value === "bigint" || typeof value === "boolean") return value;
  throw new Refused("TypeError", "slice indices must be integers or None or have an __index__ method", advice);
}

/** @param {any} key */
function requireKey(key) {
  const parts = key?.kind === "tuple" ? key.items : [key];
  if (parts.filter((/** @type {any} */ part) => part?.kind === "ellipsis").length > 1) {
    throw new Refused("IndexError", "“...” stands for all the colons that are needed: once is enough.");
  }
  for (const part of parts) if (isSequence(part)) requireNumbers(part, "A list in an index");
}

/**
 * @param {any} value
 * @param {string} where
 */
function requireNumbers(value, where) {
  if (isSequence(value)) {
    for (const one of value.items) requireNumbers(one, where);
  } else if (!isScalar(value) || (typeof value === "number" && !Number.isFinite(value))) {
    throw notNumbers(where);
  }
}

/** @param {string} where */
function notNumbers(where) {
  return new Refused("TypeError", `${where} holds whole numbers, or True and False, and nothing else.`);
}
