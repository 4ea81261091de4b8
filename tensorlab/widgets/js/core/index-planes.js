/** A tensor of any number of dimensions as planes of cells, and what stands in them. */

import { count, walk } from "./index-tensor.js";

/** @typedef {import("./index-tensor.js").Tensor} Tensor */

/** Numbers from here on are written as powers of ten. */
const LARGE = 100000;
/** As many as torch prints. */
const MOST_DECIMALS = 4;

/**
 * The planes of places, row by row, with the index that gives each plane.
 * @param {number[]} shape of at least one number
 * @param {string} name
 */
export function planesOf(shape, name) {
  const [rows, columns] = sides(shape);
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
  const [rows, columns] = sides(shape);
  return (c * rows + i) * columns + j;
}

/**
 * The cell of the planes for a place counted row by row.
 * @param {number} place
 * @param {number[]} shape
 */
export const cellOf = (place, shape) => unravel(place, [Infinity, ...sides(shape)]);

/** Rows and columns of a plane. @param {number[]} shape */
const sides = (shape) => [1, 1, ...shape].slice(-2);

/**
 * The index of a place counted row by row.
 * @param {number} place
 * @param {number[]} shape
 */
export function unravel(place, shape) {
  const index = new Array(shape.length);
  for (let d = shape.length - 1; d >= 0; d--) {
    index[d] = place % shape[d];
    place = Math.floor(place / shape[d]);
  }
  return index;
}

/**
 * An index as Python writes it: `x[0, 1]`, and `x` where there is none.
 * @param {string} name
 * @param {number[]} index
 */
export function indexed(name, index) {
  return index.length ? `${name}[${index.join(", ")}]` : name;
}

/** The decimals that a tensor needs, which never change: each is looked through once. @type {WeakMap<Tensor, number>} */
const decimalsOf = new WeakMap();

/**
 * How to write the numbers of a tensor: True and False, whole numbers, or floats that line up.
 * @param {Tensor} tensor
 * @param {boolean} dense
 * @returns {(value: import("./index-tensor.js").Value) => string}
 */
export function writer(tensor, dense) {
  const { dtype, data } = tensor;
  if (dtype === "bool") return (value) => (value ? "True" : "False");
  if (dtype.includes("int")) return (value) => String(value).replace("-", "−");
  const needed = decimalsOf.get(tensor) ?? decimals(data.map(Number));
  decimalsOf.set(tensor, needed);
  const places = Math.min(needed, dense ? 2 : MOST_DECIMALS);
  return (value) => {
    const number = Number(value);
    if (Number.isNaN(number)) return "nan";
    const text = Math.abs(number) < LARGE ? number.toFixed(places) : number.toExponential(1).replace("e+", "e");
    return text.replace("Infinity", "∞").replace(/^-(?=0(\.0*)?$)/, "").replaceAll("-", "−");
  };
}

/** @param {number[]} numbers */
function decimals(numbers) {
  const finite = numbers.filter((value) => Math.abs(value) < LARGE);
  let found = 0;
  while (found < MOST_DECIMALS && finite.some((value) => Math.abs(Number(value.toFixed(found)) - value) > 1e-6)) found += 1;
  return found;
}

/**
 * All cells of a box between two corners.
 * @param {number[]} from
 * @param {number[]} to
 * @param {number[]} shape
 */
export function boxed(from, to, shape) {
  const low = shape.map((_, d) => Math.min(from[d], to[d]));
  const sizes = shape.map((_, d) => Math.abs(from[d] - to[d]) + 1);
  const steps = shape.map((_, d) => count(shape.slice(d + 1)));
  return walk(sizes, steps, low.reduce((sum, at, d) => sum + at * steps[d], 0));
}
