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
  const place = el("span", { class: "tl-here", "aria-hidden": "true" });
  return {
    element: el(
      "div",
      { class: "tl-field tl-grows" },
      el("label", { class: "tl-label", for: id }, name),
      el("span", {}, field, place),
    ),
    /** @param {string} text in which nothing is wrong */
    show(text) {
      field.removeAttribute("aria-invalid");
      place.hidden = true;
      if (field.value !== text) field.value = text;
    },
    /**
     * Underline what is wrong; once one is done typing, select it too.
     * @param {{ start: number, end: number } | undefined} at
     * @param {boolean} done
     */
    refuse(at, done) {
      field.setAttribute("aria-invalid", "true");
      place.hidden = !at;
      if (!at) return;
      place.style.left = `calc(${at.start}ch + ${9 - field.scrollLeft}px)`;
      place.style.width = `${at.end - at.start}ch`;
      if (done && field === field.ownerDocument.activeElement) field.setSelectionRange(at.start, at.end);
    },
  };
}
