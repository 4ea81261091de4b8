/** A field for code: what is typed shows at once where it is right, and is complained of gently. */

import { el, newId } from "./dom.js";

/**
 * @param {string} name what stands before it
 * @param {(text: string, done: boolean) => void} change at every letter; done with Enter, or where
 *   one leaves a changed text
 * @param {() => void} cancel with Escape
 */
export function expression(name, change, cancel) {
  const id = newId();
  const field = el("input", {
    id,
    class: "tl-number tl-expression",
    type: "text",
    spellcheck: "false",
    autocapitalize: "none",
    autocomplete: "off",
  });
  field.addEventListener("input", () => change(field.value, false));
  field.addEventListener("change", () => change(field.value, true));
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") change(field.value, true);
    if (event.key === "Escape") cancel();
  });
  const refuse = (/** @type {boolean} */ wrong) => {
    if (wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  };
  return {
    element: el("div", { class: "tl-field tl-grows" }, el("label", { class: "tl-label", for: id }, name), field),
    refuse,
    /** @param {string} text */
    show(text) {
      refuse(false);
      if (field.value !== text) field.value = text;
    },
    /** Where something is wrong. @type {(start: number, end: number) => void} */
    point(start, end) {
      if (field === field.ownerDocument.activeElement) field.setSelectionRange(start, end);
    },
  };
}
