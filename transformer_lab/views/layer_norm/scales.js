// LayerNormView's scales: round ends of axes, bins of a histogram, and columns that stand for several features.

/** @import { Numbers } from "../common/types.js" */

import { clamp } from "../common/math.js";

/**
 * Least and greatest finite value; the largest size of one.
 *
 * @param {Numbers} values
 */
export function bounds(values) {
  let bottom = Infinity,
    top = -Infinity;
  for (const v of values)
    if (Number.isFinite(v)) {
      if (v < bottom) bottom = v;
      if (v > top) top = v;
    }
  return { bottom, top, size: top < bottom ? 0 : Math.max(Math.abs(top), Math.abs(bottom)) };
}

/**
 * The next round number (two leading digits at most) that is not smaller.
 *
 * @param {number} value
 */
export function niceAbove(value) {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((n) => n * power).find((n) => n >= value * (1 - 1e-12)) ?? 10 * power
  );
}

/**
 * The axis of a row of bars: from zero, with room above, unless the values stand far off together (an offset of 10,000):
 * then `broken`, an axis around them, so that their differences can be seen and dragged.
 *
 * @param {Numbers} values
 * @param {number} [least]
 */
export function barAxis(values, least = 0) {
  const { top, bottom, size } = bounds(values),
    spread = Math.max(top - bottom, least);
  if (top >= bottom && Math.min(Math.abs(top), Math.abs(bottom)) > 15 * spread && top * bottom > 0 && spread > 0) {
    const room = niceAbove(spread);
    const low = Math.floor((bottom - room) / room) * room;
    return { low, high: Math.ceil((top + room) / room) * room, base: low, broken: true };
  }
  const edge = niceAbove(Math.max(size, least));
  return { low: -edge, high: edge, base: 0, broken: false };
}

/**
 * Counts in equal bins from low to high. Every finite value is counted once: the range is stretched to hold them all.
 *
 * @param {Float64Array} values
 * @param {number} low
 * @param {number} high
 * @param {number} bins
 */
export function histogram(values, low, high, bins) {
  const finite = values.filter(Number.isFinite);
  const from = Math.min(low, ...finite),
    to = Math.max(high, ...finite),
    width = (to - from) / bins || 1;
  const counts = new Uint32Array(bins);
  for (const v of finite) counts[clamp(Math.floor((v - from) / width), 0, bins - 1)]++;
  return { counts, low: from, high: to };
}

/**
 * Where features are too many to draw, each drawn column stands for `each` of them and shows the one of largest size.
 *
 * @param {number} d
 * @param {number} most
 */
export function columnBins(d, most) {
  const each = Math.max(1, Math.ceil(d / Math.max(1, Math.floor(most))));
  return { each, columns: Math.ceil(d / each) };
}

/**
 * @param {Float32Array | Float64Array} x
 * @param {number} rows
 * @param {number} d
 * @param {{ each: number, columns: number }} bins
 * @param {number} [from]
 */
export function extremes(x, rows, d, { each, columns }, from = 0) {
  if (each === 1) return x.subarray(from * d, (from + rows) * d);
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < d; j++) {
      const value = x[(from + r) * d + j],
        place = r * columns + Math.floor(j / each);
      if (j % each === 0 || Math.abs(value) > Math.abs(out[place])) out[place] = value;
    }
  return out;
}
