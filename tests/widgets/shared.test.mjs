/** What all widgets share: numbers as text, the keys, the layout. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { columnsThatFit } from "../../tensorlab/widgets/js/core/layout.js";
import { exact, format, parseCount, parseNumber, short } from "../../tensorlab/widgets/js/core/numbers.js";
import { shapeOf, withNumber } from "../../tensorlab/widgets/js/core/tensor.js";
import { move } from "../../tensorlab/widgets/js/ui/keys.js";

test("a number is read as a person types it", () => {
  for (const [text, value] of [["3", 3], [" -0.5 ", -0.5], ["−2", -2], ["1,5", 1.5], ["1e-3", Math.fround(1e-3)]]) {
    assert.deepEqual(parseNumber(text), { value });
  }
});

test("what is no number gets a sentence that says what to type", () => {
  for (const text of ["", "abc", "nan", "inf", "-Infinity", "1e999", "0x10", "1 2"]) {
    assert.match(parseNumber(text).problem, /\. Type .*\.$|Type a number/, text);
  }
  assert.deepEqual(parseCount("2", "stride", 1), { value: 2 });
  for (const text of ["0", "-1", "1.5", "", "x"]) assert.match(parseCount(text, "stride", 1).problem, /whole number from 1 on/);
});

test("the numbers of a tensor line up, and show no noise of float32", () => {
  assert.deepEqual([1, 2].map(format([1, 2])), ["1", "2"]);
  assert.deepEqual([0.5, -2].map(format([0.5, -2])), ["0.5", "−2.0"]);
  assert.deepEqual([1 / 3, -1e-9].map(format([1 / 3, -1e-9])), ["0.33", "0.00"]);
  assert.equal(exact(Math.fround(0.1)), "0.1");
  assert.equal(short(Math.fround(-0.123456)), "−0.1235");
  assert.equal(short(1e-7), "1.0e−7");
  assert.equal(short(-Infinity), "−∞");
  assert.equal(short(-0), "0");
});

test("an edit leaves the tensor that it came from alone", () => {
  const x = [[[1, 2], [3, 4]]];
  assert.deepEqual(withNumber(x, [0, 1, 0], 9), [[[1, 2], [9, 4]]]);
  assert.deepEqual(x, [[[1, 2], [3, 4]]]);
  assert.deepEqual(shapeOf(x), [1, 2, 2]);
});

const press = (key, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

test("keys lead through rows, columns and planes, and stop at the edge", () => {
  const counts = [2, 3, 4];
  assert.deepEqual(move(press("ArrowRight"), [0, 0, 0], counts), [0, 0, 1]);
  assert.deepEqual(move(press("ArrowUp"), [0, 0, 0], counts), [0, 0, 0]);
  assert.deepEqual(move(press("PageDown"), [0, 1, 1], counts), [1, 1, 1]);
  assert.deepEqual(move(press("End"), [0, 1, 1], counts), [0, 1, 3]);
  assert.deepEqual(move(press("End", { ctrlKey: true }), [0, 1, 1], counts), [0, 2, 3]);
  for (const other of [press("a"), press("ArrowRight", { ctrlKey: true }), press("Home", { altKey: true })]) {
    assert.equal(move(other, [0, 0, 0], counts), null);
  }
});

test("the highest tensor gets the columns that there are", () => {
  const tall = { planes: 4, width: 100, height: 100, heading: 60 };
  const small = { planes: 1, width: 40, height: 50, heading: 50 };
  assert.deepEqual(columnsThatFit([tall, small], 300, 10, 30), { columns: [2, 1], stacked: false });
  assert.deepEqual(columnsThatFit([tall, small], 1000, 10, 30), { columns: [4, 1], stacked: false });
  assert.deepEqual(columnsThatFit([tall, small], 120, 10, 30), { columns: [1, 1], stacked: true });
  assert.deepEqual(columnsThatFit([tall], 40, 10, 30), { columns: [1], stacked: true });
  assert.deepEqual(columnsThatFit([], 40, 10, 30), { columns: [], stacked: false });
  // One that must not be wider leaves the room to the next.
  const narrow = { ...tall, planes: 6, across: 2 };
  assert.deepEqual(columnsThatFit([narrow, tall], 1000, 10, 30), { columns: [2, 4], stacked: false });
  assert.deepEqual(columnsThatFit([narrow], 40, 10, 30), { columns: [1], stacked: true });
});
