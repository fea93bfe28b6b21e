// The parts of a layer, on rows of numbers. Sums run in double precision; the weights stay in 32 bits as they are stored.

/** @import { Config, Weight, Weights } from "./types.js" */

/**
 * x Wᵀ + b of `count` rows (nn.Linear).
 *
 * @param {Float64Array} x [count, in]
 * @param {number} count
 * @param {Weight} weight [out, in]
 * @param {Weight} [bias] [out]
 */
export function linear(x, count, weight, bias) {
  const [outs, ins] = weight.shape,
    w = weight.data,
    b = bias?.data,
    y = new Float64Array(count * outs);
  for (let o = 0; o < outs; o++) {
    const start = o * ins,
      shift = b ? b[o] : 0;
    for (let i = 0; i < count; i++) {
      const row = i * ins;
      // Four sums at once: each waits for its own last addition only.
      let s0 = 0,
        s1 = 0,
        s2 = 0,
        s3 = 0,
        k = 0;
      for (; k + 3 < ins; k += 4) {
        s0 += w[start + k] * x[row + k];
        s1 += w[start + k + 1] * x[row + k + 1];
        s2 += w[start + k + 2] * x[row + k + 2];
        s3 += w[start + k + 3] * x[row + k + 3];
      }
      for (; k < ins; k++) s0 += w[start + k] * x[row + k];
      y[i * outs + o] = s0 + s1 + (s2 + s3) + shift;
    }
  }
  return y;
}

/**
 * The hidden units of the feed-forward network, after the activation.
 *
 * @param {Float64Array} x
 * @param {number} count
 * @param {Config["activation"]} activation
 * @param {Weights} weights
 * @param {string} name
 */
export function hiddenUnits(x, count, activation, weights, name) {
  const hidden = project(x, count, weights, `${name}.linear1`);
  if (activation === "swiglu") {
    const gate = project(x, count, weights, `${name}.gate`);
    return hidden.map((value, i) => (value / (1 + Math.exp(-value))) * gate[i]);
  }
  return hidden.map(ACTIVATIONS[activation]);
}

/**
 * A named nn.Linear of the checkpoint.
 *
 * @param {Float64Array} x
 * @param {number} count
 * @param {Weights} weights
 * @param {string} name
 */
export function project(x, count, weights, name) {
  return linear(x, count, tensor(weights, `${name}.weight`), weights.get(`${name}.bias`));
}

/**
 * A tensor that must be there.
 *
 * @param {Weights} weights
 * @param {string} name
 */
export function tensor(weights, name) {
  const found = weights.get(name);
  if (!found) throw new RangeError(`the checkpoint has no tensor ${name}`);
  return found;
}

const ACTIVATIONS = {
  relu: (/** @type {number} */ x) => Math.max(x, 0),
  gelu: (/** @type {number} */ x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  gelu_tanh: (/** @type {number} */ x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/**
 * The error function: its power series near 0, its continued fraction further out (Abramowitz & Stegun 7.1.5 and 7.1.14).
 *
 * @param {number} x
 */
export function erf(x) {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x,
      sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * (size + fraction)));
}
