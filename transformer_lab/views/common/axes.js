// Axes: where their ends lie, their marks, and what stands beside a mark.

/** @import { Axis, Scale } from "./types.js" */

import { format, powerText, shortText } from "./numbers.js";

/**
 * 1, 2 or 5 times a power of ten, so that about count steps fill the span.
 *
 * @param {number} span
 * @param {number} count
 */
export function niceStep(span, count) {
  const raw = span / Math.max(1, count),
    power = 10 ** Math.floor(Math.log10(raw)),
    share = raw / power;
  return power * (share < Math.SQRT2 ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10);
}

/**
 * An axis that holds the values: { low, high, log, ticks: [[value, text], …] }. range fixes the ends; zero takes 0 in.
 *
 * @param {number[]} values
 * @param {{ range?: number[] | null, log?: boolean, zero?: boolean, count?: number, pad?: number }} [options]
 * @returns {Axis}
 */
export function makeAxis(values, { range = null, log = false, zero = false, count = 5, pad = 0.06 } = {}) {
  const seen = values.filter((v) => Number.isFinite(v) && (!log || v > 0));
  let [low, high] = range ? range : seen.length ? [Math.min(...seen), Math.max(...seen)] : log ? [0.1, 1] : [0, 1];
  if (log) return logAxis(Math.max(low, Number.MIN_VALUE), high, Boolean(range), count);
  if (!range) {
    if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
    if (high - low < 1e-12 * Math.max(1, Math.abs(high)))
      [low, high] = [low - 0.5 * (Math.abs(low) || 1), high + 0.5 * (Math.abs(high) || 1)];
    const room = pad * (high - low);
    [low, high] = [zero && low === 0 ? 0 : low - room, zero && high === 0 ? 0 : high + room];
  }
  return { low, high, log, ticks: ticksBetween(low, high, count) };
}

/**
 * @param {number} low
 * @param {number} high
 * @param {boolean} fixed
 * @param {number} count
 * @returns {Axis}
 */
function logAxis(low, high, fixed, count) {
  if (high / low < 1.01) [low, high] = [low / 2, high * 2];
  else if (!fixed) [low, high] = [low / (high / low) ** 0.04, high * (high / low) ** 0.04];
  const from = Math.ceil(Math.log10(low) - 1e-9),
    to = Math.floor(Math.log10(high) + 1e-9),
    each = Math.max(1, Math.ceil((to - from + 1) / (count + 2)));
  let ticks = [];
  for (let p = from; p <= to; p += each) ticks.push(10 ** p);
  if (ticks.length < 3) {
    ticks = [];
    for (let p = from - 1; p <= to; p++)
      for (const m of [1, 2, 5])
        if (m * 10 ** p >= low * (1 - 1e-9) && m * 10 ** p <= high * (1 + 1e-9)) ticks.push(m * 10 ** p);
  }
  return {
    low,
    high,
    log: true,
    ticks: ticks.map((v) => [
      v,
      v >= 1e5 || v < 1e-3
        ? powerText(v, 0)
        : format(Number(v.toPrecision(3)), v < 1 ? Math.ceil(-Math.log10(v) - 1e-9) : 0),
    ]),
  };
}

/**
 * The marks between two values, about count of them.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @returns {[number, string][]}
 */
export function ticksBetween(low, high, count) {
  const step = niceStep(high - low || 1, count),
    ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks.map((v) => [v, tickText(v, step)]);
}

/**
 * @param {number} value
 * @param {number} step
 */
function tickText(value, step) {
  if (Math.abs(value) >= 1e6 || (step < 1e-4 && value)) return shortText(value);
  return format(value, step >= 1 ? 0 : Math.ceil(-Math.log10(step) - 1e-9));
}

/**
 * Position of a value between two pixels; NaN where it has none (NaN, ∞, or 0 and less on a logarithmic axis).
 *
 * @param {Scale} axis
 * @param {number} from
 * @param {number} to
 */
export function placeOn({ low, high, log }, from, to) {
  return (/** @type {number} */ v) => {
    if (!Number.isFinite(v) || (log && v <= 0)) return NaN;
    const share = log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
    return from + share * (to - from);
  };
}
