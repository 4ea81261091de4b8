/**
 * Tensors as nested lists, which is how they come from Python.
 *
 * @typedef {number | NestedArray} Nested
 * @typedef {Nested[]} NestedArray
 * @typedef {number[][]} Plane rows of numbers
 * @typedef {Plane[]} Planes one plane a channel
 * @typedef {number[]} Index
 */

/**
 * @param {Nested} nested
 * @returns {number[]}
 */
export function shapeOf(nested) {
  return Array.isArray(nested) ? [nested.length, ...shapeOf(nested[0] ?? 0)] : [];
}

/**
 * The tensor with another number in one place; the one given stays as it is.
 * @template {Nested} T
 * @param {T} nested
 * @param {Index} index
 * @param {number} value
 * @returns {T}
 */
export function withNumber(nested, [first, ...rest], value) {
  const copy = /** @type {any} */ ([...(/** @type {any[]} */ (nested))]);
  copy[first] = rest.length ? withNumber(copy[first], rest, value) : value;
  return copy;
}

/**
 * @param {number} count
 * @param {number} rows
 * @param {number} columns
 * @param {(plane: number, row: number, column: number) => number} number
 * @returns {Planes}
 */
export function planes(count, rows, columns, number) {
  return Array.from({ length: count }, (_, c) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => number(c, i, j))),
  );
}

/**
 * An index as Python writes it: `x[0, 1, 2]`.
 * @param {string} name
 * @param {Index} index
 */
export function named(name, index) {
  return `${name}[${index.join(", ")}]`;
}
