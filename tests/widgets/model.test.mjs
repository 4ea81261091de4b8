/** What the page and Python tell each other, also when both speak at once. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { State, StaticModel } from "../../tensorlab/widgets/js/ui/model.js";

const wait = () => new Promise((done) => setTimeout(done));

/** A state, what it has drawn, and what it has sent. */
function listening(values) {
  const model = new StaticModel(values);
  const [drawn, sent] = [[], []];
  model.save_changes = () => sent.push({ ...model.state });
  const how = { problem: () => "", draw: (changed) => drawn.push([...changed]), complain: assert.fail };
  return { model, drawn, sent, state: new State(model, Object.keys(values), how) };
}

test("Python's echo of an earlier change does not undo a later one", async () => {
  const { model, sent, state } = listening({ threshold: 3, op: ">" });
  state.apply({ threshold: 4 });
  await wait();
  state.apply({ threshold: 9 });
  model.set("threshold", 4);
  await wait();
  assert.equal(state.now.threshold, 9);
  assert.deepEqual(sent.map(({ threshold }) => threshold), [4, 9]);
});

test("what Python changes besides is drawn", async () => {
  const { model, drawn, state } = listening({ threshold: 3, op: ">" });
  state.apply({ threshold: 4 });
  model.set("op", "<");
  model.set("threshold", 3);
  await wait();
  assert.deepEqual(state.now, { threshold: 4, op: "<" });
  assert.deepEqual(drawn, [["threshold"], ["op"]]);
});

test("once it is sent, Python can change it again", async () => {
  const { model, state } = listening({ threshold: 3 });
  state.apply({ threshold: 4 });
  await wait();
  model.set("threshold", 5);
  await wait();
  assert.equal(state.now.threshold, 5);
});

test("several values that Python changes are drawn at once", async () => {
  const model = new StaticModel({ a: 1, b: 1, c: 1 });
  const drawn = [];
  const state = new State(model, ["a", "b"], { problem: () => "", draw: (names) => drawn.push([...names]), complain: assert.fail });
  model.set("a", 2);
  model.set("b", 2);
  model.set("c", 2);
  await null;
  assert.deepEqual(drawn, [["a", "b"]]);
  assert.deepEqual(state.now, { a: 2, b: 2 });
  state.stop();
  model.set("a", 3);
  await null;
  assert.equal(drawn.length, 1);
});

test("values that make no sense are complained of, and nothing changes", () => {
  const model = new StaticModel({ a: 1 });
  const said = [];
  const state = new State(model, ["a"], {
    problem: ({ a }) => (a > 1 ? "Too large." : ""),
    draw: assert.fail,
    complain: (problem) => said.push(problem),
  });
  assert.equal(state.apply({ a: 2 }), false);
  assert.deepEqual(said, ["Too large."]);
  assert.equal(model.get("a"), 1);
});
