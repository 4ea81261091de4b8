/** The keys that move through the planes of a tensor. */

/**
 * Where a key leads from a cell: arrows within the plane, Page Up and Down from plane to plane,
 * Home and End along the row, with Control to the corners. Null for any other key.
 *
 * @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean }} event
 * @param {number[]} from plane, row, column
 * @param {number[]} counts of planes, rows, columns
 * @returns {number[] | null}
 */
export function move(event, [plane, row, column], [planes, rows, columns]) {
  if (event.altKey || event.metaKey) return null;
  const far = event.ctrlKey;
  /** @type {Record<string, number[]>} */
  const steps = {
    ArrowUp: [plane, row - 1, column],
    ArrowDown: [plane, row + 1, column],
    ArrowLeft: [plane, row, column - 1],
    ArrowRight: [plane, row, column + 1],
    PageUp: [plane - 1, row, column],
    PageDown: [plane + 1, row, column],
    Home: [plane, far ? 0 : row, 0],
    End: [plane, far ? rows - 1 : row, columns - 1],
  };
  const to = steps[event.key];
  if (!to || (far && event.key !== "Home" && event.key !== "End")) return null;
  const limits = [planes, rows, columns];
  return to.map((at, axis) => Math.min(Math.max(at, 0), limits[axis] - 1));
}
