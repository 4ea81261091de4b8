/** The tensors of a widget, beside each other where they fit, else below each other. */

import { columnsThatFit } from "../core/layout.js";
import { el } from "./dom.js";

const GAP = 14;
const SPACE = 30;

/** @typedef {import("./cells.js").Cells} Grid */

export class Stage {
  #fitted = "";
  #frame = 0;

  /** @param {Grid[]} grids from left to right */
  constructor(...grids) {
    this.grids = grids;
    this.element = el("div", { class: "tl-stage" }, ...grids.map((grid) => grid.element));
    this.observer = new ResizeObserver(() => this.#fit());
    this.observer.observe(this.element);
  }

  /** Share out the width before the page is next drawn: asking for sizes now would cost a layout. */
  fit() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#fit());
  }

  #fit() {
    const room = this.element.clientWidth;
    const shown = this.grids.filter((grid) => !grid.element.hidden);
    const key = [room, ...shown.map((grid) => grid.extent)].join();
    if (!room || key === this.#fitted) return;
    this.#fitted = key;
    const tensors = shown.map((grid) => grid.size);
    const { columns, stacked } = columnsThatFit(tensors, room, GAP, SPACE);
    this.element.classList.toggle("tl-stacked", stacked);
    for (const [i, grid] of shown.entries()) grid.columns = columns[i];
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.observer.disconnect();
  }
}
