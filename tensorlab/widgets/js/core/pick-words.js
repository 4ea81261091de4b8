/** A question and its answer in words: the code, what a cell is, what there is to know. */

import { cellsOf, count, unravel } from "./cells.js";
import { DTYPES } from "./dtypes.js";
import { short } from "./numbers.js";
import { JOINED, LOOKED_UP, axis, goesTo, maskOf, within } from "./pick.js";
import { named, shapeOf } from "./tensor.js";
import { plural } from "./windows.js";

/**
 * @typedef {import("./pick.js").Pick} Pick
 * @typedef {import("./pick.js").Picked} Picked
 * @typedef {{ tensor: number, place: number }} Source
 */

/** @param {Pick} pick what its tensors are called */
export function called({ op, names, tensors }) {
  if (!names.length && LOOKED_UP.includes(op)) return ["x", "index"];
  return names.length ? names : tensors.length === 1 ? ["x"] : ["a", "b", "c", "d"].slice(0, tensors.length);
}

/** @param {Pick} pick what its result is called: y, unless a tensor is */
export function resultName(pick) {
  return free([...(pick.op === "sort" ? ["values"] : []), "y", "z", "out", "result", "picked"], pick);
}

/** @param {Pick} pick what the other half of a sort is called */
export function otherName(pick) {
  return free(pick.op === "sort" ? ["indices", "places"] : ["values", "sorted"], pick);
}

/** @param {Pick} pick what its mask is called */
export function maskName(pick) {
  return free([...(pick.op === "where" ? ["condition"] : []), "mask", "keep", "chosen"], pick);
}

/**
 * The first of these that no tensor is called.
 * @param {string[]} wanted
 * @param {Pick} pick
 */
function free(wanted, pick) {
  const taken = called(pick);
  return wanted.find((name) => !taken.includes(name)) ?? wanted[0];
}

/** @param {Pick} pick */
export function code(pick) {
  const { op, tensors, compare, threshold, dim, descending, as_tuple } = pick;
  const names = called(pick);
  const [x] = names;
  const asked = compare ? `${x} ${compare} ${typed(threshold)}` : maskName(pick);
  if (op === "mask") return `${x}[${asked}]`;
  if (op === "where") {
    const [a, b] = tensors.map((one, k) => (Array.isArray(one.values) || (k === 0 && compare) ? names[k] : scalar(one)));
    return `torch.where(${asked}, ${a}, ${b})`;
  }
  if (op === "nonzero") return `torch.nonzero(${x}${as_tuple ? ", as_tuple=True" : ""})`;
  if (JOINED.includes(op)) return `torch.${op}([${names.join(", ")}], dim=${dim})`;
  if (op === "take") return `torch.take(${x}, ${names[1]})`;
  if (op === "gather") return `torch.gather(${x}, ${dim}, ${names[1]})`;
  return `torch.${op}(${x}, dim=${dim}${descending ? ", descending=True" : ""}, stable=True)`;
}

/** @param {number} value as it is typed */
function typed(value) {
  return String(Number(value.toPrecision(7)));
}

/** @param {import("./pick.js").Given} given */
function scalar({ dtype, values }) {
  if (dtype === "bool") return values ? "True" : "False";
  const value = Number(values);
  return DTYPES[dtype].category === 2 && Number.isInteger(value) ? `${value}.0` : typed(value);
}

/**
 * A number of a tensor in a sentence.
 * @param {string} dtype
 * @param {number} value
 */
export function written(dtype, value) {
  return dtype === "bool" ? (value ? "True" : "False") : short(value);
}

/**
 * A cell of a tensor, as in code: `a[0, 1]`.
 * @param {Pick} pick
 * @param {Source} source
 */
export function sourceName(pick, { tensor, place }) {
  const shape = shapeOf(pick.tensors[tensor].values);
  return shape.length ? named(called(pick)[tensor], unravel(place, shape)) : called(pick)[tensor];
}

/**
 * The number in it.
 * @param {Pick} pick
 * @param {Source} source
 */
export function sourceValue(pick, { tensor, place }) {
  const { dtype, values } = pick.tensors[tensor];
  return written(dtype, cellsOf(values).values[place]);
}

/**
 * A cell of the result, as in code: `y[3]`; the whole coordinate for nonzero.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} cell
 */
export function cellName(pick, result, cell) {
  const index = unravel(cell, result.shape);
  if (pick.op !== "nonzero") return named(resultName(pick), index);
  const name = resultName(pick);
  return pick.as_tuple ? `${name}[0][${index[1]}]` : `${name}[${index[0]}]`;
}

/**
 * What a cell of the result is, in a sentence or two.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} cell
 */
export function ofCell(pick, result, cell) {
  const source = { tensor: result.tensor[cell], place: result.place[cell] };
  const name = cellName(pick, result, cell);
  const from = sourceName(pick, source);
  const value = sourceValue(pick, source);
  const index = unravel(cell, result.shape);
  const is = `${name} is ${from}, ${value}`;
  /** @type {Record<string, () => string>} */
  const sentences = {
    mask: () => `${is}: ${maskAt(pick, source)} is True, ${before(pick, source)}.`,
    where: () => `${is}, as ${conditionAt(pick, result, cell)} is ${source.tensor ? "False" : "True"}.`,
    nonzero: () => `${coordinate(pick, result, cell)}: ${from} is ${value}, not ${written(pick.tensors[0].dtype, 0)}.`,
    argsort: () => `${name} is ${result.values[cell]}: ${from}, ${value}, ${ranked(pick, result, cell)}`,
    sort: () => `${is}: it ${ranked(pick, result, cell)}`,
    gather: () => `${is}: ${indexAt(pick, cell)}, and that is the place along dim ${pick.dim}.`,
    take: () => `${is}: ${indexAt(pick, cell)}, and ${from} is ${counted(pick, source.place, cell)}.`,
    cat: () => `${is}: ${taken(pick, source.tensor, index)}.`,
    stack: () => `${is}: the ${source.tensor} at dim ${pick.dim} means ${called(pick)[source.tensor]}.`,
  };
  return sentences[pick.op]();
}

/**
 * The coordinate that a row of nonzero is.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} cell
 */
function coordinate(pick, result, cell) {
  const index = unravel(result.place[cell], shapeOf(pick.tensors[0].values));
  const number = unravel(cell, result.shape)[pick.as_tuple ? 1 : 0];
  const name = resultName(pick);
  if (!pick.as_tuple) return `${name}[${number}] is [${index.join(", ")}]`;
  return index.map((at, i) => `${name}[${i}][${number}] is ${at}`).join(", ");
}

/**
 * What the index holds for a cell of the result.
 * @param {Pick} pick
 * @param {number} cell
 */
function indexAt(pick, cell) {
  const source = { tensor: 1, place: cell };
  return `${sourceName(pick, source)} is ${sourceValue(pick, source)}`;
}

/**
 * Which number take has for a cell of x.
 * @param {Pick} pick
 * @param {number} place
 * @param {number} cell
 */
function counted(pick, place, cell) {
  const asked = cellsOf(pick.tensors[1].values).values[cell];
  const size = cellsOf(pick.tensors[0].values).values.length;
  return asked < 0 ? `cell ${place}, since ${size} − ${-asked} = ${place}` : `cell ${place}, counted row by row from 0`;
}

/**
 * @param {Pick} pick
 * @param {Source} source
 */
function maskAt(pick, { place }) {
  return named(maskName(pick), unravel(maskPlace(pick, place), maskOf(pick).shape));
}

/**
 * A mask with fewer axes picks along the first ones.
 * @param {Pick} pick
 * @param {number} place
 */
function maskPlace(pick, place) {
  const shape = shapeOf(pick.tensors[0].values);
  return Math.floor(place / count(shape.slice(maskOf(pick).shape.length)));
}

/**
 * @param {Pick} pick
 * @param {Source} source
 */
function before(pick, { place }) {
  const earlier = maskOf(pick).values.slice(0, maskPlace(pick, place)).filter(Boolean).length;
  return earlier ? `after ${earlier} other${earlier > 1 ? "s" : ""}` : "the first one";
}

/**
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} cell
 */
function conditionAt(pick, result, cell) {
  const { shape } = maskOf(pick);
  if (!shape.length) return maskName(pick);
  return named(maskName(pick), unravel(within(unravel(cell, result.shape), shape), shape));
}

/**
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} cell
 */
function ranked(pick, result, cell) {
  const along = axis(pick.dim, result.shape.length);
  const at = unravel(cell, result.shape)[along];
  const [least, most] = pick.descending ? ["largest", "smallest"] : ["smallest", "largest"];
  const size = result.shape[along];
  const line = result.shape.length > 1 ? ` along dim ${pick.dim}` : "";
  const others = ties(pick, result, cell).filter((one) => one !== result.place[cell]);
  const names = others.map((place) => sourceName(pick, { tensor: 0, place })).join(", ");
  const tied = others.length ? ` It ties with ${names}: equal numbers keep their order.` : "";
  if (at === 0) return `is the ${least}${line}.${tied}`;
  if (at === size - 1) return `is the ${most}${line}.${tied}`;
  return `comes after ${at} of ${size}${line}.${tied}`;
}

/**
 * The places of x, in the line of a cell, that hold the same number.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} cell
 */
export function ties(pick, result, cell) {
  const { shape, values } = cellsOf(pick.tensors[0].values);
  const places = lineOf(pick, shape, result.place[cell]).filter((place) => values[place] === values[result.place[cell]]);
  return places.length > 1 ? places : [];
}

/**
 * The places in the line along dim in which a place lies.
 * @param {Pick} pick
 * @param {number[]} shape
 * @param {number} place
 */
export function lineOf({ dim }, shape, place) {
  const along = axis(dim, shape.length);
  const step = count(shape.slice(along + 1));
  const first = place - unravel(place, shape)[along] * step;
  return Array.from({ length: shape[along] }, (_, i) => first + i * step);
}

/**
 * @param {Pick} pick
 * @param {number} tensor
 * @param {number[]} index
 */
function taken(pick, tensor, index) {
  const along = axis(pick.dim, index.length);
  const sizes = pick.tensors.slice(0, tensor).map(({ values }) => shapeOf(values)[along]);
  const names = called(pick);
  const start = sizes.reduce((sum, size) => sum + size, 0);
  if (!start) return `along dim ${pick.dim}, ${names[0]} comes first`;
  return `along dim ${pick.dim}, ${names[tensor]} begins at ${start}, and ${index[along]} − ${start} = ${index[along] - start}`;
}

/**
 * Where a cell of a tensor goes, or that it is left out.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {Source} source
 */
export function ofSource(pick, result, source) {
  if (source.tensor === 1 && LOOKED_UP.includes(pick.op)) return ofCell(pick, result, source.place);
  const is = `${sourceName(pick, source)} is ${sourceValue(pick, source)}`;
  const cells = goesTo(result, source.tensor, source.place);
  const names = [...new Set(cells.map((cell) => cellName(pick, result, cell)))];
  if (names.length > 3) return `${is}; it goes to ${names.length} cells of ${resultName(pick)}.`;
  const verb = pick.op === "nonzero" || pick.op === "argsort" ? `${names} points at it` : `it goes to ${names.join(", ")}`;
  if (names.length) return `${is}; ${verb}.`;
  /** @type {Record<string, () => string>} */
  const why = {
    mask: () => `as ${maskAt(pick, source)} is False`,
    where: () => `as the condition is ${source.tensor ? "True" : "False"} there`,
    nonzero: () => "as only what is not 0 counts",
    gather: () => `as no number of ${called(pick)[1]} leads to it`,
    take: () => `as no number of ${called(pick)[1]} leads to it`,
  };
  return `${is}; it is left out, ${why[pick.op]()}.`;
}

/**
 * What a cell of the mask does.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} place
 */
export function ofMask(pick, result, place) {
  const { shape, values } = maskOf(pick);
  const name = shape.length ? named(maskName(pick), unravel(place, shape)) : maskName(pick);
  const is = `${name} is ${values[place] ? "True" : "False"}`;
  const cells = underMask(pick, result, place);
  if (pick.op === "mask") {
    if (!values[place]) return `${is}: nothing of ${called(pick)[0]} is picked here.`;
    if (cells.length > 1) return `${is}: ${plural(cells.length, "cell")} of ${called(pick)[0]} are picked.`;
    return `${is}: ${cellName(pick, result, cells[0])} is ${sourceName(pick, { tensor: 0, place: result.place[cells[0]] })}.`;
  }
  const from = called(pick)[values[place] ? 0 : 1];
  if (cells.length > 1) return `${is}: ${plural(cells.length, "cell")} of ${resultName(pick)} are taken from ${from}.`;
  const [cell] = cells;
  return `${is}: ${cellName(pick, result, cell)} is ${sourceName(pick, { tensor: result.tensor[cell], place: result.place[cell] })}.`;
}

/**
 * The cells of the result that a cell of the mask decides.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} place
 */
export function underMask(pick, result, place) {
  const { shape } = maskOf(pick);
  const cells = result.place.map((_, cell) => cell);
  if (pick.op === "mask") return cells.filter((cell) => maskPlace(pick, result.place[cell]) === place);
  return cells.filter((cell) => within(unravel(cell, result.shape), shape) === place);
}

/**
 * The cell of the mask that decides a cell of the result.
 * @param {Pick} pick
 * @param {Picked} result
 * @param {number} cell
 */
export function overMask(pick, result, cell) {
  if (pick.op === "mask") return maskPlace(pick, result.place[cell]);
  return within(unravel(cell, result.shape), maskOf(pick).shape);
}
