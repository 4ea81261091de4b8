/** Lines from cells to the cells that they come from, drawn behind a widget's tensors. */

const SVG = "http://www.w3.org/2000/svg";
const HEAD = 7;
/** From a tensor to a line that goes around another, and how round its corners are. */
const AWAY = 9;
const ROUND = 6;
/** Around the cells of a grid, for the focus ring. */
const ROOM = 3;

/** @typedef {{ from: HTMLElement, to: HTMLElement, strong: boolean }} Link */

export class Arrows {
  #frame = 0;
  /** @type {() => Link[]} */
  #links = () => [];

  /** @param {HTMLElement} around what they are drawn over; its style positions what is in it */
  constructor(around) {
    this.around = around;
    this.element = document.createElementNS(SVG, "svg");
    this.element.setAttribute("class", "tl-arrows");
    this.element.setAttribute("aria-hidden", "true");
    around.append(this.element);
    this.observer = new ResizeObserver(() => this.#draw());
    this.observer.observe(around);
    around.addEventListener("scroll", () => this.draw(), true);
  }

  /**
   * Draw them before the page is next painted: only then is it known where the cells are.
   * @param {() => Link[]} [links]
   */
  draw(links) {
    if (links) this.#links = links;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const origin = this.around.getBoundingClientRect();
    const grids = [...this.around.querySelectorAll(".tl-grid")].map((grid) => grid.getBoundingClientRect());
    /** @type {Record<string, string[]>} */
    const drawn = { weak: [], line: [], head: [] };
    for (const link of this.#links()) {
      const [from, to] = [inSight(link.from), inSight(link.to)];
      if (!from || !to) continue;
      const line = between(from, to, origin, grids);
      drawn[link.strong ? "line" : "weak"].push(line.path);
      if (link.strong) drawn.head.push(line.head);
    }
    const paths = Object.entries(drawn).map(([kind, parts]) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", `tl-arrow-${kind}`);
      path.setAttribute("d", parts.join(""));
      return path;
    });
    this.element.replaceChildren(...paths);
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.observer.disconnect();
  }
}

/**
 * Where a cell is, and the line of cells that it stands in, unless it is hidden or scrolled away.
 * @param {HTMLElement} cell
 */
function inSight(cell) {
  const [box, row, frame] = [cell, cell.parentElement, cell.closest(".tl-grid")].map((one) => one?.getBoundingClientRect());
  if (!box?.width || !row || !frame) return null;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return null;
  const [left, right] = [Math.max(row.left, frame.left), Math.min(row.right, frame.right)];
  return { x, y, left, right, top: frame.top + ROOM, bottom: frame.bottom - ROOM };
}

/**
 * A curve from the edge of one table of cells to the edge of another, level or upright at both ends,
 * so that it crosses no number; around the tables that stand between the two.
 * @param {{ x: number, y: number, left: number, right: number, top: number, bottom: number }} from
 * @param {{ x: number, y: number, left: number, right: number, top: number, bottom: number }} to
 * @param {DOMRect} origin
 * @param {DOMRect[]} grids
 */
function between(from, to, origin, grids) {
  const upright = from.left < to.right && to.left < from.right;
  const back = upright ? to.y < from.y : to.x < from.x;
  const [begin, tip] = upright
    ? [back ? from.top : from.bottom, back ? to.bottom : to.top]
    : [back ? from.left : from.right, back ? to.right : to.left];
  const end = tip + (back ? HEAD : -HEAD);
  const middle = (begin + end) / 2;
  const [one, two] = upright ? [from.x, to.x] : [from.y, to.y];
  const at = (/** @type {number} */ along, /** @type {number} */ across) =>
    upright ? `${across - origin.x} ${along - origin.y}` : `${along - origin.x} ${across - origin.y}`;
  const head = `M${at(tip, two)}L${at(end, two - 4)}L${at(end, two + 4)}Z`;
  // In the way are those that lie whole between the two, where the line would pass.
  const [near, far] = [Math.min(begin, tip), Math.max(begin, tip)];
  const passed = grids.filter((grid) => {
    const [first, last, above, below] = upright
      ? [grid.top, grid.bottom, grid.left, grid.right]
      : [grid.left, grid.right, grid.top, grid.bottom];
    return last > first && first > near && last < far && above < Math.max(one, two) && below > Math.min(one, two);
  });
  if (passed.length) {
    // Before lines of cells, or below tables that stand side by side.
    const lane = upright
      ? Math.min(...passed.map(({ left }) => left)) + ROOM - AWAY
      : Math.max(...passed.map(({ bottom }) => bottom)) - ROOM + AWAY;
    const step = back ? -AWAY : AWAY;
    const edges = passed.map(({ left, right, top, bottom }) => (upright ? [top, bottom] : [left, right])[back ? 0 : 1]);
    const room = Math.min(...edges.map((edge) => Math.abs(tip - edge))) - HEAD;
    const turn = end - Math.sign(step) * Math.max(2, Math.min(AWAY, room));
    const corners = [[begin + step, one], [begin + step, lane], [turn, lane], [turn, two]];
    return { path: bent([[begin, one], ...corners, [end, two]], at), head };
  }
  return {
    path: `M${at(begin, one)}C${at(middle, one)} ${at(middle, two)} ${at(end, two)}`,
    head,
  };
}

/**
 * A line from corner to corner, which are round.
 * @param {number[][]} points
 * @param {(along: number, across: number) => string} at
 */
function bent(points, at) {
  const parts = points.slice(1, -1).map(([x, y], i) => {
    const [before, after] = [points[i], points[i + 2]].map(([left, top]) => {
      const length = Math.hypot(left - x, top - y) || 1;
      const part = Math.min(ROUND, length / 2) / length;
      return at(x + (left - x) * part, y + (top - y) * part);
    });
    return `L${before}Q${at(x, y)} ${after}`;
  });
  const [[x, y], last] = [points[0], points[points.length - 1]];
  return `M${at(x, y)}${parts.join("")}L${at(last[0], last[1])}`;
}
