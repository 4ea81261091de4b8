/** A tensor of any number of dimensions as planes of cells, and what stands in them. */

import { format } from "./numbers.js";
import { count } from "./index-tensor.js";

/** @typedef {import("./index-tensor.js").Tensor} Tensor */

/**
 * The planes of places, row by row, with the index that gives each plane.
 * @param {number[]} shape of at least one number
 * @param {string} name
 */
export function planesOf(shape, name) {
  const [rows, columns] = [1, 1, ...shape].slice(-2);
  const above = shape.slice(0, -2);
  const planes = Array.from({ length: count(above) }, (_, c) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => (c * rows + i) * columns + j)),
  );
  const captions = planes.map((_, c) => (above.length ? indexed(name, unravel(c, above)) : ""));
  return { planes, captions, across: above.length > 1 ? above[above.length - 1] : planes.length };
}

/**
 * Where a cell of the planes lies, counted row by row.
 * @param {number[]} index plane, row, column
 * @param {number[]} shape
 */
export function placeOf([c, i, j], shape) {
  const [rows, columns] = [1, 1, ...shape].slice(-2);
  return (c * rows + i) * columns + j;
}

/**
 * The cell of the planes for a place counted row by row.
 * @param {number} place
 * @param {number[]} shape
 */
export function cellOf(place, shape) {
  const [rows, columns] = [1, 1, ...shape].slice(-2);
  return [Math.floor(place / (rows * columns)), Math.floor(place / columns) % rows, place % columns];
}

/**
 * The index of a place counted row by row.
 * @param {number} place
 * @param {number[]} shape
 */
export function unravel(place, shape) {
  return shape.map((size, d) => Math.floor(place / count(shape.slice(d + 1))) % size);
}

/**
 * An index as Python writes it: `x[0, 1]`, and `x` where there is none.
 * @param {string} name
 * @param {number[]} index
 */
export function indexed(name, index) {
  return index.length ? `${name}[${index.join(", ")}]` : name;
}

/**
 * How to write the numbers of a tensor: True and False, whole numbers, or floats that line up.
 * @param {Tensor} tensor
 * @param {boolean} dense
 * @returns {(value: import("./index-tensor.js").Value) => string}
 */
export function writer({ dtype, data }, dense) {
  if (dtype === "bool") return (value) => (value ? "True" : "False");
  if (dtype.includes("int")) return (value) => String(value).replace("-", "−");
  const finite = data.map(Number).filter(Number.isFinite);
  const write = format(finite, dense ? 1 : 2);
  return (value) => {
    if (Number.isNaN(value)) return "nan";
    return value === Infinity ? "∞" : write(Number(value));
  };
}

/**
 * All cells of a box between two corners.
 * @param {number[]} from
 * @param {number[]} to
 * @param {number[]} shape
 */
export function boxed(from, to, shape) {
  let places = [0];
  for (const [d, size] of shape.entries()) {
    const [low, high] = [Math.min(from[d], to[d]), Math.max(from[d], to[d])];
    const along = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    places = places.flatMap((place) => along.map((at) => place * size + at));
  }
  return places;
}
