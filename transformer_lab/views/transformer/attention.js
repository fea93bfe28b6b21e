// Attention with heads, of one sequence: MultiHeadAttention of attention.py without the batch.

/** @import { KeysAndValues, Positions, Watch, Weights } from "./types.js" */
import { dot, softmaxRow } from "../common/math.js";
import { project } from "./layers.js";

/**
 * What an attention needs to know beside its inputs.
 *
 * @typedef {object} Setting
 * @property {Weights} weights
 * @property {number} heads
 * @property {number} keyHeads fewer than heads: groups of heads share them
 * @property {number} dHead
 * @property {Watch} [watch]
 */

/**
 * Attend from the rows of `x` to the keys and values of `other`, after those of `past`.
 *
 * @param {Setting} setting
 * @param {string} name the module's
 * @param {Float64Array} x [count, d_model]
 * @param {number} count
 * @param {Float64Array | null} other [its own count, d_model]; null: only what `past` holds
 * @param {{ causal?: boolean, positions?: Positions, past?: KeysAndValues }} [how]
 * @returns {{ out: Float64Array, kept: KeysAndValues }}
 */
export function attention(setting, name, x, count, other, { causal = false, positions, past } = {}) {
  const { weights, heads, keyHeads, dHead } = setting,
    width = heads * dHead,
    before = other && past ? past.length : 0;
  /** @type {Float64Array} */
  let query = split(project(x, count, weights, `${name}.q_proj`), count, heads, dHead);
  positions?.rotate?.(query, heads, count, before);
  const kept = other ? keysAndValues(setting, name, other, positions, past) : /** @type {KeysAndValues} */ (past),
    { length } = kept,
    see = (/** @type {string} */ what, /** @type {Float64Array} */ data, /** @type {number[]} */ shape) =>
      setting.watch?.(`${name}.hook_${what}`, data, shape) ?? data;
  query = see("query", query, [heads, count, dHead]);
  const key = see("key", share(kept.key, heads, keyHeads), [heads, length, dHead]),
    value = see("value", share(kept.value, heads, keyHeads), [heads, length, dHead]);
  /** @type {Float64Array} */
  let scores = new Float64Array(heads * count * length);
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < count; i++) {
      const row = (h * count + i) * length,
        q = (h * count + i) * dHead;
      for (let j = 0; j < length; j++) {
        if (causal && j > before + i) {
          scores[row + j] = -Infinity;
          continue;
        }
        const product = dot(query, key, dHead, q, (h * length + j) * dHead);
        scores[row + j] = product / Math.sqrt(dHead) + (positions?.bias?.(h, before + i, j) ?? 0);
      }
    }
  scores = see("scores", scores, [heads, count, length]);
  /** @type {Float64Array} */
  let attended = new Float64Array(scores.length);
  for (let row = 0; row < scores.length; row += length)
    attended.set(softmaxRow(scores.subarray(row, row + length)), row);
  attended = see("weights", attended, [heads, count, length]);
  /** @type {Float64Array} */
  let mixed = new Float64Array(heads * count * dHead);
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < count; i++) {
      const row = (h * count + i) * length,
        at = (h * count + i) * dHead;
      for (let j = 0; j < length; j++) {
        const weight = attended[row + j],
          v = (h * length + j) * dHead;
        if (weight) for (let f = 0; f < dHead; f++) mixed[at + f] += weight * value[v + f];
      }
    }
  mixed = see("heads", mixed, [heads, count, dHead]);
  const merged = new Float64Array(count * width);
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < count; i++)
      for (let f = 0; f < dHead; f++) merged[i * width + h * dHead + f] = mixed[(h * count + i) * dHead + f];
  return { out: project(merged, count, weights, `${name}.out_proj`), kept };
}

/**
 * The keys and values of new rows, after those that there were.
 *
 * @param {Setting} setting
 * @param {string} name
 * @param {Float64Array} x
 * @param {Positions} [positions]
 * @param {KeysAndValues} [past]
 * @returns {KeysAndValues}
 */
function keysAndValues({ weights, keyHeads, heads, dHead }, name, x, positions, past) {
  const count = x.length / (heads * dHead),
    old = past?.length ?? 0,
    key = split(project(x, count, weights, `${name}.k_proj`), count, keyHeads, dHead),
    value = split(project(x, count, weights, `${name}.v_proj`), count, keyHeads, dHead);
  positions?.rotate?.(key, keyHeads, count, old);
  return {
    key: past ? joined(past.key, key, keyHeads) : key,
    value: past ? joined(past.value, value, keyHeads) : value,
    length: old + count,
  };
}

/**
 * [count, heads · dHead] → [heads, count, dHead].
 *
 * @param {Float64Array} x
 * @param {number} count
 * @param {number} heads
 * @param {number} dHead
 */
function split(x, count, heads, dHead) {
  const y = new Float64Array(x.length);
  for (let i = 0; i < count; i++)
    for (let h = 0; h < heads; h++)
      y.set(x.subarray((i * heads + h) * dHead, (i * heads + h + 1) * dHead), (h * count + i) * dHead);
  return y;
}

/**
 * Two times [heads, length, dHead], one after the other in length.
 *
 * @param {Float64Array} a
 * @param {Float64Array} b
 * @param {number} heads
 */
function joined(a, b, heads) {
  const y = new Float64Array(a.length + b.length),
    [mine, yours] = [a.length / heads, b.length / heads];
  for (let h = 0; h < heads; h++) {
    y.set(a.subarray(h * mine, (h + 1) * mine), h * (mine + yours));
    y.set(b.subarray(h * yours, (h + 1) * yours), h * (mine + yours) + mine);
  }
  return y;
}

/**
 * Every head's own keys, where groups of heads share them.
 *
 * @param {Float64Array} x
 * @param {number} heads
 * @param {number} keyHeads
 */
function share(x, heads, keyHeads) {
  if (heads === keyHeads) return x;
  const size = x.length / keyHeads,
    y = new Float64Array(heads * size);
  for (let h = 0; h < heads; h++) {
    const from = Math.floor(h / (heads / keyHeads));
    y.set(x.subarray(from * size, (from + 1) * size), h * size);
  }
  return y;
}
