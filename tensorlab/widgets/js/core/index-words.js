/**
 * What an index does, part by part, in words.
 *
 * @typedef {import("./index-values.js").Found} Found
 * @typedef {import("./index-values.js").Step} Step
 * @typedef {import("./index-picking.js").Part} Part
 * @typedef {import("../ui/sums.js").Row} Row
 */

/** More places than these are not listed one by one. */
const MOST_PLACES = 8;

/**
 * A row for each part of the index: which dimension it stands for, what it takes, what stays.
 * @param {Found} found
 * @returns {Row[]}
 */
export function explained({ code, steps }) {
  return steps.flatMap((step, n) => {
    const rows = rowsOf(step, code);
    if (steps.length === 1) return rows;
    const on = `${ORDER[n] ?? "Then"}, on shape [${step.before.shape.join(", ")}]`;
    return [row("", on, ""), ...rows];
  });
}

const ORDER = ["First", "Then"];

/**
 * @param {Step} step
 * @param {string} code
 */
function rowsOf({ index, parts, paired, before, after }, code) {
  const tuple = index.kind === "tuple" || (index.kind === "list" && parts.length > 1);
  const nodes = tuple ? index.parts ?? [] : [index];
  const picks = parts.filter(({ does }) => PICKS.has(does));
  const rows = parts.map((part, n) => {
    const node = nodes[n];
    const label = node && n < nodes.length ? code.slice(node.start, node.end) : "";
    const together = picks.length > 1 && PICKS.has(part.does);
    return row(label || "not named", words(part), together ? "" : size(part, paired));
  });
  if (picks.length > 1 && paired) {
    const front = moved(parts) ? " A part stands between them, so their dimension comes first." : "";
    const pairs = paired.length === 1 ? `${paired[0]} at a time` : paired.join(" × ");
    rows.push(row("together", `the lists are paired, first with first: ${pairs}.${front}`, paired.join(" × ") || "1"));
  }
  return before.shape.length || after.shape.length ? rows : [];
}

const PICKS = new Set(["list", "mask", "flag"]);

/** @param {Part[]} parts */
function moved(parts) {
  const kept = parts.filter(({ does }) => does !== "one");
  const at = kept.flatMap(({ does }, n) => (PICKS.has(does) ? [n] : []));
  return at.length > 1 && at[at.length - 1] - at[0] >= at.length;
}

/**
 * @param {string} label
 * @param {string} text
 * @param {string} result
 * @returns {Row}
 */
const row = (label, text, result) => ({ label, pieces: [[text]], result });

/**
 * What the part leaves of its dimensions.
 * @param {Part} part
 * @param {number[] | null} paired
 */
function size({ does, sizes, places }, paired) {
  if (does === "one") return "";
  if (does === "slice") return String(places.length);
  if (does === "new") return "1";
  return (does === "rest" ? sizes : paired ?? []).join(" × ");
}

/** @param {Part} part */
function words({ does, dims, sizes, places, yes }) {
  const where = dims.length ? `dimension${dims.length > 1 ? "s" : ""} ${dims.join(", ")}: ` : "";
  if (does === "one") return `${where}index ${places[0]} alone; the dimension goes`;
  if (does === "new") return "a new dimension";
  if (does === "rest") return dims.length ? `${where}all of ${dims.length > 1 ? "them; they stay" : "it; it stays"}` : "nothing is left for it to stand for";
  if (does === "slice") return `${where}${places.length === sizes[0] ? `all ${sizes[0]}` : listed(places)}; it stays`;
  if (does === "list") return `${where}${listed(places)}, by a list`;
  if (does === "flag") return `${yes ? "True" : "False"} is a mask of its own: a new dimension`;
  return `${where}a mask, true ${yes} of ${sizes.reduce((product, one) => product * one, 1)} times`;
}

/** @param {number[]} places */
function listed(places) {
  if (!places.length) return "no index";
  if (places.length > MOST_PLACES) return `indices ${places.slice(0, 3).join(", ")} … ${places[places.length - 1]}`;
  return `ind${places.length > 1 ? "ices" : "ex"} ${places.join(", ")}`;
}

/**
 * Whether the result is a part of the tensor's memory.
 * @param {Found} found
 * @param {string} name
 */
export function memory({ result, steps }, name) {
  if (!steps.length) return `This is ${name} itself.`;
  if (!result.copied) return `A view: whole numbers, slices and None move nothing. Writing into y writes into ${name}.`;
  return `A copy: lists and masks pick any places, so the numbers move. Writing into y leaves ${name} as it is.`;
}

/**
 * What comes out, in a sentence.
 * @param {Found} found
 * @param {number} total
 * @param {string} name
 */
export function summary({ code, result, steps }, total, name) {
  const picked = new Set(result.source).size;
  const kind = steps.length ? `a ${result.copied ? "copy" : "view"}` : "the tensor itself";
  return `${code} picks ${picked} of the ${total} number${total === 1 ? "" : "s"} of ${name}. The result is ${kind} of shape [${result.shape.join(", ")}].`;
}
