/** The line in which a widget speaks: what is shown, or what was wrong and what to do. */

import { el } from "./dom.js";

export class Status {
  constructor() {
    this.element = el("p", { class: "tl-status", role: "status" });
  }

  /**
   * Say in words what is shown. What follows the pointer is not read out, and does not take the
   * place of a complaint.
   * @param {string} text
   * @param {{ aloud?: boolean }} [how]
   */
  say(text, { aloud = true } = {}) {
    if (!aloud && this.element.classList.contains("tl-wrong")) return;
    this.element.setAttribute("aria-live", aloud ? "polite" : "off");
    this.#write(text, false);
  }

  /**
   * Say what is wrong, and what to do; not aloud while one is still typing.
   * @param {string} text
   * @param {{ aloud?: boolean }} [how]
   */
  complain(text, { aloud = true } = {}) {
    this.element.setAttribute("aria-live", aloud ? "polite" : "off");
    this.#write(text, true);
  }

  /**
   * @param {string} text
   * @param {boolean} wrong
   */
  #write(text, wrong) {
    this.element.classList.toggle("tl-wrong", wrong);
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}
