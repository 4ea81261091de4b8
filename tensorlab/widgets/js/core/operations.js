/** Shape operations by arithmetic on strides alone: which give a view, which a copy, and what torch refuses. */

import { DTYPES } from "./dtypes.js";
import { copied, count as numel, tuple, values, viewStrides, write } from "./strides.js";

/**
 * @typedef {import("./strides.js").Tensor} Tensor
 * @typedef {import("./strides.js").Dtype} Dtype
 * @typedef {{ slice: (number | null)[] }} Slice
 * @typedef {number | null | "..." | Slice | number[]} Part of an index
 */

/** More cells than these cannot be shown, nor more dimensions on the way. */
export const MOST = 1024;
export const BETWEEN = 16;

/** What torch says of an operation that cannot be done. */
export class Refused extends Error {}

/** @param {number[]} numbers */
const list = (numbers) => `[${numbers.join(", ")}]`;

/**
 * A dimension counted from the front: -1 is the last.
 * @param {number} dim
 * @param {number} dims
 */
export function normal(dim, dims) {
  const span = dims || 1;
  if (dim < -span || dim >= span) {
    throw new Refused(`Dimension out of range (expected to be in range of [${-span}, ${span - 1}], but got ${dim})`);
  }
  return dim < 0 ? dim + span : dim;
}

/**
 * Sizes with the one -1 in them worked out.
 * @param {number[]} sizes
 * @param {number} cells
 */
function inferred(sizes, cells) {
  const known = sizes.reduce((product, n) => (n === -1 ? product : product * n), 1);
  const [negative] = sizes.filter((n) => n < -1);
  if (negative !== undefined) {
    throw new Refused(`invalid shape dimension ${negative} at index ${sizes.indexOf(negative)} of shape ${list(sizes)}`);
  }
  const unknown = sizes.filter((n) => n === -1).length;
  if (unknown > 1) throw new Refused("only one dimension can be inferred");
  if (unknown ? known === 0 || cells % known : known !== cells) {
    throw new Refused(`shape '${list(sizes)}' is invalid for input of size ${cells}`);
  }
  return sizes.map((n) => (n === -1 ? cells / known : n));
}

/**
 * @param {Tensor} x
 * @param {number[]} given
 * @returns {Tensor}
 */
export function view(x, given) {
  const size = inferred(given, numel(x.size));
  const found = viewStrides(x, size);
  if ("stride" in found) return { ...x, size, stride: found.stride };
  throw new Refused(
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two " +
      `contiguous subspaces). Use .reshape(...) instead. ${found.why}`,
  );
}

/**
 * @param {Tensor} x
 * @param {number[]} given
 * @returns {Tensor}
 */
export function reshape(x, given) {
  const size = inferred(given, numel(x.size));
  const found = viewStrides(x, size);
  return "stride" in found ? { ...x, size, stride: found.stride } : copied(x, { size, why: `A view cannot do it. ${found.why}` });
}

/** @param {Tensor} x @param {number[]} dims @returns {Tensor} */
export function permute(x, dims) {
  if (dims.length !== x.size.length) {
    throw new Refused(
      "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired " +
        `ordering of dimensions i.e. input.dim() = ${x.size.length} is not equal to len(dims) = ${dims.length}`,
    );
  }
  const order = dims.map((dim) => normal(dim, dims.length));
  if (new Set(order).size < order.length) throw new Refused("permute(): duplicate dims are not allowed.");
  return { ...x, size: order.map((dim) => x.size[dim]), stride: order.map((dim) => x.stride[dim]) };
}

/** @param {Tensor} x @param {number} a @param {number} b @returns {Tensor} */
export function transpose(x, a, b) {
  const dims = x.size.map((_, dim) => dim);
  const [one, other] = [normal(a, dims.length), normal(b, dims.length)];
  if (!dims.length) return { ...x };
  [dims[one], dims[other]] = [dims[other], dims[one]];
  return permute(x, dims);
}

/** @param {Tensor} x @returns {Tensor} */
export function t(x) {
  const dims = x.size.length;
  if (dims > 2) throw new Refused(`t() expects a tensor with <= 2 dimensions, but self is ${dims}D`);
  return dims < 2 ? x : transpose(x, 0, 1);
}

/** @param {Tensor} x @param {number} source @param {number} destination @returns {Tensor} */
export function movedim(x, source, destination) {
  const dims = x.size.map((_, dim) => dim);
  const from = normal(source, dims.length);
  const to = normal(destination, dims.length);
  if (!dims.length) return x;
  dims.splice(from, 1);
  dims.splice(to, 0, from);
  return permute(x, dims);
}

/** @param {Tensor} x @param {number} from @param {number} to @returns {Tensor} */
export function flatten(x, from, to) {
  const dims = x.size.length;
  const [start, end] = [normal(from, dims), normal(to, dims)];
  if (!dims) return reshape(x, [1]);
  if (start > end) throw new Refused("flatten() has invalid args: start_dim cannot come after end_dim");
  if (start === end) return x;
  return reshape(x, [...x.size.slice(0, start), numel(x.size.slice(start, end + 1)), ...x.size.slice(end + 1)]);
}

/** @param {Tensor} x @param {number} [dim] @returns {Tensor} */
export function squeeze(x, dim) {
  const only = dim === undefined ? dim : normal(dim, x.size.length);
  const kept = (/** @type {unknown} */ _, /** @type {number} */ at) => x.size[at] !== 1 || (only ?? at) !== at;
  return { ...x, size: x.size.filter(kept), stride: x.stride.filter(kept) };
}

/** A dimension of size 1 put in; its stride is that of what follows. @param {Tensor} x @param {number} at @returns {Tensor} */
export function withOne(x, at) {
  const step = at < x.size.length ? x.size[at] * x.stride[at] : 1;
  const put = (/** @type {number[]} */ numbers, /** @type {number} */ n) => [...numbers.slice(0, at), n, ...numbers.slice(at)];
  return { ...x, size: put(x.size, 1), stride: put(x.stride, step) };
}

/** @param {Tensor} x @param {number[]} sizes @returns {Tensor} */
export function expand(x, sizes) {
  const extra = sizes.length - x.size.length;
  if (extra < 0) {
    const old = x.memory.dtype === "bool" ? "CPUBoolType" : `torch.${DTYPES[x.memory.dtype].legacy}Tensor`;
    throw new Refused(
      `expand(${old}{${list(x.size)}}, size=${list(sizes)}): the number of sizes provided (${sizes.length}) must be ` +
        `greater or equal to the number of dimensions in the tensor (${x.size.length})`,
    );
  }
  /** @type {number[]} */
  const size = [];
  /** @type {number[]} */
  const stride = [];
  for (let dim = sizes.length - 1; dim >= 0; dim--) {
    const [wanted, old] = [sizes[dim], x.size[dim - extra]];
    if (wanted === -1 && old === undefined) {
      throw new Refused(`The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${dim}`);
    }
    if (wanted !== -1 && old !== undefined && old !== 1 && old !== wanted) {
      throw new Refused(
        `The expanded size of the tensor (${wanted}) must match the existing size (${old}) at non-singleton dimension ` +
          `${dim}.  Target sizes: ${list(sizes)}.  Tensor sizes: ${list(x.size)}`,
      );
    }
    size[dim] = wanted === -1 ? old : wanted;
  }
  if (size.some((n) => n < 0)) throw new Refused("numel: integer multiplication overflow");
  for (let dim = size.length - 1; dim >= 0; dim--) {
    const old = x.size[dim - extra] ?? 1;
    const step = dim >= extra ? x.stride[dim - extra] : dim + 1 < size.length ? size[dim + 1] * stride[dim + 1] : 1;
    stride[dim] = old === size[dim] ? step : 0;
  }
  return { ...x, size, stride };
}

/** @param {Tensor} x @param {number} where @param {number} from @param {number} length @returns {Tensor} */
export function narrow(x, where, from, length) {
  if (!x.size.length) throw new Refused("narrow() cannot be applied to a 0-dim tensor.");
  const dim = normal(where, x.size.length);
  const n = x.size[dim];
  if (length < 0) throw new Refused("narrow(): length must be non-negative.");
  if (from < -n || from > n) {
    throw new Refused(`start out of range (expected to be in range of [${-n}, ${n}], but got ${from})`);
  }
  const start = from < 0 ? from + n : from;
  if (start + length > n) throw new Refused(`start (${start}) + length (${length}) exceeds dimension size (${n}).`);
  return cut(x, dim, start, length, 1);
}

/** @param {Tensor} x @param {number} where @param {number} index @returns {Tensor} */
export function select(x, where, index) {
  const dim = normal(where, x.size.length);
  if (!x.size.length) throw new Refused("select() cannot be applied to a 0-dim tensor.");
  const n = x.size[dim];
  if (index < -n || index >= n) {
    throw new Refused(`select(): index ${index} out of range for tensor of size ${list(x.size)} at dimension ${dim}`);
  }
  return without(x, dim, index < 0 ? index + n : index);
}

/** A dimension that is there, even of a tensor without any. @param {Tensor} x @param {number} where */
export function existing(x, where) {
  const dim = normal(where, x.size.length);
  if (!x.size.length) throw new Refused("Dimension specified as 0 but tensor has no dimensions");
  return dim;
}

/** @param {Tensor} x @param {number} where @returns {Tensor[]} */
export function unbind(x, where) {
  const dim = existing(x, where);
  return Array.from({ length: x.size[dim] }, (_, i) => without(x, dim, i));
}

/**
 * `x[parts]`: a view for integers, slices, None and `...`; a copy for a list.
 * @param {Tensor} x
 * @param {Part[]} parts
 * @returns {Tensor}
 */
export function indexed(x, parts) {
  const dims = x.size.length;
  const used = parts.filter((part) => part !== null && part !== "...").length;
  if (!dims && used) throw new Refused("it is one number, without a dimension to index.");
  if (used > dims) throw new Refused(`too many indices for tensor of dimension ${dims}`);
  let out = x;
  let dim = 0;
  /** @type {[number, number[]] | null} */
  let picked = null;
  for (const [position, part] of parts.entries()) {
    if (part === null) out = withOne(out, dim++);
    else if (part === "...") dim += dims - used;
    else if (typeof part === "number") out = without(out, dim, within(part, position, out.size[dim]));
    else if (isSlice(part)) out = sliced(out, dim++, part.slice);
    else picked = [dim++, part];
  }
  return picked ? chosen(out, picked[0], picked[1]) : out;
}

/** @param {Part} part @returns {part is Slice} */
const isSlice = (part) => part !== null && typeof part === "object" && !Array.isArray(part);

/**
 * @param {number} index
 * @param {number} position
 * @param {number} n
 */
function within(index, position, n) {
  if (index < -n || index >= n) throw new Refused(`index ${index} is out of bounds for dimension ${position} with size ${n}`);
  return index < 0 ? index + n : index;
}

/** @param {Tensor} x @param {number} dim @param {(number | null)[]} ends @returns {Tensor} */
function sliced(x, dim, [from, to, step]) {
  if (step === 0) throw new Refused("slice step cannot be zero");
  if (step && step < 0) throw new Refused("step must be greater than zero");
  const n = x.size[dim];
  const inside = (/** @type {number} */ end) => Math.min(Math.max(end < 0 ? end + n : end, 0), n);
  const start = inside(from ?? 0);
  const stop = Math.max(start, inside(to ?? n));
  return cut(x, dim, start, Math.ceil((stop - start) / (step ?? 1)), step ?? 1);
}

/** A list picks along one dimension, and copies. @param {Tensor} x @param {number} dim @param {number[]} wanted */
function chosen(x, dim, wanted) {
  const places = wanted.map((index) => within(index, 0, x.size[dim]));
  const size = x.size.map((n, at) => (at === dim ? wanted.length : n));
  const copy = copied({ ...x, size, stride: x.stride.map((step, at) => (at === dim ? 0 : step)) }, {
    why: "A list may pick in any order, which no stride can follow.",
  });
  for (const [i, place] of places.entries()) write(cut(copy, dim, i, 1, 1), values(cut(x, dim, place, 1, 1)));
  return copy;
}

/** @param {Tensor} x @param {number} dim @param {number} start @param {number} length @param {number} step @returns {Tensor} */
function cut(x, dim, start, length, step) {
  const put = (/** @type {number[]} */ numbers, /** @type {number} */ n) => numbers.map((old, at) => (at === dim ? n : old));
  return { ...x, size: put(x.size, length), stride: put(x.stride, x.stride[dim] * step), offset: x.offset + start * x.stride[dim] };
}

/** @param {Tensor} x @param {number} dim @param {number} index @returns {Tensor} */
function without(x, dim, index) {
  const rest = (/** @type {number[]} */ numbers) => numbers.filter((_, at) => at !== dim);
  return { ...x, size: rest(x.size), stride: rest(x.stride), offset: x.offset + index * x.stride[dim] };
}

/** Say so where so many cells cannot be shown, or there is none. @param {number[]} size */
export function requireRoom(size) {
  if (size.length > BETWEEN) throw new Refused(`${size.length} dimensions are too many.`);
  const cells = numel(size);
  if (cells > MOST) throw new Refused(`it has ${cells.toLocaleString("en-US")} cells, more than the ${MOST.toLocaleString("en-US")} that fit here.`);
  if (!cells) throw new Refused(`its shape is ${tuple(size)}: there is no cell to show.`);
}
