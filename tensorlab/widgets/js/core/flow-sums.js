/**
 * The arithmetic of one number that a simple layer gave: Linear, Conv2d, ReLU, MaxPool2d.
 *
 * @typedef {import("./flow.js").Trace} Trace
 * @typedef {import("../ui/sums.js").Piece} Piece
 * @typedef {import("../ui/sums.js").Row} Row
 */

import { asPlanes, floats, indexOf, write } from "./packed.js";
import { named } from "./tensor.js";
import { seen } from "./windows.js";

/** More terms than these in a row are not read by anybody. */
const MOST_TERMS = 64;

/**
 * @param {Trace} trace
 * @param {number} value whose number it is
 * @param {number[]} cell plane, row, column
 * @returns {{ title: Piece[], rows: Row[], total: number } | null} null where it cannot be written out
 */
export function arithmetic(trace, value, cell) {
  const { name, box: at, tensor } = trace.values[value];
  const box = trace.boxes[at];
  if (!box?.how || box.inputs.length !== 1) return null;
  const input = trace.values[box.inputs[0]].tensor;
  const parameters = box.parameters.map((name) => trace.parameters[name].tensor);
  if ([input, tensor, ...parameters].some((one) => one.cut)) return null;
  const index = indexOf(tensor, cell);
  const made = LAYERS[box.how.op]({ input: asPlanes(input).planes, shape: input.shape, parameters, how: box.how }, cell);
  if (made.rows.some((row) => row.pieces.length > 4 * MOST_TERMS)) return null;
  return { ...made, title: [[named(name, index), "y"], [` = ${write(made.total)}`]] };
}

/**
 * @typedef {object} Layer
 * @property {number[][][]} input as planes
 * @property {number[]} shape
 * @property {import("./packed.js").Packed[]} parameters
 * @property {Record<string, any>} how
 */

/** @param {Layer} layer @param {number[]} cell */
function linear({ input, parameters: [weight, bias] }, [c, i, j]) {
  const [, width] = weight.shape;
  const numbers = floats(weight.numbers).subarray(j * width, (j + 1) * width);
  const row = input[c][i];
  const sum = row.reduce((total, x, k) => total + x * numbers[k], 0);
  const rows = [{ label: `weight[${j}]`, pieces: row.flatMap((x, k) => product(x, numbers[k], k)), result: write(sum) }];
  const added = bias ? floats(bias.numbers)[j] : 0;
  if (bias) rows.push({ label: "bias", pieces: [], result: write(added) });
  return { rows, total: Math.fround(sum + added) };
}

/** @param {Layer} layer @param {number[]} cell */
function relu({ input }, [c, i, j]) {
  const x = input[c][i][j];
  const total = Math.max(x, 0);
  /** @type {Piece[]} */
  const pieces = [["max("], [write(x), "x"], [", 0)"]];
  return { rows: [{ label: "the larger", pieces, result: write(total) }], total };
}

/**
 * The numbers of a plane under the window of a cell; none where there is padding.
 * @param {Layer["how"]} how
 * @param {number[]} kernel
 * @param {number[][]} plane
 * @param {number[]} at row and column
 */
function under({ stride, padding, dilation }, kernel, plane, at) {
  const [rows, columns] = kernel.map((size, n) =>
    seen({ size: 0, kernel: size, stride: stride[n], padding: padding[n], dilation: dilation[n] }, at[n]),
  );
  return rows.flatMap((row) => columns.map((column) => plane[row]?.[column]));
}

/** @param {Layer} layer @param {number[]} cell */
function conv2d({ input, shape, parameters: [weight, bias], how }, [plane, ...at]) {
  const [out, each, ...kernel] = weight.shape;
  const channels = shape.at(-3) ?? 1;
  const [image, o] = [Math.floor(plane / out), plane % out];
  const first = Math.floor(o / (out / how.groups)) * each;
  const size = kernel[0] * kernel[1];
  const numbers = floats(weight.numbers);
  let total = bias ? floats(bias.numbers)[o] : 0;
  const rows = Array.from({ length: each }, (_, c) => {
    const w = numbers.subarray((o * each + c) * size, (o * each + c + 1) * size);
    const x = under(how, kernel, input[image * channels + first + c], at).map((number) => number ?? 0);
    const sum = x.reduce((all, number, k) => all + number * w[k], 0);
    total += sum;
    return { label: `channel ${first + c}`, pieces: x.flatMap((number, k) => product(number, w[k], k)), result: write(sum) };
  });
  if (bias) rows.push({ label: "bias", pieces: [], result: write(floats(bias.numbers)[o]) });
  return { rows, total: Math.fround(total) };
}

/** @param {Layer} layer @param {number[]} cell */
function maxPool2d({ input, how }, [plane, ...at]) {
  const numbers = under(how, how.kernel, input[plane], at).filter((number) => number !== undefined);
  const total = Math.max(...numbers);
  const first = numbers.indexOf(total);
  /** @type {Piece[]} */
  const pieces = numbers.flatMap((number, k) => [[k ? ", " : "max("], [write(number), k === first ? "won" : "x"]]);
  return { rows: [{ label: "window", pieces: [...pieces, /** @type {Piece} */ ([")"])], result: write(total) }], total };
}

/** @type {Record<string, (layer: Layer, cell: number[]) => { rows: Row[], total: number }>} */
const LAYERS = { linear, relu, conv2d, max_pool2d: maxPool2d };

/**
 * @param {number} x
 * @param {number} w
 * @param {number} place
 * @returns {Piece[]}
 */
function product(x, w, place) {
  const bracketed = (/** @type {number} */ value) => (value < 0 ? `(${write(value)})` : write(value));
  return [[place ? " + " : ""], [place ? bracketed(x) : write(x), "x"], ["·"], [bracketed(w), "w"]];
}
