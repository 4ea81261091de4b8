/**
 * x and its views, as memory and layouts: what MemoryStrip shows. The first layout is that of x.
 *
 * @typedef {import("./dtypes.js").Dtype} Dtype
 * @typedef {import("./strides.js").Tensor} Tensor
 * @typedef {import("./strides.js").Memory} Memory
 * @typedef {object} Layout how a tensor lies in a memory
 * @property {string} name
 * @property {string} code the expression that gives it; empty where it was given as a tensor
 * @property {number} memory
 * @property {number[]} size
 * @property {number[]} stride
 * @property {number} offset
 *
 * @typedef {{ memory: Memory[], layouts: Layout[], cell: number[] }} Now
 */

import { bytes as bytesOf, cast, spell } from "./dtypes.js";
import { evaluate } from "./evaluate.js";
import { Refusal, named } from "./expression.js";
import { offsets, tuple } from "./strides.js";

export const MOST_VIEWS = 8;

/**
 * The tensors by name; those of one memory share it.
 * @param {Now} now
 * @returns {Map<string, Tensor>}
 */
export function tensors({ memory, layouts }) {
  return new Map(layouts.map((layout) => [layout.name, { ...layout, memory: memory[layout.memory] }]));
}

/**
 * The state that shows these tensors; a memory that none of them lies in is gone.
 * @param {Map<string, Tensor>} shown
 * @param {Map<string, string>} codes
 */
function stateOf(shown, codes) {
  const memory = [...new Set([...shown.values()].map((one) => one.memory))];
  const layouts = [...shown].map(([name, { memory: own, size, stride, offset }]) => {
    return { name, code: codes.get(name) ?? "", memory: memory.indexOf(own), size, stride, offset };
  });
  return { memory, layouts };
}

/** @param {Now} now */
const codesOf = (now) => new Map(now.layouts.map(({ name, code }) => [name, code]));

/**
 * With one more view, by an expression such as `x.t()` or `y = x.t()`. Throws a Refusal.
 * @param {Now} now
 * @param {string} text
 */
export function withView(now, text) {
  const { name, code } = named(text);
  const shown = tensors(now);
  const tensor = evaluate(code, shown);
  if (shown.has(name)) throw new Refusal(`${name} is shown already: give another one, or another name.`);
  if (name === "torch") throw new Refusal("torch is the name of the library: give the view another one.");
  if (shown.size > MOST_VIEWS) {
    throw new Refusal(`${name} would be view ${shown.size}, and ${MOST_VIEWS} can be shown at most: remove one first.`);
  }
  return stateOf(new Map(shown).set(name, tensor), codesOf(now).set(name, code));
}

/**
 * @param {Now} now
 * @param {string} name
 */
export function withoutView(now, name) {
  const shown = tensors(now);
  shown.delete(name);
  return stateOf(shown, codesOf(now));
}

/**
 * With x in another type, `x = x.to(dtype)`, and its views made of that. Throws a Refusal.
 * @param {Now} now
 * @param {Dtype} dtype
 * @param {Memory} source what x is made of
 */
export function recast(now, dtype, source) {
  const [[, x], ...others] = tensors(now);
  // All of the memory, so that x stays where it is in it.
  const memory = { dtype, values: source.values.map((value) => cast(value, dtype, source.dtype)) };
  const shown = new Map([["x", { ...x, memory }]]);
  const codes = codesOf(now);
  for (const [name, tensor] of others) {
    const code = codes.get(name);
    shown.set(name, code ? evaluate(code, shown) : tensor);
  }
  return stateOf(shown, codes);
}

/**
 * With another number in a memory, for all that share it.
 * @param {Now} now
 * @param {number} place which memory
 * @param {number} offset
 * @param {number} value
 */
export function withNumber({ memory }, place, offset, value) {
  const { dtype, values } = memory[place];
  const changed = { dtype, values: values.map((old, i) => (i === offset ? value : old)) };
  return { memory: memory.map((one, i) => (i === place ? changed : one)) };
}

/**
 * What is wrong with a state, and what to do; empty where nothing is.
 * @param {Now} now
 */
export function problem({ memory }) {
  const finite = memory.every(({ values }) => values.every(Number.isFinite));
  return finite ? "" : "A number that is not finite cannot be shown: change it.";
}

/**
 * Whether it shares memory: "view" of x, "copy", or "view of y", where y is a copy.
 * @param {Layout[]} layouts
 * @param {Layout} layout
 */
export function kind(layouts, layout) {
  if (layout.memory === layouts[0].memory) return "view";
  const first = /** @type {Layout} */ (layouts.find(({ memory }) => memory === layout.memory));
  return first.name === layout.name ? "copy" : `view of ${first.name}`;
}

/**
 * Why a copy is one.
 * @param {Now} now
 * @param {Layout} layout
 */
export function whyCopy(now, layout) {
  if (kind(now.layouts, layout) !== "copy") return "";
  try {
    return evaluate(layout.code, tensors(now)).why ?? "";
  } catch {
    return "";
  }
}

/**
 * The index of an element.
 * @param {number[]} size
 * @param {number} element
 */
export function indexOf(size, element) {
  /** @type {number[]} */
  const index = [];
  let rest = element;
  for (let dim = size.length - 1; dim >= 0; dim--) {
    index[dim] = rest % size[dim];
    rest = Math.floor(rest / size[dim]);
  }
  return index;
}

/**
 * An element as code; of a tensor without dimensions it is the tensor.
 * @param {Layout} layout
 * @param {number} element
 */
export function elementName({ name, size }, element) {
  return size.length ? `${name}[${indexOf(size, element).join(", ")}]` : name;
}

/**
 * Where an element lies, as it is asked in PyTorch.
 * @param {Now} now
 * @param {Layout} [layout] the one that has it, if any
 * @param {number} [element]
 */
export function code(now, layout, element = 0) {
  const [x] = now.layouts;
  if (!layout) return `x.storage_offset() == ${x.offset}`;
  return `${elementName(layout, element)}.storage_offset() == ${offsets(layout)[element]}`;
}

/** @typedef {import("../ui/sums.js").Piece} Piece */

/**
 * The offset of an element with its numbers: `1·3 + 2·1 + 0 = 5`.
 * @param {Layout} layout
 * @param {number} element
 * @returns {Piece[]}
 */
export function formula(layout, element) {
  /** @type {Piece[]} */
  const pieces = [];
  for (const [dim, at] of indexOf(layout.size, element).entries()) {
    pieces.push([String(at), "x"], ["·"], [String(layout.stride[dim]), "w"], [" + "]);
  }
  return [...pieces, [String(layout.offset), "y"], [` = ${offsets(layout)[element]}`]];
}

/**
 * A cell in words: its place, its number, and who shares it.
 * @param {Now} now
 * @param {number} memory
 * @param {number} cell
 * @param {string[]} where the elements that lie there, as code
 */
export function inWords(now, memory, cell, where) {
  const { dtype, values } = now.memory[memory];
  const from = cell * bytesOf(dtype);
  const bytes = bytesOf(dtype) === 1 ? `byte ${from}` : `bytes ${from} to ${from + bytesOf(dtype) - 1}`;
  const start = `Offset ${cell}, ${bytes}, holds ${spell(values[cell], dtype)}`;
  if (!where.length) return `${start}; no view shows it.`;
  const shown = where.length > 6 ? [...where.slice(0, 5), `${where.length - 5} more`] : where;
  return `${start}: ${shown.join(", ")}${where.length > 1 ? " are one cell" : ""}.`;
}

/** Strides or sizes as a tuple, in bytes. @param {number[]} numbers @param {Dtype} dtype */
export const inBytes = (numbers, dtype) => tuple(numbers.map((n) => n * bytesOf(dtype)));
