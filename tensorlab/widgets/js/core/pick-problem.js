/** What is wrong with a question, in torch's words, and what to do; Python says the same. */

import { DTYPES } from "./dtypes.js";
import { cellsOf, count, listed } from "./cells.js";
import { axis, broadcast, maskOf } from "./pick.js";
import { called } from "./pick-words.js";
import { shapeOf } from "./tensor.js";

/** @typedef {import("./pick.js").Pick} Pick */

const MOST_CELLS = 2048;

/**
 * Only what can be asked in the page: it offers no dim and no op that does not fit the tensors.
 * @param {Pick} pick
 * @returns {string} empty where nothing is wrong
 */
export function problem(pick) {
  const { op, tensors, dim } = pick;
  const shapes = tensors.map(({ values }) => shapeOf(values));
  if (op === "where") return where([maskOf(pick).shape, ...shapes]);
  if (op === "cat") return cat(shapes, dim);
  if (op === "gather") return gather(pick, shapes);
  if (op === "take") return take(pick, shapes[0]);
  return op === "stack" ? stack(shapes) : "";
}

/** @param {number[][]} shapes */
function where(shapes) {
  /** @type {number[]} */
  let whole = [];
  for (const shape of shapes) {
    const most = Math.max(whole.length, shape.length);
    const [first, second] = [whole, shape].map((one) => [...new Array(most - one.length).fill(1), ...one]);
    for (let i = most - 1; i >= 0; i--) {
      if (first[i] === second[i] || first[i] === 1 || second[i] === 1) continue;
      return (
        `The size of tensor a (${first[i]}) must match the size of tensor b (${second[i]}) at non-singleton ` +
        `dimension ${i}. Line the shapes up from the right, ${shapes.map(listed).join(", ")}: every axis has one ` +
        "size, or 1."
      );
    }
    whole = broadcast([whole, shape]);
  }
  return tooLarge(count(whole));
}

/**
 * @param {number[][]} shapes
 * @param {number} dim
 */
function cat(shapes, dim) {
  const bare = shapes.findIndex((shape) => !shape.length);
  if (bare >= 0) {
    return (
      `zero-dimensional tensor (at position ${bare}) cannot be concatenated. A number alone has no axis that ` +
      "could grow: choose stack, which makes one."
    );
  }
  const [first] = shapes;
  const along = axis(dim, first.length);
  for (const [place, shape] of shapes.entries()) {
    if (shape.length !== first.length) {
      return (
        `Tensors must have same number of dimensions: got ${first.length} and ${shape.length}. Give each as ` +
        "many: unsqueeze adds one."
      );
    }
    const differs = shape.findIndex((size, i) => i !== along && size !== first[i]);
    if (differs >= 0) {
      return (
        `Sizes of tensors must match except in dimension ${along}. Expected size ${first[differs]} but got size ` +
        `${shape[differs]} for tensor number ${place} in the list. Choose the dim in which they differ, or give ` +
        "equal sizes."
      );
    }
  }
  return tooLarge(shapes.reduce((sum, shape) => sum + count(shape), 0));
}

/**
 * @param {Pick} pick
 * @param {number[][]} shapes
 */
function gather(pick, [x, chosen]) {
  const [name, index] = called(pick);
  if (!x.length) return alone(name);
  const { dtype, values } = pick.tensors[1];
  if (dtype !== "int32" && dtype !== "int64") {
    return `gather(): Expected dtype int32/int64 for index. ${index} is of ${dtype}: give whole numbers.`;
  }
  if (chosen.length !== x.length) {
    return (
      `Index tensor must have the same number of dimensions as input tensor: ${index} has ${chosen.length}, ` +
      `${name} ${x.length}. Give as many: unsqueeze adds one.`
    );
  }
  const along = axis(pick.dim, x.length);
  const larger = chosen.findIndex((size, i) => i !== along && size > x[i]);
  if (larger >= 0) {
    return (
      `Size does not match at dimension ${larger} expected index ${listed(chosen)} to be no larger than self ` +
      `${listed(x)} apart from dimension ${along}. Choose another dim, or a smaller index.`
    );
  }
  const wrong = cellsOf(values).values.find((at) => !(at >= 0 && at < x[along]));
  if (wrong === undefined) return "";
  return `index ${wrong} is out of bounds for dimension ${along} with size ${x[along]}. Give numbers from 0 to ${x[along] - 1}.`;
}

/**
 * @param {Pick} pick
 * @param {number[]} x
 */
function take(pick, x) {
  const [name] = called(pick);
  if (!x.length) return alone(name);
  const { dtype, values } = pick.tensors[1];
  if (dtype !== "int64") {
    return (
      `take(): Expected a long tensor for index, but got ${DTYPES[dtype].legacy}. Give whole numbers of int64: ` +
      "long() makes them."
    );
  }
  const size = count(x);
  const wrong = cellsOf(values).values.find((at) => !(at >= -size && at < size));
  if (wrong === undefined) return "";
  return (
    `out of range: tried to access index ${wrong} on a tensor of ${size} elements. Give numbers from ${-size} to ` +
    `${size - 1}.`
  );
}

/** @param {string} name */
function alone(name) {
  return `${name} is a number alone, with no cells to pick from: give a tensor of 1 to 3 dimensions.`;
}

/** @param {number[][]} shapes */
function stack(shapes) {
  const [first] = shapes;
  const place = shapes.findIndex((shape) => listed(shape) !== listed(first));
  if (place >= 0) {
    return (
      `stack expects each tensor to be equal size, but got ${listed(first)} at entry 0 and ${listed(shapes[place])} ` +
      `at entry ${place}. Give equal shapes, or choose cat, which lets one axis differ.`
    );
  }
  return tooLarge(shapes.length * count(first));
}

/** @param {number} cells */
function tooLarge(cells) {
  if (cells <= MOST_CELLS) return "";
  return `The result would have ${cells} cells, more than the ${MOST_CELLS} that fit here. Give smaller tensors.`;
}
