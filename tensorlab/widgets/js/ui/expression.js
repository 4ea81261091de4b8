/** A field for code: what is typed shows at once where it is right, and is complained of gently. */

import { el, newId } from "./dom.js";

export class Expression {
  /**
   * @param {string} name what stands before it
   * @param {object} events
   * @param {(text: string) => void} events.type at every letter
   * @param {(text: string) => void} events.commit with Enter, or where one leaves a changed text
   * @param {() => void} events.cancel with Escape
   */
  constructor(name, { type, commit, cancel }) {
    const id = newId();
    this.field = el("input", {
      id,
      class: "tl-expression",
      type: "text",
      spellcheck: "false",
      autocapitalize: "none",
      autocomplete: "off",
      autocorrect: "off",
    });
    this.element = el(
      "div",
      { class: "tl-field tl-grows" },
      el("label", { class: "tl-label", for: id }, name),
      this.field,
    );
    this.field.addEventListener("input", () => type(this.field.value));
    this.field.addEventListener("change", () => commit(this.field.value));
    this.field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") commit(this.field.value);
      if (event.key === "Escape") cancel();
    });
  }

  /** @param {string} text */
  show(text) {
    this.refuse(false);
    if (this.field.value !== text) this.field.value = text;
  }

  /** @param {boolean} wrong */
  refuse(wrong) {
    if (wrong) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /**
   * Show where something is wrong.
   * @param {number} start
   * @param {number} end
   */
  point(start, end) {
    if (this.field.ownerDocument.activeElement === this.field) this.field.setSelectionRange(start, end);
  }
}
