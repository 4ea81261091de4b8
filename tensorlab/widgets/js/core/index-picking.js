/**
 * What an index picks from a tensor, by torch's rules: whole numbers, slices, None and `...` make a
 * view; then lists, index tensors and masks pick from it, and make a copy.
 *
 * @typedef {import("./index-tensor.js").Tensor} Tensor
 * @typedef {import("./index-tensor.js").Value} Value
 *
 * @typedef {{ kind: "ellipsis" }} Ellipsis
 * @typedef {{ kind: "slice", ends: (bigint | boolean | null)[] }} Slice
 * @typedef {{ kind: "list" | "tuple", items: any[] }} Sequence
 *
 * @typedef {object} Part what one part of an index does
 * @property {"one" | "slice" | "rest" | "new" | "list" | "mask" | "flag"} does
 * @property {number[]} dims of the tensor that it stands for
 * @property {number[]} places that it takes, of one dimension
 * @property {number} [yes] how many a mask takes
 */

import { caster, count, broadcast, dtypeOf, promoted, refuse, requireRoom, stretched, walk } from "./index-tensor.js";

const MOST_DIMENSIONS = 8;
const ONE_NUMBER = "A tensor without dimensions is one number: x.item().";

/**
 * @param {Tensor} tensor
 * @param {any} key a part, or a tuple of parts
 * @returns {{ tensor: Tensor, parts: Part[], paired: number[] | null }} what comes out; what each part did; and
 *   the shape in which lists and masks picked
 */
export function getitem(tensor, key) {
  const parts = key?.kind === "tuple" || (key?.kind === "list" && key.items.some(isSequence)) ? key.items : [key];
  if (!tensor.shape.length) refuseForANumber(key);
  const view = cut(tensor.shape, parts);
  const { shape, places, paired } = view.picks.size ? picked(view) : { ...view, places: null, paired: null };
  if (shape.length > MOST_DIMENSIONS) {
    const words = `The result has ${shape.length} dimensions, and ${MOST_DIMENSIONS} is the most that can be shown. Leave out some None.`;
    refuse("ValueError", words);
  }
  requireRoom(count(shape));
  const from = places ? places() : walk(shape, view.steps, view.offset);
  return {
    tensor: {
      dtype: tensor.dtype,
      shape,
      data: from.map((place) => tensor.data[place]),
      source: tensor.source && from.map((place) => /** @type {number[]} */ (tensor.source)[place]),
      copied: tensor.copied || view.picks.size > 0,
    },
    parts: view.did,
    paired,
  };
}

/** @param {any} value @returns {value is Sequence} */
export const isSequence = (value) => value?.kind === "list" || value?.kind === "tuple";

/**
 * The basic part: where the view begins, how it walks, and what picks from it.
 * @param {number[]} shape
 * @param {any[]} parts
 */
function cut(shape, parts) {
  const consumed = parts.reduce((sum, part) => sum + consumes(part), 0);
  if (consumed > shape.length) {
    refuse(
      "IndexError",
      `too many indices for tensor of dimension ${shape.length}`,
      shape.length
        ? `The shape is (${shape.join(", ")}${shape.length === 1 ? "," : ""}): there is room for ${shape.length} of them, not ${consumed}.`
        : ONE_NUMBER,
    );
  }
  const strides = shape.map((_, d) => count(shape.slice(d + 1)));
  const view = {
    shape: /** @type {number[]} */ ([]),
    steps: /** @type {number[]} */ ([]),
    offset: 0,
    picks: /** @type {Map<number, Tensor>} */ (new Map()),
    did: /** @type {Part[]} */ ([]),
  };
  let dim = 0;
  const keep = (/** @type {number} */ size, /** @type {number} */ step) => {
    view.shape.push(size);
    view.steps.push(step);
  };
  /** @type {(does: Part["does"], dims: number, more?: Partial<Part>) => void} */
  const did = (does, dims, more = {}) => {
    view.did.push({ does, dims: Array.from({ length: dims }, (_, i) => dim + i), places: [], ...more });
  };
  const rest = (/** @type {number} */ dims) => {
    did("rest", dims);
    for (const end = dim + dims; dim < end; dim++) keep(shape[dim], strides[dim]);
  };
  for (const [position, part] of parts.entries()) {
    const item = itemOf(part);
    if (item?.kind === "ellipsis") {
      rest(shape.length - consumed);
    } else if (item === null) {
      did("new", 0);
      keep(1, 0);
    } else if (item?.kind === "slice") {
      const { start, step, size } = bounds(item, shape[dim]);
      did("slice", 1, { places: Array.from({ length: size }, (_, i) => start + i * step) });
      view.offset += start * strides[dim];
      keep(size, step * strides[dim]);
      dim += 1;
    } else if (typeof item === "number" || typeof item === "bigint") {
      within(item, position, shape[dim]);
      const place = Number(item) + (item < 0 ? shape[dim] : 0);
      did("one", 1, { places: [place] });
      view.offset += place * strides[dim];
      dim += 1;
    } else {
      const flag = typeof item === "boolean" || (item.dtype === "bool" && !item.shape.length);
      const pick = flag ? { dtype: "bool", shape: [1], data: [typeof item === "boolean" ? item : item.data[0]] } : item;
      const mask = pick.dtype === "bool";
      const dims = flag ? 0 : mask ? pick.shape.length : 1;
      view.picks.set(view.shape.length, pick);
      did(flag ? "flag" : mask ? "mask" : "list", dims, {
        places: mask ? [] : pick.data.map(Number),
        yes: pick.data.filter(Boolean).length,
      });
      if (flag) keep(1, 0);
      for (const end = dim + dims; dim < end; dim++) keep(shape[dim], strides[dim]);
    }
  }
  if (dim < shape.length) rest(shape.length - dim);
  return view;
}

/** @param {any} key */
function refuseForANumber(key) {
  if (key?.kind === "slice") {
    refuse("IndexError", "slice() cannot be applied to a 0-dim tensor.", ONE_NUMBER);
  }
  if (typeof key !== "bigint") return;
  const words = key
    ? `index ${key} is out of bounds for dimension 0 with size 0`
    : "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number";
  refuse("IndexError", words, ONE_NUMBER);
}

/** How many dimensions a part stands for. @param {any} part */
function consumes(part) {
  if (part === null || part?.kind === "ellipsis" || typeof part === "boolean") return 0;
  return isMask(part) ? part.shape.length : 1;
}

/** @param {Tensor} tensor */
const whole = (tensor) => /** @type {(number | bigint)[]} */ (tensor.data);

/** @param {any} part */
const isMask = (part) => part?.dtype === "bool" || part?.dtype === "uint8";

/**
 * A part as null, a slice, an ellipsis, a whole number, True or False, or a tensor that picks.
 * @param {any} part
 */
function itemOf(part) {
  if (part === null || typeof part === "boolean" || part.kind === "ellipsis" || part.kind === "slice") return part;
  if (typeof part === "bigint") return part;
  if (typeof part === "number") {
    refuse(
      "IndexError",
      "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got float)",
      "An index counts: x[1], x[1:3], x[[0, 2]].",
    );
  }
  if (isSequence(part)) {
    const made = tensorOf(part);
    if (made.dtype !== "float32") return made;
    return { ...made, dtype: "int64", data: made.data.map((one) => Math.trunc(Number(one))) };
  }
  if (part.dtype === "uint8") return { ...part, dtype: "bool", data: part.data.map(Boolean) };
  return !part.shape.length && part.dtype.startsWith("int") ? whole(part)[0] : part;
}

/**
 * A tensor of lists of numbers, in the type that torch infers.
 * @param {any} data
 * @returns {Tensor}
 */
export function tensorOf(data) {
  const shape = [];
  for (let first = data; isSequence(first); first = first.items[0]) {
    shape.push(first.items.length);
    if (!first.items.length) break;
  }
  /** @type {(bigint | number | boolean)[]} */
  const leaves = [];
  collect(data, shape, 0, leaves);
  const dtypes = leaves.map(dtypeOf);
  const dtype = dtypes.length ? dtypes.reduce(promoted) : "float32";
  return { dtype, shape, data: leaves.map(caster(dtype)) };
}

/**
 * @param {any} data
 * @param {number[]} shape
 * @param {number} depth
 * @param {any[]} leaves
 */
function collect(data, shape, depth, leaves) {
  if (depth === shape.length) {
    if (isSequence(data)) refuse("TypeError", `'${data.kind}' object cannot be interpreted as an integer`, oneDepth("number", "list"));
    leaves.push(data);
    return;
  }
  if (!isSequence(data)) return refuse("TypeError", "not a sequence", oneDepth("list", "number"));
  if (data.items.length !== shape[depth]) {
    refuse(
      "ValueError",
      `expected sequence of length ${shape[depth]} at dim ${depth} (got ${data.items.length})`,
      "The rows of a tensor have one length. Fill the short ones up, or make two tensors.",
    );
  }
  for (const item of data.items) collect(item, shape, depth + 1, leaves);
}

/** @type {(first: string, later: string) => string} */
const oneDepth = (first, later) => `The first element is a ${first}, a later one a ${later}: all must have one depth.`;

/**
 * A slice with its ends inside the dimension.
 * @param {Slice} slice
 * @param {number} length
 */
function bounds({ ends }, length) {
  const [start, stop, step] = ends.map((end) => (end === null ? null : Number(end)));
  if (step === 0) {
    refuse("ValueError", "slice step cannot be zero", "A step says how far to walk: 2 takes every second.");
  }
  if (step !== null && step < 1) {
    const advice = "A tensor cannot be walked backwards. x.flip(0) gives the reversed copy.";
    refuse("ValueError", "step must be greater than zero", advice);
  }
  const inside = (/** @type {number} */ end) => Math.min(Math.max(end < 0 ? end + length : end, 0), length);
  const first = inside(start ?? 0);
  const walked = Math.max(inside(stop ?? length) - first, 0);
  const by = step ?? 1;
  return { start: first, step: by, size: Math.ceil(walked / by) };
}

/**
 * torch's words count the parts of the index.
 * @param {number | bigint} item
 * @param {number} position
 * @param {number} size
 */
function within(item, position, size) {
  if (item >= -size && item < size) return;
  refuse(
    "IndexError",
    `index ${item} is out of bounds for dimension ${position} with size ${size}`,
    size ? `It has the indices 0 to ${size - 1}, or -${size} to -1 from its end.` : "It is empty.",
  );
}

/**
 * What lists and masks pick from the view: one dimension, or several, in place of theirs; in front
 * of all where a slice stands between them.
 * @param {ReturnType<typeof cut>} view
 */
function picked({ shape, steps, offset, picks }) {
  const lists = listed(shape, picks);
  const paired = broadcast(lists.map(({ shape: own }) => own));
  if (!paired) {
    const sizes = lists.map(({ shape: own }) => `[${own.join(", ")}]`).join(", ");
    return refuse(
      "IndexError",
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${sizes}`,
      "Several lists are paired up, first with first, second with second…: they have one length.",
    );
  }
  const all = lists.map((list) => ({ ...list, data: stretched(list.shape, paired).map((place) => list.data[place]) }));
  const dims = lists.map(({ dim }) => dim);
  const adjacent = dims.every((dim, i) => !i || dim === dims[i - 1] + 1);
  const others = shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const before = adjacent ? others.filter((d) => d < dims[0]) : [];
  const after = others.filter((d) => !before.includes(d));
  requireWithin(all, shape, paired);
  const sizes = (/** @type {number[]} */ some) => some.map((d) => shape[d]);
  const stepsOf = (/** @type {number[]} */ some) => some.map((d) => steps[d]);
  const places = () => {
    const starts = walk(sizes(before), stepsOf(before), offset);
    const rest = walk(sizes(after), stepsOf(after), 0);
    const jumps = Array.from({ length: count(paired) }, (_, i) =>
      all.reduce((sum, { dim, data }) => sum + (Number(data[i]) + (data[i] < 0 ? shape[dim] : 0)) * steps[dim], 0),
    );
    return starts.flatMap((start) => jumps.flatMap((jump) => rest.map((place) => start + jump + place)));
  };
  return { shape: [...sizes(before), ...paired, ...sizes(after)], places, paired };
}

/**
 * What picks, as lists of places, one for each dimension; a mask is where it is true.
 * @param {number[]} shape
 * @param {Map<number, Tensor>} picks
 * @returns {{ dim: number, shape: number[], data: (number | bigint)[] }[]}
 */
function listed(shape, picks) {
  for (const { dtype } of picks.values()) {
    if (!["int64", "int32", "bool"].includes(dtype)) {
      const words = "tensors used as indices must be long, int, byte or bool tensors";
      refuse("IndexError", words, "Cast it: x[index.long()].");
    }
  }
  return [...picks].flatMap(([dim, pick]) => {
    if (pick.dtype !== "bool") return [{ dim, shape: pick.shape, data: whole(pick) }];
    const wrong = pick.shape.findIndex((size, i) => size !== shape[dim + i]);
    if (wrong >= 0) {
      refuse(
        "IndexError",
        `The shape of the mask [${pick.shape.join(", ")}] at index ${wrong} does not match the shape of the indexed tensor [${shape.join(", ")}] at index ${dim + wrong}`,
        "A mask says yes or no to every element: it has the shape of what it picks from.",
      );
    }
    const yes = pick.data.flatMap((on, i) => (on ? [i] : []));
    return pick.shape.map((size, i) => {
      const step = count(pick.shape.slice(i + 1));
      return { dim: dim + i, shape: [yes.length], data: yes.map((place) => Math.floor(place / step) % size) };
    });
  });
}

/**
 * @param {{ dim: number, data: (number | bigint)[] }[]} lists
 * @param {number[]} shape
 * @param {number[]} paired
 */
function requireWithin(lists, shape, paired) {
  const total = count(paired);
  if (total && lists.some(({ dim }) => !shape[dim])) {
    const advice = "The dimension is empty: it has nothing to pick.";
    refuse("IndexError", "index is out of bounds for dimension with size 0", advice);
  }
  for (let i = 0; i < total; i++) {
    for (const [order, { dim, data }] of lists.entries()) within(data[i], order, shape[dim]);
  }
}

