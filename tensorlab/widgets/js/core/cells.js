/** A tensor of any shape as a list of its cells, row by row, and the way from an index to a place. */

import { shapeOf } from "./tensor.js";

/**
 * @typedef {number[]} Index
 * @typedef {object} Cells
 * @property {number[]} shape
 * @property {number[]} values
 */

/** Nested lists come from Python, and never change: each is looked through once. @type {WeakMap<object, Cells>} */
const seen = new WeakMap();

/**
 * @param {import("./tensor.js").Nested} nested numbers, or true and false
 * @returns {Cells}
 */
export function cellsOf(nested) {
  if (!Array.isArray(nested)) return { shape: [], values: [Number(nested)] };
  const known = seen.get(nested);
  if (known) return known;
  const cells = { shape: shapeOf(nested), values: /** @type {any[]} */ (nested).flat(Infinity).map(Number) };
  seen.set(nested, cells);
  return cells;
}

/**
 * As nested lists again.
 * @param {any[]} values
 * @param {number[]} shape
 * @returns {any}
 */
export function nested(values, shape) {
  if (!shape.length) return values[0];
  const [size, ...rest] = shape;
  const each = count(rest);
  return Array.from({ length: size }, (_, i) => nested(values.slice(i * each, (i + 1) * each), rest));
}

/** @param {number[]} shape */
export function count(shape) {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * @param {Index} index
 * @param {number[]} shape
 */
export function ravel(index, shape) {
  return index.reduce((place, at, axis) => place * shape[axis] + at, 0);
}

/**
 * @param {number} place
 * @param {number[]} shape
 * @returns {Index}
 */
export function unravel(place, shape) {
  const index = new Array(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = place % shape[axis];
    place = Math.floor(place / shape[axis]);
  }
  return index;
}

/**
 * As planes, rows and columns: missing axes are 1, and those before the last two share the planes.
 * @param {number[]} shape
 * @returns {number[]}
 */
export function gridShape(shape) {
  const [rows, columns] = [1, 1, ...shape].slice(-2);
  return [count(shape.slice(0, -2)), rows, columns];
}

/**
 * @param {Cells} cells
 * @returns {number[][][]}
 */
export function asPlanes({ shape, values }) {
  const [planes, rows, columns] = gridShape(shape);
  return Array.from({ length: planes }, (_, c) =>
    Array.from({ length: rows }, (_, i) => values.slice((c * rows + i) * columns, (c * rows + i + 1) * columns)),
  );
}

/**
 * What stands above each plane: its index, where there is more than one.
 * @param {string} name
 * @param {number[]} shape
 */
export function captions(name, shape) {
  const outer = shape.slice(0, -2);
  return Array.from({ length: count(outer) }, (_, c) => (outer.length ? `${name}[${unravel(c, outer).join(", ")}]` : ""));
}

/**
 * A shape in words: 2 × 3.
 * @param {number[]} shape
 */
export function by(shape) {
  return shape.join(" × ") || "a number";
}

/**
 * As Python prints a list.
 * @param {number[]} shape
 */
export function listed(shape) {
  return `[${shape.join(", ")}]`;
}
