/**
 * Choosing cells of a grid: a click or Enter takes one, dragging or Shift with the arrows a block,
 * Control with a click or Space adds one, or takes it out again.
 */

/**
 * @typedef {import("./grid.js").Grid} Grid
 * @typedef {number[]} Index
 * @typedef {object} Chosen
 * @property {Index} from
 * @property {Index} to
 * @property {boolean} add to what there is
 */

const MOVES = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"]);

export class Selecting {
  /** Where a block begins. @type {Index | null} */
  #from = null;
  #dragging = false;
  #extending = false;

  /**
   * @param {Grid} grid
   * @param {(chosen: Chosen) => void} choose
   * @param {() => boolean} adding whether to add without Control too
   */
  constructor(grid, choose, adding) {
    this.choose = choose;
    this.adding = adding;
    const { body } = grid;
    body.addEventListener("pointerdown", (event) => {
      const index = grid.indexOf(event);
      if (!index || event.button || event.pointerType === "touch") return;
      this.#dragging = true;
      if (!event.shiftKey) this.#from = index;
    });
    // Before the grid says where the pointer is; a button may be let go anywhere.
    body.addEventListener("pointermove", (event) => (this.#dragging &&= event.buttons === 1), true);
    body.addEventListener("click", (event) => {
      const index = grid.indexOf(event);
      if (!index) return;
      const from = event.shiftKey && this.#from ? this.#from : index;
      this.#from = from;
      choose({ from, to: index, add: this.adding() || event.ctrlKey || event.metaKey });
    });
    // Before the grid itself moves the focus.
    body.addEventListener("keydown", (event) => this.#onKey(event, grid.indexOf(event)), true);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Index | undefined} index
   */
  #onKey(event, index) {
    if (!index) return;
    if (MOVES.has(event.key)) {
      if (event.shiftKey && !this.#extending) this.#from = index;
      this.#extending = event.shiftKey;
    } else if ((event.key === " " || event.key === "Enter") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#from = index;
      this.choose({ from: index, to: index, add: event.key === " " || this.adding() });
    } else if (event.key !== "Shift") {
      this.#extending = false;
    }
  }

  /**
   * The pointer or the focus has come to a cell.
   * @param {Index} index
   * @param {"pointer" | "focus"} how
   * @returns {boolean} whether that made a block
   */
  reach(index, how) {
    if (!this.#from || !(how === "pointer" ? this.#dragging : this.#extending)) return false;
    this.choose({ from: this.#from, to: index, add: this.adding() });
    return true;
  }
}
