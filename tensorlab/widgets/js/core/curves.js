/** Curves that grow: any number of points in little memory, and what of them is drawn. */

/** More points than these are kept as the smallest and the largest of each few. */
const MOST = 2048;

/**
 * The points of a curve in bins of `width` points each; a bin has its first step, its smallest and
 * its largest number, so that no peak is lost.
 */
export class Curve {
  /** @type {{ step: number, low: number, high: number }[]} */
  bins = [];
  width = 1;
  #inside = 0;
  count = 0;
  last = NaN;
  step = 0;
  /** The first step that was no finite number. */
  lost = 0;

  /**
   * @param {number} step
   * @param {number} value
   */
  add(step, value) {
    this.count += 1;
    this.last = value;
    this.step = step;
    if (!Number.isFinite(value)) {
      this.lost ||= step;
      return;
    }
    const bin = this.bins[this.bins.length - 1];
    if (bin && this.#inside < this.width) {
      bin.low = Math.min(bin.low, value);
      bin.high = Math.max(bin.high, value);
      this.#inside += 1;
      return;
    }
    this.bins.push({ step, low: value, high: value });
    this.#inside = 1;
    if (this.bins.length > MOST) this.#fold();
  }

  /** Two bins become one; the one that is being filled stays as it is. */
  #fold() {
    const open = this.bins.slice(MOST);
    this.bins = this.bins.slice(0, MOST).flatMap(({ step, low, high }, at, all) => {
      if (at % 2) return [];
      const other = all[at + 1];
      return { step, low: Math.min(low, other.low), high: Math.max(high, other.high) };
    });
    this.bins.push(...open);
    this.width *= 2;
  }
}

/**
 * The smallest and largest number of some curves; where `log`, of those above 0. Null of none.
 * @param {Iterable<Curve>} curves
 * @param {boolean} log
 * @returns {[number, number] | null}
 */
export function range(curves, log) {
  const numbers = [...curves].flatMap(({ bins }) => bins.flatMap(({ low, high }) => [low, high]));
  const shown = log ? numbers.filter((number) => number > 0) : numbers;
  if (!shown.length) return null;
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  if (low < high) return [low, high];
  return log ? [low / 2, high * 2] : [low - (Math.abs(low) / 2 || 1), high + (Math.abs(high) / 2 || 1)];
}

/**
 * Places for labels on an axis: round numbers, about `most`.
 * @param {[number, number]} range
 * @param {boolean} log
 * @param {number} most
 * @returns {number[]}
 */
export function ticks([low, high], log, most) {
  const powers = log ? ticks([Math.log10(low), Math.log10(high)], false, most).filter(Number.isInteger) : [];
  if (powers.length > 1) return powers.map((power) => 10 ** power);
  const rough = (high - low) / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const by = unit * ([1, 2, 5].find((n) => n * unit >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / by - 1e-9);
  const count = Math.floor(high / by + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, n) => Number(((first + n) * by).toPrecision(9)));
}

/**
 * The line as an SVG path: up and down where a bin has several numbers.
 * @param {Curve} curve
 * @param {(step: number) => number} x
 * @param {(value: number) => number} y
 * @param {boolean} log
 */
export function path({ bins }, x, y, log) {
  let text = "";
  for (const { step, low, high } of bins) {
    if (log && high <= 0) continue;
    text += `${text ? "L" : "M"}${x(step).toFixed(1)} ${y(high).toFixed(1)}`;
    if (low < high && !(log && low <= 0)) text += `V${y(low).toFixed(1)}`;
  }
  return text;
}
