// What is measured of whole heads: their entropy, their agreement with the gold alignment, the top of their colour scale.

/** @import { Attention } from "./compute.js" */
/** @import { Numbers } from "../common/types.js" */

import { argmax, entropyBits, sum } from "../common/math.js";

/**
 * Mean entropy of a head's rows, in bits; rows without weight do not count.
 *
 * @param {Float64Array} weights
 * @param {number} queries
 * @param {number} keys
 */
export function meanEntropy(weights, queries, keys) {
  let total = 0,
    rows = 0;
  for (let i = 0; i < queries; i++) {
    const row = weights.subarray(i * keys, (i + 1) * keys);
    if (sum(row) > 0) {
      total += entropyBits(row);
      rows++;
    }
  }
  return rows ? total / rows : 0;
}

/**
 * Share of the linked queries whose most attended key is a gold link; null without gold.
 *
 * @param {Float64Array} weights
 * @param {number} keys
 * @param {[number, number][]} gold
 */
export function goldAgreement(weights, keys, gold) {
  if (!gold.length) return null;
  /** @type {Map<number, Set<number>>} */
  const links = new Map();
  for (const [q, k] of gold) links.set(q, (links.get(q) || new Set()).add(k));
  let hits = 0;
  for (const [q, wanted] of links) {
    const row = weights.subarray(q * keys, (q + 1) * keys);
    if (sum(row) > 0 && wanted.has(argmax(row))) hits++;
  }
  return hits / links.size;
}

/**
 * Heads as [layer, head], in the order asked for: "layer", "gold" (best first) or "entropy" (sharpest first).
 *
 * @param {Attention} attention
 * @param {string} order
 * @param {[number, number][]} gold
 */
export function orderHeads(attention, order, gold) {
  const all = [];
  for (let l = 0; l < attention.layers; l++)
    for (let h = 0; h < attention.heads; h++) {
      const weights = attention.head(l, h),
        { queries, keys } = attention;
      all.push({
        layer: l,
        head: h,
        weights,
        entropy: meanEntropy(weights, queries, keys),
        gold: goldAgreement(weights, keys, gold),
      });
    }
  if (order === "gold") all.sort((a, b) => Number(b.gold) - Number(a.gold) || a.entropy - b.entropy);
  if (order === "entropy") all.sort((a, b) => a.entropy - b.entropy);
  return all;
}

/**
 * The most of a colour scale: 1, or for long rows the next of 0.5, 0.2, 0.1, … above the largest weight.
 *
 * @param {Numbers} weights
 */
export function scaleTop(weights) {
  let most = 0;
  for (const w of weights) if (w > most) most = w;
  for (const top of [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]) if (most <= top) return top;
  return 1;
}
