/** How PickLens shows its tensors: their cells, where each comes from, what is left out. */

import { asPlanes, by, captions, cellsOf, count } from "../core/cells.js";
import { growth } from "../core/pick-facts.js";
import { JOINED, LOOKED_UP, maskOf, sources as countOf } from "../core/pick.js";
import * as words from "../core/pick-words.js";
import { shapeOf } from "../core/tensor.js";
import { el } from "./dom.js";

/**
 * @typedef {import("../core/pick.js").Pick} Pick
 * @typedef {import("../core/pick.js").Picked} Picked
 * @typedef {import("./grid.js").Grid} Grid
 * @typedef {{ mask: Grid, index: Grid, sources: Grid[], y: Grid, other: Grid, stage: import("./stage.js").Stage }} Shown
 */

/** More cells than these are drawn small. */
const MANY = 100;

/**
 * The shape in which a tensor is shown: the tuple of nonzero as lines under each other.
 * @param {Pick} now
 * @param {Picked} result
 * @param {"y" | "mask" | "index" | "source"} part
 * @param {number} [tensor]
 */
export function shownShape(now, { shape }, part, tensor = 0) {
  if (part === "mask") return maskOf(now).shape;
  if (part === "index") return shapeOf(now.tensors[1].values);
  if (part === "source") return shapeOf(now.tensors[tensor].values);
  return now.op === "nonzero" && now.as_tuple ? [shape[0], 1, shape[1]] : shape;
}

/**
 * The shapes, with the axis that grows or appears.
 * @param {HTMLElement} grown where they stand
 * @param {Pick} now of cat or stack, or it is hidden
 * @param {Picked} result
 */
export function showGrowth(grown, now, result) {
  grown.hidden = !JOINED.includes(now.op);
  if (grown.hidden) return;
  const { from, to, how } = growth(now, result);
  const marked = (/** @type {import("../core/pick-facts.js").Marked} */ { shape, mark: wanted }) =>
    el(
      "span",
      { class: "tl-sizes" },
      ...(shape.length
        ? shape.flatMap((size, i) => [i ? " × " : null, i === wanted ? el("strong", {}, String(size)) : String(size)])
        : ["a number"]),
    );
  grown.dataset.op = now.op;
  grown.replaceChildren(
    ...from.flatMap((one, i) => [...(i ? [", "] : []), marked(one)]),
    " → ",
    marked(to),
    el("span", { class: "tl-how" }, how),
  );
}

/**
 * The tensors and the result, after every change of a number.
 * @param {Pick} now
 * @param {Picked} result
 * @param {Shown} shown
 */
export function showTensors(now, result, shown) {
  const { mask, index, sources, y, other, stage } = shown;
  const names = words.called(now);
  const several = countOf(now) > 1;
  const masked = now.op === "mask" || now.op === "where";
  const shapes = now.tensors.map(({ values }) => shapeOf(values));
  const flat = [...shapes, result.shape].every((shape) => shape.length < 2);
  const dense = [...shapes, ...(now.op === "mask" ? [] : [result.shape])].some((shape) => count(shape) > MANY);
  stage.element.classList.toggle("tl-lines", flat);
  const used = shapes.map((_, k) => new Set(result.place.filter((_, i) => result.tensor[i] === k)));
  const common = { dense, wrap: flat };

  mask.element.hidden = !masked;
  if (masked) {
    const cells = maskOf(now);
    rename(mask, words.maskName(now));
    mask.show({
      ...common,
      planes: asPlanes(cells),
      captions: captions(mask.name, cells.shape),
      shape: by(cells.shape),
      write: (on) => (dense ? (on ? "T" : "F") : on ? "True" : "False"),
      kind: (_, place) => {
        const on = cells.values[place];
        return `${on ? "on" : "off"}${several ? ` from${on ? 0 : 1}` : ""}`;
      },
    });
  }
  index.element.hidden = !LOOKED_UP.includes(now.op);
  if (!index.element.hidden) {
    const cells = cellsOf(now.tensors[1].values);
    rename(index, names[1]);
    const [planes, heads] = [asPlanes(cells), captions(names[1], cells.shape)];
    index.show({ ...common, planes, captions: heads, shape: by(cells.shape) });
  }
  for (const [k, grid] of sources.entries()) {
    grid.element.hidden = k >= countOf(now);
    if (grid.element.hidden) continue;
    const cells = cellsOf(now.tensors[k].values);
    rename(grid, names[k]);
    grid.show({
      ...common,
      planes: asPlanes(cells),
      captions: captions(names[k], cells.shape),
      shape: by(cells.shape),
      write: now.tensors[k].dtype === "bool" ? (on) => (on ? "True" : "False") : undefined,
      kind: () => (several ? `from${k}` : ""),
      hatched: (_, place) => !used[k].has(place),
    });
  }
  showResult(now, result, shown, common);
  if (flat) align([mask, index, ...sources, y, other].filter((grid) => !grid.element.hidden));
}

/**
 * @param {Pick} now
 * @param {Picked} result
 * @param {Shown} shown
 * @param {{ dense: boolean, wrap: boolean }} common
 */
function showResult(now, result, { y, other }, common) {
  const several = countOf(now) > 1;
  const shape = shownShape(now, result, "y");
  const name = words.resultName(now);
  const tuple = now.op === "nonzero" && now.as_tuple;
  const long = now.op === "nonzero" && count(result.shape) > MANY;
  rename(y, name);
  const planes = asPlanes({ shape, values: result.values });
  y.show({
    ...common,
    wrap: common.wrap || long || (now.op === "mask" && shape.length === 1),
    planes: planes.length ? planes : [[]],
    captions: tuple ? shape.slice(0, 1).flatMap((n) => Array.from({ length: n }, (_, i) => `${name}[${i}]`)) : captions(name, shape),
    shape: tuple ? `${shape[0]} tensors of ${shape[2]}` : by(shape),
    write: result.dtype === "bool" ? (on) => (on ? "True" : "False") : undefined,
    kind: (_, place) => (several ? `from${result.tensor[place]}` : ""),
  });
  other.element.hidden = !result.sorted;
  if (!result.sorted) return;
  rename(other, words.otherName(now));
  const bool = now.op === "argsort" && now.tensors[0].dtype === "bool";
  other.show({
    ...common,
    planes: asPlanes({ shape, values: result.sorted }),
    captions: captions(other.name, shape),
    shape: by(shape),
    write: bool ? (on) => (on ? "True" : "False") : undefined,
  });
}

/**
 * @param {Grid} grid
 * @param {string} name
 */
function rename(grid, name) {
  if (grid.name === name && grid.code.textContent === name) return;
  grid.name = name;
  grid.code.textContent = name;
  grid.element.setAttribute("aria-label", name);
}

/**
 * Lines of cells stand under each other, so all cells are as wide as the widest.
 * @param {Grid[]} grids
 */
function align(grids) {
  const longest = Math.max(...grids.map((grid) => grid.longest));
  for (const grid of grids) grid.longest = longest;
}
