// Attention as the reader changes it: the same formulas as compute.py.
//   weights = softmax((q·k × scale + bias + nudge) / temperature) over the keys that may be attended to
// With recorded weights only, log weight stands in for the score: softmax does not notice the constant that was lost.

import { argmax, dot, entropyBits, matmul, softmaxRow, sum } from "../common/math.js";

export class Attention {
  /** @type {import("../common/types.d.ts").Tensor} */ weights;
  /** @type {import("../common/types.d.ts").Tensor} */ query;
  /** @type {import("../common/types.d.ts").Tensor} */ key;
  /** @type {import("../common/types.d.ts").Tensor} */ value;
  /** @type {import("../common/types.d.ts").Tensor} */ bias;
  /** @type {import("../common/types.d.ts").Tensor} */ mask;
  layers = 0;
  heads = 0;
  queries = 0;
  /** @type {number[]} */ recorded = [];
  stamp = "";
  /** @type {Set<number>} */ maskedKeys = new Set();
  temperature = 1;
  /** @type {number | null} */ scale = null;
  /** @type {number[][]} */ nudges = [];

  // tensors: { weights } or { query, key }, and perhaps { value, bias, mask }, each { shape, data }, [layer, head, …].
  constructor(tensors, scale) {
    Object.assign(this, tensors);
    const [layers, heads, queries, depth] = (this.query || this.weights).shape;
    Object.assign(this, { layers, heads, queries, recorded: scale });
    this.keys = this.query ? this.key.shape[2] : depth;
    this.dHead = this.query ? depth : 0;
    this.dValue = this.value ? this.value.shape[3] : 0;
    this.products = new Map();
    this.recordedHeads = new Map();
    this.cache = new Map();
    this.change({});
  }

  // What the reader changed: { maskedKeys, temperature, scale, nudges: [[layer, head, query, key, amount], …] }.
  change({ maskedKeys = [], temperature = 1, scale = null, nudges = [] }) {
    const now = JSON.stringify([maskedKeys, temperature, scale, nudges]);
    if (now !== this.stamp) this.cache.clear();
    Object.assign(this, { stamp: now, maskedKeys: new Set(maskedKeys), temperature, scale, nudges });
  }

  get touched() {
    return this.temperature !== 1 || this.maskedKeys.size > 0 || this.nudges.length > 0 || this.scale !== null;
  }

  offset(layer, head) {
    return (layer * this.heads + head) * this.queries * this.keys;
  }

  allowed(layer, head, query, key) {
    if (!this.mask) return true;
    const [layers, heads] = this.mask.shape;
    const plane = (layers > 1 ? layer : 0) * heads + (heads > 1 ? head : 0);
    return this.mask.data[(plane * this.queries + query) * this.keys + key] === 1;
  }

  scaleOf(layer) {
    return this.scale ?? this.recorded[layer];
  }

  nudgeOf(layer, head, query, key) {
    return sum(
      this.nudges.filter(([l, h, q, k]) => l === layer && h === head && q === query && k === key).map((n) => n[4]),
    );
  }

  // q·k of one head, [query × key], before the scale; or log weight where only the weights are known.
  product(layer, head) {
    const name = layer * this.heads + head;
    if (this.products.has(name)) return this.products.get(name);
    const { queries, keys, dHead } = this,
      out = new Float64Array(queries * keys),
      start = this.offset(layer, head);
    const q = this.query && name * queries * dHead,
      k = this.query && name * keys * dHead;
    for (let i = 0; i < queries; i++)
      for (let j = 0; j < keys; j++)
        out[i * keys + j] = this.query
          ? dot(this.query.data, this.key.data, dHead, q + i * dHead, k + j * dHead)
          : Math.log(this.weights.data[start + i * keys + j]);
    this.products.set(name, out);
    return out;
  }

  // One row's scores on the way to softmax; plain: as recorded, without the reader's changes.
  scoreRow(layer, head, query, plain = false) {
    const { keys } = this,
      product = this.product(layer, head),
      row = new Float64Array(keys);
    const factor = !this.query ? 1 : plain ? this.recorded[layer] : this.scaleOf(layer);
    const start = this.offset(layer, head) + query * keys;
    for (let j = 0; j < keys; j++)
      row[j] = product[query * keys + j] * factor + (this.bias ? this.bias.data[start + j] : 0);
    if (!plain) {
      for (const [l, h, q, k, amount] of this.nudges) if (l === layer && h === head && q === query) row[k] += amount;
      if (this.temperature !== 1) for (let j = 0; j < keys; j++) row[j] /= this.temperature;
    }
    if (this.mask) for (let j = 0; j < keys; j++) if (!this.allowed(layer, head, query, j)) row[j] = -Infinity;
    if (!plain) for (const j of this.maskedKeys) row[j] = -Infinity;
    return row;
  }

  // Weights of one head, [query × key]; plain: as recorded.
  head(layer, head, plain = false) {
    const untouched = plain || !this.touched,
      cache = untouched ? this.recordedHeads : this.cache,
      name = `${layer},${head}`;
    if (cache.has(name)) return cache.get(name);
    const { queries, keys } = this,
      start = this.offset(layer, head);
    let out;
    if (this.weights && untouched) out = Float64Array.from(this.weights.data.subarray(start, start + queries * keys));
    else {
      out = new Float64Array(queries * keys);
      for (let i = 0; i < queries; i++) out.set(softmaxRow(this.scoreRow(layer, head, i, plain)), i * keys);
    }
    cache.set(name, out);
    return out;
  }

  // Mean over the heads of one layer.
  mean(layer, plain = false) {
    const out = new Float64Array(this.queries * this.keys);
    for (let h = 0; h < this.heads; h++) {
      const weights = this.head(layer, h, plain);
      for (let i = 0; i < out.length; i++) out[i] += weights[i] / this.heads;
    }
    return out;
  }

  // Attention rollout up to a layer (Abnar & Zuidema 2020): R = (½ mean of heads + ½ I) R of the layer below.
  rollout(layer, plain = false) {
    const n = this.queries;
    let result = null;
    for (let l = 0; l <= layer; l++) {
      const step = this.mean(l, plain);
      for (let i = 0; i < n; i++) {
        step[i * n + i] += 1;
        const row = step.subarray(i * n, (i + 1) * n),
          total = sum(row);
        for (let j = 0; j < n; j++) row[j] /= total;
      }
      result = result ? matmul(step, result, n, n, n) : step;
    }
    return result;
  }

  // What one query takes home: Σ weight × value, d_value numbers.
  output(layer, head, query, plain = false) {
    const { keys, dValue } = this,
      w = this.head(layer, head, plain),
      out = new Float64Array(dValue);
    const start = (layer * this.heads + head) * keys * dValue;
    for (let j = 0; j < keys; j++) {
      const share = w[query * keys + j];
      if (share) for (let d = 0; d < dValue; d++) out[d] += share * this.value.data[start + j * dValue + d];
    }
    return out;
  }

  vector(which, layer, head, position) {
    const { shape, data } = this[which],
      start = ((layer * this.heads + head) * shape[2] + position) * shape[3];
    return data.subarray(start, start + shape[3]);
  }
}

// Mean entropy of a head's rows, in bits; rows without weight do not count.
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

// Share of the linked queries whose most attended key is a gold link; null without gold.
export function goldAgreement(weights, keys, gold) {
  if (!gold.length) return null;
  const links = new Map();
  for (const [q, k] of gold) links.set(q, (links.get(q) || new Set()).add(k));
  let hits = 0;
  for (const [q, wanted] of links) {
    const row = weights.subarray(q * keys, (q + 1) * keys);
    if (sum(row) > 0 && wanted.has(argmax(row))) hits++;
  }
  return hits / links.size;
}

// Heads as [layer, head], in the order asked for: "layer", "gold" (best first) or "entropy" (sharpest first).
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
  if (order === "gold") all.sort((a, b) => b.gold - a.gold || a.entropy - b.entropy);
  if (order === "entropy") all.sort((a, b) => a.entropy - b.entropy);
  return all;
}

// A weight with three decimals; what is small but not zero says so.
export function share(weight) {
  return weight > 0 && weight < 0.0005 ? "<0.001" : weight.toFixed(3);
}

// The most of a colour scale: 1, or for long rows the next of 0.5, 0.2, 0.1, … above the largest weight.
export function scaleTop(weights) {
  let most = 0;
  for (const w of weights) if (w > most) most = w;
  for (const top of [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]) if (most <= top) return top;
  return 1;
}
