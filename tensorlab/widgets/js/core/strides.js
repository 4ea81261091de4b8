/**
 * Tensors as they lie in memory: a size and a stride for each dimension, and where they begin.
 *
 * @typedef {import("./dtypes.js").Dtype} Dtype
 * @typedef {{ dtype: Dtype, values: number[] }} Memory
 * @typedef {object} Tensor
 * @property {Memory} memory
 * @property {number[]} size
 * @property {number[]} stride
 * @property {number} offset
 * @property {string} [why] where it is a copy, why no view would do
 */

import { cast } from "./dtypes.js";

/** @param {number[]} size */
export const count = (size) => size.reduce((product, n) => product * n, 1);

/** A tuple as Python writes it. @param {number[]} numbers */
export const tuple = (numbers) => `(${numbers.join(", ")}${numbers.length === 1 ? "," : ""})`;

/** The strides of a tensor whose last index runs fastest, without gaps. @param {number[]} size */
export function rowMajor(size) {
  const stride = [];
  for (let dim = size.length - 1, step = 1; dim >= 0; dim--) {
    stride[dim] = step;
    step *= size[dim];
  }
  return stride;
}

/** @param {Pick<Tensor, "size" | "stride">} tensor */
export function isContiguous({ size, stride }) {
  const wanted = rowMajor(size);
  return size.every((n, dim) => n === 1 || stride[dim] === wanted[dim]);
}

/**
 * The strides of a copy that keeps the order in which the dimensions lie.
 * @param {Tensor} tensor
 */
export function inItsOrder({ size, stride }) {
  if (isContiguous({ size, stride }) || stride.includes(0)) return rowMajor(size);
  const mirrored = { size: [...size].reverse(), stride: [...stride].reverse() };
  if (isContiguous(mirrored)) return rowMajor(mirrored.size).reverse();
  const order = stride.map((_, dim) => dim).sort((a, b) => stride[b] - stride[a]);
  const found = rowMajor(order.map((dim) => size[dim]));
  return stride.map((_, dim) => found[order.indexOf(dim)]);
}

/**
 * Where each element lies, in elements, in the order of the indices.
 * @param {Pick<Tensor, "size" | "stride" | "offset">} tensor
 * @returns {number[]}
 */
export function offsets({ size, stride, offset }) {
  let found = [offset];
  for (const [dim, n] of size.entries()) {
    found = found.flatMap((start) => Array.from({ length: n }, (_, i) => start + i * stride[dim]));
  }
  return found;
}

/** The numbers, in the order of the indices. @param {Tensor} tensor */
export const values = (tensor) => offsets(tensor).map((offset) => tensor.memory.values[offset]);

/**
 * A copy in a memory of its own.
 * @param {Tensor} tensor
 * @param {object} [how]
 * @param {Dtype} [how.dtype]
 * @param {number[]} [how.size] other sizes for the same numbers
 * @param {number[]} [how.stride] another order than that of the indices
 * @param {string} [how.why]
 * @returns {Tensor}
 */
export function copied(tensor, { dtype = tensor.memory.dtype, size = tensor.size, stride = rowMajor(size), why } = {}) {
  /** @type {Memory} */
  const memory = { dtype, values: [] };
  const copy = { memory, size, stride, offset: 0, why };
  write(copy, values(tensor), tensor.memory.dtype);
  return copy;
}

/**
 * Put numbers into a tensor, in the order of the indices.
 * @param {Tensor} to
 * @param {number[]} numbers
 * @param {Dtype} [from] of the numbers
 */
export function write(to, numbers, from) {
  const { dtype, values: memory } = to.memory;
  for (const [i, offset] of offsets(to).entries()) memory[offset] = cast(numbers[i], dtype, from);
}

/**
 * The strides of a view of other sizes, or why there is none: neighbouring dimensions that lie
 * without a gap form one run, and each run is cut anew.
 * @param {Tensor} tensor
 * @param {number[]} wanted
 * @returns {{ stride: number[] } | { why: string }}
 */
export function viewStrides({ size, stride }, wanted) {
  if (isContiguous({ size, stride })) return { stride: rowMajor(wanted) };
  const found = wanted.map(() => 0);
  let next = wanted.length - 1;
  let [run, step, inner] = [1, 1, 0];
  for (let dim = size.length - 1; dim >= 0; dim--) {
    if (run === 1) step = stride[dim];
    if (size[dim] !== 1) inner = dim;
    run *= size[dim];
    if (dim && (size[dim - 1] === 1 || stride[dim - 1] === run * step)) continue;
    let part = 1;
    while (next >= 0 && (part < run || wanted[next] === 1)) {
      found[next] = part * step;
      part *= wanted[next];
      next -= 1;
    }
    if (part !== run) {
      return {
        why:
          `Axis ${next + 1} of ${tuple(wanted)} would run across axes ${dim - 1} and ${inner} of a tensor of ` +
          `size ${tuple(size)}, stride ${tuple(stride)}. One stride can serve both only if the stride of axis ` +
          `${dim - 1} is ${run} × ${step} = ${run * step}; it is ${stride[dim - 1]}.`,
      };
    }
    run = 1;
  }
  for (; next >= 0; next--) found[next] = found[next + 1] ?? 1;
  return { stride: found };
}
