/**
 * What BroadcastLens says: the arithmetic of a cell, and sentences on shapes, dtypes and failures.
 *
 * @typedef {import("./dtypes.js").Typed} Typed
 * @typedef {import("./broadcast.js").Layout} Layout
 * @typedef {import("./shapes.js").Index} Index
 * @typedef {[string, string?]} Piece text, and whose number it is
 * @typedef {{ label: string, pieces: Piece[], result: string }} Row
 *
 * @typedef {object} Lens a state, and all that follows from it
 * @property {string} op
 * @property {Typed} x
 * @property {Typed} y
 * @property {Layout} layout
 * @property {import("./operate.js").Failure | null} failure
 * @property {Typed | null} out
 *
 * @typedef {"x" | "y" | "out"} Name
 *
 * @typedef {object} Spot a cell as it is drawn
 * @property {Name} tensor
 * @property {Index} index
 */

import { lay, links, repeated, stretchedStrides } from "./broadcast.js";
import { DTYPES, common, promote, range, written } from "./dtypes.js";
import { compares, failure, operate, problem, zeros } from "./operate.js";
import { flat, indexed, numel, tuple } from "./shapes.js";

/** The colours of the sums: what goes in, what it meets, what comes out. */
const WHOSE = { x: "x", y: "w", out: "y" };
/** More cells than these are not listed. */
const MOST_ROWS = 6;

/**
 * @param {{ op: string, x: Typed, y: Typed }} state
 * @returns {Lens & { zeros: number[] }}
 */
export function lens({ op, x, y }) {
  const failed = failure(op, x, y);
  const drawn = !problem({ op, x, y });
  return {
    op,
    x,
    y,
    layout: lay(op, x.shape, y.shape),
    failure: failed,
    out: failed || !drawn ? null : operate(op, x, y),
    zeros: failed?.words === "ZeroDivisionError" ? zeros(x, y) : [],
  };
}

/**
 * The number of a tensor that is drawn at a place.
 * @param {Lens} now
 * @param {Name} tensor
 * @param {Index} index
 */
function numberAt(now, tensor, index) {
  const { shape, numbers } = /** @type {Typed} */ (now[tensor]);
  return numbers[flat(shape, now.layout[tensor].own(index))];
}

/** @type {(now: Lens, tensor: Name, index: Index) => string} */
function textAt(now, tensor, index) {
  return written(numberAt(now, tensor, index), /** @type {Typed} */ (now[tensor]).dtype);
}

/** @type {(now: Lens, tensor: Name, index: Index) => string} */
function nameOf({ layout }, tensor, index) {
  return indexed(tensor, layout[tensor].own(index));
}

/**
 * A row or a column that `@` takes, as Python writes it; a vector is taken whole.
 * @param {Lens} now
 * @param {"x" | "y"} tensor
 * @param {Index} index of a cell in it
 */
function lineOf({ layout }, tensor, index) {
  const view = layout[tensor];
  if (view.shape.length === 1) return tensor;
  const parts = view.own(index).map(String);
  parts[parts.length - (tensor === "x" ? 1 : 2)] = ":";
  return `${tensor}[${parts.join(", ")}]`;
}

/**
 * What a cell of the result is computed from, as numbers.
 * @param {Lens} now
 * @param {Index} index
 * @returns {Piece[]}
 */
function pieces(now, index) {
  const { x, y } = links(now.op, now.layout, "out", index);
  const product = now.op === "@";
  return x.flatMap((one, i) => {
    const [left, right] = [textAt(now, "x", one), textAt(now, "y", y[i])];
    const bracketed = (/** @type {string} */ text) => (text.startsWith("−") ? `(${text})` : text);
    /** @type {Piece[]} */
    const found = [
      [i ? " + " : ""],
      [i || now.op === "**" ? bracketed(left) : left, WHOSE.x],
      [product ? "·" : ` ${now.op} `],
      [bracketed(right), WHOSE.y],
    ];
    return found;
  });
}

/**
 * The arithmetic of what is pointed at: a line for what it is, a row for each part.
 * @param {Lens} now
 * @param {Spot} spot
 * @returns {{ title: Piece[], rows: Row[] }}
 */
export function sums(now, { tensor, index }) {
  const row = (/** @type {string} */ label, /** @type {Index} */ at) => ({
    label,
    pieces: pieces(now, at),
    result: textAt(now, "out", at),
  });
  if (tensor === "out") {
    const { x, y } = links(now.op, now.layout, "out", index);
    const [left, right] = now.op === "@"
      ? [lineOf(now, "x", x[0]), lineOf(now, "y", y[0])]
      : [nameOf(now, "x", index), nameOf(now, "y", index)];
    return {
      title: [[nameOf(now, tensor, index), WHOSE.out], [" = "], [left, WHOSE.x], [` ${now.op} `], [right, WHOSE.y]],
      rows: [row("in numbers", index), ...steps(now, index)],
    };
  }
  const cells = links(now.op, now.layout, tensor, index).out;
  const again = repeated(now.layout[tensor], index) ? ", read again," : "";
  const rows = cells.slice(0, MOST_ROWS).map((one) => row(nameOf(now, "out", one), one));
  if (cells.length > MOST_ROWS) rows.push({ label: `and ${cells.length - MOST_ROWS} more`, pieces: [], result: "" });
  return {
    title: [[nameOf(now, tensor, index), WHOSE[tensor]], [` = ${textAt(now, tensor, index)}${again} is in ${parts(cells.length)} of out`]],
    rows,
  };
}

/**
 * What an operator does beyond what its sign says: rounding down, a rest, a number that wraps around.
 * @param {Lens} now
 * @param {Index} index
 * @returns {Row[]}
 */
function steps(now, index) {
  if (now.op === "@") return [];
  const met = common(now.x, now.y);
  const [a, b] = [numberAt(now, "x", index), numberAt(now, "y", index)];
  const row = (/** @type {string} */ label, /** @type {string} */ text, result = textAt(now, "out", index)) => {
    return [{ label, pieces: /** @type {Piece[]} */ ([[text]]), result }];
  };
  const show = (/** @type {number} */ number) => written(number, "float64").replace(/\.$/, "");
  const inner = (/** @type {number} */ number) => (number < 0 ? `(${show(number)})` : show(number));
  if (now.op === "//" && b) return row("rounded down", `⌊${show(a / b)}⌋`);
  if (now.op === "%" && b) return row("what is left", `${show(a)} − ${inner(Math.floor(a / b))}·${inner(b)}`);
  if (DTYPES[met].category !== 1) return [];
  const exact = { "+": a + b, "-": a - b, "*": a * b, "**": a ** b }[now.op] ?? 0;
  const [low, high] = range(met);
  if ((now.op === "**" && b < 0) || (exact >= low && exact <= high)) return [];
  return row("wraps around", `${show(exact)} is more than ${met} holds`, "");
}

/** A sentence's end; a decimal number may end so itself. @param {string} text */
function stop(text) {
  return text.endsWith(".") ? text : `${text}.`;
}

/** @param {number} count */
function parts(count) {
  return `${count} cell${count === 1 ? "" : "s"}`;
}

/**
 * What is pointed at, in words.
 * @param {Lens} now
 * @param {Spot | null} spot
 */
export function words(now, spot) {
  if (!spot) {
    const wrong = misfit(now.layout);
    const why = wrong ? `${wrong.name} does not fit, ${wrong.x} and ${wrong.y}.` : plainly(now);
    return `x ${now.op} y has no result: ${why}`;
  }
  const { tensor, index } = spot;
  const name = nameOf(now, tensor, index);
  const text = textAt(now, tensor, index);
  if (tensor !== "out") {
    const again = repeated(now.layout[tensor], index);
    const where = now.out ? ` It is in ${parts(links(now.op, now.layout, tensor, index).out.length)} of out.` : "";
    return again
      ? `${name} once more: ${text}, read again since the step here is 0. Enter changes it everywhere.`
      : `${name} is ${stop(text)}${where} Enter changes it.`;
  }
  const sum = pieces(now, index).map(([part]) => part).join("");
  const { x, y } = links(now.op, now.layout, "out", index);
  if (now.op === "@") return `${name} is ${text}: ${lineOf(now, "x", x[0])} @ ${lineOf(now, "y", y[0])}, ${stop(sum)}`;
  const ghosts = /** @type {("x" | "y")[]} */ (["x", "y"]).filter((one) => repeated(now.layout[one], index));
  const repeats = ghosts.map((one) => nameOf(now, one, index)).join(" and ");
  const again = repeats && ` ${repeats} ${ghosts.length > 1 ? "are" : "is"} read again here.`;
  return `${name} is ${text}: ${nameOf(now, "x", index)} ${now.op} ${nameOf(now, "y", index)}, ${stop(sum)}${again}`;
}

/** The last axis along which the sizes do not fit: torch names it. @param {Layout} layout */
function misfit({ axes }) {
  return axes.filter((axis) => axis.what === "does not fit").at(-1);
}

/**
 * Why there is no result, in plain words.
 * @param {Lens} now
 */
export function plainly({ op, x, y, layout, failure: failed }) {
  const wrong = misfit(layout);
  if (op === "@" && !layout.axes.length) return "@ needs rows and columns. A tensor with no axes multiplies with *.";
  if (wrong?.name === "inner") {
    const [row, column] = [x.shape.length > 1 ? "A row of x" : "x", y.shape.length > 1 ? "a column of y" : "y"];
    return `${row} has ${numbers(wrong.x)}, ${column} has ${wrong.y}. @ pairs them one by one, so the two counts must be equal.`;
  }
  if (wrong) {
    return `Lined up from the right, x has ${wrong.x} along ${wrong.name} and y has ${wrong.y}. ` +
      "Two sizes fit if they are equal, or if one is 1 or missing.";
  }
  if (failed?.words === "ZeroDivisionError") return "y holds a 0, dashed here, and whole numbers have no infinity.";
  if (op === "-") return "True minus True could mean several things, so torch asks for numbers.";
  if (op === "@" && x.dtype !== y.dtype) return `@ turns no dtype into another, as * would: ${x.dtype}, ${y.dtype}.`;
  if (op === "@") return "@ adds up products, and True and False cannot be added up.";
  return `torch has no ${op} for True and False.`;
}

/** @param {number | null | undefined} count */
function numbers(count) {
  return `${count} number${count === 1 ? "" : "s"}`;
}

/**
 * What holds for the whole: shapes, strides and dtypes.
 * @param {Lens} now
 */
export function facts(now) {
  const { op, x, y, layout, out } = now;
  if (!layout.fits) return [];
  const found = [];
  for (const name of /** @type {("x" | "y")[]} */ (["x", "y"])) {
    const own = now[name].shape;
    const kept = op === "@" ? Math.min(own.length, 2) : 0;
    const lead = op === "@" ? layout.x.full.slice(0, -2) : layout.shape;
    // A vector that meets a batch is repeated too; torch keeps its one axis out of that.
    const full = op === "@" && own.length < 2 ? own : [...lead, ...own.slice(own.length - kept)];
    if (numel(full) > numel(own)) found.push(stretching(name, own, full));
  }
  for (const [name, line] of [["x", "row"], ["y", "column"]]) {
    if (op !== "@" || now[/** @type {"x" | "y"} */ (name)].shape.length > 1) continue;
    found.push(`${name} has one axis: @ takes it as a ${line}, and the result has no axis for it.`);
  }
  if (out) found.push(ofDtypes(op, x, y));
  return found;
}

/**
 * @param {string} name
 * @param {Index} own
 * @param {Index} full
 */
function stretching(name, own, full) {
  const steps = stretchedStrides(own, full);
  const along = full.flatMap((size, axis) => {
    const at = axis - full.length + own.length;
    return size > 1 && (at < 0 || own[at] !== size) ? [`dim ${axis}`] : [];
  });
  return `${name} is stretched along ${along.join(" and ")}: ${name}.expand(${full.join(", ")}).stride() is ` +
    `${tuple(steps)}. A step of 0 reads the same number again: ${numel(full)} cells, ${numbers(numel(own))} in memory.`;
}

/**
 * @param {string} op
 * @param {Typed} x
 * @param {Typed} y
 */
function ofDtypes(op, x, y) {
  const met = common(x, y);
  const meet = x.dtype === y.dtype ? `Both are ${met}` : `${x.dtype} and ${y.dtype} meet in ${met}`;
  const why = met === promote(x.dtype, y.dtype) ? "" : " (a tensor with no axes gives way)";
  if (compares(op)) return `${meet}${why}; a comparison gives bool.`;
  if (op === "/" && DTYPES[met].category < 2) return `${meet}${why}; / gives float32, even where nothing is left.`;
  return `${meet}${why}; so is the result.`;
}
