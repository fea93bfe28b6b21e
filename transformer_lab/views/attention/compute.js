// Attention as the reader changes it: the same formulas as compute.py.
//   weights = softmax((q·k × scale + bias + nudge) / temperature) over the keys that may be attended to
// With recorded weights only, log weight stands in for the score: softmax does not notice the constant that was lost.

/** @import { Nudge, Stored } from "./types.js" */
/** @import { Tensor } from "../common/types.js" */

import { dot, matmul, softmaxRow, sum } from "../common/math.js";

export class Attention {
  /** @type {Tensor | undefined} */ weights;
  /** @type {Tensor | undefined} */ query;
  /** @type {Tensor | undefined} */ key;
  /** @type {Tensor | undefined} */ value;
  /** @type {Tensor | undefined} */ bias;
  /** @type {Tensor | undefined} */ mask;
  /** @type {Tensor | undefined} */ dots;
  /** @type {Tensor | undefined} */ only;
  layers = 0;
  heads = 0;
  queries = 0;
  /** @type {number[]} */ recorded = [];
  stamp = "";
  /** @type {Set<number>} */ maskedKeys = new Set();
  temperature = 1;
  /** @type {number | null} */ scale = null;
  /** @type {Nudge[]} */ nudges = [];
  /** @type {Map<number, Float64Array>} */ products = new Map();
  /** @type {Map<string, Float64Array>} */ recordedHeads = new Map();
  /** @type {Map<string, Float64Array>} */ cache = new Map();

  /**
   * tensors: { weights } or { query, key }, and perhaps { value, bias, mask }, each { shape, data }, [layer, head, …].
   * Or { dots, only, query, key, value }: q·k of every head, and the vectors of only one, [1, 1, …].
   *
   * @param {Stored} tensors
   * @param {number[]} scale
   */
  constructor(tensors, scale) {
    Object.assign(this, tensors);
    const known = tensors.dots ?? tensors.query ?? tensors.weights;
    if (!known) throw new Error("neither weights nor queries are stored");
    const [layers, heads, queries, last] = known.shape;
    Object.assign(this, { layers, heads, queries, recorded: scale });
    this.keys = tensors.key ? tensors.key.shape[2] : last;
    this.dHead = this.query ? this.query.shape[3] : 0;
    this.dValue = this.value ? this.value.shape[3] : 0;
    this.change({});
  }

  /**
   * What the reader changed: { maskedKeys, temperature, scale, nudges: [[layer, head, query, key, amount], …] }.
   *
   * @param {{ maskedKeys?: number[], temperature?: number, scale?: number | null, nudges?: Nudge[] }} changes
   */
  change({ maskedKeys = [], temperature = 1, scale = null, nudges = [] }) {
    const now = JSON.stringify([maskedKeys, temperature, scale, nudges]);
    if (now !== this.stamp) this.cache.clear();
    Object.assign(this, { stamp: now, maskedKeys: new Set(maskedKeys), temperature, scale, nudges });
  }

  get touched() {
    return this.temperature !== 1 || this.maskedKeys.size > 0 || this.nudges.length > 0 || this.scale !== null;
  }

  /**
   * @param {number} layer
   * @param {number} head
   */
  offset(layer, head) {
    return (layer * this.heads + head) * this.queries * this.keys;
  }

  /**
   * @param {number} layer
   * @param {number} head
   * @param {number} query
   * @param {number} key
   */
  allowed(layer, head, query, key) {
    if (!this.mask) return true;
    const [layers, heads] = this.mask.shape;
    const plane = (layers > 1 ? layer : 0) * heads + (heads > 1 ? head : 0);
    return this.mask.data[(plane * this.queries + query) * this.keys + key] === 1;
  }

  /**
   * Whether query, key and value of this head are here.
   *
   * @param {number} layer
   * @param {number} head
   */
  holds(layer, head) {
    return !this.only || (this.only.data[0] === layer && this.only.data[1] === head);
  }

  /**
   * Where a head begins among the vectors that are here.
   *
   * @param {number} layer
   * @param {number} head
   */
  place(layer, head) {
    return this.only ? 0 : layer * this.heads + head;
  }

  /** @param {number} layer */
  scaleOf(layer) {
    return this.scale ?? this.recorded[layer];
  }

  /**
   * @param {number} layer
   * @param {number} head
   * @param {number} query
   * @param {number} key
   */
  nudgeOf(layer, head, query, key) {
    return sum(
      this.nudges.filter(([l, h, q, k]) => l === layer && h === head && q === query && k === key).map((n) => n[4]),
    );
  }

  /**
   * q·k of one head, [query × key], before the scale; or log weight where only the weights are known.
   *
   * @param {number} layer
   * @param {number} head
   */
  product(layer, head) {
    const name = layer * this.heads + head;
    const known = this.products.get(name);
    if (known) return known;
    const { queries, keys, dHead, query, key, weights, dots } = this,
      out = new Float64Array(queries * keys),
      start = this.offset(layer, head);
    const q = name * queries * dHead,
      k = name * keys * dHead;
    if (dots) out.set(dots.data.subarray(start, start + queries * keys));
    else
      for (let i = 0; i < queries; i++)
        for (let j = 0; j < keys; j++)
          out[i * keys + j] =
            query && key
              ? dot(query.data, key.data, dHead, q + i * dHead, k + j * dHead)
              : Math.log(weights?.data[start + i * keys + j] ?? NaN);
    this.products.set(name, out);
    return out;
  }

  /**
   * One row's scores on the way to softmax; plain: as recorded, without the reader's changes.
   *
   * @param {number} layer
   * @param {number} head
   * @param {number} query
   * @param {boolean} [plain]
   */
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

  /**
   * Weights of one head, [query × key]; plain: as recorded.
   *
   * @param {number} layer
   * @param {number} head
   * @param {boolean} [plain]
   */
  head(layer, head, plain = false) {
    const untouched = plain || !this.touched,
      cache = untouched ? this.recordedHeads : this.cache,
      name = `${layer},${head}`;
    const known = cache.get(name);
    if (known) return known;
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

  /**
   * Mean over the heads of one layer.
   *
   * @param {number} layer
   * @param {boolean} [plain]
   */
  mean(layer, plain = false) {
    const out = new Float64Array(this.queries * this.keys);
    for (let h = 0; h < this.heads; h++) {
      const weights = this.head(layer, h, plain);
      for (let i = 0; i < out.length; i++) out[i] += weights[i] / this.heads;
    }
    return out;
  }

  /**
   * Attention rollout up to a layer (Abnar & Zuidema 2020): R = (½ mean of heads + ½ I) R of the layer below.
   *
   * @param {number} layer
   * @param {boolean} [plain]
   * @returns {Float64Array}
   */
  rollout(layer, plain = false) {
    const n = this.queries;
    let result = new Float64Array(0);
    for (let l = 0; l <= layer; l++) {
      const step = this.mean(l, plain);
      for (let i = 0; i < n; i++) {
        step[i * n + i] += 1;
        const row = step.subarray(i * n, (i + 1) * n),
          total = sum(row);
        for (let j = 0; j < n; j++) row[j] /= total;
      }
      result = l ? matmul(step, result, n, n, n) : step;
    }
    return result;
  }

  /**
   * What one query takes home: Σ weight × value, d_value numbers; of a head whose values are here.
   *
   * @param {number} layer
   * @param {number} head
   * @param {number} query
   * @param {boolean} [plain]
   */
  output(layer, head, query, plain = false) {
    const { keys, dValue, value } = this,
      w = this.head(layer, head, plain),
      out = new Float64Array(dValue);
    const start = this.place(layer, head) * keys * dValue;
    for (let j = 0; j < keys; j++) {
      /** @param {number} weight */
      const share = w[query * keys + j];
      if (share && value) for (let d = 0; d < dValue; d++) out[d] += share * value.data[start + j * dValue + d];
    }
    return out;
  }

  /**
   * One query, key or value; empty where they are not stored.
   *
   * @param {"query" | "key" | "value"} which
   * @param {number} layer
   * @param {number} head
   * @param {number} position
   */
  vector(which, layer, head, position) {
    const tensor = this[which];
    if (!tensor || !this.holds(layer, head)) return new Float32Array(0);
    const { shape, data } = tensor,
      start = (this.place(layer, head) * shape[2] + position) * shape[3];
    return data.subarray(start, start + shape[3]);
  }
}
