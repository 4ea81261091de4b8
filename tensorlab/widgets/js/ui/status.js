/** The line in which a widget speaks: what is shown, or what was wrong and what to do. */

import { el } from "./dom.js";

export class Status {
  constructor() {
    this.element = el("p", { class: "tl-status", role: "status" });
  }

  /**
   * Say in words what is shown.
   * @param {string} text
   */
  say(text) {
    this.#write(text, false);
  }

  /**
   * Say what is wrong, and what to do.
   * @param {string} text
   */
  complain(text) {
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
