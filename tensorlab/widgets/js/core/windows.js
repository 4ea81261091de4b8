/**
 * Where a sliding window stands along an axis: how many places, which cells it sees in each.
 *
 * @typedef {object} Axis
 * @property {number} size cells of the input along the axis
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding cells added on either side
 * @property {number} dilation
 * @property {boolean} [ceil] a last window may hang over the end, as `ceil_mode` has it
 */

/**
 * How many windows there are; less than 1 where none fits. As `pool_output_size` in the engine.
 * @param {Axis} axis
 */
export function outputSize({ size, kernel, stride, padding, dilation, ceil = false }) {
  const spare = size + 2 * padding - dilation * (kernel - 1) - 1;
  if (!ceil) return Math.floor(spare / stride) + 1;
  const last = Math.ceil(spare / stride);
  return last * stride < size + padding ? last + 1 : last;
}

/**
 * The cells that window number `place` sees; those below 0 or from `size` on are padding.
 * @param {Axis} axis
 * @param {number} place
 */
export function seen(axis, place) {
  const start = place * axis.stride - axis.padding;
  return Array.from({ length: axis.kernel }, (_, step) => start + step * axis.dilation);
}

/**
 * Which cells any window sees.
 * @param {Axis} axis
 * @returns {boolean[]}
 */
export function visited(axis) {
  const found = new Array(axis.size).fill(false);
  for (let place = 0; place < outputSize(axis); place++) {
    for (const cell of seen(axis, place)) if (cell in found) found[cell] = true;
  }
  return found;
}

/**
 * The windows that see a cell, each with the number of the kernel's cell that lies on it.
 * @param {Axis} axis
 * @param {number} cell
 * @returns {{ place: number, step: number }[]}
 */
export function seenBy(axis, cell) {
  const found = [];
  for (let place = 0; place < outputSize(axis); place++) {
    const step = seen(axis, place).indexOf(cell);
    if (step >= 0) found.push({ place, step });
  }
  return found;
}

/**
 * The formula of the output's size with its numbers, for the height or the width.
 * @param {Axis} axis
 * @param {string} name what is measured, as in "height"
 */
export function formula(axis, name) {
  const { size, kernel, stride, padding, dilation, ceil = false } = axis;
  const [open, close] = ceil ? "⌈⌉" : "⌊⌋";
  const top = `${size} + 2·${padding} − ${dilation}·(${kernel} − 1) − 1`;
  const windows = outputSize(axis);
  // With `ceil_mode`, a last window that would start beyond the input is left out.
  const spare = size + 2 * padding - dilation * (kernel - 1) - 1;
  const last = ceil && Math.ceil(spare / stride) === windows ? "" : " + 1";
  return `${name} = ${open}(${top}) / ${stride}${close}${last} = ${windows}`;
}

/**
 * What the stride or the dilation leaves unseen, in words; empty where every cell is seen.
 * @param {Axis} down
 * @param {Axis} across
 */
export function unseen(down, across) {
  const rows = visited(down).filter((one) => !one).length;
  const columns = visited(across).filter((one) => !one).length;
  const parts = [];
  if (rows) parts.push(plural(rows, "row"));
  if (columns) parts.push(plural(columns, "column"));
  if (!parts.length) return "";
  return `No window visits ${parts.join(" and ")} of the input: hatched.`;
}

/**
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
