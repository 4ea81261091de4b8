/** BroadcastLens: two tensors and the operator between them, with what is stretched as ghosts. */

import "./broadcast-lens.css";

import * as broadcast from "./core/broadcast.js";
import { asPlanes } from "./core/cells.js";
import { DTYPES, parse, resized, retyped, spell, writer } from "./core/dtypes.js";
import * as core from "./core/lens.js";
import { OPS, problem } from "./core/operate.js";
import { inWords, repairs } from "./core/repair.js";
import { flat, indexed, parseShape, tuple, unflat, within } from "./core/shapes.js";
import { withNumber } from "./core/tensor.js";
import { button, choice } from "./ui/controls.js";
import { el } from "./ui/dom.js";
import { facts, frame } from "./ui/frame.js";
import { Grid } from "./ui/grid.js";
import { Lined } from "./ui/lined.js";
import { State } from "./ui/model.js";
import { Stage } from "./ui/stage.js";
import { start } from "./ui/start.js";
import { Sums } from "./ui/sums.js";

/**
 * @typedef {import("./core/shapes.js").Index} Index
 * @typedef {import("./core/dtypes.js").Typed} Typed
 * @typedef {import("./core/broadcast.js").Operand} Operand
 * @typedef {{ x: Typed, y: Typed, op: string, cell: Index }} Now
 * @typedef {import("./core/lens.js").Spot} Spot what is pointed at
 */

const MOST_AXES = 4;
/** @type {Spot["tensor"][]} */
const TENSORS = ["x", "y", "out"];
/** More cells than these are drawn small. */
const MANY = 100;

/** @param {import("./ui/model.js").Model} model */
function broadcastLens(model) {
  const { root, code, status, fill } = frame("Broadcasting");
  root.classList.add("tl-broadcast");
  const complain = (/** @type {string} */ text) => status.complain(text);
  /** @type {State<Now>} */
  const state = new State(model, ["x", "y", "op", "cell"], {
    problem: (/** @type {Now} */ next) => problem(next),
    draw,
    complain,
  });

  /** @type {Spot | null} */
  let spot = null;
  let now = core.lens(state.now);
  /** What the grids show, so that one that stays is left alone. @type {Map<string, { tensor: Typed, key: string, longest: number }>} */
  const shown = new Map();

  const grids = { x: grid("x"), y: grid("y"), out: grid("out") };
  const fields = { x: fieldsOf("x"), y: fieldsOf("y") };
  const op = choice("operator", (sign) => state.apply({ op: sign }));
  op.offer(OPS);
  const reset = button("reset", "Back to the numbers at the start", () => state.apply(state.first));
  const sign = el("span", { class: "tl-sign", "aria-hidden": "true" });
  const kind = el("span", { class: "tl-sign" });
  const lined = new Lined();
  const stage = new Stage(grids.x, grids.y, grids.out);
  const sums = new Sums();
  const sentences = el("ul", { class: "tl-facts" });
  const why = el("p", {});
  const plain = el("p", {});
  const list = el("ul", { class: "tl-repairs" });
  const broken = el("div", { class: "tl-sums tl-broken", role: "group", "aria-label": "Why there is no result" }, why, plain, list);

  for (const name of /** @type {Operand[]} */ (["x", "y"])) {
    grids[name].heading.replaceChildren(...(name === "y" ? [sign] : []), grids[name].code, fields[name].element);
  }
  grids.out.heading.replaceChildren(el("span", { class: "tl-sign", "aria-hidden": "true" }, "="), grids.out.code, kind);
  fill(
    el("div", { class: "tl-controls" }, op.element, reset),
    lined.element,
    stage.element,
    sums.element,
    broken,
    sentences,
  );
  draw(new Set());
  return { root, stop: () => (stage.stop(), state.stop()) };

  /** A tensor's grid. @param {Spot["tensor"]} tensor */
  function grid(tensor) {
    const view = () => now.layout[tensor];
    const full = (/** @type {Index} */ place) => broadcast.found(view(), place);
    const own = tensor === "out" ? null : tensor;
    return new Grid(tensor, { x: "left", y: "right", out: "result" }[tensor], {
      spot: (place, how) => point({ tensor, index: full(place) }, how),
      leave: () => point(null, "pointer"),
      complain,
      label: (place) => indexed(tensor, view().own(full(place))),
      ...(own && {
        edit: (/** @type {Index} */ place, /** @type {number} */ value) => edit(own, view().own(full(place)), value),
        parse: (/** @type {string} */ text) => parse(text, state.now[own].dtype),
        spell: (/** @type {number} */ value) => spell(value, state.now[own].dtype),
        begins: /^[-\d.,−tfTF]$/,
      }),
    });
  }

  /** The shape and the dtype of an operand, to type and to choose. @param {Operand} name */
  function fieldsOf(name) {
    const shape = el("input", {
      type: "text",
      class: "tl-number tl-shape-field",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": `shape of ${name}`,
    });
    const take = () => {
      if (shape.value !== tuple(state.now[name].shape) && !reshape(name, shape.value)) {
        shape.setAttribute("aria-invalid", "true");
      }
    };
    shape.addEventListener("change", take);
    shape.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") take();
      else if (event.key === "Escape") showShape();
      else return;
      event.preventDefault();
    });
    const showShape = () => {
      shape.removeAttribute("aria-invalid");
      shape.value = tuple(state.now[name].shape);
      shape.style.setProperty("--tl-typed", String(Math.max(6, shape.value.length)));
    };
    const dtype = choice(`dtype of ${name}`, (wanted) => convert(name, wanted), { label: false });
    dtype.offer(Object.keys(DTYPES).filter((one) => one !== "float16")); // which Python computes with in another way
    return {
      element: el("span", { class: "tl-field" }, shape, dtype.element),
      show() {
        showShape();
        dtype.show(state.now[name].dtype);
      },
    };
  }

  /** @param {Operand} name @param {Index} index @param {number} value */
  function edit(name, index, value) {
    const tensor = state.now[name];
    state.apply({ [name]: { ...tensor, numbers: withNumber(tensor.numbers, [flat(tensor.shape, index)], value) } });
  }

  /** @param {Operand} name @param {string} text */
  function reshape(name, text) {
    const parsed = parseShape(text, MOST_AXES);
    if ("value" in parsed) return state.apply({ [name]: resized(state.now[name], parsed.value) });
    complain(parsed.problem);
    return false;
  }

  /** @param {Operand} name @param {string} dtype */
  function convert(name, dtype) {
    const made = retyped(state.now[name], dtype);
    if ("value" in made) state.apply({ [name]: made.value });
    else {
      complain(made.problem);
      fields[name].show();
    }
  }

  /** @param {import("./core/repair.js").Repair} repair */
  function mend(repair) {
    if (!state.apply({ x: repair.x, y: repair.y, op: repair.op })) return;
    // The button that was pressed has gone.
    if (now.failure) fields.x.element.querySelector("input")?.focus();
    else grids.out.focus();
    status.say(`This is ${repair.code} now: it ${inWords(repair)}.`);
  }

  /** The cell of the result that is looked at, as it is drawn. */
  function cell() {
    return now.layout.out.home(within(state.now.cell, now.layout.shape));
  }

  /**
   * @param {Spot | null} to
   * @param {string} how
   */
  function point(to, how) {
    if (how === "focus" && to?.tensor === "out") {
      spot = null;
      state.apply({ cell: now.layout.out.own(to.index) });
      return;
    }
    spot = to;
    look();
    speak(how === "focus");
  }

  /**
   * All that changes when a number does.
   * @param {Set<string>} changed
   */
  function draw(changed) {
    if (changed.size === 1 && changed.has("cell")) {
      look();
      speak();
      return;
    }
    const drawn = () => `${now.layout.x.full}:${now.layout.y.full}:${!now.out}`;
    const before = drawn();
    now = core.lens(state.now);
    if (drawn() !== before) spot = null;
    code.textContent = `x ${now.op} y`;
    sign.textContent = now.op;
    op.show(now.op);
    for (const name of /** @type {Operand[]} */ (["x", "y"])) {
      fields[name].show();
      show(name, now[name]);
    }
    const { out } = now;
    grids.out.element.hidden = !out;
    if (out) {
      show("out", out);
      kind.textContent = `${tuple(out.shape)} ${out.dtype}`;
      grids.out.enterAt(broadcast.placed(now.layout.out, cell()));
    }
    // The columns of y stand above those of the result, as wide as they are.
    const meeting = now.op === "@" && !!out && now.layout.out.full.length === 2;
    stage.element.classList.toggle("tl-meeting", meeting);
    if (meeting) sameWidth();
    lined.show(now.op, now.layout);
    sums.element.hidden = !out;
    broken.hidden = !!out;
    if (now.failure) explainFailure(now.failure);
    facts(sentences, core.facts(now));
    look();
    stage.fit();
    speak();
  }

  /** @param {Spot["tensor"]} name @param {Typed} tensor */
  function show(name, tensor) {
    const view = now.layout[name];
    const key = `${view.full}:${now.op === "@"}`;
    if (shown.get(name)?.tensor === tensor && shown.get(name)?.key === key) return;
    const [rows, columns] = view.full.slice(-2);
    const lead = view.full.slice(0, -2);
    const numbers = broadcast.places(view).map((place) => tensor.numbers[place]);
    const repeated = broadcast.repetitive(view);
    const planes = asPlanes({ shape: view.full, values: numbers });
    const dense = planes.length * rows * columns > MANY;
    grids[name].show({
      planes,
      captions: planes.map((_, plane) => (planes.length > 1 ? `[${unflat(lead, plane).join(", ")}]` : "")),
      repeated: (_, place) => repeated[place],
      write: writer(tensor.numbers, tensor.dtype, { limit: dense ? 1 : 2, point: true }),
      dense,
    });
    shown.set(name, { tensor, key, longest: grids[name].longest });
  }

  /** Draw the cells of y and of the result as wide as the wider ones. */
  function sameWidth() {
    const longest = Math.max(shown.get("y")?.longest ?? 1, shown.get("out")?.longest ?? 1);
    grids.y.longest = grids.out.longest = longest;
  }

  /** @param {import("./core/operate.js").Failure} failed */
  function explainFailure({ type, words }) {
    why.replaceChildren(el("code", {}, el("b", {}, `${type}: `), words));
    const found = repairs(now.op, now.x, now.y);
    const next = found.length ? "This would fit:" : "No single step mends this: change a shape.";
    plain.textContent = `${core.plainly(now)} ${next}`;
    list.replaceChildren(
      ...found.map((one) =>
        el("li", {}, button(one.code, `Apply ${one.code}`, () => mend(one)), el("span", {}, inWords(one))),
      ),
    );
  }

  /** All that changes when one points elsewhere: marks and the arithmetic. */
  function look() {
    const { layout, out } = now;
    const at = looked();
    const linked = at ? broadcast.links(now.op, layout, at.tensor, at.index) : { x: [], y: [], out: [] };
    for (const name of TENSORS) {
      const view = layout[name];
      const placed = (/** @type {Index[]} */ list) => list.map((one) => broadcast.placed(view, one));
      const homes = linked[name].filter((one) => broadcast.repeated(view, one)).map((one) => view.home(view.own(one)));
      const zeros = name === "y" ? now.zeros.map((place) => view.home(unflat(now.y.shape, place))) : [];
      grids[name].mark([
        ["seen", placed(linked[name])],
        ["home", placed(homes)],
        ["here", placed(name === at?.tensor ? [at.index] : name === "out" && out ? [cell()] : [])],
        ["zero", placed(zeros)],
      ]);
    }
    if (!out || !at) return;
    const { title, rows } = core.sums(now, at);
    sums.show(title, rows);
  }

  /** What is looked at: what is pointed at, or else the cell of the result. @returns {Spot | null} */
  function looked() {
    return spot ?? (now.out ? { tensor: "out", index: cell() } : null);
  }

  /** Say in words what is looked at; `aloud` unless it only follows the pointer. */
  function speak(aloud = true) {
    status.say(core.words(now, looked()), { aloud });
  }
}

export default start(broadcastLens);
