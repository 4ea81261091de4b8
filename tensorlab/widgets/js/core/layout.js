/** How planes of several tensors share the width that there is. */

/**
 * How many columns of planes each tensor gets, so that all stand beside each other and none is much
 * higher than the others: the highest gets one more for as long as that fits. Where even one each is
 * too wide, the tensors stand below each other, each with what fits.
 *
 * @typedef {object} Extent
 * @property {number} planes
 * @property {number} width of a plane
 * @property {number} height
 * @property {number} heading how wide the line above them is
 * @property {number} [across] planes beside each other at most
 *
 * @param {Extent[]} tensors
 * @param {number} room
 * @param {number} gap between planes
 * @param {number} space between tensors
 * @returns {{ columns: number[], stacked: boolean }}
 */
export function columnsThatFit(tensors, room, gap, space) {
  if (!tensors.length) return { columns: [], stacked: false };
  const columns = tensors.map(() => 1);
  const most = tensors.map(({ planes, across = planes }) => Math.min(planes, across));
  const needed = () =>
    tensors.reduce((sum, { width, heading }, i) => {
      return sum + Math.max(columns[i] * (width + gap) - gap, heading) + (i ? space : 0);
    }, 0);
  if (needed() > room) {
    const alone = tensors.map(({ width }) => Math.floor((room + gap) / (width + gap)) || 1);
    return { columns: alone.map((count, i) => Math.min(count, most[i])), stacked: true };
  }
  for (;;) {
    const heights = tensors.map((one, i) => Math.ceil(one.planes / columns[i]) * one.height);
    // One that must not be wider leaves the room to the next.
    const growing = heights.map((height, i) => (columns[i] < most[i] || most[i] === tensors[i].planes ? height : 0));
    const highest = growing.indexOf(Math.max(...growing));
    if (columns[highest] >= most[highest]) break;
    columns[highest] += 1;
    if (needed() <= room) continue;
    columns[highest] -= 1;
    break;
  }
  return { columns, stacked: false };
}
