/** Fields, boxes and buttons above a widget's planes. */

import { parseCount } from "../core/numbers.js";
import { el, newId } from "./dom.js";

/**
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {(value: any) => void} show
 */

/**
 * One whole number, or two for height and width.
 * @param {string} name
 * @param {string[]} parts what each field is, as in ["height", "width"]; [""] for a single one
 * @param {number} least
 * @param {(values: number[]) => boolean} change false where it refuses them
 * @param {(problem: string) => void} complain
 * @returns {Control & { show: (values: number[]) => void }}
 */
export function whole(name, parts, least, change, complain) {
  const fields = parts.map((part) =>
    el("input", {
      type: "number",
      min: least,
      step: 1,
      class: "tl-number",
      "aria-label": [name, part].filter(Boolean).join(" "),
    }),
  );
  const read = (/** @type {HTMLInputElement} */ changed) => {
    const values = [];
    for (const field of fields) {
      const parsed = parseCount(field.value, field.getAttribute("aria-label") ?? name, least);
      field.removeAttribute("aria-invalid");
      if ("problem" in parsed) {
        field.setAttribute("aria-invalid", "true");
        complain(parsed.problem);
        return;
      }
      values.push(parsed.value);
    }
    if (!change(values)) changed.setAttribute("aria-invalid", "true");
  };
  for (const field of fields) {
    field.addEventListener("input", () => read(field));
    field.addEventListener("keydown", (event) => event.stopPropagation());
  }
  const separated = fields.flatMap((field, i) => (i ? [el("span", { "aria-hidden": "true" }, "×"), field] : [field]));
  return {
    element: el(
      "div",
      { class: "tl-field", role: "group", "aria-label": name },
      el("span", { class: "tl-label", "aria-hidden": "true" }, name),
      ...separated,
    ),
    show(values) {
      for (const [i, field] of fields.entries()) {
        field.removeAttribute("aria-invalid");
        if (field.value !== String(values[i])) field.value = String(values[i]);
      }
    },
  };
}

/**
 * A box to tick.
 * @param {string} name
 * @param {(on: boolean) => void} change
 * @returns {Control & { show: (on: boolean) => void }}
 */
export function box(name, change) {
  const field = el("input", { type: "checkbox" });
  field.addEventListener("change", () => change(field.checked));
  return {
    element: el("label", { class: "tl-field" }, field, el("span", { class: "tl-label" }, name)),
    show(on) {
      field.checked = on;
    },
  };
}

/**
 * One of a few; without a visible name, where it stands beside what it chooses.
 * @param {string} name
 * @param {(value: string) => void} change
 * @returns {Control & { show: (value: string) => void, offer: (options: string[]) => void }}
 */
export function choice(name, change, { label = true } = {}) {
  const id = newId();
  const field = el("select", { id, "aria-label": label ? null : name });
  field.addEventListener("change", () => change(field.value));
  return {
    element: el(
      "div",
      { class: "tl-field" },
      label ? el("label", { class: "tl-label", for: id }, name) : null,
      field,
    ),
    show(value) {
      field.value = value;
    },
    offer(options) {
      if (options.join() === [...field.options].map((one) => one.value).join()) return;
      field.replaceChildren(...options.map((one) => el("option", { value: one }, one)));
    },
  };
}

/**
 * @param {string} text what it shows
 * @param {string} label what it does, in words
 * @param {() => void} press
 */
export function button(text, label, press) {
  const element = el("button", { type: "button", class: "tl-button", "aria-label": label, title: label }, text);
  element.addEventListener("click", press);
  return element;
}

/** Drawn in a square of 16 by 16. */
const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M12 3v10L4 8z",
  play: "M4 3v10l9-5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  forward: "M4 3v10l6-5zM11 3h2v10h-2z",
};

/**
 * @param {keyof typeof ICONS} icon
 * @param {string} label
 * @param {() => void} press
 */
export function iconButton(icon, label, press) {
  const element = button("", label, press);
  setIcon(element, icon, label);
  return element;
}

/**
 * @param {HTMLButtonElement} element
 * @param {keyof typeof ICONS} icon
 * @param {string} label
 */
export function setIcon(element, icon, label) {
  element.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
  element.setAttribute("aria-label", label);
  element.title = label;
}
