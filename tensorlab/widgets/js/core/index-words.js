/**
 * What an index does, part by part, and what comes of it.
 *
 * @typedef {import("./index-values.js").Found} Found
 * @typedef {import("./index-values.js").Step} Step
 * @typedef {import("./index-picking.js").Part} Part
 *
 * @typedef {[part: string, dimension: string, takes: string, leaves: string]} Row
 */

import { count } from "./index-tensor.js";

/** More places than these are not listed one by one. */
const MOST_PLACES = 8;

/**
 * A row for each part of the index; one with a single text before each further pair of brackets.
 * @param {Found} found
 * @returns {(Row | [string])[]}
 */
export function explained({ code, steps }) {
  return steps.flatMap((step, n) => {
    /** @type {(Row | [string])[]} */
    const heading = n ? [[`then, of shape [${step.before.shape.join(", ")}]`]] : [];
    return heading.concat(rowsOf(step, code));
  });
}

/**
 * @param {Step} step
 * @param {string} code
 * @returns {Row[]}
 */
function rowsOf({ index, parts, paired, before }, code) {
  const several = index.kind === "tuple" || (index.kind === "list" && parts[0]?.does === "list" && index.parts?.[0]?.kind === "list");
  const nodes = several ? index.parts ?? [] : [index];
  let left = paired ? `${paired.join(" × ") || "gone"}` : "";
  return parts.map((part, n) => {
    const { does, dims, places, yes } = part;
    const node = nodes[n];
    const sizes = dims.map((d) => before.shape[d]);
    const all = sizes.join(" × ");
    /** @type {Record<Part["does"], [string, string]>} */
    const said = {
      one: [listed(places), "gone"],
      slice: [places.length === sizes[0] ? "all" : listed(places), String(places.length)],
      rest: ["all", all],
      new: ["", "1, new"],
      list: [listed(places), left],
      mask: [`${yes} of ${count(sizes)}`, left],
      flag: [yes ? "True" : "False", left],
    };
    const [takes, leaves] = said[does];
    if (["list", "mask", "flag"].includes(does)) left = "paired";
    return [node ? code.slice(node.start, node.end) : "", dims.join(", ") || "–", takes, leaves];
  });
}

/** @param {number[]} places */
function listed(places) {
  if (places.length > MOST_PLACES) return `${places.slice(0, 3).join(", ")} … ${places[places.length - 1]}`;
  return places.join(", ") || "none";
}

/**
 * Whether the result is a part of the tensor's memory.
 * @param {Found} found
 * @param {string} name
 */
export function memory({ result, steps }, name) {
  if (!steps.length) return `This is ${name} itself.`;
  return result.copied
    ? `A copy: lists and masks move the numbers. Writing into y leaves ${name} as it is.`
    : `A view: numbers and slices move nothing. Writing into y writes into ${name}.`;
}

/**
 * What comes out, in a sentence.
 * @param {Found} found
 * @param {number} total
 * @param {string} name
 */
export function summary({ code, result }, total, name) {
  const picked = new Set(result.source).size;
  const all = total === 1 ? "the one number" : `${picked} of the ${total} numbers`;
  return `${code} picks ${all} of ${name}, and gives the shape [${result.shape.join(", ")}].`;
}
