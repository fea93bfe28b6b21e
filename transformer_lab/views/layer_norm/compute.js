// What LayerNormView computes: pure functions on row-major [batch · length, d] arrays, in double precision on the stored
// float32 values. Tested against fixtures made by torch in tests/views_js/layer_norm_math.test.mjs.

/** @import { Kind, Run } from "./types.js" */
/** @import { Numbers } from "../common/types.js" */

/** @type {["raw", "centred", "scaled", "affine"]} */
export const STAGES = ["raw", "centred", "scaled", "affine"];

/**
 * A group is what shares one mean: a token's features (layer, rms), or a feature's column. Value i of group g lies at
 * g · jump + i · step.
 *
 * @param {Numbers} x
 * @param {number} d
 * @param {Kind} kind
 */
function groupsOf(x, d, kind) {
  const rows = x.length / d;
  return kind === "batch" ? { groups: d, size: rows, jump: 1, step: d } : { groups: rows, size: d, jump: d, step: 1 };
}

/**
 * @param {Numbers} x
 * @param {number} d
 * @param {Kind} kind
 * @param {number} g
 */
export function groupValues(x, d, kind, g) {
  const { size, jump, step } = groupsOf(x, d, kind);
  return Float64Array.from({ length: size }, (_, i) => x[g * jump + i * step]);
}

/**
 * Mean, biased deviation and root mean square of every group, in two passes: E[x²] − E[x]² would cancel.
 *
 * @param {Numbers} x
 * @param {number} d
 * @param {Kind} kind
 */
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

/**
 * The stages: raw x → centred x − μ → scaled ÷ √(mean of squares + eps) → affine · weight + bias. RMSNorm leaves μ at 0
 * and has no bias. `power` is the mean of squares under the root: the variance, or for RMSNorm the mean square of x.
 *
 * @param {Float32Array | Float64Array} x
 * @param {number} d
 * @param {{ kind?: Kind, eps?: number, weight?: Numbers | null, bias?: Numbers | null }} how
 * @returns {Run}
 */
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

/**
 * Edits are kept as { "norm/batch/token/feature": value }; a copy of x with those of one norm written in.
 *
 * @param {Float32Array} x
 * @param {Record<string, number>} edits
 * @param {number} norm
 * @param {number} length
 * @param {number} d
 */
export function withEdits(x, edits, norm, length, d) {
  const out = Float64Array.from(x);
  for (const [key, value] of Object.entries(edits)) {
    const [n, b, t, f] = key.split("/").map(Number);
    if (n === norm) out[(b * length + t) * d + f] = value;
  }
  return out;
}

/**
 * Rows (batch · length + token) of one norm that hold an edit.
 *
 * @param {Record<string, number>} edits
 * @param {number} norm
 * @param {number} length
 */
export function editedRows(edits, norm, length) {
  const places = Object.keys(edits).map((key) => key.split("/").map(Number));
  return new Set(places.filter(([n]) => n === norm).map(([, b, t]) => b * length + t));
}

/**
 * Largest change between two outputs, of every row. NaN (eps 0 on a constant row) stays NaN.
 *
 * @param {Float64Array} before
 * @param {Float64Array} after
 * @param {number} d
 */
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

/**
 * What eps does to one group: its share of what stands under the root, and what is left of the output's size.
 *
 * @param {number} power
 * @param {number} eps
 */
export function epsBite(power, eps) {
  const under = power + eps;
  if (under === 0) return { share: NaN, shrink: NaN, bites: true };
  const share = eps / under;
  return { share, shrink: Math.sqrt(power / under), bites: share > 0.01 };
}

/**
 * A norm's input, averaged over its tokens: mean |x|, deviation, root mean square.
 *
 * @param {Numbers} x
 * @param {number} d
 */
export function depthOf(x, d) {
  const { deviation, rms } = groupStatistics(x, d, "layer"),
    average = (/** @type {Float64Array} */ values) => values.reduce((a, b) => a + b, 0) / values.length;
  return { size: average(Float64Array.from(x, Math.abs)), deviation: average(deviation), rms: average(rms) };
}
