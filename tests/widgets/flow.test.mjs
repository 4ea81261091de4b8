/** ModuleFlow: its arithmetic is the engine's, its steps are Python's, its curves lose no peak. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { close, fixtures } from "./common.mjs";
import { Curve, path, range, ticks } from "../../tensorlab/widgets/js/core/curves.js";
import * as flow from "../../tensorlab/widgets/js/core/flow.js";
import { arithmetic } from "../../tensorlab/widgets/js/core/flow-sums.js";
import { aligned, asPlanes, cutInWords, flat, floats, indexOf, inline } from "../../tensorlab/widgets/js/core/packed.js";

const { right, refused } = fixtures("module_flow");
const SIMPLE = new Set(["Linear", "ReLU", "Conv2d", "MaxPool2d"]);

for (const [n, { state, last }] of right.entries()) {
  const { trace } = state;

  test(`model ${n}, ${trace.kind}: every step is told, none is beyond the last`, () => {
    assert.equal(flow.problem(state), "");
    assert.equal(flow.lastStep(trace), last);
    for (let step = 0; step <= last; step++) assert.match(flow.inWords(trace, step), /\.$/);
    const said = Array.from({ length: last + 1 }, (_, step) => flow.inWords(trace, step));
    assert.equal(new Set(said).size, said.length);
  });

  test(`model ${n}, ${trace.kind}: the arithmetic of every number gives that number`, () => {
    for (const [at, { box, tensor }] of trace.values.entries()) {
      const written = box >= 0 && SIMPLE.has(trace.boxes[box].type) && !tensor.cut;
      for (const [c, plane] of asPlanes(tensor).planes.entries()) {
        for (const [i, row] of plane.entries()) {
          for (const [j, value] of row.entries()) {
            const found = arithmetic(trace, at, [c, i, j]);
            if (found) close(found.total, value);
            else assert.ok(!written || trace.count > 6000, `${trace.boxes[box]?.name} has no arithmetic`);
          }
        }
      }
    }
  });

  test(`model ${n}, ${trace.kind}: gradients come when all that they are made of has been passed`, () => {
    if (trace.stuck || trace.error) return;
    for (const [at, value] of trace.values.entries()) {
      const back = flow.backAt(trace, at);
      assert.ok(back > flow.done(trace) && back <= last);
      for (const [n, box] of trace.boxes.entries()) {
        if (box.inputs.includes(at)) assert.ok(back >= 2 * flow.done(trace) + 1 - n, value.name);
      }
      assert.equal(flow.isKnown(trace, value.box + 1, at), true);
      if (value.box >= 0) assert.equal(flow.isKnown(trace, value.box, at), false);
    }
  });
}

for (const { state, wrong, problem } of refused) {
  test(`refused: ${problem}`, () => assert.equal(flow.problem({ ...state, ...wrong }), problem));
}

const residual = right.find(({ state }) => state.trace.kind === "Residual").state.trace;

test("a tensor that goes past a box has a line of its own; the others lead straight down", () => {
  const { rows, arcs, frames, lanes } = flow.layout(residual);
  assert.deepEqual(rows.map((row) => row.name).slice(0, 6), ["x", "features", "features.0", "features.0()", "features.1", "features.1.0"]);
  assert.deepEqual(arcs.map(({ from, to }) => [rows[from].name, rows[to].name]), [["view()", "relu, add"]]);
  assert.equal(lanes, 1);
  assert.deepEqual(frames.map(({ first, last, depth, below }) => [rows[first].name, rows[last].name, depth, below]), [
    ["features", "features.1.1", 1, 1],
    ["features.1", "features.1.1", 2, 0],
  ]);
});

test("a layer that is called twice has its gradient when backward has passed both calls", () => {
  const first = residual.boxes.findIndex((box) => box.name === "fc");
  assert.equal(flow.parameterBackAt(residual, "fc.weight"), 2 * flow.done(residual) + 1 - first);
});

const packed = (shape, numbers, more = {}) => ({
  shape,
  dtype: "float32",
  numbers: Buffer.from(new Float32Array(numbers).buffer).toString("base64"),
  ...more,
});

test("small tensors stand in brackets, larger ones are told by their range", () => {
  assert.equal(inline(packed([1, 1, 2, 2], [1, 2, 3, -1])), "[[1, 2], [3, −1]]");
  assert.equal(inline(packed([1, 1], [66])), "66");
  assert.equal(inline(packed([], [0.5])), "0.5");
  assert.equal(inline(packed([3], [NaN, Infinity, -Infinity])), "[nan, ∞, −∞]");
  assert.equal(inline(packed([4, 5], Array(20).fill(1))), "all 1");
  assert.equal(inline(packed([20], [...Array(20).keys()])), "0 … 19");
  assert.equal(inline(packed([20], Array(20).fill(NaN))), "holds nan");
  assert.equal(inline(packed([2], [1, 0], { dtype: "bool" })), "[True, False]");
});

test("an index names the number that a cell of the planes shows", () => {
  const tensor = packed([2, 3, 4, 5], [...Array(120).keys()]);
  assert.deepEqual(indexOf(tensor, [4, 2, 1]), [1, 1, 2, 1]);
  assert.equal(asPlanes(tensor).planes[4][2][1], flat(tensor, [1, 1, 2, 1]));
  assert.equal(asPlanes(tensor).captions[4], "[1, 1]");
  assert.deepEqual(indexOf(packed([4], [1, 2, 3, 4]), [0, 0, 3]), [3]);
  assert.deepEqual(indexOf(packed([], [1]), [0, 0, 0]), []);
});

test("of a slice the page says what it is a slice of", () => {
  const stats = packed([3], [-1, 0, 1]).numbers;
  const said = cutInWords("w", packed([4, 99], [...Array(32).keys()], { cut: [4, 8], stats }));
  assert.equal(said, "w is 4 × 99, 396 numbers from −1 to 1, mean 0. Shown: w[:, :8].");
});

test("small numbers are written with the digits that tell them apart", () => {
  const write = (numbers) => [...new Float32Array(numbers)].map(aligned(packed([numbers.length], numbers)));
  assert.deepEqual(write([1, -2]), ["1", "−2"]);
  assert.deepEqual(write([0.5, -1e-9]), ["0.50", "0.00"]);
  assert.deepEqual(write([0.0123, -0.001]), ["0.012", "−0.001"]);
  assert.deepEqual(write([NaN, 1]), ["nan", "1"]);
  assert.deepEqual(floats(packed([2], [0.5, 2]).numbers), new Float32Array([0.5, 2]));
});

test("a curve of a million points keeps its peaks in little memory", () => {
  for (const peak of [2, 1023, 1024, 2047, 2048, 2049, 123456, 654321, 1e6]) {
    const curve = new Curve();
    for (let step = 1; step <= 1e6; step++) curve.add(step, step === peak ? 99 : step === peak + 1 ? -99 : 1);
    assert.equal(curve.count, 1e6);
    assert.ok(curve.bins.length <= 2049);
    assert.deepEqual(range([curve], false), [peak < 1e6 ? -99 : 1, 99], `peak at ${peak}`);
    assert.ok(curve.bins.every(({ step }, at, all) => !at || step > all[at - 1].step));
    const drawn = path(curve, (step) => step / 1000, (value) => value, false);
    assert.ok(drawn.length < 50000 && drawn.includes("99.0") && drawn.startsWith("M0.0 "));
  }
});

test("what is no finite number is left out of the line, and noted", () => {
  const curve = new Curve();
  [1, NaN, Infinity, 3].forEach((value, at) => curve.add(at + 1, value));
  assert.equal(curve.lost, 2);
  assert.deepEqual(range([curve], false), [1, 3]);
  assert.equal(range([new Curve()], false), null);
});

test("a log scale leaves out what is not above 0, and has powers of ten", () => {
  const curve = new Curve();
  [-1, 0, 0.001, 10].forEach((value, at) => curve.add(at + 1, value));
  const [low, high] = range([curve], true);
  assert.ok(Math.abs(low - 0.001) < 1e-9 && high === 10);
  assert.deepEqual(ticks([0.001, 10], true, 4), [0.001, 0.01, 0.1, 1, 10]);
  assert.deepEqual(ticks([0, 10], false, 5), [0, 2, 4, 6, 8, 10]);
  assert.equal(path(curve, Number, Math.log10, true).startsWith("M3.0"), true);
});
