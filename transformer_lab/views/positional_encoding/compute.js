// Pure functions of PositionalEncodingView, in double precision; tested against fixtures made by torch.
//
// A pair (s, c) is one sine and its cosine. Shifting a sinusoid by k positions turns it by k·frequency:
// (s, c) → (s·cos θ + c·sin θ, c·cos θ − s·sin θ).

/** @import { Layout, PeTable } from "./types.js" */
/** @import { Numbers } from "../common/types.js" */

import { dot } from "../common/math.js";

/**
 * base^(−2i/d_model), in radians per position, one per pair; an odd d_model has a last sine without cosine.
 *
 * @param {number} dModel
 * @param {number} base
 */
export function pairFrequencies(dModel, base) {
  return Float64Array.from({ length: Math.ceil(dModel / 2) }, (_, i) => base ** ((-2 * i) / dModel));
}

/**
 * Where a pair's sine and cosine stand among the features; −1 for the cosine that an odd d_model lacks.
 *
 * @param {number} dModel
 * @param {Layout} layout
 * @param {number} pair
 */
export function columnsOf(dModel, layout, pair) {
  const cosine = pair < Math.floor(dModel / 2);
  if (layout === "halves") return [pair, cosine ? Math.ceil(dModel / 2) + pair : -1];
  return [2 * pair, cosine ? 2 * pair + 1 : -1];
}

/**
 * The inverse: which pair a feature belongs to, and whether it is the cosine.
 *
 * @param {number} dModel
 * @param {Layout} layout
 * @param {number} column
 */
export function pairOf(dModel, layout, column) {
  const sines = Math.ceil(dModel / 2);
  if (layout === "halves") return { pair: column % sines, cosine: column >= sines };
  return { pair: column >> 1, cosine: column % 2 === 1 };
}

/**
 * The sinusoidal table, row by row: rows × cols.
 *
 * @param {number} rows
 * @param {number} cols
 * @param {number} base
 * @param {Layout} layout
 */
export function sinusoidalTable(rows, cols, base, layout) {
  const data = new Float64Array(rows * cols);
  pairFrequencies(cols, base).forEach((frequency, pair) => {
    const [sine, cosine] = columnsOf(cols, layout, pair);
    for (let p = 0; p < rows; p++) {
      data[p * cols + sine] = Math.sin(p * frequency);
      if (cosine >= 0) data[p * cols + cosine] = Math.cos(p * frequency);
    }
  });
  return data;
}

/**
 * One pair at one position, [s, c]; c is 0 where there is no cosine. A computed table goes on for ever, and between the
 * positions; a stored one ends: null past its last row.
 *
 * @param {PeTable} table
 * @param {number} pair
 * @param {number} position
 * @returns {[number, number] | null}
 */
export function pointAt(table, pair, position) {
  const { rows, cols, layout } = table,
    [sine, cosine] = columnsOf(cols, layout, pair);
  if (table.computed) {
    const angle = position * table.frequencies[pair];
    return [Math.sin(angle), cosine < 0 ? 0 : Math.cos(angle)];
  }
  if (position < 0 || position >= rows) return null;
  const row = Math.floor(position) * cols;
  return [table.data[row + sine], cosine < 0 ? 0 : table.data[row + cosine]];
}

/**
 * The same where the position must be in the table.
 *
 * @param {PeTable} table
 * @param {number} pair
 * @param {number} position
 * @returns {[number, number]}
 */
export function handAt(table, pair, position) {
  const point = pointAt(table, pair, position);
  if (!point) throw new RangeError(`there is no row ${position}: this table has ${table.rows}`);
  return point;
}

/**
 * @param {number[]} pair
 * @param {number} angle
 * @returns {[number, number]}
 */
export function turnPair([s, c], angle) {
  return [s * Math.cos(angle) + c * Math.sin(angle), c * Math.cos(angle) - s * Math.sin(angle)];
}

/**
 * The angle, one per pair, whose rotation carries all rows p to the rows p + k best (least squares over p). For sinusoids
 * it is k·frequency.
 *
 * @param {PeTable} table
 * @param {number} shift
 */
export function fittedAngles(table, shift) {
  return Float64Array.from({ length: Math.floor(table.cols / 2) }, (_, pair) => {
    let along = 0,
      across = 0;
    for (let p = 0; p + shift < table.rows; p++) {
      const [s, c] = handAt(table, pair, p),
        [s1, c1] = handAt(table, pair, p + shift);
      along += c1 * c + s1 * s;
      across += s1 * c - c1 * s;
    }
    return Math.atan2(across, along);
  });
}

/**
 * ‖PE(p+k) − R·PE(p)‖, in all and pair by pair, with ‖PE(p+k)‖ to measure it by; null where a stored table has no row p + k.
 *
 * @param {PeTable} table
 * @param {number} position
 * @param {number} shift
 * @param {Float64Array} angles
 */
export function shiftError(table, position, shift, angles) {
  const errors = new Float64Array(angles.length);
  let total = 0,
    size = 0;
  for (let pair = 0; pair < angles.length; pair++) {
    const from = pointAt(table, pair, position),
      to = pointAt(table, pair, position + shift);
    if (!from || !to) return null;
    const [s, c] = turnPair(from, angles[pair]);
    errors[pair] = Math.hypot(to[0] - s, to[1] - c);
    total += errors[pair] ** 2;
    size += to[0] ** 2 + to[1] ** 2;
  }
  return { errors, total: Math.sqrt(total), size: Math.sqrt(size) };
}

/**
 * All dot products PE(p)·PE(q), rows × rows.
 *
 * @param {Numbers} data
 * @param {number} rows
 * @param {number} cols
 */
export function gramMatrix(data, rows, cols) {
  const gram = new Float64Array(rows * rows);
  for (let p = 0; p < rows; p++)
    for (let q = p; q < rows; q++) gram[p * rows + q] = gram[q * rows + p] = dot(data, data, cols, p * cols, q * cols);
  return gram;
}

/**
 * Cosine similarity from dot products; a row of zeros is similar to nothing.
 *
 * @param {Float64Array} gram
 * @param {number} rows
 */
export function cosineSimilarity(gram, rows) {
  return gram.map((value, i) => {
    const size = Math.sqrt(gram[Math.floor(i / rows) * (rows + 1)] * gram[(i % rows) * (rows + 1)]);
    return size > 0 ? value / size : 0;
  });
}

/**
 * For each distance: the least and the largest dot product over all reference positions, and the widest gap of all.
 *
 * @param {Float64Array} gram
 * @param {number} rows
 */
export function spreadOf(gram, rows) {
  const least = new Float64Array(rows).fill(Infinity),
    most = new Float64Array(rows).fill(-Infinity);
  for (let p = 0; p < rows; p++)
    for (let q = p; q < rows; q++) {
      least[q - p] = Math.min(least[q - p], gram[p * rows + q]);
      most[q - p] = Math.max(most[q - p], gram[p * rows + q]);
    }
  return { least, most, widest: most.reduce((widest, value, i) => Math.max(widest, value - least[i]), 0) };
}

/**
 * Rotary: turn (x, y) counter-clockwise. The score of a turned query and a turned key depends on j − i only.
 *
 * @param {number[]} vector
 * @param {number} angle
 * @returns {[number, number]}
 */
export function rotate([x, y], angle) {
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}

/**
 * @param {number[]} query
 * @param {number[]} key
 * @param {number} i
 * @param {number} j
 * @param {number} frequency
 */
export function rotaryScore(query, key, i, j, frequency) {
  const [a, b] = [rotate(query, i * frequency), rotate(key, j * frequency)];
  return a[0] * b[0] + a[1] * b[1];
}

/**
 * The mean over all pairs, were the same query and key in each: how the score fades with distance.
 *
 * @param {number[]} query
 * @param {number[]} key
 * @param {number} distance
 * @param {Float64Array} frequencies
 */
export function rotaryMean(query, key, distance, frequencies) {
  let total = 0;
  for (const frequency of frequencies) total += rotaryScore(query, key, 0, distance, frequency);
  return total / frequencies.length;
}
