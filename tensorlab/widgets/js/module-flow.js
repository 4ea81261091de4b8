/** ModuleFlow: a model as boxes, with every tensor between them, forward and back; and its loss. */

import "./module-flow.css";
import * as flow from "./core/flow.js";
import { write } from "./core/packed.js";
import { plural } from "./core/windows.js";
import { button } from "./ui/controls.js";
import { el } from "./ui/dom.js";
import { FlowMap } from "./ui/flow-map.js";
import { FlowPanel } from "./ui/flow-panel.js";
import { frame } from "./ui/frame.js";
import { LossLine } from "./ui/loss-line.js";
import { State, StaticModel } from "./ui/model.js";
import { Player } from "./ui/player.js";
import { start } from "./ui/start.js";

/**
 * @typedef {import("./core/flow.js").Trace} Trace
 * @typedef {{ trace: Trace, step: number, opened: string, edits: [string, number, number][],
 *   curves: import("./ui/loss-line.js").Saved }} Now
 */

const NEEDS_PYTHON = "Only Python can run the model again: run the notebook, and edit the number there.";

/** @param {import("./ui/model.js").Model} model */
function moduleFlow(model) {
  const { root, code, status, fill } = frame("Module flow");
  const complain = (/** @type {string} */ text) => status.complain(text);
  /** @type {State<Now>} */
  const state = new State(model, ["trace", "step", "opened", "edits", "curves"], {
    problem: (/** @type {Now} */ now) => flow.problem(now),
    draw,
    complain,
  });
  const first = { step: state.now.step, opened: state.now.opened };

  const map = new FlowMap({ open, say: (said, aloud) => status.say(said, { aloud }) });
  const panel = new FlowPanel({ edit, complain, say: (said, aloud) => status.say(said, { aloud }) });
  const line = new LossLine();
  const player = new Player(
    {
      count: () => flow.lastStep(state.now.trace) + 1,
      at: () => state.now.step,
      go: (step) => state.apply({ step }),
      stopped: () => speak(),
      reset: () => state.apply({ ...first, ...(state.now.edits.length ? { edits: [] } : {}) }),
    },
    { group: "Step through the model", first: "To the start", place: () => flow.place(state.now.trace, state.now.step) },
  );
  const forward = button("y = model(x)", "All of forward: y = model(x)", () => jump(flow.done(state.now.trace)));
  const backward = button("y.sum().backward()", "All of backward: y.sum().backward()", () =>
    jump(flow.lastStep(state.now.trace)),
  );
  const comment = el("span", { class: "tl-comment" });
  const trouble = el("div", { class: "tl-trouble" });
  const runs = el("div", { class: "tl-runs" }, forward, backward);
  player.element.insertBefore(runs, player.element.querySelector("label"));
  fill(trouble, player.element, el("div", { class: "tl-flow" }, map.element, panel.element), line.element);
  code.parentElement?.append(comment);
  code.textContent = "y = model(x)";

  const listener = (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
    if (message?.curves) line.add(message.curves, buffers);
  };
  model.on("msg:custom", listener);
  draw(new Set());
  if (Object.keys(state.now.curves).length) draw(new Set(["curves"]));
  return {
    root,
    stop() {
      model.off("msg:custom", listener);
      for (const one of [player, map, panel, line, state]) one.stop();
    },
  };

  /** @param {number} step */
  function jump(step) {
    player.stop();
    state.apply({ step });
  }

  /**
   * Open a row; a tensor that is not there yet is computed first.
   * @param {string} name
   */
  function open(name) {
    const { trace, step } = state.now;
    player.stop();
    const value = trace.values.find((one) => one.name === name);
    const needed = value ? value.box + 1 : 0;
    state.apply({ opened: name, step: Math.max(step, needed) });
  }

  /**
   * @param {string} name
   * @param {number} at
   * @param {string} place
   * @param {number} value
   */
  function edit(name, at, place, value) {
    if (model instanceof StaticModel) return complain(NEEDS_PYTHON);
    const others = state.now.edits.filter(([other, there]) => other !== name || there !== at);
    state.apply({ edits: [...others, [name, at, value]] });
    status.say(`${place} is to be ${write(value)}: Python runs the model again, as soon as it is free.`);
  }

  /** @param {Set<string>} changed */
  function draw(changed) {
    const { trace, step, opened, curves } = state.now;
    const all = !changed.size || changed.has("trace");
    if (changed.has("curves")) {
      line.load(curves);
      if (line.curves.size) status.say(line.words);
    }
    if (!all && !changed.has("step") && !changed.has("opened")) return;
    if (all) whole(trace);
    if (all || changed.has("step")) map.step(step);
    if (all || changed.has("opened")) map.open(opened);
    panel.show(trace, step, opened);
    player.show();
    if (changed.has("step") || all) {
      if (!player.playing) speak();
    } else if (changed.has("opened")) {
      map.say(opened);
    }
  }

  /** All that changes when the model has run again. @param {Trace} trace */
  function whole(trace) {
    comment.textContent = `  # ${trace.kind}, ${plural(trace.count, "parameter")}`;
    backward.hidden = !!(trace.stuck || trace.error);
    const { error, stuck } = trace;
    trouble.hidden = !error && !stuck;
    const lines = error ? [error.words, error.met, ...error.notes] : [`There is no way back. ${stuck}`];
    trouble.classList.toggle("tl-failure", !!error);
    trouble.replaceChildren(...lines.filter(Boolean).map((one, n) => el("p", n || !error ? {} : { class: "tl-error" }, one)));
    map.show(trace);
  }

  function speak() {
    status.say(flow.inWords(state.now.trace, state.now.step));
  }

}

export default start(moduleFlow);
