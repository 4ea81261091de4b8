/** A tensor whose numbers can be changed: Enter, or typing a number, opens a field in a cell. */

import { exact, parseNumber } from "../core/numbers.js";
import { Cells } from "./cells.js";
import { el } from "./dom.js";

/** @typedef {import("./planes.js").Cell} Cell */

export class Grid extends Cells {
  /**
   * Let a number be typed into the cell, starting with what is there or with `text`.
   * @param {Cell} cell
   * @param {string} [text]
   * @override
   */
  edit(cell, text) {
    if (!this.events.edit) return;
    const { element, index } = cell;
    const value = this.numberAt(index);
    if (value === undefined) {
      this.events.complain?.("The padding is no number of the input: it cannot be edited. Change one inside.");
      return;
    }
    const field = el("input", {
      class: "tl-edit",
      type: "text",
      inputmode: "text",
      autocomplete: "off",
      "aria-label": `New number for ${this.events.label?.(index) ?? `${this.name}[${index.join(", ")}]`}`,
      value: text ?? (this.events.spell ?? exact)(value),
    });
    let open = true;
    const close = (/** @type {boolean} */ back) => {
      open = false;
      element.textContent = cell.text;
      element.removeAttribute("data-open");
      if (back) element.focus({ preventScroll: true });
    };
    const commit = (/** @type {boolean} */ back) => {
      const typed = field.value;
      if (text === undefined && typed === field.defaultValue) return close(back);
      const parsed = (this.events.parse ?? parseNumber)(typed);
      if ("value" in parsed) {
        close(back);
        this.events.edit?.(index, parsed.value);
        return;
      }
      if (!back) close(false);
      else field.setAttribute("aria-invalid", "true");
      this.events.complain?.(parsed.problem);
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") commit(true);
      else if (event.key === "Escape") close(true);
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", () => open && commit(false));
    element.setAttribute("data-open", "");
    element.replaceChildren(field);
    field.focus({ preventScroll: true });
    if (text === undefined) field.select();
    else field.setSelectionRange(text.length, text.length);
  }
}
