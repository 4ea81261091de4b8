/** What a shape expression gives: the same tensors, and the same refusals, as the engine. */

import { ALIASES, DTYPES, sizeOf } from "./dtypes.js";
import { Refusal, parse } from "./expression.js";
import * as op from "./operations.js";
import { copied, count, inItsOrder, isContiguous } from "./strides.js";

/**
 * @typedef {import("./strides.js").Tensor} Tensor
 * @typedef {import("./dtypes.js").Dtype} Dtype
 * @typedef {import("./operations.js").Slice} Slice
 * @typedef {Tensor | number | null | string | Values | List | Slice} Value
 *   what a part stands for: a string is a dtype or "...", an array a tuple
 * @typedef {Value[]} Values
 * @typedef {{ list: Values }} List
 */

const MOST_DIMENSIONS = 4;
/** @type {Record<string, Dtype>} */
const CASTS = {
  bool: "bool", byte: "uint8", char: "int8", short: "int16", int: "int32", long: "int64", half: "float16",
  float: "float32", double: "float64",
};
const OUT_OF_ORDER = "The numbers did not lie in the order of the indices; contiguous() copies them into it.";

/**
 * How each method is called, and what it does. `*` takes what is left, one by one or in one tuple;
 * all others are whole numbers.
 * @type {Record<string, [string, (x: Tensor, ...args: any[]) => Tensor]>}
 */
const METHODS = {
  view: ["*size", op.view],
  reshape: ["*shape", op.reshape],
  t: ["", op.t],
  transpose: ["dim0, dim1", op.transpose],
  permute: ["*dims", op.permute],
  movedim: ["source, destination", op.movedim],
  flatten: ["start_dim=0, end_dim=-1", op.flatten],
  ravel: ["", (x) => op.reshape(x, [-1])],
  squeeze: ["dim=None", op.squeeze],
  unsqueeze: ["dim", (x, dim) => op.withOne(x, op.normal(dim, x.size.length + 1))],
  expand: ["*size", op.expand],
  narrow: ["dim, start, length", op.narrow],
  select: ["dim, index", op.select],
  unbind: ["dim=0", (x) => x],
  contiguous: ["", (x) => (isContiguous(x) ? x : copied(x, { why: OUT_OF_ORDER }))],
  clone: ["", (x) => copied(x, { stride: inItsOrder(x), why: "clone() always copies." })],
  to: ["dtype", to],
};
/** @type {Record<string, string>} */
const USAGE = { size: "dim=None", numel: "", dim: "" };
for (const name in METHODS) USAGE[name] = METHODS[name][0];
for (const name in CASTS) USAGE[name] = "";

/**
 * The tensor that an expression gives. Throws a Refusal with a sentence.
 * @param {string} code
 * @param {Map<string, Tensor>} names
 * @returns {Tensor}
 */
export function evaluate(code, names) {
  /** @type {(means: import("./expression.js").Meaning<Value>) => Value} */
  const meaning = parse(code);
  let value;
  try {
    value = meaning({
      name: (name) => names.get(name) ?? unheard(name, [...names.keys()]),
      constant: (constant) => constant,
      several: (parts, list) => (list ? { list: parts } : parts),
      dtype,
      slice,
      attribute,
      item,
      call,
    });
  } catch (error) {
    if (!(error instanceof op.Refused)) throw error;
    throw new Refusal(`${code} is refused: ${error.message}${error.message.endsWith(".") ? "" : "."}`);
  }
  if (Array.isArray(value) && isTensor(value[0])) {
    throw new Refusal(`${code} gives ${value.length} tensors: choose one, such as ${code}[0].`);
  }
  if (!isTensor(value)) throw new Refusal(`${code} gives no tensor: end with a shape operation, such as x.t().`);
  if (value.size.length > MOST_DIMENSIONS) {
    throw new Refusal(
      `${code} has ${value.size.length} dimensions, and ${MOST_DIMENSIONS} at most can be shown: choose a part, such as x[0].`,
    );
  }
  return value;
}

/** @param {Value} value @returns {value is Tensor} */
const isTensor = (value) => value !== null && typeof value === "object" && "stride" in value;

/** @param {string} name @param {string[]} names @returns {never} */
function unheard(name, names) {
  const known = names.filter((one) => /^[A-Za-z_]\w*$/.test(one)).join(", ");
  throw new op.Refused(`${name} is not known here, only ${known}.`);
}

/** @param {Tensor} x @param {Dtype} type @returns {Tensor} */
function to(x, type) {
  if (x.memory.dtype === type) return x;
  const why = `${type} takes ${sizeOf(type)} a number, in other bits.`;
  return copied(x, { dtype: type, stride: inItsOrder(x), why });
}

/** @param {Tensor} tensor */
function shown(tensor) {
  op.requireRoom(tensor.size);
  return tensor;
}

/** @param {string} name @returns {Value} */
function dtype(name) {
  const known = ALIASES[name] ?? name;
  if (!(known in DTYPES)) throw new op.Refused(`torch.${name} is no dtype that is known here.`);
  return known;
}

/** @param {(Value | null)[]} ends @returns {Value} */
function slice(ends) {
  if (ends.some((end) => end !== null && typeof end !== "number")) {
    throw new op.Refused("the ends of a slice are whole numbers.");
  }
  return { slice: /** @type {(number | null)[]} */ (ends) };
}

/** @param {string} name */
function unknown(name) {
  if (name in USAGE) return new op.Refused(`${name} is called with brackets: ${name}(${USAGE[name]}).`);
  if (/^(T|mT|shape)$/.test(name)) return new op.Refused(`${name} is no method: write it without brackets.`);
  const known = ["T", "mT", ...Object.keys(METHODS), ...Object.keys(CASTS)];
  return new op.Refused(`${name} is not known here. Known are ${known.join(", ")}.`);
}

/** @param {Value} x @param {string} name @returns {Value} */
function attribute(x, name) {
  if (!isTensor(x)) throw new op.Refused(`${name} is for a tensor.`);
  const dims = x.size.length;
  if (name === "shape") return x.size;
  if (name === "T") return shown(op.permute(x, x.size.map((_, dim) => dims - 1 - dim)));
  if (name !== "mT") throw unknown(name);
  if (dims < 2) {
    throw new op.Refused(`tensor.mT is only supported on matrices or batches of matrices. Got ${dims}-D tensor.`);
  }
  return shown(op.transpose(x, -2, -1));
}

/** @param {Value} x @param {string} name @param {() => Value[]} given @returns {Value} */
function call(x, name, given) {
  if (!isTensor(x)) throw new op.Refused(`${name}() is for a tensor.`);
  if (!(name in USAGE)) throw unknown(name);
  const bound = bind(name, given());
  if (name === "size") return bound.length ? x.size[op.existing(x, bound[0])] : x.size;
  if (name === "numel") return count(x.size);
  if (name === "dim") return x.size.length;
  if (name === "unbind") return op.unbind(x, bound[0]).map(shown);
  return shown(name in CASTS ? to(x, CASTS[name]) : METHODS[name][1](x, ...bound));
}

/**
 * The arguments in order, as the method's usage has them.
 * @param {string} name
 * @param {Value[]} args
 * @returns {any[]}
 */
function bind(name, args) {
  const line = USAGE[name];
  const wrong = new op.Refused(`it is called as ${name}(${line}).`);
  if (line.startsWith("*")) {
    const sizes = args.length === 1 && partsOf(args[0]) ? whole(args[0]) : args.length ? whole(args) : null;
    if (!sizes) throw wrong;
    return [sizes];
  }
  const parameters = line ? line.split(", ") : [];
  if (args.length > parameters.length) throw wrong;
  const bound = [];
  for (const [place, parameter] of parameters.entries()) {
    const [label, initial] = parameter.split("=");
    if (place >= args.length && initial === "None") break;
    const value = place >= args.length && initial ? Number(initial) : args[place];
    if (typeof value !== (label === "dtype" ? "string" : "number")) throw wrong;
    bound.push(value);
  }
  return bound;
}

/** What a tuple or a list holds. @param {Value | undefined} value @returns {Values | null} */
function partsOf(value) {
  if (Array.isArray(value)) return value;
  return value && typeof value === "object" && "list" in value ? value.list : null;
}

/** Whole numbers, not too many; null for anything else. @param {Value | undefined} value */
function whole(value) {
  const parts = partsOf(value) ?? [];
  return parts.length <= op.BETWEEN && parts.every((part) => typeof part === "number") ? /** @type {number[]} */ (parts) : null;
}

/** @param {Value} x @param {Value} index @returns {Value} */
function item(x, index) {
  if (!isTensor(x)) {
    if (!Array.isArray(x) || typeof index !== "number") throw new op.Refused("an index is for a tensor.");
    if (index < -x.length || index >= x.length) throw new op.Refused("tuple index out of range");
    return x.at(index) ?? null;
  }
  const given = Array.isArray(index) ? index : [index];
  const parts = given.map((/** @type {Value} */ part) => (partsOf(part) ? whole(part) ?? false : part));
  const count = (/** @type {(part: any) => boolean} */ is) => parts.filter(is).length;
  const wrong = count((part) => part === false || isTensor(part) || (typeof part === "string" && part !== "..."));
  if (wrong || count(Array.isArray) > 1 || count((part) => part === "...") > 1) {
    throw new op.Refused("an index has whole numbers, slices, None, one ..., and one list at most.");
  }
  return shown(op.indexed(x, /** @type {import("./operations.js").Part[]} */ (parts)));
}
