/** What surrounds every widget: its code on top, its status line at the bottom. */

import { Status } from "./status.js";
import { el } from "./dom.js";

/**
 * @param {string} label what the widget is, for those who hear it
 */
export function frame(label) {
  const code = el("code");
  const status = new Status();
  const root = el("div", { class: "tl", role: "group", "aria-label": label });
  return {
    root,
    code,
    status,
    /** @param {...(Node | null)} parts from top to bottom */
    fill(...parts) {
      root.append(el("p", { class: "tl-code" }, code), ...parts.filter((part) => part !== null), status.element);
    },
  };
}

/**
 * Sentences that stand under a widget.
 * @param {HTMLElement} list
 * @param {string[]} sentences
 */
export function facts(list, sentences) {
  list.replaceChildren(...sentences.map((sentence) => el("li", {}, sentence)));
}
