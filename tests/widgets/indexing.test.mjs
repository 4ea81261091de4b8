/** The page picks what the engine picked, and refuses with Python's words. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fixtures } from "./common.mjs";
import { fromPython } from "../../tensorlab/widgets/js/core/index-tensor.js";
import { find, problem } from "../../tensorlab/widgets/js/core/index-values.js";

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
