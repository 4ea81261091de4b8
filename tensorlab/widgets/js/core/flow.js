/**
 * A model's run: what stands where, what is known after a step, and what is said of it.
 *
 * @typedef {import("./packed.js").Packed} Packed
 *
 * @typedef {{ name: string, box: number, tensor: Packed, grad: Packed | null }} Value
 *
 * @typedef {object} Box a call of a module that calls no other, or operations between two calls
 * @property {string} name
 * @property {string} type the class of the module; empty for operations
 * @property {string} text
 * @property {number[]} inputs numbers of values
 * @property {number[]} outputs
 * @property {string[]} parameters
 * @property {"done" | "failed" | "waiting"} state
 * @property {number} count of numbers in its parameters
 * @property {Record<string, any> | null} how of a layer whose arithmetic can be written out
 *
 * @typedef {{ name: string, type: string, depth: number, parameters: string[], first: number, last: number }} Group
 *
 * @typedef {object} Trace
 * @property {string} kind
 * @property {number} count
 * @property {Value[]} values
 * @property {Box[]} boxes
 * @property {Group[]} groups
 * @property {Record<string, { tensor: Packed, grad: Packed | null, frozen: boolean }>} parameters
 * @property {number[]} outputs
 * @property {string} stuck why there is no way back
 * @property {{ box: number, words: string, notes: string[], met: string } | null} error
 *
 * @typedef {{ kind: "value" | "box" | "group", at: number, name: string, depth: number, ends: number }} Row
 *   `ends`: so many frames end above it
 * @typedef {{ from: number, to: number, lane: number }} Arc from row to row, past others
 * @typedef {{ first: number, last: number, depth: number, below: number }} Frame rows of a group, and
 *   how many frames inside end with it
 */

import { inline, times } from "./packed.js";

/** More arcs beside each other than these share their places. */
const MOST_LANES = 5;

/**
 * How many boxes were gone through.
 * @param {Trace} trace
 */
export function done(trace) {
  return trace.boxes.filter((box) => box.state === "done").length;
}

/**
 * The last step: forward through every box, and as many back, from the sum of the output.
 * @param {Trace} trace
 */
export function lastStep(trace) {
  return trace.stuck || trace.error ? done(trace) : 2 * done(trace) + 1;
}

/**
 * What is wrong with a state, and what to do; Python says the same.
 * @param {{ trace: Trace, step: any, opened: string }} state
 */
export function problem({ trace, step, opened }) {
  const last = lastStep(trace);
  if (!Number.isInteger(step) || step < 0 || step > last) return `step is ${step}: give a whole number from 0 to ${last}.`;
  const names = [...trace.boxes, ...trace.groups, ...trace.values].map((one) => one.name);
  if (opened && !names.includes(opened)) return `'${opened}' is not here. What can be opened: ${names.join(", ")}.`;
  return "";
}

/**
 * Whether forward has come past a value.
 * @param {Trace} trace
 * @param {number} step
 * @param {number} value
 */
export function isKnown(trace, step, value) {
  return trace.values[value].box < Math.min(step, done(trace));
}

/**
 * The step from which on the gradient of a value is complete: all that took it have been passed.
 * @param {Trace} trace
 * @param {number} value
 */
export function backAt(trace, value) {
  const takers = trace.boxes.findIndex((box) => box.inputs.includes(value));
  return stepBack(trace, takers < 0 ? done(trace) : takers);
}

/**
 * The same of a parameter: all boxes that work with it have been passed.
 * @param {Trace} trace
 * @param {string} name
 */
export function parameterBackAt(trace, name) {
  return stepBack(trace, Math.max(0, trace.boxes.findIndex((box) => box.parameters.includes(name))));
}

/**
 * The step that goes back through a box.
 * @param {Trace} trace
 * @param {number} box
 */
function stepBack(trace, box) {
  return done(trace) + 1 + done(trace) - box;
}

/**
 * The box that a step goes through, and which way; -1 for the first step each way.
 * @param {Trace} trace
 * @param {number} step
 */
export function where(trace, step) {
  const count = done(trace);
  return step <= count ? { back: false, box: step - 1 } : { back: true, box: step === count + 1 ? -1 : 2 * count + 1 - step };
}

/**
 * A step as it is counted.
 * @param {Trace} trace
 * @param {number} step
 */
export function place(trace, step) {
  const count = done(trace);
  return step <= count ? `forward ${step} of ${count}` : `backward ${step - count - 1} of ${count}`;
}

/**
 * The rows from top to bottom: a group's title before its first box, what a box gives behind it.
 * @param {Trace} trace
 * @returns {{ rows: Row[], arcs: Arc[], frames: Frame[], lanes: number }}
 */
export function layout(trace) {
  const shown = trace.groups.map((group, at) => ({ group, at })).filter(({ group }) => group.depth > 0);
  /** @type {Row[]} */
  const rows = [];
  trace.values.forEach(({ box, name }, at) => box < 0 && rows.push({ kind: "value", at, name, depth: 0, ends: 0 }));
  const depthAt = (/** @type {number} */ box) =>
    Math.max(0, ...shown.filter(({ group }) => group.first <= box && box <= group.last).map(({ group }) => group.depth));
  /** @type {Map<number, number>} */
  const rowOf = new Map(rows.map((row, n) => [row.at, n]));
  const boxRows = trace.boxes.map((box, n) => {
    for (const { group, at } of shown) {
      if (group.first === n) rows.push({ kind: "group", at, name: group.name, depth: group.depth, ends: 0 });
    }
    const row = rows.push({ kind: "box", at: n, name: box.name, depth: depthAt(n) + 1, ends: 0 }) - 1;
    let ends = shown.filter(({ group }) => group.last === n).length;
    for (const at of box.outputs) {
      const depth = Math.min(depthAt(n), n + 1 < trace.boxes.length ? depthAt(n + 1) : 0);
      rowOf.set(at, rows.push({ kind: "value", at, name: trace.values[at].name, depth, ends }) - 1);
      ends = 0;
    }
    return row;
  });
  const frames = shown.map(({ group, at }) => ({
    first: rows.findIndex((row) => row.kind === "group" && row.at === at),
    last: boxRows[group.last],
    depth: group.depth,
    below: shown.filter((other) => other.group.depth > group.depth && other.group.last === group.last).length,
  }));
  const arcs = detours(trace, rows, boxRows, rowOf);
  return { rows, arcs, frames, lanes: Math.max(-1, ...arcs.map((arc) => arc.lane)) + 1 };
}

/**
 * @param {Trace} trace
 * @param {Row[]} rows
 * @param {number[]} boxRows
 * @param {Map<number, number>} rowOf
 */
function detours(trace, rows, boxRows, rowOf) {
  /** @type {Arc[]} */
  const arcs = [];
  for (const [n, box] of trace.boxes.entries()) {
    const to = boxRows[n];
    for (const value of new Set(box.inputs)) {
      const from = rowOf.get(value) ?? 0;
      if (straight(rows, from, to)) continue;
      const taken = arcs.filter((arc) => arc.from < to && from < arc.to).map((arc) => arc.lane);
      const free = [...Array(MOST_LANES).keys()].find((lane) => !taken.includes(lane));
      arcs.push({ from, to, lane: free ?? MOST_LANES - 1 });
    }
  }
  return arcs;
}

/**
 * Whether the line leads straight down from a value to a box: only titles stand between them.
 * @param {Row[]} rows
 * @param {number} from
 * @param {number} to
 */
export function straight(rows, from, to) {
  return from < to && rows.slice(from + 1, to).every((row) => row.kind === "group");
}

/**
 * A box by its name and its class.
 * @param {Box} box
 */
export function called(box) {
  return box.type ? `${box.name} (${box.type})` : box.name;
}

/**
 * What a step does, in words.
 * @param {Trace} trace
 * @param {number} step
 */
export function inWords(trace, step) {
  const { back, box: at } = where(trace, step);
  const box = trace.boxes[at];
  const told = (/** @type {number[]} */ values) => values.map((value) => describe(trace, step, { kind: "value", at: value })).join(" ");
  const name = (/** @type {number} */ value) => trace.values[value].name;
  if (!back) {
    const inputs = trace.values.flatMap((value, n) => (value.box < 0 ? [n] : []));
    let said = told(inputs);
    if (box) said = `Forward ${step} of ${done(trace)}: ${called(box)} takes ${box.inputs.map(name).join(" and ") || "nothing"}. ${told(box.outputs)}`;
    if (step < lastStep(trace)) return said;
    if (trace.error) return `${said} Here forward stops. ${trace.error.met}`;
    return trace.stuck ? `${said} There is no way back. ${trace.stuck}` : said;
  }
  if (!box) return "Backward begins: y.sum() grows as much as any number of y does, so the gradient of y is 1 everywhere.";
  const reached = [...new Set(box.inputs)].filter((value) => backAt(trace, value) === step);
  const named = [
    ...reached.map((value) => ({ name: name(value), grad: trace.values[value].grad })),
    ...box.parameters.filter((own) => parameterBackAt(trace, own) === step).map((own) => ({ name: own, grad: trace.parameters[own].grad })),
  ];
  const said = named.flatMap(({ name, grad }) => (grad ? [`the gradient of ${name} is ${inline(grad, 60)}`] : []));
  return `Backward ${step - done(trace) - 1} of ${done(trace)}, through ${called(box)}: ${said.join("; ") || "no gradient is complete here"}.`;
}

/**
 * What a row is, in words.
 * @param {Trace} trace
 * @param {number} step
 * @param {{ kind: Row["kind"], at: number }} row
 */
export function describe(trace, step, { kind, at }) {
  if (kind === "value") {
    const { name, tensor, grad } = trace.values[at];
    const known = isKnown(trace, step, at) ? inline(tensor, 80) : "not computed yet";
    const back = grad && step >= backAt(trace, at) ? `; its gradient: ${inline(grad, 60)}` : "";
    return `${name} is ${times(tensor.shape)}: ${known}${back}.`;
  }
  if (kind === "group") return `${trace.groups[at].name} is a ${trace.groups[at].type}, with what stands in its frame.`;
  const box = trace.boxes[at];
  if (box.state === "failed") return `${called(box)}: here forward stops. ${trace.error?.met ?? ""}`;
  if (box.state === "waiting") return `${called(box)}: not reached.`;
  if (!box.type) return `Between two modules, forward computes ${box.name}.`;
  const parameters = box.parameters.map((one) => `${one}, ${times(trace.parameters[one].tensor.shape)}`);
  return `${called(box)} has ${parameters.join("; ") || "no parameters"}.`;
}
