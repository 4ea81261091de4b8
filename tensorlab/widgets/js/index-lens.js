/** IndexLens: an index expression, the cells that it picks, and what comes out. */

import { boxed, cellOf, indexed, placeOf, planesOf, unravel, writer } from "./core/index-planes.js";
import { fromPython } from "./core/index-tensor.js";
import { find } from "./core/index-values.js";
import { explained, memory, summary } from "./core/index-words.js";
import { written } from "./core/index-writing.js";
import { box, button } from "./ui/controls.js";
import { el } from "./ui/dom.js";
import { expression } from "./ui/expression.js";
import { facts, frame } from "./ui/frame.js";
import { Cells } from "./ui/cells.js";
import { State } from "./ui/model.js";
import { selecting } from "./ui/selecting.js";
import { Stage } from "./ui/stage.js";
import { start } from "./ui/start.js";
import { table } from "./ui/table.js";
import "./index-lens.css"; // after what all share

/**
 * @typedef {number[]} Index
 * @typedef {import("./core/index-tensor.js").Tensor} Tensor
 * @typedef {{ x: any, index: string, name: string }} Now
 * @typedef {{ tensor: "x" | "y", place: number }} Spot what is pointed at, counted row by row
 */

/** More cells of a tensor than these are drawn small, and are not numbered. */
const MANY = 100;

/** @param {import("./ui/model.js").Model} model */
function indexLens(model) {
  const { root, code, status, fill } = frame("Index lens");
  /** @type {State<Now>} */
  const state = new State(model, ["x", "index", "name"], {
    problem: ({ index }) => looked(index).problem ?? "",
    draw,
    complain: (problem) => status.complain(problem),
  });

  let x = fromPython(state.now.x);
  /** The last text that was worked out: every letter is, and then what it makes is drawn. */
  let last = { text: "", of: /** @type {Tensor | null} */ (null), found: /** @type {any} */ (null) };
  let found = looked(state.now.index);
  /** @type {Spot | null} */
  let spot = null;
  /** The cells of the result that each cell of x has become. @type {Map<number, number[]>} */
  let places = new Map();

  const inGrid = new Cells(state.now.name, "", {
    spot: (index, how) => {
      if (!reached(index, how)) point({ tensor: "x", place: placeOf(index, x.shape) }, how);
    },
    leave: () => point(null, "pointer"),
  });
  const outGrid = new Cells("y", "", {
    spot: (index, how) => point({ tensor: "y", place: placeOf(index, found.result.shape) }, how),
    leave: () => point(null, "pointer"),
  });
  inGrid.element.dataset.tensor = "x"; // whatever it is called
  const kind = el("span", { class: "tl-kind" });
  outGrid.heading.append(kind);
  const nothing = el("p", { class: "tl-shape" }, "no numbers");
  outGrid.element.append(nothing);

  const field = expression("index", typed, () => {
    field.show(state.now.index);
    speak();
  });
  let adding = false;
  /** Whether to say what is drawn: not at every letter. */
  let aloud = true;
  const more = box("add to what is picked", (on) => (adding = on));
  const reached = selecting(inGrid, choose, () => adding);
  const back = button("Back", "Back to the first index", () => state.apply(state.first));
  const stage = new Stage(inGrid, outGrid);
  const parts = table("What each part does", ["part", "dimension", "takes", "leaves"]);
  const sentences = el("ul", { class: "tl-facts" });

  const controls = el("div", { class: "tl-controls" }, field.element, more.element, back);
  fill(controls, stage.element, parts.element, sentences);
  controls.after(status.element);
  draw(new Set(["x", "index"]));
  return { root, stop: () => (stage.stop(), state.stop()) };

  /** @param {string} text */
  function looked(text) {
    if (last.text !== text || last.of !== x) last = { text, of: x, found: find(text, x, state.now.name) };
    return last.found;
  }

  /**
   * @param {string} text
   * @param {boolean} done typing
   */
  function typed(text, done) {
    const { problem, at } = looked(text);
    // Whoever types an index begins with the name: that is no wish to see all of it.
    const begun = !done && (at?.unfinished || text.trim() === state.now.name);
    if (begun || !problem) field.show(text);
    else field.refuse(at, done);
    status.element.classList.remove("tl-wrong"); // which else would outlast what is not said aloud
    spot = null;
    aloud = done;
    if (begun) status.say(at?.words ?? words(), { aloud });
    else if (problem) status.complain(problem, { aloud });
    else if (text === state.now.index || !state.apply({ index: text })) speak(aloud);
    aloud = true;
  }

  /**
   * @param {Index} from
   * @param {Index} to
   * @param {boolean} add
   */
  function choose(from, to, add) {
    const [first, last] = [from, to].map((index) => unravel(placeOf(index, x.shape), x.shape));
    const block = boxed(first, last, x.shape);
    const cells = new Set(add ? found.result.source : []);
    for (const cell of block) {
      if (add && block.length === 1 && cells.has(cell)) cells.delete(cell);
      else cells.add(cell);
    }
    const index = written(cells, x, state.now.name);
    spot = { tensor: "x", place: placeOf(to, x.shape) };
    if (index) state.apply({ index });
    else status.complain("These cells have no short index. Take a block, or write a mask such as x > 0.");
  }

  /**
   * @param {Spot | null} to
   * @param {string} how
   */
  function point(to, how) {
    spot = to;
    look();
    speak(how === "focus");
  }

  /**
   * All that changes when the index does, or the tensor.
   * @param {Set<string>} changed
   */
  function draw(changed) {
    const { now } = state;
    if (changed.has("x") || changed.has("name")) {
      x = fromPython(now.x);
      inGrid.code.textContent = now.name;
      showTensor(inGrid, x, now.name);
      spot = null;
    }
    const { problem } = looked(now.index);
    if (problem) return status.complain(problem);
    found = looked(now.index);
    const { result } = found;
    field.show(now.index);
    code.textContent = `y = ${found.code}`;
    if (spot?.tensor === "y") spot = null;
    places = new Map();
    for (const [place, source] of result.source.entries()) {
      const others = places.get(source);
      if (others) others.push(place);
      else places.set(source, [place]);
    }
    const empty = !result.data.length;
    nothing.hidden = !empty;
    outGrid.body.hidden = empty;
    showTensor(outGrid, empty ? { ...result, shape: [1], data: [0] } : result, "y", shapeText(result));
    kind.textContent = found.steps.length ? (result.copied ? "copy" : "view") : "the same";
    kind.dataset.kind = result.copied ? "copy" : "view";
    parts.show(explained(found));
    facts(sentences, [`y.shape is torch.Size([${result.shape.join(", ")}]), y.dtype is torch.${result.dtype}.`, memory(found, now.name)]);
    number();
    look();
    stage.fit();
    speak(aloud);
  }

  /**
   * @param {Cells} grid
   * @param {Tensor} tensor
   * @param {string} name
   */
  function showTensor(grid, tensor, name, shape = shapeText(tensor)) {
    const dense = tensor.data.length > MANY;
    const write = writer(x, dense); // the same number looks the same in both
    grid.element.dataset.dims = String(tensor.shape.length);
    grid.show({ ...planesOf(tensor.shape, name), dense, shape, write: (place) => write(tensor.data[place]) });
  }

  /** In what order the cells come out, as small numbers. */
  function number() {
    if (x.data.length > MANY || found.result.data.length > MANY) {
      inGrid.note([]);
      return;
    }
    inGrid.note(
      [...places].map(([source, all]) => {
        return [cellOf(source, x.shape), all.length > 2 ? `${all[0]}, …` : all.join(", ")];
      }),
    );
  }

  /** All that changes when one points elsewhere. */
  function look() {
    const { source, shape } = found.result;
    /** @type {[string, Index[]][]} */
    const marks = [["seen", [...places.keys()].map((place) => cellOf(place, x.shape))]];
    /** @type {number[]} */
    let out = [];
    if (spot?.tensor === "y") {
      out = [spot.place];
      marks.push(["here", [cellOf(source[spot.place], x.shape)]]);
    } else if (spot) {
      out = places.get(spot.place) ?? [];
      if (out.length) marks.push(["here", [cellOf(spot.place, x.shape)]]);
    }
    inGrid.mark(marks);
    outGrid.mark([["here", out.map((place) => cellOf(place, shape))]]);
  }

  /** Say in words what is looked at; heard unless it only follows the pointer. */
  function speak(heard = true) {
    status.say(words(), { aloud: heard });
  }

  function words() {
    const { result } = found;
    if (!spot) return summary(found, x.data.length, state.now.name);
    const ofX = (/** @type {number} */ place) => indexed(state.now.name, unravel(place, x.shape));
    const ofY = (/** @type {number} */ place) => indexed("y", unravel(place, result.shape));
    if (spot.tensor === "y") {
      const from = result.source[spot.place];
      return `${ofY(spot.place)} is ${shown(result.data[spot.place])}: it comes from ${ofX(from)}.`;
    }
    const to = places.get(spot.place);
    const value = `${ofX(spot.place)} is ${shown(x.data[spot.place])}`;
    if (!to) return `${value}. It is not picked: Enter picks it alone, Space adds it.`;
    const listed = to.slice(0, 4).map(ofY).join(", ") + (to.length > 4 ? " …" : "");
    return `${value}: it comes out as ${listed}.`;
  }

  /** @param {import("./core/index-tensor.js").Value} value */
  function shown(value) {
    return writer({ ...x, data: [value] }, false)(value);
  }
}

/** @param {Tensor} tensor */
function shapeText({ shape, dtype }) {
  return `${shape.join(" × ") || "one number"} · ${dtype}`;
}

export default start(indexLens);
