/** Steps through the cells of a tensor in order: back, on, or by itself. */

import { button, iconButton, setIcon } from "./controls.js";
import { el, newId } from "./dom.js";

export class Player {
  #timer = 0;

  /**
   * @param {object} steps
   * @param {() => number} steps.count
   * @param {() => number} steps.at
   * @param {(to: number) => void} steps.go
   * @param {() => void} steps.stopped it has come to rest, of itself or by hand
   * @param {() => void} steps.reset
   * @param {{ group?: string, first?: string, place?: () => string }} [words] where the steps are no
   *   cells: what it is, what the first step is, how a step is counted
   */
  constructor(steps, words = {}) {
    this.steps = steps;
    this.words = words;
    this.toggle = iconButton("play", "Play", () => (this.#timer ? this.stop() : this.play()));
    const id = newId();
    this.speed = el("input", { type: "range", min: 1, max: 10, step: 1, value: 2, id });
    this.speed.addEventListener("keydown", (event) => event.stopPropagation());
    this.speed.addEventListener("input", () => this.#timer && this.play());
    this.place = el("span", { class: "tl-place" });
    this.element = el(
      "div",
      { class: "tl-player", role: "group", "aria-label": words.group ?? "Step through the output" },
      iconButton("first", words.first ?? "First cell", () => this.#step(-Infinity)),
      iconButton("back", "Step back", () => this.#step(-1)),
      this.toggle,
      iconButton("forward", "Step forward", () => this.#step(1)),
      this.place,
      el("label", { for: id, class: "tl-label" }, "speed"),
      this.speed,
      button("reset", "Back to the numbers at the start", () => {
        this.stop();
        steps.reset();
      }),
    );
  }

  play() {
    clearInterval(this.#timer);
    const { at, count, go } = this.steps;
    if (at() >= count() - 1) go(0);
    this.#timer = window.setInterval(() => {
      if (at() < count() - 1) go(at() + 1);
      if (at() >= count() - 1 || !this.element.isConnected) this.stop();
    }, 1000 / Number(this.speed.value));
    setIcon(this.toggle, "pause", "Pause");
  }

  stop() {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = 0;
    setIcon(this.toggle, "play", "Play");
    this.steps.stopped();
  }

  get playing() {
    return this.#timer !== 0;
  }

  show() {
    this.place.textContent = this.words.place?.() ?? `${this.steps.at() + 1} of ${this.steps.count()}`;
  }

  /** @param {number} by */
  #step(by) {
    this.stop();
    const to = this.steps.at() + by;
    this.steps.go(Math.min(Math.max(to, 0), this.steps.count() - 1));
  }
}
