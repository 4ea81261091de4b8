/** What the page makes of shape expressions is what the engine makes of them, refusals included. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fixtures } from "./common.mjs";
import * as dtypes from "../../tensorlab/widgets/js/core/dtypes.js";
import { offsets, values as valuesOf } from "../../tensorlab/widgets/js/core/strides.js";
import * as family from "../../tensorlab/widgets/js/core/family.js";

const cases = fixtures("memory_strip");

const numbers = Array.from({ length: 24 }, (_, i) => i);
const whole = {
  memory: [{ dtype: "float32", values: numbers }],
  layouts: [{ name: "x", code: "", memory: 0, size: [2, 3, 4], stride: [12, 4, 1], offset: 0 }],
};

for (const { x = whole, code, problem, ...layout } of cases.evaluated) {
  test(code, () => {
    let found;
    try {
      found = family.withView(x, code);
    } catch (error) {
      assert.equal(error.message, problem);
      return;
    }
    assert.equal(problem, undefined);
    const { memory, size, stride, offset } = found.layouts.at(-1);
    assert.deepEqual({ memory, size, stride, offset, ...(memory ? found.memory[1] : {}) }, layout);
  });
}

for (const { from, to, values: given, cast } of cases.cast) {
  test(`${from} as ${to}`, () => {
    for (const [i, value] of given.entries()) {
      if (value === null) continue;
      assert.equal(dtypes.cast(value, from), value);
      const found = dtypes.cast(value, to, from);
      assert.equal(Number.isFinite(found) ? found : null, cast[i], `${value}`);
    }
  });
}

for (const { dtype, digits, largest, values, found } of cases.nearest) {
  test(`the nearest ${dtype}, where two are as near the even one`, () => {
    const infinite = (value) => (Number.isFinite(value) ? value : null); // JSON has no word for it
    assert.deepEqual(values.map((value) => infinite(dtypes.nearest(value, digits, largest))), found);
  });
}

const exact = (values) => values.map((value) => (Number.isFinite(value) ? value : null));

for (const { state, code, held, kinds, values } of cases.shown) {
  test(`shown: ${code}`, () => {
    const memory = Math.min(state.cell[0], state.memory.length - 1);
    const cell = Math.min(state.cell[1], state.memory[memory].values.length - 1);
    const found = state.layouts.map((layout) =>
      layout.memory === memory ? offsets(layout).flatMap((at, element) => (at === cell ? [element] : [])) : [],
    );
    const indices = found.map((elements, i) => elements.map((one) => family.indexOf(state.layouts[i].size, one)));
    assert.deepEqual(indices.map((one, i) => [i, one]).filter(([, one]) => one.length), held);
    const [holder] = held;
    const said = family.code(state, holder && state.layouts[holder[0]], holder ? found[holder[0]][0] : 0);
    assert.equal(said, code);
    assert.deepEqual(state.layouts.slice(1).map((layout) => family.kind(state.layouts, layout)), kinds);
    assert.deepEqual([...family.tensors(state).values()].map((one) => exact(valuesOf(one))), values);
    assert.equal(family.problem(state), "");
  });
}

const widget = { ...cases.shown[0].state };

test("the offset is written out with its numbers", () => {
  const [, transposed] = widget.layouts;
  const pieces = family.formula(transposed, 7).map(([text]) => text).join("");
  assert.equal(pieces, "2·1 + 1·4 + 0 = 6");
});

test("a number that changes, changes in all views of its memory, and in no copy", () => {
  const changed = { ...widget, ...family.withNumber(widget, 0, 6, 99) };
  const [x, transposed, , copy] = [...family.tensors(changed).values()].map(valuesOf);
  assert.equal(x[6], 99);
  assert.equal(transposed[7], 99);
  assert.ok(!copy.includes(99));
  assert.equal(widget.memory[0].values[6], 6);
});

test("x in another type has other memory, and its views are made of that", () => {
  const half = { ...widget, ...family.recast(widget, "uint8", { dtype: "float32", values: widget.memory[0].values.map((n) => n - 1.5) }) };
  assert.deepEqual(half.memory.map(({ dtype }) => dtype), ["uint8", "uint8"]);
  assert.deepEqual(half.memory[0].values.slice(0, 4), [255, 0, 0, 1]);
  assert.deepEqual(half.memory[1].values.slice(0, 3), [255, 2, 6]);
});

test("a tensor that was given, not written, stays in its memory when x gets another", () => {
  const given = { ...widget, layouts: widget.layouts.map((one, i) => (i === 1 ? { ...one, code: "" } : one)) };
  const { layouts } = family.recast(given, "int16", widget.memory[0]);
  assert.equal(family.kind(layouts, layouts[1]), "copy");
});

test("a view that is taken away takes its memory with it", () => {
  assert.equal(family.withoutView(widget, "x.t().reshape(12)").memory.length, 1);
  assert.equal(family.withoutView(widget, "x.t()").memory.length, 2);
});

test("a name is given once, and no more views than can be shown", () => {
  assert.throws(() => family.withView(widget, "x.t()"), { message: /^x\.t\(\) is shown already/ });
  assert.throws(() => family.withView(widget, "x = x.T"), { message: /^x is shown already/ });
  assert.throws(() => family.withView(widget, "torch = x.T"), { message: /^torch is the name of the library/ });
  let full = widget;
  for (let i = widget.layouts.length; i <= family.MOST_VIEWS; i++) full = { ...full, ...family.withView(full, `y${i} = x[0]`) };
  assert.throws(() => family.withView(full, "x[1]"), { message: "x[1] would be view 9, and 8 can be shown at most: remove one first." });
});

test("views of a copy share its memory, and say whose", () => {
  const named = { ...widget, ...family.withView(widget, "y = x.clone()") };
  const { layouts } = family.withView(named, "y.t()[0]");
  assert.equal(family.kind(layouts, layouts.at(-1)), "view of y");
});

test("a copy says why no view would do", () => {
  const why = family.whyCopy(widget, widget.layouts[3]);
  assert.match(why, /^A view cannot do it\. Axis 0 of \(12,\) would run across axes 0 and 1/);
  assert.equal(family.whyCopy(widget, widget.layouts[1]), "");
});

test("what is typed into a cell fits its type, or a sentence says what does", () => {
  for (const [text, dtype, value] of [["7", "uint8", 7], ["-2.5", "float16", -2.5], ["0,1", "float64", 0.1], ["true", "bool", 1]]) {
    assert.deepEqual(dtypes.parse(text, dtype), { value });
  }
  for (const [text, dtype, words] of [
    ["300", "uint8", "uint8 holds whole numbers from 0 to 255: type one."],
    ["1.5", "int16", "int16 holds whole numbers from −32,768 to 32,767: type one."],
    ["1e5", "float16", "1e5 is too large for float16: type a smaller number."],
    ["2", "bool", "A bool is True or False: type one."],
    ["abc", "float32", "“abc” is not a number. Type one, such as 0.5."],
    ["nan", "float64", "nan cannot be computed with here. Type a finite number."],
  ]) {
    assert.deepEqual(dtypes.parse(text, dtype), { problem: words });
  }
});
