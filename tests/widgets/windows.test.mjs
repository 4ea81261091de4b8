/** The page computes what the engine computed, and says what Python says. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { close, fixtures } from "./common.mjs";
import * as conv from "../../tensorlab/widgets/js/core/conv.js";
import * as pool from "../../tensorlab/widgets/js/core/pool.js";
import { formula, outputSize, seen, seenBy, visited } from "../../tensorlab/widgets/js/core/windows.js";

const convolutions = fixtures("conv_window");
const poolings = fixtures("pool_window");

for (const [n, { state, output, code }] of convolutions.right.entries()) {
  test(`convolution ${n}: ${code}`, () => {
    assert.equal(conv.problem(state), "");
    assert.equal(conv.code(state), code);
    const found = conv.conv2d(state);
    close(found, output);
    for (const [o, plane] of output.entries()) {
      for (const [i, row] of plane.entries()) {
        for (const [j, value] of row.entries()) {
          const parts = conv.arithmetic(state, [o, i, j]);
          close(parts.value, value);
          close(parts.channels.reduce((sum, part) => sum + part.sum, parts.bias ?? 0), value);
        }
      }
    }
  });
}

for (const [n, { state, output, indices, code }] of poolings.right.entries()) {
  test(`pooling ${n}: ${code}`, () => {
    assert.equal(pool.problem(state), "");
    assert.equal(pool.code(state), code);
    const found = pool.pool2d(state);
    close(found.output, output);
    if (!indices) return;
    for (const [c, plane] of output.entries()) {
      for (const [i, row] of plane.entries()) {
        for (const [j, value] of row.entries()) {
          if (value !== null) assert.equal(found.indices[c][i][j], indices[c][i][j]);
        }
      }
    }
  });
}

for (const { state, wrong, problem } of convolutions.refused) {
  test(`refused: ${problem}`, () => assert.equal(conv.problem({ ...state, ...wrong }), problem));
}

for (const { state, wrong, problem } of poolings.refused) {
  test(`refused: ${problem}`, () => assert.equal(pool.problem({ ...state, ...wrong }), problem));
}

test("whoever is under a window has that window over it", () => {
  const { state, output } = convolutions.right[13];
  const pairs = (links) => new Set(links);
  const forwards = pairs(
    output.flatMap((plane, o) =>
      plane.flatMap((row, i) =>
        row.flatMap((_, j) => {
          const { x, w } = conv.ofOutput(state, [o, i, j]);
          return x.map((one, k) => `${one} ${w[k]} ${[o, i, j]}`);
        }),
      ),
    ),
  );
  const [down, across] = conv.axes(state);
  const backwards = [];
  for (let c = 0; c < state.x.length; c++) {
    for (let i = -down.padding; i < down.size + down.padding; i++) {
      for (let j = -across.padding; j < across.size + across.padding; j++) {
        const { w, y } = conv.ofInput(state, [c, i, j]);
        backwards.push(...y.map((one, k) => `${[c, i, j]} ${w[k]} ${one}`));
      }
    }
  }
  assert.deepEqual([...forwards].sort(), backwards.sort());
  const { x, y } = conv.ofWeight(state, [1, 0, 0, 1]);
  for (const [k, one] of x.entries()) assert.ok(forwards.has(`${one} 1,0,0,1 ${y[k]}`));
});

test("a stride that does not divide leaves cells unseen, and is not refused", () => {
  const axis = { size: 6, kernel: 3, stride: 2, padding: 0, dilation: 1 };
  assert.equal(outputSize(axis), 2);
  assert.deepEqual(visited(axis), [true, true, true, true, true, false]);
  assert.deepEqual(seen(axis, 1), [2, 3, 4]);
  assert.deepEqual(seenBy(axis, 2), [{ place: 0, step: 2 }, { place: 1, step: 0 }]);
  assert.equal(formula(axis, "height"), "height = ⌊(6 + 2·0 − 1·(3 − 1) − 1) / 2⌋ + 1 = 2");
});

test("the formula says so where ceil_mode leaves a window out", () => {
  const axis = { size: 3, kernel: 1, stride: 2, padding: 0, dilation: 1, ceil: true };
  assert.equal(formula(axis, "width"), "width = ⌈(3 + 2·0 − 1·(1 − 1) − 1) / 2⌉ + 1 = 2");
  const dropped = { size: 2, kernel: 1, stride: 4, padding: 0, dilation: 1, ceil: true };
  assert.equal(outputSize(dropped), 1);
  assert.equal(formula(dropped, "width"), "width = ⌈(2 + 2·0 − 1·(1 − 1) − 1) / 4⌉ = 1");
});

test("ties are named, the first one wins", () => {
  const state = { x: [[[1, 3], [3, 2]]], mode: "max", kernel: [2, 2], stride: [2, 2], padding: [0, 0],
    dilation: [1, 1], ceil_mode: false, count_include_pad: true };
  assert.deepEqual(pool.result(state, [0, 0, 0]).winners, [[0, 0, 1], [0, 1, 0]]);
  assert.match(pool.inWords(state, [0, 0, 0], String), /2 cells tie: x\[0, 0, 1\], x\[0, 1, 0\]/);
});

test("a padded pooling may be larger than its input, and says why", () => {
  const state = { x: [[[1, 2], [3, 4]]], mode: "max", kernel: [2, 2], stride: [1, 1], padding: [1, 1],
    dilation: [1, 1], ceil_mode: false, count_include_pad: true };
  assert.match(pool.sizes(state).at(-1), /a 2×2 input has room for 3×3 windows/);
});

test("a kernel that grows keeps its numbers; other groups give every filter its planes", () => {
  assert.deepEqual(conv.withKernel([[[[1, 2]]]], [2, 3]), [[[[1, 2, 0], [0, 0, 0]]]]);
  const { state } = convolutions.right[0];
  for (const groups of [1, 2, 4]) {
    const changed = { ...state, groups, weight: conv.withGroups(state, groups) };
    assert.equal(conv.problem(changed), "");
    assert.equal(changed.weight[0].length, 4 / groups);
  }
});
