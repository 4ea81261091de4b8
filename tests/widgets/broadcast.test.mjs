/** BroadcastLens computes what the engine computed, fails in torch's words, and offers the same repairs. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fixtures } from "./common.mjs";
import * as broadcast from "../../tensorlab/widgets/js/core/broadcast.js";
import * as dtype from "../../tensorlab/widgets/js/core/dtypes.js";
import { facts, lens, sums, words } from "../../tensorlab/widgets/js/core/lens.js";
import * as operate from "../../tensorlab/widgets/js/core/operate.js";
import { inWords, repairs } from "../../tensorlab/widgets/js/core/repair.js";
import * as shapes from "../../tensorlab/widgets/js/core/shapes.js";

const { shapes: byShape, types, large, refused } = fixtures("broadcast_lens");

/** The last bit of a power may differ; nan and inf are words in JSON. */
function same(found, wanted, where) {
  assert.equal(found.dtype, wanted.dtype, where);
  assert.deepEqual(found.shape, wanted.shape, where);
  assert.equal(found.numbers.length, wanted.numbers.length, where);
  for (const [i, one] of wanted.numbers.entries()) {
    const number = typeof one === "string" ? Number(one.replace("inf", "Infinity")) : Number(one);
    const got = found.numbers[i];
    const near = Object.is(got, number) || Math.abs(got - number) <= 2e-7 * Math.abs(number);
    assert.ok(near, `${where}, number ${i}: ${got}, not ${number}`);
  }
}

for (const [kind, cases] of Object.entries({ shapes: byShape, dtypes: types, "large numbers": large })) {
  test(`the ${cases.length} cases of ${kind} come out as in the engine, or fail in torch's words`, () => {
    for (const { state: { op, x, y }, failure = "", repairs: wanted = [], output } of cases) {
      const where = `${op} ${x.dtype} ${shapes.tuple(x.shape)}, ${y.dtype} ${shapes.tuple(y.shape)}`;
      assert.equal(operate.failure(op, x, y)?.words ?? "", failure, where);
      assert.deepEqual(repairs(op, x, y).map((one) => one.code), wanted, where);
      assert.equal(operate.problem({ op, x, y }), "", where);
      if (output) same(operate.operate(op, x, y), output, where);
    }
  });
}

for (const { state: { op, x, y }, problem } of refused) {
  test(`refused: ${problem}`, () => assert.equal(operate.problem({ op, x, y }), problem));
}

test("a repair leads to the shape that it names, and to a result", () => {
  const [x, y] = [[2, 3], [2]].map((shape, n) => ({
    dtype: "int64", shape, numbers: Array.from({ length: shapes.numel(shape) }, (_, i) => 10 * n + i),
  }));
  const [first, second] = repairs("+", x, y);
  assert.equal(first.code, "x + y[:, None]");
  assert.equal(inWords(first), "gives y an axis of size 1: (2, 1); the result is (2, 3), int64");
  assert.deepEqual(operate.operate(first.op, first.x, first.y).numbers, [10, 11, 12, 14, 15, 16]);
  assert.equal(second.code, "x.t() + y");
  assert.deepEqual(second.x.numbers, [0, 3, 1, 4, 2, 5]);
});

test("where shapes and dtypes both do not fit, the shapes are mended first", () => {
  const x = { dtype: "int64", shape: [1, 3], numbers: [1, 2, 3] };
  const y = { dtype: "float32", shape: [1, 3], numbers: [1, 2, 3] };
  const [turned] = repairs("@", x, y);
  assert.match(inWords(turned), /; the shapes fit then, and their numbers are next$/);
  assert.deepEqual(repairs("@", turned.x, turned.y).map((one) => one.code), ["x.float() @ y"]);
});

test("a stretched cell points home, and its home at every place where it is repeated", () => {
  const layout = broadcast.lay("+", [2, 1], [3]);
  assert.deepEqual(layout.axes.map((axis) => [axis.x, axis.y, axis.out, axis.what]), [
    [2, null, 2, "y is stretched"],
    [1, 3, 3, "x is stretched"],
  ]);
  assert.equal(broadcast.repeated(layout.x, [1, 2]), true);
  assert.equal(broadcast.repeated(layout.x, [1, 0]), false);
  assert.deepEqual(layout.x.own([1, 2]), [1, 0]);
  assert.deepEqual(layout.y.home([2]), [0, 2]);
  assert.deepEqual(broadcast.links("+", layout, "x", [1, 0]).out, [[1, 0], [1, 1], [1, 2]]);
  assert.deepEqual(broadcast.links("+", layout, "x", [1, 2]).out, [[1, 2]]);
});

test("an output cell of @ has a row and a column; a number of x has part in a row of the result", () => {
  const layout = broadcast.lay("@", [2, 1, 2, 3], [2, 3, 2]);
  assert.deepEqual(layout.shape, [2, 2, 2, 2]);
  const { x, y } = broadcast.links("@", layout, "out", [1, 0, 1, 0]);
  assert.deepEqual(x, [[1, 0, 1, 0], [1, 0, 1, 1], [1, 0, 1, 2]]);
  assert.deepEqual(y, [[1, 0, 0, 0], [1, 0, 1, 0], [1, 0, 2, 0]]);
  const back = broadcast.links("@", layout, "x", [1, 0, 1, 2]);
  assert.deepEqual(back.y, [[1, 0, 2, 0], [1, 0, 2, 1], [1, 1, 2, 0], [1, 1, 2, 1]]);
  assert.equal(back.out.length, 4);
});

test("a vector is a row on the left of @ and a column on the right", () => {
  const layout = broadcast.lay("@", [3], [3]);
  assert.deepEqual([layout.x.full, layout.y.full, layout.out.full, layout.shape], [[1, 3], [3, 1], [1, 1], []]);
  assert.deepEqual(layout.y.own([2, 0]), [2]);
  assert.deepEqual(layout.axes.map((axis) => axis.name), ["inner"]);
  assert.deepEqual(broadcast.lay("@", [2, 3], [3]).out.own([1, 0]), [1]);
});

test("strides of what is stretched are 0, as expand has them", () => {
  for (const { own, full, stride } of fixtures("broadcast_lens").strides) {
    assert.deepEqual(broadcast.stretchedStrides(own, full), stride, `${own} to ${full}`);
  }
});

test("a shape is read as a person types it", () => {
  for (const text of ["(3, 1)", "3,1", "[3, 1]", "3 × 1", "3x1", "torch.Size([3, 1])", "(3, 1,)"]) {
    assert.deepEqual(shapes.parseShape(text, 4), { value: [3, 1] }, text);
  }
  assert.deepEqual(shapes.parseShape("()", 4), { value: [] });
  assert.deepEqual(shapes.parseShape("(4,)", 4), { value: [4] });
  for (const text of ["", "(0, 2)", "(-1,)", "a", "2.5", "(2, ,3)"]) {
    assert.match(shapes.parseShape(text, 4).problem, /is no shape\. Type/, text);
  }
  assert.match(shapes.parseShape("1,1,1,1,1", 4).problem, /has 5 axes\. Type up to 4/);
});

test("a number is read, held and written as its dtype has it", () => {
  assert.deepEqual(dtype.parse("true", "bool"), { value: 1 });
  assert.match(dtype.parse("2", "bool").problem, /True or False: type one/);
  assert.match(dtype.parse("0.5", "int64").problem, /holds whole numbers/);
  assert.match(dtype.parse("256", "uint8").problem, /from 0 to 255/);
  assert.deepEqual(dtype.parse("0.1", "float64"), { value: 0.1 });
  assert.deepEqual(dtype.parse("0,1", "float32"), { value: Math.fround(0.1) });
  assert.deepEqual([1, 0].map(dtype.writer([], "bool")), ["True", "False"]);
  assert.deepEqual([1, -2].map(dtype.writer([], "int64")), ["1", "−2"]);
  assert.deepEqual([1, -2, NaN, -Infinity].map(dtype.writer([1], "float32", { point: true })), ["1.", "−2.", "nan", "−inf"]);
  assert.equal(dtype.written(Math.fround(0.3), "float32"), "0.3");
  assert.equal(dtype.cast(128, "int8"), -128);
  assert.deepEqual(["float32", "float64", "int64", "bool"].map((one) => dtype.spell(Math.fround(0.1), one)),
    ["0.1", "0.10000000149011612", "0.10000000149011612", "True"]);
  assert.match(dtype.retyped({ dtype: "float32", shape: [1], numbers: [300.7] }, "int8").problem, /300 is too large/);
  assert.deepEqual(dtype.retyped({ dtype: "float32", shape: [1], numbers: [-2.7] }, "int8").value.numbers, [-2]);
});

test("the arithmetic of every cell ends in the cell's number, and every case is told in words", () => {
  for (const { state } of [...byShape, ...types, ...large]) {
    const now = lens(state);
    facts(now);
    if (!now.out) {
      assert.match(words(now, null), /^x .+ y has no result: .+\.$/);
      continue;
    }
    for (const index of shapes.indices(now.layout.out.full)) {
      const spot = { tensor: "out", index };
      const number = now.out.numbers[shapes.flat(now.out.shape, now.layout.out.own(index))];
      const where = `${state.op} ${JSON.stringify(state.x)} ${JSON.stringify(state.y)} at ${index}`;
      const { rows } = sums(now, spot);
      assert.equal(rows[0].result, dtype.written(number, now.out.dtype), where);
      assert.match(words(now, spot), /^out.* is .*: .*\.$/, where);
      const left = rows.find((row) => row.label === "what is left");
      if (left && !Number.isNaN(number)) {
        const [a, times, by] = left.pieces[0][0].replaceAll("−", "-").replace(/[()]/g, "").split(/ - |·/).map(Number);
        assert.ok(Math.abs(a - times * by - number) < 1e-3, `${left.pieces[0][0]} is not ${number}, ${where}`);
      }
    }
  }
});

test("a step says what the sign does not", () => {
  const last = (op, a, b, kind = "int64") => {
    const [x, y] = [a, b].map((value) => ({ dtype: kind, shape: [1], numbers: [value] }));
    const { label, pieces, result } = sums(lens({ op, x, y }), { tensor: "out", index: [0, 0] }).rows.at(-1);
    return [label, pieces[0][0], result];
  };
  assert.deepEqual(last("//", -7, 2), ["rounded down", "⌊−3.5⌋", "−4"]);
  assert.deepEqual(last("%", -7, 2), ["what is left", "−7 − (−4)·2", "1"]);
  assert.deepEqual(last("+", 127, 1, "int8"), ["wraps around", "128 is more than int8 holds", ""]);
});
