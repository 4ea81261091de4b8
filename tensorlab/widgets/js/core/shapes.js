/**
 * Shapes as Python writes them: read, written, and what follows from them.
 *
 * @typedef {number[]} Shape
 * @typedef {number[]} Index
 */

/** More cells than these cannot be told apart on a screen. */
export const MOST_CELLS = 2048;

/** @param {Shape} shape */
export function tuple(shape) {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/**
 * A shape as a person types it: `(3, 1)`, `3, 1`, `[3]`, `3 × 1`, `()`.
 * @param {string} text
 * @param {number} most axes
 * @returns {{ value: Shape } | { problem: string }}
 */
export function parseShape(text, most) {
  const inner = text.trim().replace(/^(torch\.Size)?\s*[([]*|[)\]]*$/g, "").replace(/,\s*$/, "");
  const shape = inner.trim() === "" ? [] : inner.split(/\s*[,×x*]\s*|\s+/).map(Number);
  if (text.trim() === "" || !shape.every((size) => Number.isInteger(size) && size >= 1)) {
    return { problem: `“${text.trim()}” is no shape. Type whole numbers from 1 on, such as (3, 1) or (4,).` };
  }
  if (shape.length > most) return { problem: `${tuple(shape)} has ${shape.length} axes. Type up to ${most}.` };
  if (numel(shape) > MOST_CELLS) {
    return { problem: `${tuple(shape)} has room for ${numel(shape)} numbers. Type a shape for up to ${MOST_CELLS}.` };
  }
  return { value: shape };
}

/** How many numbers there are. @param {Shape} shape */
export function numel(shape) {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * How many places in memory a step along each axis leads, in a tensor laid out row by row.
 * @param {Shape} shape
 */
export function strides(shape) {
  return shape.map((_, axis) => numel(shape.slice(axis + 1)));
}

/**
 * @param {Shape} shape
 * @param {Index} index
 */
export function flat(shape, index) {
  return index.reduce((sum, at, axis) => sum * shape[axis] + at, 0);
}

/**
 * @param {Shape} shape
 * @param {number} place
 * @returns {Index}
 */
export function unflat(shape, place) {
  const index = shape.slice();
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = place % shape[axis];
    place = Math.floor(place / shape[axis]);
  }
  return index;
}

/**
 * What so long a step along each axis adds up to at every index, row by row.
 * @param {Shape} shape
 * @param {number[]} steps
 */
export function walk(shape, steps) {
  let found = [0];
  for (const [axis, size] of shape.entries()) {
    const next = [];
    for (const start of found) for (let i = 0; i < size; i++) next.push(start + i * steps[axis]);
    found = next;
  }
  return found;
}

/**
 * Every index, row by row.
 * @param {Shape} shape
 * @returns {Index[]}
 */
export function indices(shape) {
  return Array.from({ length: numel(shape) }, (_, place) => unflat(shape, place));
}

/**
 * The index, or the nearest that the shape has; lined up from the right.
 * @param {Index} index
 * @param {Shape} shape
 */
export function within(index, shape) {
  const skipped = index.length - shape.length;
  return shape.map((size, axis) => Math.min(Math.max(index[axis + skipped] ?? 0, 0), size - 1));
}

/**
 * An index as Python writes it; a tensor with no axes needs none.
 * @param {string} name
 * @param {Index} index
 */
export function indexed(name, index) {
  return index.length ? `${name}[${index.join(", ")}]` : name;
}
