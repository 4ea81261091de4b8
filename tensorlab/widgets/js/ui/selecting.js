/**
 * Choosing cells of a grid: a click or Enter takes one, dragging or Shift with the arrows a block,
 * Control with a click or Space adds one, or takes it out again.
 *
 * @typedef {import("./cells.js").Cells} Cells
 * @typedef {number[]} Index
 */

/**
 * @param {Cells} grid
 * @param {(from: Index, to: Index, add: boolean) => void} choose a block, alone or with what there is
 * @param {() => boolean} adding whether to add without Control too
 */
export function selecting({ body, indexOf }, choose, adding) {
  /** Where a block begins. @type {Index | undefined} */
  let first;
  let dragging = false;
  let extending = false;
  body.addEventListener("pointerdown", (event) => {
    const index = indexOf(event);
    if (!index || event.button || event.pointerType === "touch") return;
    dragging = true;
    if (!event.shiftKey) first = index;
  });
  // Before the grid says where the pointer is; a button may be let go anywhere.
  body.addEventListener("pointermove", (event) => (dragging &&= event.buttons === 1), true);
  body.addEventListener("click", (event) => {
    const index = indexOf(event);
    if (!index) return;
    if (!event.shiftKey || !first) first = index;
    choose(first, index, adding() || event.ctrlKey || event.metaKey);
  });
  // Before the grid moves the focus.
  body.addEventListener(
    "keydown",
    (event) => {
      const { key, shiftKey } = event;
      const index = indexOf(event);
      if (!index) return;
      if (/^(Arrow|Page|Home|End)/.test(key)) {
        if (shiftKey && !extending) first = index;
        extending = shiftKey;
      } else if (/^( |Enter)$/.test(key) && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        first = index;
        choose(index, index, key === " " || adding());
      }
    },
    true,
  );

  /**
   * The pointer or the focus has come to a cell; gives whether that makes a block.
   * @param {Index} index
   * @param {"pointer" | "focus"} how
   */
  return (index, how) => {
    const block = first && (how === "pointer" ? dragging : extending);
    if (first && block) choose(first, index, adding());
    return block;
  };
}
