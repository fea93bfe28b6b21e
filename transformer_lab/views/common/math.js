// Pure functions shared by the views. All sums run in double precision on float32 inputs, so that what is drawn agrees
// with torch to 1e-6. Tested against fixtures made by torch in tests/views_js.

/** @import { Numbers } from "./types.js" */

/**
 * softmax over one row: exp(s − max) / Σ exp(s − max). A score of −Infinity has weight 0; a row without any finite
 * score gives zeros, never NaN (the package's convention for a fully masked row).
 *
 * @param {Numbers} scores
 */
export function softmaxRow(scores) {
  const out = new Float64Array(scores.length);
  let most = -Infinity,
    total = 0;
  for (const s of scores) if (s > most) most = s;
  if (most === -Infinity) return out;
  for (let j = 0; j < scores.length; j++) total += out[j] = Math.exp(scores[j] - most);
  for (let j = 0; j < scores.length; j++) out[j] /= total;
  return out;
}

/** @param {Iterable<number>} values */
export function sum(values) {
  let total = 0;
  for (const v of values) total += v;
  return total;
}

/**
 * −Σ p log₂ p in bits; 0 log 0 = 0.
 *
 * @param {Iterable<number>} row
 */
export function entropyBits(row) {
  let total = 0;
  for (const p of row) if (p > 0) total -= p * Math.log2(p);
  return total;
}

/**
 * @param {Numbers} a
 * @param {Numbers} b
 * @param {number} [length]
 * @param {number} [aStart]
 * @param {number} [bStart]
 */
export function dot(a, b, length = a.length, aStart = 0, bStart = 0) {
  let total = 0;
  for (let i = 0; i < length; i++) total += a[aStart + i] * b[bStart + i];
  return total;
}

/** @param {Numbers} values */
export function norm(values) {
  return Math.sqrt(dot(values, values));
}

/**
 * Statistics of one vector, in two passes (E[x²] − E[x]² cancels): mean, biased variance (divide by d),
 * unbiased variance (d − 1), root mean square, and 1/√(variance + eps).
 *
 * @param {Float32Array | Float64Array | number[]} x
 * @param {number} [eps]
 */
export function vectorStatistics(x, eps = 0) {
  const d = x.length,
    mean = sum(x) / d;
  let squares = 0,
    square = 0;
  for (const v of x) {
    squares += (v - mean) * (v - mean);
    square += v * v;
  }
  const variance = squares / d;
  return {
    mean,
    variance,
    unbiased: d > 1 ? squares / (d - 1) : NaN,
    deviation: Math.sqrt(variance),
    rms: Math.sqrt(square / d),
    inverse: 1 / Math.sqrt(variance + eps),
  };
}

/**
 * Matrix product of two row-major matrices: [n, k] × [k, m].
 *
 * @param {Numbers} a
 * @param {Numbers} b
 * @param {number} n
 * @param {number} k
 * @param {number} m
 */
export function matmul(a, b, n, k, m) {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let l = 0; l < k; l++) {
      const scale = a[i * k + l];
      if (scale !== 0) for (let j = 0; j < m; j++) out[i * m + j] += scale * b[l * m + j];
    }
  return out;
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
export function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}

/** @param {Numbers} values */
export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
