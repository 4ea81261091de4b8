/**
 * Results that pick cells of their tensors: x[mask], where, nonzero, sorting, gather, take, cat and
 * stack. Each cell of a result knows the tensor and the place that it comes from.
 *
 * @typedef {import("./cells.js").Cells} Cells
 * @typedef {{ dtype: string, values: import("./tensor.js").Nested }} Given
 *
 * @typedef {object} Pick
 * @property {string} op
 * @property {Given[]} tensors
 * @property {string[]} names
 * @property {any} drawn a mask drawn by hand: nested lists of true and false
 * @property {string} compare what makes the mask from the first tensor, as ">"; or ""
 * @property {number} threshold
 * @property {number} dim
 * @property {boolean} descending
 * @property {boolean} as_tuple
 *
 * @typedef {object} Picked
 * @property {number[]} shape of the result; a tuple of nonzero is taken as a table, a row a tensor
 * @property {number[]} values
 * @property {string} dtype
 * @property {number[]} tensor which one each cell comes from
 * @property {number[]} place of that cell in its tensor, counted row by row
 * @property {number[]} [sorted] the numbers in order, for argsort and sort
 */

import { cellsOf, count, ravel, unravel } from "./cells.js";
import { DTYPES, cast, common } from "./dtypes.js";

export const ALONE = ["mask", "nonzero", "argsort", "sort"];
export const JOINED = ["cat", "stack"];
/** These take a tensor, and an index that says where in it to look. */
export const LOOKED_UP = ["gather", "take"];

/** @type {Record<string, (a: number, b: number) => boolean>} */
export const COMPARISONS = {
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

/** @type {WeakMap<Pick, Cells>} */
const masks = new WeakMap();

/**
 * The mask as it is drawn, or as the comparison makes it.
 * @param {Pick} pick
 * @returns {Cells}
 */
export function maskOf(pick) {
  const { tensors, drawn, compare, threshold } = pick;
  if (!compare) return cellsOf(drawn);
  const { shape, values } = cellsOf(tensors[0].values);
  const { dtype } = tensors[0];
  // Beside whole numbers, one with decimals is compared as float32.
  const number = cast(threshold, DTYPES[dtype].category === 2 ? dtype : Number.isInteger(threshold) ? "float64" : "float32");
  const mask = masks.get(pick) ?? { shape, values: values.map((one) => Number(COMPARISONS[compare](one, number))) };
  masks.set(pick, mask);
  return mask;
}

/**
 * @param {Pick} pick one that `problem` has nothing against
 * @returns {Picked}
 */
export function picked(pick) {
  const tensors = pick.tensors.map(({ dtype, values }) => ({ dtype, ...cellsOf(values) }));
  const [x] = tensors;
  /** @type {Record<string, () => { shape: number[], from: [number, number][] }>} */
  const ways = {
    mask: () => masked(maskOf(pick), x),
    where: () => chosen(maskOf(pick), tensors),
    nonzero: () => found(x, pick.as_tuple),
    argsort: () => ordered(x, pick),
    sort: () => ordered(x, pick),
    gather: () => gathered(x, tensors[1], pick.dim),
    take: () => taken(x, tensors[1]),
    cat: () => joined(tensors, pick.dim),
    stack: () => stacked(tensors, pick.dim),
  };
  const { shape, from } = ways[pick.op]();
  const tensor = from.map(([one]) => one);
  const place = from.map(([, at]) => at);
  const values = from.map(([one, at]) => tensors[one].values[at]);
  const made = { shape, tensor, place, values, dtype: common(...tensors.slice(0, sources(pick))) };
  if (pick.op === "nonzero") return { ...made, values: coordinates(x, shape, place, pick.as_tuple), dtype: "int64" };
  if (!ordering(pick)) return made;
  const dim = axis(pick.dim, x.shape.length);
  const indices = place.map((at) => unravel(at, x.shape)[dim]);
  if (pick.op === "argsort") return { ...made, values: indices, dtype: "int64", sorted: values };
  return { ...made, sorted: indices };
}

/** @param {Pick} pick from how many of its tensors cells are picked */
export function sources({ op, tensors }) {
  return LOOKED_UP.includes(op) ? 1 : tensors.length;
}

/** @param {Pick} pick */
export function ordering({ op }) {
  return op === "argsort" || op === "sort";
}

/**
 * @param {number} dim negative too
 * @param {number} dimensions
 */
export function axis(dim, dimensions) {
  return dim < 0 ? dim + dimensions : dim;
}

/**
 * @param {Cells} mask
 * @param {Cells} x
 */
function masked(mask, x) {
  const rest = x.shape.slice(mask.shape.length);
  const each = count(rest);
  /** @type {[number, number][]} */
  const from = [];
  for (const [i, on] of mask.values.entries()) {
    if (on) for (let k = 0; k < each; k++) from.push([0, i * each + k]);
  }
  return { shape: [from.length / each, ...rest], from };
}

/**
 * @param {Cells} condition
 * @param {Cells[]} tensors
 */
function chosen(condition, tensors) {
  const shape = broadcast([condition, ...tensors].map((one) => one.shape));
  const from = Array.from({ length: count(shape) }, (_, i) => {
    const index = unravel(i, shape);
    const one = condition.values[within(index, condition.shape)] ? 0 : 1;
    return /** @type {[number, number]} */ ([one, within(index, tensors[one].shape)]);
  });
  return { shape, from };
}

/**
 * @param {number[][]} shapes that fit each other
 * @returns {number[]}
 */
export function broadcast(shapes) {
  const most = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: most }, (_, i) => Math.max(...shapes.map((shape) => shape[shape.length - most + i] ?? 1)));
}

/**
 * The place that stands in for an index of a larger shape.
 * @param {number[]} index
 * @param {number[]} shape
 */
export function within(index, shape) {
  const own = index.slice(index.length - shape.length);
  return ravel(own.map((at, i) => Math.min(at, shape[i] - 1)), shape);
}

/**
 * @param {Cells} x
 * @param {boolean} tuple
 */
function found(x, tuple) {
  const places = x.values.flatMap((value, i) => (value !== 0 ? [i] : []));
  const axes = x.shape.map((_, i) => i);
  /** @type {[number, number][]} */
  const from = tuple
    ? axes.flatMap(() => places.map((at) => /** @type {[number, number]} */ ([0, at])))
    : places.flatMap((at) => axes.map(() => /** @type {[number, number]} */ ([0, at])));
  return { shape: tuple ? [axes.length, places.length] : [places.length, axes.length], from };
}

/**
 * @param {Cells} x
 * @param {number[]} shape
 * @param {number[]} place
 * @param {boolean} tuple
 */
function coordinates(x, shape, place, tuple) {
  return place.map((at, i) => unravel(at, x.shape)[tuple ? Math.floor(i / shape[1]) : i % shape[1]]);
}

/**
 * @param {Cells} x
 * @param {Pick} how
 */
function ordered({ shape, values }, { dim, descending }) {
  const along = axis(dim, shape.length);
  const [size, inner] = [shape[along], count(shape.slice(along + 1))];
  /** @type {[number, number][]} */
  const from = new Array(values.length);
  for (let first = 0; first < values.length; first++) {
    if (Math.floor(first / inner) % size) continue;
    const places = Array.from({ length: size }, (_, i) => first + i * inner);
    const order = [...places].sort((a, b) => (descending ? values[b] - values[a] : values[a] - values[b]));
    for (const [i, at] of order.entries()) from[places[i]] = [0, at];
  }
  return { shape, from };
}

/**
 * @param {Cells} x
 * @param {Cells} index
 * @param {number} dim
 */
function gathered(x, index, dim) {
  const along = axis(dim, x.shape.length);
  const from = index.values.map((at, i) => {
    const place = unravel(i, index.shape);
    place[along] = at;
    return /** @type {[number, number]} */ ([0, ravel(place, x.shape)]);
  });
  return { shape: index.shape, from };
}

/**
 * @param {Cells} x
 * @param {Cells} index places in x, counted row by row; from the end where negative
 */
function taken(x, index) {
  const from = index.values.map((at) => /** @type {[number, number]} */ ([0, at < 0 ? at + x.values.length : at]));
  return { shape: index.shape, from };
}

/**
 * @param {Cells[]} tensors
 * @param {number} dim
 */
function joined(tensors, dim) {
  const along = axis(dim, tensors[0].shape.length);
  const sizes = tensors.map(({ shape }) => shape[along]);
  const shape = [...tensors[0].shape];
  shape[along] = sizes.reduce((sum, size) => sum + size);
  const from = Array.from({ length: count(shape) }, (_, i) => {
    const index = unravel(i, shape);
    let one = 0;
    while (index[along] >= sizes[one]) index[along] -= sizes[one++];
    return /** @type {[number, number]} */ ([one, ravel(index, tensors[one].shape)]);
  });
  return { shape, from };
}

/**
 * @param {Cells[]} tensors
 * @param {number} dim
 */
function stacked(tensors, dim) {
  const along = axis(dim, tensors[0].shape.length + 1);
  const shape = [...tensors[0].shape];
  shape.splice(along, 0, tensors.length);
  const from = Array.from({ length: count(shape) }, (_, i) => {
    const index = unravel(i, shape);
    const [one] = index.splice(along, 1);
    return /** @type {[number, number]} */ ([one, ravel(index, tensors[one].shape)]);
  });
  return { shape, from };
}

/**
 * The cells of the result that come from a cell.
 * @param {Picked} result
 * @param {number} tensor
 * @param {number} place
 */
export function goesTo(result, tensor, place) {
  const cells = [];
  for (let i = 0; i < result.place.length; i++) {
    if (result.place[i] === place && result.tensor[i] === tensor) cells.push(i);
  }
  return cells;
}

/**
 * The cells of a result that say one thing together: the coordinates of a cell, else one alone.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} cell
 */
export function together({ op, as_tuple }, { shape: [rows, columns] }, cell) {
  if (op !== "nonzero") return [cell];
  if (as_tuple) return Array.from({ length: rows }, (_, i) => (cell % columns) + i * columns);
  return Array.from({ length: columns }, (_, i) => cell - (cell % columns) + i);
}
