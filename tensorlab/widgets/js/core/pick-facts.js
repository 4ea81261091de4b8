/** What there is to know of a question as a whole: counts, ties, types, the axis that grows. */

import { by, cellsOf, count, unravel } from "./cells.js";
import { LOOKED_UP, axis, maskOf } from "./pick.js";
import { called, lineOf, maskName, resultName, sourceName } from "./pick-words.js";
import { shapeOf } from "./tensor.js";
import { plural } from "./windows.js";

/**
 * @typedef {import("./pick.js").Pick} Pick
 * @typedef {import("./pick.js").Picked} Picked
 */

/**
 * What there is to know of the whole.
 * @param {Pick} pick
 * @param {Picked} result
 * @returns {string[]}
 */
export function facts(pick, result) {
  const names = called(pick);
  const shapes = pick.tensors.map(({ values }) => shapeOf(values));
  /** @type {Record<string, () => string[]>} */
  const known = {
    mask: () => ofMasks(pick, result),
    where: () => ofWhere(pick, result, names, shapes),
    nonzero: () => ofNonzero(pick, result, shapes[0]),
    argsort: () => ofOrder(pick),
    sort: () => ofOrder(pick),
    gather: () => ofIndex(pick, result, names),
    take: () => ofIndex(pick, result, names),
    cat: () => [],
    stack: () => [],
  };
  return [...known[pick.op](), ...ofTypes(pick, result, names)];
}

/**
 * @param {Pick} pick
 * @param {Picked} result
 */
function ofMasks(pick, result) {
  const { shape, values } = maskOf(pick);
  const on = values.filter(Boolean).length;
  const size = values.length;
  const counted = `${on} of ${plural(size, "cell")} of the mask ${on === 1 ? "is" : "are"} True: ${resultName(pick)} is ${by(result.shape)}.`;
  const name = called(pick)[0];
  const [x] = pick.tensors.map(({ values: own }) => shapeOf(own));
  if (shape.length < x.length) return [`${counted} The mask has fewer axes than ${name}, so each True picks ${by(x.slice(shape.length))}.`];
  return x.length > 1 ? [`${counted} What a mask picks stands in a line, whatever the axes of ${name}.`] : [counted];
}

/**
 * @param {Pick} pick
 * @param {Picked} result
 * @param {string[]} names
 * @param {number[][]} shapes
 */
function ofWhere(pick, result, names, shapes) {
  const first = result.tensor.filter((one) => one === 0).length;
  const said = [`${resultName(pick)} takes ${plural(first, "cell")} from ${names[0]}, ${result.tensor.length - first} from ${names[1]}.`];
  const all = [[maskName(pick), maskOf(pick).shape], [names[0], shapes[0]], [names[1], shapes[1]]];
  const stretched = all.filter(([, shape]) => String(shape) !== String(result.shape));
  if (stretched.length) {
    const each = stretched.map(([name, shape]) => `${name} (${by(/** @type {number[]} */ (shape))})`).join(" and ");
    said.push(`${each} ${stretched.length > 1 ? "are" : "is"} stretched to ${by(result.shape)}.`);
  }
  return said;
}

/**
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number[]} shape
 */
function ofNonzero(pick, result, shape) {
  const found = result.shape[pick.as_tuple ? 1 : 0];
  const counted = `${found} of ${plural(count(shape), "cell")} ${found === 1 ? "is" : "are"} not 0`;
  const axes = shape.length === 1 ? "1 axis" : `${shape.length} axes`;
  const [x, y] = [called(pick)[0], resultName(pick)];
  if (pick.as_tuple) return [`${counted}. ${y} is a tuple, a tensor for each axis of ${x}, so that ${x}[${y}] picks them.`];
  return [`${counted}, and ${x} has ${axes}: ${y} is ${by(result.shape)}, a row for each cell, a column for each axis.`];
}

/**
 * @param {Pick} pick
 * @param {Picked} result
 * @param {string[]} names
 */
function ofIndex(pick, result, [x, index]) {
  const looked = `${resultName(pick)} has the shape of ${index}, ${by(result.shape)}, and the dtype of ${x}, ${result.dtype}.`;
  if (pick.op === "take") return [`${looked} take counts the cells of ${x} row by row, whatever its axes.`];
  const name = (/** @type {number} */ i) => ["i", "j", "k"][i];
  const axes = result.shape.map((_, i) => name(i)).join(", ");
  const along = axis(pick.dim, result.shape.length);
  const from = result.shape.map((_, i) => (i === along ? `${index}[${axes}]` : name(i))).join(", ");
  return [`${looked} ${resultName(pick)}[${axes}] = ${x}[${from}]: only dim ${along} is looked up.`];
}

/** @param {Pick} pick */
function ofOrder(pick) {
  const { shape, values } = cellsOf(pick.tensors[0].values);
  const along = axis(pick.dim, shape.length);
  /** @type {number[][]} */
  const tied = [];
  for (const place of values.keys()) {
    if (unravel(place, shape)[along]) continue;
    /** @type {Map<number, number[]>} */
    const equal = new Map();
    for (const one of lineOf(pick, shape, place)) {
      const known = equal.get(values[one]);
      if (known) known.push(one);
      else equal.set(values[one], [one]);
    }
    tied.push(...[...equal.values()].filter((places) => places.length > 1));
  }
  if (!tied.length) return [];
  const told = tied.slice(0, 3).map((places) => {
    const names = places.slice(0, 4).map((place) => sourceName(pick, { tensor: 0, place }));
    return [...names, ...(places.length > 4 ? ["…"] : [])].join(" = ");
  });
  const more = tied.length > 3 ? `; and ${tied.length - 3} more` : "";
  return [`Ties: ${told.join("; ")}${more}. With stable=True, equal numbers keep their order.`];
}

/**
 * @param {Pick} pick
 * @param {Picked} result
 * @param {string[]} names
 */
function ofTypes(pick, result, names) {
  const y = resultName(pick);
  if (pick.op === "nonzero" || pick.op === "argsort") return [`${y} is ${result.dtype}: it holds places.`];
  if (LOOKED_UP.includes(pick.op)) return [];
  const types = [...new Set(pick.tensors.map(({ dtype }) => dtype))];
  if (types.length < 2) return [];
  return [`${pick.tensors.map(({ dtype }, k) => `${names[k]} is ${dtype}`).join(", ")}: ${y} is ${result.dtype}.`];
}

/**
 * A shape with the axis that grows or appears marked: its numbers, and which of them.
 * @typedef {{ shape: number[], mark: number }} Marked
 *
 * @param {Pick} pick of cat or stack
 * @param {Picked} result
 * @returns {{ from: Marked[], to: Marked, how: string }}
 */
export function growth(pick, result) {
  const shapes = pick.tensors.map(({ values }) => shapeOf(values));
  const along = axis(pick.dim, result.shape.length);
  const to = { shape: result.shape, mark: along };
  if (pick.op === "stack") {
    const how = `dim ${along} is new: ${shapes.length} tensors`;
    return { from: shapes.map((shape) => ({ shape, mark: -1 })), to, how };
  }
  const sizes = shapes.map((shape) => shape[along]);
  const how = `dim ${along} grows: ${sizes.join(" + ")} = ${result.shape[along]}`;
  return { from: shapes.map((shape) => ({ shape, mark: along })), to, how };
}
