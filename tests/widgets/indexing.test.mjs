/** The page picks what the engine picked, and refuses with Python's words. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fixtures } from "./common.mjs";
import { fromPython } from "../../tensorlab/widgets/js/core/index-tensor.js";
import { boxed, cellOf, placeOf, planesOf, unravel, writer } from "../../tensorlab/widgets/js/core/index-planes.js";
import { find, problem } from "../../tensorlab/widgets/js/core/index-values.js";
import { explained, memory, summary } from "../../tensorlab/widgets/js/core/index-words.js";
import { written } from "../../tensorlab/widgets/js/core/index-writing.js";

const { tensors, right, wrong } = fixtures("index_lens");
const given = Object.fromEntries(tensors.map(({ name, x }) => [name, fromPython(x)]));

for (const { on, index, problem: sentence, ...wanted } of right) {
  test(`${on}: ${index}`, () => {
    assert.equal(problem(index, given[on], "x"), sentence ?? "");
    if (sentence) return;
    const { code, result } = find(index, given[on], "x");
    assert.deepEqual({ code, shape: result.shape, sources: result.source, copied: result.copied }, wanted);
    assert.deepEqual(result.data, result.source.map((place) => given[on].data[place]));
  });
}

for (const { index, problem: sentence } of wrong) {
  test(`wrong: ${index.slice(0, 40)}`, () => assert.equal(problem(index, given.cube, "x"), sentence));
}

/** The cells of a tensor of this shape, each with a chance to be taken. */
function* choices(shape, random) {
  const total = shape.reduce((product, size) => product * size, 1);
  const cells = Array.from({ length: total }, (_, i) => i);
  for (let n = 0; n < 300; n++) {
    const chance = random();
    if (n % 2) yield cells.filter(() => random() < chance);
    else {
      const taken = shape.map((size) => Array.from({ length: size }, () => random() < chance));
      yield cells.filter((cell) => unravel(cell, shape).every((at, d) => taken[d][at]));
    }
  }
}

/** Numbers that look random, and are the same on every run. */
function seeded(seed) {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

test("an index that is written for cells picks these, and no others", () => {
  for (const [n, x] of Object.values(given).entries()) {
    for (const cells of choices(x.shape, seeded(n + 1))) {
      const text = written(cells, x, "x");
      const found = find(text, x, "x");
      assert.equal(found.problem, undefined, text);
      assert.deepEqual([...new Set(found.result.source)].sort((a, b) => a - b), cells, text);
      assert.equal(found.result.source.length, cells.length, text);
    }
  }
});

test("the index that is written is the simplest", () => {
  const x = given.cube;
  const places = (text) => find(text, x, "x").result.source;
  for (const text of ["x[1, 0, 1]", "x[:, 0]", "x[::2]", "x[1:]", "x[:2, 1, 0]", "x[:]", "x[:0]", "x[..., 1]", "x > 7"]) {
    const wanted = { "x[..., 1]": "x[:, :, 1]", "x > 7": "x[2]" }[text] ?? text;
    assert.equal(written(places(text), x, "x"), wanted);
  }
  assert.equal(written([0, 5, 11], x, "x"), "x[[0, 1, 2], [0, 0, 1], [0, 1, 1]]");
  assert.equal(written([9, 10, 11], x, "image"), "image[image > 8]");
  assert.equal(written([0], given.number, "x"), "x[...]");
  assert.equal(written([0, 3, 4, 5], given.mask, "x"), "x[x]");
  const row = { dtype: "float32", shape: [5], data: [0.1, 0.2, 0.3, 0.2, 0.4].map(Math.fround) };
  assert.equal(written([0, 1, 3], { ...row, shape: [1, 5] }, "x"), "x[:, [0, 1, 3]]");
  const large = { dtype: "int64", shape: [32, 32], data: Array.from({ length: 1024 }, (_, i) => (i * 7) % 10) };
  assert.equal(written(large.data.flatMap((value, i) => (value % 3 ? [] : [i])), large, "x"), null);
});

test("every part of an index says what it takes and what it leaves", () => {
  const said = (text, on = "cube") => explained(find(text, given[on], "x"));
  assert.deepEqual(said("x[:, 0, ::2]"), [[":", "0", "all", "3"], ["0", "1", "0", "gone"], ["::2", "2", "0", "1"]]);
  assert.deepEqual(said("-1"), [["-1", "0", "2", "gone"], ["", "1, 2", "all", "2 × 2"]]);
  assert.deepEqual(said("..., None, 0"), [["...", "0, 1", "all", "3 × 2"], ["None", "–", "", "1, new"], ["0", "2", "0", "gone"]]);
  assert.deepEqual(said("[0, 2], :, [1, 0]"), [
    ["[0, 2]", "0", "0, 2", "2"], [":", "1", "all", "2"], ["[1, 0]", "2", "1, 0", "paired"]]);
  assert.deepEqual(said("x > 7"), [["x > 7", "0, 1, 2", "4 of 12", "4"]]);
  assert.deepEqual(said("x[1:][0]"), [
    ["1:", "0", "1, 2", "2"], ["", "1, 2", "all", "2 × 2"],
    ["then, of shape [2, 2, 2]"], ["0", "0", "0", "gone"], ["", "1, 2", "all", "2 × 2"]]);
  assert.deepEqual(said("[[0, 1], [1, 0]]"), [["[0, 1]", "0", "0, 1", "2"], ["[1, 0]", "1", "1, 0", "paired"], ["", "2", "all", "2"]]);
  assert.deepEqual(said("[[0, 1]]")[0], ["[0, 1]", "0", "0, 1", "2"]);
  assert.deepEqual(said("x"), []);
  assert.match(memory(find("x[0]", given.cube, "x"), "x"), /^A view/);
  assert.match(memory(find("x[[0]][0]", given.cube, "x"), "x"), /^A copy/);
  assert.equal(summary(find("x[[0, 0]]", given.row, "x"), 5, "x"), "x[[0, 0]] picks 1 of the 5 numbers of x, and gives the shape [2].");
});

test("numbers are shown as their type has them", () => {
  const shown = (name, dense = false) => given[name].data.map(writer(given[name], dense));
  assert.deepEqual(shown("mask").slice(0, 2), ["True", "False"]);
  assert.deepEqual(shown("row"), ["−2", "−1", "0", "1", "2"]);
  assert.deepEqual(shown("table"), ["0.50", "−2.00", "3.25", "nan", "∞", "2.00"]);
  assert.deepEqual(shown("double"), ["0.1", "1.5", "1.0e300"]);
  assert.equal(shown("large")[0], "4611686018427387905");
});

test("planes of any number of dimensions, and their cells counted row by row", () => {
  assert.deepEqual(planesOf([2, 3, 1, 2], "x").captions, ["x[0, 0]", "x[0, 1]", "x[0, 2]", "x[1, 0]", "x[1, 1]", "x[1, 2]"]);
  assert.equal(planesOf([2, 3, 1, 2], "x").across, 3);
  for (const shape of [[], [4], [2, 3], [2, 3, 2], [2, 1, 3, 2]]) {
    const { planes } = planesOf(shape, "x");
    const flat = planes.flat(2);
    assert.deepEqual(flat, flat.map((_, i) => i));
    for (const place of flat) assert.equal(placeOf(cellOf(place, shape), shape), place);
  }
  assert.deepEqual(boxed([1, 0, 1], [0, 0, 0], [3, 2, 2]), [0, 1, 4, 5]);
});
