// Greedy search and beam search of decoding.py. A search asks one thing: the logits after a sequence, and a state to go on
// from; states are never changed, so that hypotheses may share them.

/** @import { Hypothesis } from "./types.js" */
import { argmax } from "../common/math.js";

/**
 * @template State
 * @typedef {(token: number, state: State | undefined) => { logits: Float64Array, state: State }} Ask
 */

/** @param {Float64Array} logits */
export function logSoftmax(logits) {
  let most = -Infinity,
    total = 0;
  for (const value of logits) if (value > most) most = value;
  for (const value of logits) total += Math.exp(value - most);
  const shift = most + Math.log(total);
  return logits.map((value) => value - shift);
}

/**
 * ((5 + length) / 6)^alpha, what log-probabilities are divided by (Wu et al. 2016, eq. 14).
 *
 * @param {number} length
 * @param {number} alpha
 */
export function lengthFactor(length, alpha) {
  return ((5 + length) / 6) ** alpha;
}

/**
 * Always the most probable next token, until the end token or `most` new ones.
 *
 * @template State
 * @param {Ask<State>} ask
 * @param {number} begin
 * @param {{ end: number, most: number }} how
 * @returns {Hypothesis}
 */
export function greedy(ask, begin, { end, most }) {
  const tokens = [];
  let token = begin,
    total = 0,
    state;
  while (tokens.length < most) {
    const asked = ask(token, state),
      logP = logSoftmax(asked.logits);
    state = asked.state;
    token = argmax(logP);
    total += logP[token];
    tokens.push(token);
    if (token === end) break;
  }
  return { tokens, logProbability: total, score: total, finished: token === end };
}

/**
 * The best score that an unfinished hypothesis can still reach: each further token can at best be certain.
 *
 * @param {number} total
 * @param {number} length
 * @param {number} longest
 * @param {number} alpha
 */
function hope(total, length, longest, alpha) {
  return total / Math.max(lengthFactor(Math.min(length + 1, longest), alpha), lengthFactor(longest, alpha));
}

/**
 * Keep the best unfinished sequences at every step; stop when none of them can overtake any more.
 *
 * @template State
 * @param {Ask<State>} ask
 * @param {number} begin
 * @param {{ end: number, most: number, beams?: number, alpha?: number, results?: number }} how
 * @returns {Hypothesis[]}
 */
export function beamSearch(ask, begin, { end, most, beams = 4, alpha = 0.6, results = beams }) {
  /** @typedef {{ tokens: number[], total: number, state: State | undefined }} Beam */
  /** @type {Beam[]} */
  let open = [{ tokens: [], total: 0, state: undefined }];
  /** @type {Hypothesis[]} */
  let done = [];
  const close = (/** @type {Beam} */ { tokens, total }, /** @type {boolean} */ finished) =>
    done.push({ tokens, logProbability: total, score: total / lengthFactor(tokens.length, alpha), finished });
  for (let length = 1; length <= most; length++) {
    /** @type {{ from: Beam, state: State, token: number, total: number }[]} */
    const candidates = [];
    for (const from of open) {
      const { logits, state } = ask(from.tokens.at(-1) ?? begin, from.state);
      logSoftmax(logits).forEach((logP, token) => {
        if (logP > -Infinity) candidates.push({ from, state, token, total: from.total + logP });
      });
    }
    // Twice as many as beams, so that enough unfinished ones remain even if all propose the end token.
    const best = candidates
      .sort((a, b) => b.total - a.total)
      .slice(0, 2 * beams)
      .map(({ from, state, token, total }) => ({ tokens: [...from.tokens, token], total, state }));
    open = [];
    for (const [rank, beam] of best.entries()) {
      if (beam.tokens[length - 1] === end) {
        if (rank < beams) close(beam, true);
      } else if (open.length < beams) open.push(beam);
    }
    done = done.sort((a, b) => b.score - a.score).slice(0, results);
    if (!open.length) break;
    if (done.length === results && done[results - 1].score >= hope(open[0].total, length, most, alpha)) {
      open = [];
      break;
    }
  }
  for (const beam of open) close(beam, false);
  return done.sort((a, b) => b.score - a.score).slice(0, results);
}
