/** From cells to the simplest index that picks them, and no other. */

import { MOST_LETTERS } from "./index-syntax.js";
import { caster, count } from "./index-tensor.js";

/** @typedef {import("./index-tensor.js").Tensor} Tensor */

/**
 * Whole numbers and slices where the cells are a block, with steps where these are regular; lists
 * where one dimension is not; a comparison where the numbers tell them apart; else paired lists.
 * @param {Iterable<number>} places of the cells, counted row by row
 * @param {Tensor} x
 * @param {string} name
 * @returns {string | null} null where it would be too long
 */
export function written(places, x, name) {
  const cells = [...new Set(places)].sort((a, b) => a - b);
  const text = name + indexOf(cells, x, name);
  return text.length > MOST_LETTERS ? null : text;
}

/**
 * @param {number[]} cells
 * @param {Tensor} x
 * @param {string} name
 */
function indexOf(cells, x, name) {
  const { shape } = x;
  if (!shape.length) return cells.length ? "[...]" : "[None][:0]";
  if (!cells.length) return "[:0]";
  if (cells.length === x.data.length) return "[:]";
  const steps = shape.map((_, d) => count(shape.slice(d + 1)));
  const at = cells.map((cell) => shape.map((size, d) => Math.floor(cell / steps[d]) % size));
  const taken = shape.map((_, d) => [...new Set(at.map((index) => index[d]))].sort((a, b) => a - b));
  // A dimension is apart from the others where each of its places comes with the same rest.
  const apart = taken.map((own, d) => {
    const rest = new Set(cells.map((cell, i) => cell - at[i][d] * steps[d]));
    return own.length * rest.size === cells.length;
  });
  const tangled = shape.map((_, d) => d).filter((d) => !apart[d]);
  const mask = tangled.length ? comparison(cells, x, name) : null;
  if (mask) return `[${mask}]`;
  const lists = taken.map((own, d) => (apart[d] && !regular(own, shape[d]) ? d : -1)).filter((d) => d >= 0);
  const last = tangled.length ? -1 : lists[lists.length - 1] ?? -1;
  const before = lists.filter((d) => d !== last).map((d) => bracket(d + 1, (k) => (k === d ? listOf(taken[d]) : ":")));
  const pairs = new Map(tangled.map((d) => [d, listOf(pairsOf(at, tangled, d))]));
  const main = bracket(shape.length, (d) => {
    if (pairs.has(d)) return pairs.get(d) ?? "";
    if (!lists.includes(d)) return regular(taken[d], shape[d]) ?? "";
    return d === last ? listOf(taken[d]) : ":";
  });
  return [...before, main].join("");
}

/**
 * @param {number} length
 * @param {(dim: number) => string} part
 */
function bracket(length, part) {
  const parts = Array.from({ length }, (_, d) => part(d));
  while (parts.length > 1 && parts[parts.length - 1] === ":") parts.pop();
  return `[${parts.join(", ")}]`;
}

/** @param {number[]} numbers */
const listOf = (numbers) => `[${numbers.join(", ")}]`;

/**
 * The places of one dimension, for each combination that occurs in the tangled ones.
 * @param {number[][]} at
 * @param {number[]} tangled
 * @param {number} dim
 */
function pairsOf(at, tangled, dim) {
  const seen = new Map(at.map((index) => [tangled.map((d) => index[d]).join(), index[dim]]));
  return [...seen.values()];
}

/**
 * Places of one dimension as a whole number or a slice; null where no step leads through them.
 * @param {number[]} places in order
 * @param {number} size
 */
function regular(places, size) {
  const [first] = places;
  if (places.length === size) return ":";
  if (places.length === 1) return String(first);
  const step = places[1] - first;
  if (places.some((place, i) => place !== first + i * step)) return null;
  const last = places[places.length - 1];
  const start = first ? String(first) : "";
  const stop = last + step < size ? String(last + 1) : "";
  return `${start}:${stop}${step > 1 ? `:${step}` : ""}`;
}

/**
 * A comparison that is true for these cells and no others, where there is a plain one.
 * @param {number[]} cells
 * @param {Tensor} x
 * @param {string} name
 */
function comparison(cells, x, name) {
  const inside = new Set(cells);
  if (x.dtype === "bool") {
    if (x.data.every((value, i) => value === inside.has(i))) return name;
    return x.data.every((value, i) => value !== inside.has(i)) ? `~${name}` : null;
  }
  if (x.data.some((value) => typeof value !== "number" || !Number.isFinite(value))) return null;
  const data = /** @type {number[]} */ (x.data);
  const outside = data.filter((_, i) => !inside.has(i));
  const own = cells.map((cell) => data[cell]);
  const [most, least] = [Math.max(...outside), Math.min(...outside)];
  /** As short as its type allows. */
  const literal = (/** @type {number} */ value) => {
    const short = Number(value.toPrecision(6));
    return caster(x.dtype)(short) === value ? short : value;
  };
  if (Math.min(...own) > most) return `${name} > ${literal(most)}`;
  if (Math.max(...own) < least) return `${name} < ${literal(least)}`;
  return new Set(own).size === 1 && !outside.includes(own[0]) ? `${name} == ${literal(own[0])}` : null;
}
