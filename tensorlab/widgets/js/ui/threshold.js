/** A number that can be typed or slid. */

import { parseNumber } from "../core/numbers.js";
import { el } from "./dom.js";

/** @param {number} value without the noise of a sum */
const exact = (value) => String(Number(value.toPrecision(7)));

/**
 * @param {string} name
 * @param {(value: number) => void} change
 * @param {(problem: string) => void} complain
 */
export function threshold(name, change, complain) {
  const field = el("input", { type: "number", step: "any", class: "tl-number tl-threshold", "aria-label": name });
  const slide = el("input", { type: "range", "aria-label": `${name}, on a scale` });
  for (const one of [field, slide]) one.addEventListener("keydown", (event) => event.stopPropagation());
  slide.addEventListener("input", () => change(Number(slide.value)));
  field.addEventListener("input", () => {
    const parsed = parseNumber(field.value);
    if ("problem" in parsed) {
      field.setAttribute("aria-invalid", "true");
      complain(parsed.problem);
    } else change(Number(field.value));
  });
  return {
    element: el("div", { class: "tl-field", role: "group", "aria-label": name }, field, slide),
    /**
     * @param {number} value
     * @param {number[]} numbers that it is compared with: the scale goes a step beyond them
     */
    show(value, numbers) {
      const whole = numbers.every(Number.isInteger);
      const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
      const step = whole ? 1 : 10 ** Math.floor(Math.log10((most - least || 1) / 10));
      slide.step = String(step);
      slide.min = exact(Math.floor(least / step - 1) * step);
      slide.max = exact(Math.ceil(most / step + 1) * step);
      slide.value = String(value);
      field.removeAttribute("aria-invalid");
      if (Number(field.value) !== value || field.value === "") field.value = String(value);
    },
  };
}
