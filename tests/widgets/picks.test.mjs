/** PickLens: the page picks what the engine picked, from where the engine picked it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fixtures } from "./common.mjs";
import { cellsOf, count, nested } from "../../tensorlab/widgets/js/core/cells.js";
import { cast, parse } from "../../tensorlab/widgets/js/core/dtypes.js";
import { facts, growth } from "../../tensorlab/widgets/js/core/pick-facts.js";
import { problem } from "../../tensorlab/widgets/js/core/pick-problem.js";
import * as words from "../../tensorlab/widgets/js/core/pick-words.js";
import { goesTo, maskOf, picked, together } from "../../tensorlab/widgets/js/core/pick.js";

const { right, refused } = fixtures("pick_lens");

for (const [n, given] of right.entries()) {
  test(`pick ${n}: ${given.code}`, () => {
    const { state } = given;
    assert.equal(problem(state), "");
    assert.equal(words.code(state), given.code);
    if (given.mask) assert.deepEqual(maskOf(state), cellsOf(given.mask));
    const result = picked(state);
    const tensors = state.as_tuple ? given.output : given.output[0];
    assert.deepEqual(result.values, cellsOf(tensors).values);
    if (count(result.shape)) assert.deepEqual(result.shape, cellsOf(tensors).shape);
    assert.equal(result.dtype, given.dtype);
    const starts = [0];
    for (const { values } of state.tensors) starts.push(starts.at(-1) + cellsOf(values).values.length);
    assert.deepEqual(result.place.map((at, i) => starts[result.tensor[i]] + at), given.places);
    if (state.op === "argsort") assert.deepEqual(result.sorted, cellsOf(given.values).values);
    if (state.op === "sort") assert.deepEqual(result.sorted, cellsOf(given.indices).values);
    for (const cell of result.place.keys()) {
      assert.match(words.ofCell(state, result, cell), /^[\w[\], ]+ is .+\.$/);
      const source = { tensor: result.tensor[cell], place: result.place[cell] };
      assert.ok(goesTo(result, source.tensor, source.place).includes(cell));
      assert.match(words.ofSource(state, result, source), /goes to|points at/);
    }
    if (result.place.length) {
      const from = words.sourceName(state, { tensor: result.tensor[0], place: result.place[0] });
      assert.ok(given.text.endsWith(`${words.cellName(state, result, 0)} ${/sort|zero/.test(state.op) && state.op !== "sort" ? "points at" : "is"} ${from}.`));
    }
    for (const fact of facts(state, result)) assert.match(fact, /\.$/);
  });
}

for (const { state, wrong, problem: said } of refused) {
  test(`refused: ${said}`, () => assert.equal(problem({ ...state, ...wrong }), said));
}

const asked = (op, tensors, more = {}) => ({
  op, tensors: tensors.map((values) => ({ dtype: "int64", values })), names: [], drawn: null, compare: ">", threshold: 3,
  dim: 0, descending: false, as_tuple: false, ...more,
});

test("a picked cell says how many were picked before it, and one left out why", () => {
  const pick = asked("mask", [[[1, 5, 2], [7, 0, 4]]]);
  const result = picked(pick);
  assert.equal(words.ofCell(pick, result, 2), "y[2] is x[1, 2], 4: mask[1, 2] is True, after 2 others.");
  assert.equal(words.ofCell(pick, result, 0), "y[0] is x[0, 1], 5: mask[0, 1] is True, the first one.");
  assert.equal(words.ofSource(pick, result, { tensor: 0, place: 0 }), "x[0, 0] is 1; it is left out, as mask[0, 0] is False.");
  assert.equal(words.ofMask(pick, result, 5), "mask[1, 2] is True: y[2] is x[1, 2].");
  assert.equal(words.ofMask(pick, result, 0), "mask[0, 0] is False: nothing of x is picked here.");
  assert.match(facts(pick, result)[0], /^3 of 6 cells of the mask are True: y is 3\./);
});

test("ties are named, and keep their order", () => {
  const pick = asked("argsort", [[3, 1, 3, 1]], { descending: true });
  const result = picked(pick);
  assert.deepEqual(result.values, [0, 2, 1, 3]);
  assert.deepEqual(words.ties(pick, result, 0), [0, 2]);
  assert.equal(words.ofCell(pick, result, 1), "y[1] is 2: x[2], 3, comes after 1 of 4. It ties with x[0]: equal numbers keep their order.");
  assert.equal(facts(pick, result)[0], "Ties: x[0] = x[2]; x[1] = x[3]. With stable=True, equal numbers keep their order.");
});

test("the coordinates of a cell belong together", () => {
  const rows = asked("nonzero", [[[1, 0], [2, 3]]]);
  assert.deepEqual(together(rows, picked(rows), 3), [2, 3]);
  assert.equal(words.ofCell(rows, picked(rows), 3), "y[1] is [1, 0]: x[1, 0] is 2, not 0.");
  const tuple = { ...rows, as_tuple: true };
  assert.deepEqual(together(tuple, picked(tuple), 1), [1, 4]);
  assert.equal(words.ofCell(tuple, picked(tuple), 1), "y[0][1] is 1, y[1][1] is 0: x[1, 0] is 2, not 0.");
});

test("the axis that grows, and the one that appears, are marked", () => {
  const tensors = [[[1, 2, 3]], [[4, 5, 6]]];
  const cat = asked("cat", tensors, { dim: -2 });
  assert.deepEqual(growth(cat, picked(cat)), {
    from: [{ shape: [1, 3], mark: 0 }, { shape: [1, 3], mark: 0 }], to: { shape: [2, 3], mark: 0 }, how: "dim 0 grows: 1 + 1 = 2",
  });
  const stack = asked("stack", tensors, { dim: -1 });
  const { from, to, how } = growth(stack, picked(stack));
  assert.deepEqual([from[0].mark, to, how], [-1, { shape: [1, 3, 2], mark: 2 }, "dim 2 is new: 2 tensors"]);
  assert.equal(words.ofCell(cat, picked(cat), 4), "y[1, 1] is b[0, 1], 5: along dim -2, b begins at 1, and 1 − 1 = 0.");
  assert.equal(words.ofCell(stack, picked(stack), 3), "y[0, 1, 1] is b[0, 1], 5: the 1 at dim -1 means b.");
});

test("a number that a type does not hold is refused", () => {
  assert.match(parse("1.5", "int64").problem, /int64 holds whole numbers/);
  assert.match(parse("256", "uint8").problem, /from 0 to 255: type one/);
  assert.match(parse("-129", "int8").problem, /from −128 to 127/);
  for (const [text, dtype] of [["255", "uint8"], ["-128", "int8"], ["1.5", "float32"]]) assert.equal(parse(text, dtype).value, Number(text));
  assert.equal(cast(0.1, "float16"), 0.0999755859375);
  assert.equal(cast(0.1, "float32"), Math.fround(0.1));
});

test("cells become nested lists again", () => {
  const x = [[[1, 2], [3, 4]]];
  assert.deepEqual(nested(cellsOf(x).values, [1, 2, 2]), x);
  assert.equal(nested([7], []), 7);
});
