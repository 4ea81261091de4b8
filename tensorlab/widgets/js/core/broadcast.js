/**
 * Two shapes lined up: which axes fit, which are stretched, and where each cell is drawn.
 *
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Index} Index
 * @typedef {"x" | "y"} Operand
 *
 * @typedef {object} Axis of the result, or the one that `@` sums
 * @property {string} name
 * @property {number | null | undefined} x its size in x; null where x lacks it and is stretched, undefined
 *   where x has no part in it
 * @property {number | null | undefined} y
 * @property {number | null | undefined} out null where the sizes do not fit
 * @property {string} what becomes of it
 *
 * @typedef {object} View how a tensor is drawn: planes of rows and columns
 * @property {Shape} full with two axes at least
 * @property {Shape} shape the tensor's own
 * @property {(full: Index) => Index} own the index in the tensor, of a cell or of its repetition
 * @property {(own: Index) => Index} home where the cell itself is drawn
 * @property {number[]} steps for each axis of `full`, how far its next cell is among the tensor's own
 *
 * @typedef {object} Layout
 * @property {Axis[]} axes
 * @property {boolean} fits
 * @property {Shape} shape of the result; empty where nothing fits
 * @property {View} x
 * @property {View} y
 * @property {View} out
 */

import { indices, numel, strides, unflat, walk } from "./shapes.js";

/**
 * @param {string} op
 * @param {Shape} x
 * @param {Shape} y
 * @returns {Layout}
 */
export function lay(op, x, y) {
  return op === "@" ? layProduct(x, y) : layPlaces(x, y);
}

/**
 * The axes of two shapes, lined up from the right.
 * @param {Shape} x
 * @param {Shape} y
 * @returns {Axis[]}
 */
function lined(x, y) {
  const count = Math.max(x.length, y.length);
  return Array.from({ length: count }, (_, axis) => {
    const [a, b] = [x[axis - count + x.length] ?? null, y[axis - count + y.length] ?? null];
    const [left, right] = [a ?? 1, b ?? 1];
    const fits = left === right || left === 1 || right === 1;
    const what = !fits ? "does not fit" : left === right ? "equal" : `${left === 1 ? "x" : "y"} is stretched`;
    return { name: `dim ${axis}`, x: a, y: b, out: fits ? Math.max(left, right) : null, what };
  });
}

/**
 * @param {Shape} x
 * @param {Shape} y
 * @returns {Layout}
 */
function layPlaces(x, y) {
  const axes = lined(x, y);
  const shape = sizes(axes);
  const view = (/** @type {Shape} */ own) => {
    const drawn = shape ?? own;
    const full = [1, 1, ...drawn].slice(-Math.max(2, drawn.length));
    return viewOf(own, full, last(own.length, full));
  };
  return { axes, fits: shape !== null, shape: shape ?? [], x: view(x), y: view(y), out: view(shape ?? []) };
}

/**
 * @param {Shape} x
 * @param {Shape} y
 * @returns {Layout}
 */
function layProduct(x, y) {
  if (!x.length || !y.length) {
    const view = (/** @type {Shape} */ own) => viewOf(own, [1, 1, ...own].slice(-Math.max(2, own.length)), last(own.length, [1, 1]));
    return { axes: [], fits: false, shape: [], x: view(x), y: view(y), out: view([]) };
  }
  const left = x.length === 1 ? [1, x[0]] : x;
  const right = y.length === 1 ? [y[0], 1] : y;
  const [n, k, l, m] = [...left.slice(-2), ...right.slice(-2)];
  const axes = lined(left.slice(0, -2), right.slice(0, -2));
  const batch = sizes(axes);
  if (x.length > 1) axes.push({ name: "rows", x: n, y: undefined, out: n, what: "from x" });
  axes.push({ name: "inner", x: k, y: l, out: k === l ? undefined : null, what: k === l ? "summed" : "does not fit" });
  if (y.length > 1) axes.push({ name: "columns", x: undefined, y: m, out: m, what: "from y" });
  const fits = batch !== null && k === l;
  const across = fits ? [...batch, n, k] : left;
  const down = fits ? [...batch, l, m] : right;
  const matrix = fits ? [...batch, n, m] : [1, 1];
  // A vector is drawn as a row on the left and a column on the right; the result has no axis for it.
  const kept = matrix.map((_, axis) => axis).filter((axis) => {
    return !(x.length === 1 && axis === matrix.length - 2) && !(y.length === 1 && axis === matrix.length - 1);
  });
  const shape = fits ? kept.map((axis) => matrix[axis]) : [];
  return {
    axes,
    fits,
    shape,
    x: viewOf(x, across, last(x.length, across)),
    y: viewOf(y, down, y.length === 1 ? [down.length - 2] : last(y.length, down)),
    out: viewOf(shape, matrix, fits ? kept : []),
  };
}

/**
 * The sizes of the result; null where two do not fit.
 * @param {Axis[]} axes
 */
function sizes(axes) {
  const found = axes.map((axis) => axis.out);
  return found.includes(null) ? null : /** @type {Shape} */ (found);
}

/**
 * The last `count` axes of a shape.
 * @param {number} count
 * @param {Shape} full
 */
function last(count, full) {
  return Array.from({ length: count }, (_, i) => Math.max(2, full.length, count) - count + i);
}

/**
 * @param {Shape} shape the tensor's own
 * @param {Shape} full as it is drawn
 * @param {number[]} axes where each of its own axes is in `full`
 * @returns {View}
 */
function viewOf(shape, full, axes) {
  const own = strides(shape);
  return {
    full,
    shape,
    steps: full.map((_, axis) => (shape[axes.indexOf(axis)] > 1 ? own[axes.indexOf(axis)] : 0)),
    own: (index) => axes.map((axis, i) => (shape[i] === 1 ? 0 : index[axis])),
    home: (own) => full.map((_, axis) => own[axes.indexOf(axis)] ?? 0),
  };
}

/**
 * Whether the cell drawn at this place only repeats another.
 * @param {View} view
 * @param {Index} index
 */
export function repeated(view, index) {
  const home = view.home(view.own(index));
  return home.some((at, axis) => at !== index[axis]);
}

/**
 * For every cell as it is drawn, row by row, which one of the tensor's own it shows.
 * @param {View} view
 */
export function places({ full, steps }) {
  return walk(full, steps);
}

/**
 * For every cell as it is drawn, row by row, whether it only repeats another.
 * @param {View} view
 */
export function repetitive({ full, steps }) {
  return walk(full, steps.map((step) => (step ? 0 : 1))).map(Boolean);
}

/**
 * The plane, row and column in which a cell is drawn.
 * @param {View} view
 * @param {Index} index
 */
export function placed({ full }, index) {
  const plane = index.slice(0, -2).reduce((sum, at, axis) => sum * full[axis] + at, 0);
  return [plane, ...index.slice(-2)];
}

/**
 * The other way round: the cell of `full` that is drawn there.
 * @param {View} view
 * @param {Index} place
 */
export function found({ full }, [plane, row, column]) {
  return [...unflat(full.slice(0, -2), plane), row, column];
}

/**
 * All cells that have to do with one: for a cell of x or y, those of every sum or place it is in.
 * @param {string} op
 * @param {Layout} layout
 * @param {Operand | "out"} tensor
 * @param {Index} index as drawn
 * @returns {{ x: Index[], y: Index[], out: Index[] }}
 */
export function links(op, layout, tensor, index) {
  if (tensor === "out") {
    const inner = layout.x.full.at(-1) ?? 1;
    const [row, column] = index.slice(-2);
    const lead = index.slice(0, -2);
    if (op !== "@") return { x: [index], y: [index], out: [index] };
    const steps = Array.from({ length: inner }, (_, k) => k);
    return { x: steps.map((k) => [...lead, row, k]), y: steps.map((k) => [...lead, k, column]), out: [index] };
  }
  const places = repeated(layout[tensor], index) ? [index] : repetitions(layout[tensor], index);
  if (!layout.fits) return { x: [], y: [], out: [], [tensor]: [index] };
  if (op !== "@") return { x: places, y: places, out: places };
  const [row, column] = index.slice(-2);
  const [n, m] = layout.out.full.slice(-2);
  const all = (/** @type {number} */ size, /** @type {(at: number) => Index} */ cell) =>
    places.flatMap((place) => Array.from({ length: size }, (_, at) => [...place.slice(0, -2), ...cell(at)]));
  return tensor === "x"
    ? { x: places, y: all(m, (j) => [column, j]), out: all(m, (j) => [row, j]) }
    : { x: all(n, (i) => [i, row]), y: places, out: all(n, (i) => [i, column]) };
}

/**
 * Every place where a cell is drawn, its own and those that repeat it.
 * @param {View} view
 * @param {Index} index
 */
function repetitions(view, index) {
  const free = view.full.map((size, axis) => {
    const probe = index.map((at, other) => (other === axis ? (at + 1) % size : at));
    return size > 1 && view.own(probe).join() === view.own(index).join() ? size : 1;
  });
  return indices(free).map((step) => step.map((at, axis) => (free[axis] > 1 ? at : index[axis])));
}

/**
 * The strides of a tensor laid out row by row once it is stretched, as `x.expand(…).stride()`.
 * @param {Shape} own
 * @param {Shape} shape
 */
export function stretchedStrides(own, shape) {
  const steps = strides(own);
  return shape.map((size, axis) => {
    const at = axis - shape.length + own.length;
    if (at >= 0 && own[at] === size) return steps[at];
    if (size > 1) return 0;
    return numel(own); // an axis of size 1 in front: torch puts it around all that follows
  });
}
