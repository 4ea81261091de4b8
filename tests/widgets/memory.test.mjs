/** What the page makes of shape expressions is what the engine makes of them, refusals included. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fixtures } from "./common.mjs";
import { memoryOf, numbersOf, values } from "../../tensorlab/widgets/js/core/strides.js";
import * as family from "../../tensorlab/widgets/js/core/family.js";

const cases = fixtures("memory_strip");

const numbers = Array.from({ length: 24 }, (_, i) => i);
const whole = {
  memory: [{ dtype: "float32", values: numbers }],
  layouts: [{ name: "x", code: "", memory: 0, dtype: "float32", size: [2, 3, 4], stride: [12, 4, 1], offset: 0 }],
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
    const { memory, dtype, size, stride, offset } = found.layouts.at(-1);
    const copy = memory ? { values: found.memory[1].values } : {};
    assert.deepEqual({ memory, dtype, size, stride, offset, ...copy }, layout);
  });
}

for (const { from, to, values: given, cast } of cases.cast) {
  test(`${from} as ${to}`, () => {
    for (const [i, value] of given.entries()) {
      if (value === null) continue;
      assert.deepEqual(numbersOf(memoryOf(from, [value])), [value]);
      const [found] = numbersOf(memoryOf(to, [value]));
      assert.equal(Number.isFinite(found) ? found : null, cast[i], `${value}`);
    }
  });
}
