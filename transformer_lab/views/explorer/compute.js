// Explorer's pure functions: numbers and words, axes and ticks, frames that were computed ahead. Tested with node.

/** @import { Ahead, Answer, Control } from "./types.js" */

import { format, shortText } from "../common/numbers.js";

/**
 * Numbers as Python sends them: NaN and infinity are words there, because JSON has no sign for them.
 *
 * @template T
 * @param {T} value
 * @returns {T extends any[][] ? number[][] : T extends any[] ? number[] : number}
 */
export function real(value) {
  return /** @type {any} */ (Array.isArray(value) ? value.map((each) => real(each)) : Number(value));
}

/**
 * Which of the states that were computed ahead this is, in the order of itertools.product; −1 where it is none.
 *
 * @param {Control[]} controls
 * @param {any[]} values
 */
export function stateIndex(controls, values) {
  let index = 0;
  for (const [i, { positions }] of controls.entries()) {
    const at = positions ? positions.indexOf(values[i]) : -1;
    if (at < 0) return -1;
    index = index * positions.length + at;
  }
  return index;
}

/**
 * The inverse of frames.pack (Python): { "$": n } in a template is the frame's n-th entry in the pool.
 *
 * @param {Ahead} stored
 * @param {number} index
 * @returns {Answer}
 */
export function unpackFrame({ templates, frames, pool }, index) {
  const [template, ...leaves] = frames[index];
  /** @type {(value: any) => any} */
  const fill = (value) => {
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || typeof value !== "object") return value;
    return "$" in value
      ? pool[leaves[value.$]]
      : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]));
  };
  return fill(templates[template]);
}

/**
 * @param {number[]} positions
 * @param {number} value
 */
export function nearest(positions, value) {
  let best = 0;
  positions.forEach((each, i) => {
    if (Math.abs(each - value) < Math.abs(positions[best] - value)) best = i;
  });
  return best;
}

/**
 * Decimals that tell a slider's positions apart.
 *
 * @param {number[]} positions
 */
export function decimalsOf(positions) {
  const step = Math.min(...positions.slice(1).map((each, i) => each - positions[i]));
  for (let digits = 0; digits < 6; digits++)
    if (Math.abs(Math.round(step * 10 ** digits) - step * 10 ** digits) < 1e-6 && step * 10 ** digits >= 0.999)
      return digits;
  return 6;
}

/**
 * A slider's number: on a scale that spans many sizes each position keeps its own digits.
 *
 * @param {Pick<Control, "positions" | "digits" | "unit">} control
 * @param {number} value
 */
export function positionText({ positions, digits, unit }, value) {
  const text =
    digits == null ? wayOfSaying(positions)(value) : format(value, digits, positions.every(Number.isInteger));
  return unit ? `${text} ${unit}` : text;
}

/** @type {WeakMap<number[], (value: number) => string>} */
const ways = new WeakMap();

/**
 * The shortest way of writing a slider's numbers in which no two neighbours look alike.
 *
 * @param {number[]} positions
 */
function wayOfSaying(positions) {
  const known = ways.get(positions);
  if (known) return known;
  const whole = positions.every(Number.isInteger),
    usual = (/** @type {number} */ value) => format(value, Math.min(decimalsOf(positions), 4), whole);
  const wide = !whole && positions[0] > 0 && positions[positions.length - 1] / positions[0] >= 1000;
  const longer = [6, 9, 12, 17].map(
    (digits) => (/** @type {number} */ value) => value.toPrecision(digits).replace("-", "−"),
  );
  const apart = (/** @type {(value: number) => string} */ way) =>
    positions.every((value, i) => !i || way(value) !== way(positions[i - 1]));
  const way = [...(wide ? [] : [usual]), shortText, ...longer].find(apart) ?? usual;
  ways.set(positions, way);
  return way;
}

/**
 * Runs of points without a gap: [[[x, y], …], …].
 *
 * @param {number[][]} points
 */
export function runsOf(points) {
  /** @type {number[][][]} */
  const runs = [[]];
  for (const point of points) {
    const last = runs[runs.length - 1];
    if (point.every(Number.isFinite)) last.push(point);
    else if (last.length) runs.push([]);
  }
  return runs.filter((run) => run.length);
}

/**
 * The value of a curve at x, by straight lines between points; on steps the value of the last point before x.
 *
 * @param {number[]} xs
 * @param {number[]} ys
 * @param {number} x
 * @param {boolean} [steps]
 */
export function valueAt(xs, ys, x, steps = false) {
  for (let i = 0; i < xs.length; i++) if (xs[i] === x) return ys[i];
  for (let i = 1; i < xs.length; i++)
    if (xs[i - 1] < x && x < xs[i])
      return steps ? ys[i - 1] : ys[i - 1] + ((x - xs[i - 1]) / (xs[i] - xs[i - 1])) * (ys[i] - ys[i - 1]);
  return NaN;
}

/**
 * Corners of the convex hull, counter-clockwise (Andrew's monotone chain).
 *
 * @param {number[][]} points
 * @returns {number[][]}
 */
export function convexHull(points) {
  const sorted = points.filter((p) => p.every(Number.isFinite)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  /** @type {(o: number[], a: number[], b: number[]) => number} */
  const turn = (o, a, b) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  const half = (/** @type {number[][]} */ list) => {
    /** @type {number[][]} */
    const out = [];
    for (const p of list) {
      while (out.length > 1 && turn(out[out.length - 2], out[out.length - 1], p) <= 0) out.pop();
      out.push(p);
    }
    return out.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

/**
 * What cannot be drawn, in words; empty where all can.
 *
 * @param {number[]} values
 * @param {boolean} [log]
 */
export function gapsText(values, log = false) {
  const nan = values.filter(Number.isNaN).length,
    endless = values.filter((v) => Math.abs(v) === Infinity).length;
  const low = log ? values.filter((v) => v <= 0 && v > -Infinity).length : 0;
  const parts = [
    nan && `${nan} NaN`,
    endless && `${endless} infinite`,
    low && `${low} not above 0, on a logarithmic axis`,
  ].filter(Boolean);
  return parts.length ? `Not drawn: ${parts.join(", ")}.` : "";
}
