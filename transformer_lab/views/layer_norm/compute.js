// What LayerNormView computes: pure functions on row-major [batch · length, d] arrays, in double precision on the stored
// float32 values. Tested against fixtures made by torch in tests/views_js/layer_norm_math.test.mjs.

import { clamp } from "../common/math.js";

export const STAGES = ["raw", "centred", "scaled", "affine"];

// A group is what shares one mean: a token's features (layer, rms), or a feature's column. Value i of group g lies at
// g · jump + i · step.
function groupsOf(x, d, kind) {
  const rows = x.length / d;
  return kind === "batch" ? { groups: d, size: rows, jump: 1, step: d } : { groups: rows, size: d, jump: d, step: 1 };
}

export function groupValues(x, d, kind, g) {
  const { size, jump, step } = groupsOf(x, d, kind);
  return Float64Array.from({ length: size }, (_, i) => x[g * jump + i * step]);
}

// Mean, biased deviation and root mean square of every group, in two passes: E[x²] − E[x]² would cancel.
export function groupStatistics(x, d, kind) {
  const { groups, size, jump, step } = groupsOf(x, d, kind);
  const mean = new Float64Array(groups),
    variance = new Float64Array(groups),
    square = new Float64Array(groups);
  for (let g = 0; g < groups; g++) {
    let total = 0,
      spread = 0,
      squares = 0;
    for (let i = 0, at = g * jump; i < size; i++, at += step) total += x[at];
    const centre = total / size;
    for (let i = 0, at = g * jump; i < size; i++, at += step) {
      const v = x[at],
        off = v - centre;
      spread += off * off;
      squares += v * v;
    }
    mean[g] = centre;
    variance[g] = spread / size;
    square[g] = squares / size;
  }
  return { groups, size, mean, variance, square, deviation: variance.map(Math.sqrt), rms: square.map(Math.sqrt) };
}

// The stages: raw x → centred x − μ → scaled ÷ √(mean of squares + eps) → affine · weight + bias. RMSNorm leaves μ at 0
// and has no bias. `power` is the mean of squares under the root: the variance, or for RMSNorm the mean square of x.
export function normalise(x, d, { kind = "layer", eps = 1e-5, weight = null, bias = null } = {}) {
  const statistics = groupStatistics(x, d, kind),
    { groups, size, mean } = statistics,
    { jump, step } = groupsOf(x, d, kind);
  const power = kind === "rms" ? statistics.square : statistics.variance;
  const [centred, scaled, affine] = [0, 0, 0].map(() => new Float64Array(x.length));
  for (let g = 0; g < groups; g++) {
    const centre = kind === "rms" ? 0 : mean[g],
      root = Math.sqrt(power[g] + eps);
    for (let i = 0; i < size; i++) {
      const place = g * jump + i * step,
        feature = step === 1 ? i : g;
      centred[place] = x[place] - centre;
      scaled[place] = centred[place] / root;
      affine[place] = scaled[place] * (weight ? weight[feature] : 1) + (bias && kind !== "rms" ? bias[feature] : 0);
    }
  }
  return { ...statistics, kind, eps, d, power, raw: x, centred, scaled, affine };
}

// Edits are kept as { "norm/batch/token/feature": value }; a copy of x with those of one norm written in.
export function withEdits(x, edits, norm, length, d) {
  const out = Float64Array.from(x);
  for (const [key, value] of Object.entries(edits)) {
    const [n, b, t, f] = key.split("/").map(Number);
    if (n === norm) out[(b * length + t) * d + f] = value;
  }
  return out;
}

// Rows (batch · length + token) of one norm that hold an edit.
export function editedRows(edits, norm, length) {
  const places = Object.keys(edits).map((key) => key.split("/").map(Number));
  return new Set(places.filter(([n]) => n === norm).map(([, b, t]) => b * length + t));
}

// Largest change between two outputs, of every row. NaN (eps 0 on a constant row) stays NaN.
export function rowChanges(before, after, d) {
  const out = new Float64Array(before.length / d);
  if (before !== after)
    for (let r = 0; r < out.length; r++)
      for (let i = r * d; i < (r + 1) * d; i++) out[r] = Math.max(out[r], Math.abs(after[i] - before[i]));
  return out;
}

/**
 * @param {Float64Array} values
 * @param {(i: number) => boolean} [wanted]
 */
export function largest(values, wanted = () => true) {
  return values.reduce((most, value, i) => (wanted(i) ? Math.max(most, value) : most), 0);
}

// Least and greatest finite value; the largest size of one.
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

// What eps does to one group: its share of what stands under the root, and what is left of the output's size.
export function epsBite(power, eps) {
  const under = power + eps;
  if (under === 0) return { share: NaN, shrink: NaN, bites: true };
  const share = eps / under;
  return { share, shrink: Math.sqrt(power / under), bites: share > 0.01 };
}

// Counts in equal bins from low to high. Every finite value is counted once: the range is stretched to hold them all.
export function histogram(values, low, high, bins) {
  const finite = values.filter(Number.isFinite);
  const from = Math.min(low, ...finite),
    to = Math.max(high, ...finite),
    width = (to - from) / bins || 1;
  const counts = new Uint32Array(bins);
  for (const v of finite) counts[clamp(Math.floor((v - from) / width), 0, bins - 1)]++;
  return { counts, low: from, high: to };
}

// The next round number (two leading digits at most) that is not smaller.
export function niceAbove(value) {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((n) => n * power).find((n) => n >= value * (1 - 1e-12));
}

// The axis of a row of bars: from zero, with room above, unless the values stand far off together (an offset of 10,000):
// then `broken`, an axis around them, so that their differences can be seen and dragged.
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

// Where features are too many to draw, each drawn column stands for `each` of them and shows the one of largest size.
export function columnBins(d, most) {
  const each = Math.max(1, Math.ceil(d / Math.max(1, Math.floor(most))));
  return { each, columns: Math.ceil(d / each) };
}

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

// A norm's input, averaged over its tokens: mean |x|, deviation, root mean square.
export function depthOf(x, d) {
  const { deviation, rms } = groupStatistics(x, d, "layer"),
    average = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  return { size: average(Float64Array.from(x, Math.abs)), deviation: average(deviation), rms: average(rms) };
}
