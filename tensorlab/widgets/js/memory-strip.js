/** MemoryStrip: the memory under a tensor, and the views and copies that are made of it. */

import { DTYPES, bytes, parse, sizeOf, spell } from "./core/dtypes.js";
import { Refusal } from "./core/expression.js";
import * as family from "./core/family.js";
import { values as valuesOf } from "./core/strides.js";
import { button } from "./ui/controls.js";
import { arrange, el, newId } from "./ui/dom.js";
import { frame } from "./ui/frame.js";
import { State } from "./ui/model.js";
import { start } from "./ui/start.js";
import { Strip } from "./ui/strip.js";
import { Sums } from "./ui/sums.js";
import { ViewCard } from "./ui/view-card.js";
import "./memory-strip.css";

/**
 * @typedef {import("./core/family.js").Now} Now
 * @typedef {import("./core/dtypes.js").Dtype} Dtype
 * @typedef {import("./ui/sums.js").Row} Row
 * @typedef {{ memory: number, cell: number, name?: string, element?: number }} Spot the cell of a
 *   memory that is looked at, and the element that is, where it is one
 */

/** @param {import("./ui/model.js").Model} model */
function memoryStrip(model) {
  const { root, code, status, fill } = frame("Memory strip");
  const complain = (/** @type {string} */ text) => status.complain(text);
  /** @type {State<Now>} */
  const state = new State(model, ["memory", "layouts", "cell"], { problem: family.problem, draw, complain });

  /** What the pointer is on. @type {Spot | null} */
  let pointed = null;
  /** What was chosen last, by the keyboard or a click. @type {Spot | null} */
  let chosen = null;
  /** The numbers before x became another type, so that going back loses none. @type {family.Memory | null} */
  let source = null;
  /** @type {Strip[]} */
  let strips = [];
  /** @type {Map<string, ViewCard>} */
  let cards = new Map();

  const dtypes = el("div", { class: "tl-controls tl-dtypes", role: "group", "aria-label": "x as another dtype" },
    el("span", { class: "tl-label", "aria-hidden": "true" }, "x.to"));
  for (const dtype of /** @type {Dtype[]} */ (Object.keys(DTYPES))) {
    const one = button(dtype, `x as ${dtype}, ${sizeOf(dtype)} a number`, () => recast(dtype));
    one.dataset.dtype = dtype;
    dtypes.append(one);
  }
  const id = newId();
  const field = el("input", { id, type: "text", class: "tl-number tl-expression", autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", placeholder: "x.t().reshape(-1)" });
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") add();
  });
  const adding = el("div", { class: "tl-controls" },
    el("label", { for: id, class: "tl-label" }, "another view"), field,
    button("add", "Add the view", add),
    button("reset", "Back to the numbers and views at the start", () => ((source = null), state.apply(state.first))));
  const memories = el("div", { class: "tl-memories" });
  const views = el("div", { class: "tl-stage tl-views" });
  const sums = new Sums();

  fill(dtypes, memories, adding, views, sums.element);
  draw(new Set());
  return { root, stop: () => (state.stop(), strips.forEach((strip) => strip.stop())) };

  function add() {
    if (attempt(() => family.withView(state.now, field.value))) field.value = "";
  }

  /** @param {string} name */
  function remove(name) {
    if (attempt(() => family.withoutView(state.now, name))) field.focus();
  }

  /** @param {Dtype} dtype */
  function recast(dtype) {
    const numbers = source ?? state.now.memory[0];
    if (!attempt(() => family.recast(state.now, dtype, numbers))) return;
    source = numbers;
    const { length } = numbers.values;
    status.say(`x.to(torch.${dtype}): ${length} numbers, ${sizeOf(dtype)} each, ${length * bytes(dtype)} bytes in all.`);
  }

  /**
   * Show what this gives, or say why it gives nothing.
   * @param {() => Partial<Now>} change
   */
  function attempt(change) {
    try {
      field.removeAttribute("aria-invalid");
      return state.apply(change());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      field.setAttribute("aria-invalid", "true");
      complain(error.message);
      return false;
    }
  }

  /**
   * @param {number} memory
   * @param {number} offset
   * @param {number} value
   */
  function edit(memory, offset, value) {
    source = null;
    state.apply(family.withNumber(state.now, memory, offset, value));
  }

  /**
   * @param {Spot | null} to
   * @param {string} how
   */
  function point(to, how) {
    if (how === "focus" && to) {
      chosen = to;
      pointed = null;
      state.apply({ cell: [to.memory, to.cell] });
      return;
    }
    pointed = to;
    look();
    status.say(words(), { aloud: false });
  }

  /** @param {string} name @param {number} element @returns {Spot} */
  function spotOf(name, element) {
    const card = /** @type {ViewCard} */ (cards.get(name));
    return { memory: card.layout.memory, cell: card.offsets[element], name, element };
  }

  /** What is looked at; within its memory, even where that has shrunk. @returns {Spot} */
  function spot() {
    const { memory: all, cell: place } = state.now;
    if (pointed) return pointed;
    const memory = Math.min(place[0], all.length - 1);
    const cell = Math.min(place[1], all[memory].values.length - 1);
    return chosen?.memory === memory && chosen.cell === cell ? chosen : { memory, cell };
  }

  /**
   * All that changes when a number or a view does.
   * @param {Set<string>} changed
   */
  function draw(changed) {
    const { now } = state;
    if (changed.size === 1 && changed.has("cell")) {
      look();
      status.say(words());
      return;
    }
    pointed = null;
    if (changed.has("layouts")) chosen = null;
    makeStrips();
    makeCards();
    const shown = family.tensors(now);
    for (const layout of now.layouts) {
      const card = /** @type {ViewCard} */ (cards.get(layout.name));
      card.show(now, layout, valuesOf(/** @type {any} */ (shown.get(layout.name))), family.whyCopy(now, layout));
    }
    for (const [place, strip] of strips.entries()) {
      const used = new Set([...cards.values()].filter(({ layout }) => layout.memory === place).flatMap((card) => card.offsets));
      strip.show(now.memory[place], (cell) => !used.has(cell));
    }
    for (const one of dtypes.querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(one.dataset.dtype === now.memory[0].dtype));
    }
    look();
    status.say(words());
  }

  function makeStrips() {
    const { memory, layouts } = state.now;
    const owners = memory.map((_, place) => layouts.find((one) => one.memory === place)?.name ?? "x");
    const names = strips.map((strip) => strip.grid.name);
    if (owners.map((name) => `memory of ${name}`).join("\n") === names.join("\n")) return;
    const before = strips;
    strips = owners.map((owner, place) => {
      if (before[place]?.grid.name === `memory of ${owner}`) return before[place];
      const at = (/** @type {number} */ cell) => ({ memory: place, cell });
      const dtype = () => state.now.memory[place].dtype;
      const strip = new Strip(owner, place ? "" : "; above a cell its offset, below it its first byte", {
        spot: ([, , cell], how) => point(at(cell), how),
        leave: () => point(null, "pointer"),
        edit: ([, , cell], value) => edit(place, cell, value),
        complain,
        label: ([, , cell]) => `offset ${cell}`,
        parse: (text) => parse(text, dtype()),
        spell: (value) => spell(value, dtype()),
      });
      strip.element.dataset.memory = String(Math.min(place, 2));
      return strip;
    });
    for (const strip of before) if (!strips.includes(strip)) strip.stop();
    arrange(memories, strips.map((strip) => strip.element));
  }

  function makeCards() {
    const { layouts } = state.now;
    const keys = (/** @type {Iterable<{ name: string, code: string }>} */ all) => [...all].map(({ name, code }) => `${name} = ${code}`).join("\n");
    if (keys([...cards.values()].map(({ layout }) => layout)) === keys(layouts)) return;
    const before = cards;
    cards = new Map(
      layouts.map((layout) => {
        const { name } = layout;
        const of = () => /** @type {ViewCard} */ (cards.get(name)).layout;
        const old = before.get(name);
        if (old?.layout.code === layout.code) return [name, old];
        return [name, new ViewCard(layout, {
          spot: (element, how) => point(spotOf(name, element), how),
          leave: () => point(null, "pointer"),
          edit: (offset, value) => edit(of().memory, offset, value),
          complain,
          remove: () => remove(name),
        })];
      }),
    );
    arrange(views, [...cards.values()].map((card) => card.element));
  }

  /** Each view of the memory that is looked at, with the elements that lie there, the one pointed at first. */
  function holders() {
    const { memory, cell, name, element = 0 } = spot();
    return [...cards.values()].map((card) => {
      const found = (card.layout.memory === memory && card.at.get(cell)) || [];
      return { card, elements: card.layout.name === name ? [element, ...found.filter((one) => one !== element)] : found };
    });
  }

  /** All that changes when one points elsewhere: marks and the arithmetic. */
  function look() {
    const { now } = state;
    const { memory, cell, name } = spot();
    for (const [place, strip] of strips.entries()) {
      const here = place === memory;
      const all = [...((here && name && cards.get(name)?.at.keys()) || [])];
      const part = all.length < now.memory[place].values.length ? all : [];
      strip.grid.mark([["seen", part.map((at) => [0, 0, at])], ["here", here ? [[0, 0, cell]] : []]]);
      if (here) strip.reveal(cell);
    }
    const held = holders();
    for (const { card, elements } of held) {
      card.mark(elements);
      if (elements.length) card.enterAt(elements[0]);
    }
    const holder = held.find(({ card, elements }) => (name ? card.layout.name === name : elements.length));
    code.textContent = family.code(now, holder?.card.layout, holder?.elements[0]);
    explain(held);
  }

  /** @param {ReturnType<typeof holders>} held */
  function explain(held) {
    const { memory, cell } = spot();
    const { dtype } = state.now.memory[memory];
    /** @type {Row[]} */
    const rows = [{ label: "offset", pieces: [["index", "x"], ["·"], ["stride", "w"], [" of each axis + "], ["storage_offset", "y"]], result: "" }];
    for (const { card: { layout }, elements } of held) rows.push(rowOf(layout, elements, memory));
    const owner = strips[memory].grid.name;
    sums.show([[`offset ${cell} × ${sizeOf(dtype)} = byte ${cell * bytes(dtype)}, in the ${owner}`]], rows);
  }

  /**
   * @param {family.Layout} layout
   * @param {number[]} elements
   * @param {number} memory
   * @returns {Row}
   */
  function rowOf(layout, elements, memory) {
    const [element, ...others] = elements;
    if (element === undefined) {
      const text = layout.memory === memory ? "does not have it" : "lies in another memory";
      return { label: layout.name, pieces: [[text, "none"]], result: "" };
    }
    const pieces = family.formula(layout, element);
    if (others.length) {
      const more = others.slice(0, 4).map((one) => `[${family.indexOf(layout.size, one).join(", ")}]`);
      pieces.push([`; the same: ${more.join(", ")}${others.length > 4 ? ` and ${others.length - 4} more` : ""}`]);
    }
    return { label: family.elementName(layout, element), pieces, result: "" };
  }

  function words() {
    const { memory, cell } = spot();
    const where = holders().flatMap(({ card, elements }) => elements.map((one) => family.elementName(card.layout, one)));
    return family.inWords(state.now, memory, cell, where);
  }
}

export default start(memoryStrip);
