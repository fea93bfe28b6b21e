// Six ways to tell where a token stands: positions.py, for one sequence.

/** @import { Config, Positions, Weights } from "./types.js" */
import { pairFrequencies, sinusoidalTable } from "../positional_encoding/compute.js";
import { tensor } from "./layers.js";

const BASE = 10_000;
const BUCKETS = 32; // of distances, as T5 and RelativeBiasPositions have them
const FARTHEST = 128;

/**
 * @param {Config} config
 * @param {Weights} weights
 * @param {"positions" | "target_positions"} name whose learned table to take
 * @returns {Positions}
 */
export function makePositions(config, weights, name) {
  const { d_model: d, num_heads: heads } = config,
    dHead = d / heads;
  switch (config.positions) {
    case "sinusoidal":
      return added(sinusoidalTable(config.max_length, d, BASE, "interleaved"), d);
    case "learned":
      return added(tensor(weights, `${name}.weight`).data, d);
    case "rotary": {
      const frequencies = pairFrequencies(dHead, BASE);
      return { rotate: (x, count_heads, count, offset) => turn(x, count_heads, count, frequencies, offset) };
    }
    case "alibi": {
      const slopes = alibiSlopes(heads);
      return { bias: (head, query, key) => -slopes[head] * Math.abs(query - key) };
    }
    case "relative": {
      const table = tensor(weights, `${name}.weight`).data,
        starts = bucketStarts();
      return { bias: (head, query, key) => table[head * BUCKETS + bucket(key - query, starts)] };
    }
    case "none":
      return {};
    default:
      throw new RangeError(`positions ${config.positions} are not known`);
  }
}

/**
 * A row of a table [position, d] added to each token.
 *
 * @param {Float32Array | Float64Array} table
 * @param {number} d
 * @returns {Positions}
 */
function added(table, d) {
  return {
    embed(x, count, offset) {
      for (let i = 0; i < count * d; i++) x[i] += table[offset * d + i];
    },
  };
}

/**
 * Each pair of features of queries or keys [head, count, d_head] turned by its own angle (RoPE).
 *
 * @param {Float64Array} x
 * @param {number} heads
 * @param {number} count
 * @param {Float64Array} frequencies radians per position, one for each pair
 * @param {number} offset
 */
function turn(x, heads, count, frequencies, offset) {
  const dHead = 2 * frequencies.length;
  for (let i = 0; i < count; i++)
    for (const [pair, frequency] of frequencies.entries()) {
      const angle = (offset + i) * frequency,
        cos = Math.cos(angle),
        sin = Math.sin(angle);
      for (let h = 0; h < heads; h++) {
        const at = (h * count + i) * dHead + 2 * pair,
          even = x[at],
          odd = x[at + 1];
        x[at] = even * cos - odd * sin;
        x[at + 1] = even * sin + odd * cos;
      }
    }
}

/** @param {number} heads */
function alibiSlopes(heads) {
  const power = 2 ** Math.floor(Math.log2(heads)),
    slopes = Array.from({ length: power }, (_, h) => 2 ** ((-8 * (h + 1)) / power));
  for (let h = 1; slopes.length < heads; h += 2) slopes.push(2 ** ((-8 * h) / (2 * power)));
  return Float32Array.from(slopes);
}

/** The distance at which each bucket but the first begins, by whole numbers (bucket_starts in positions.py). */
function bucketStarts() {
  const near = BUCKETS / 4,
    far = BUCKETS / 2 - near,
    starts = Array.from({ length: near }, (_, i) => i + 1),
    power = (/** @type {number} */ base, /** @type {number} */ n) => BigInt(base) ** BigInt(n);
  let d = near;
  for (let n = 1; n < far; n++) {
    while (power(d, far) < power(near, far - n) * power(FARTHEST, n)) d++;
    starts.push(d);
  }
  return starts;
}

/**
 * @param {number} distance key − query
 * @param {number[]} starts
 */
function bucket(distance, starts) {
  const size = Math.abs(distance);
  let before = 0;
  while (before < starts.length && starts[before] <= size) before++;
  return (distance > 0 ? BUCKETS / 2 : 0) + before;
}
