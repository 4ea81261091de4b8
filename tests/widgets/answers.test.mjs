/** The page takes an answer as Python does, and says the same to it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fixtures } from "./common.mjs";
import { feedback, matches, read, verdict } from "../../tensorlab/widgets/js/core/answers.js";

const { answered, matched } = fixtures("predict");

for (const { state, typed, chosen, correct, feedback: said } of answered) {
  test(`answered: ${typed}`, () => {
    assert.equal(read(state, typed), chosen);
    const question = { ...state, chosen };
    assert.equal(verdict(question).right, correct);
    assert.equal(feedback(question), said);
  });
}

test("an answer matches where Python says so", () => {
  for (const one of matched) {
    assert.equal(matches(one.answer, one.truth), one.matches, `${one.answer} for ${one.truth}`);
  }
});

test("nothing is no answer", () => {
  for (const typed of ["", " ", "\n"]) assert.equal(read(answered[0].state, typed), null);
});
