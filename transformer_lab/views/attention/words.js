// AttentionView in words: the summary, the table, the tooltip.

/** @import { Facts, Found, Scene } from "./types.js" */
/** @import { Table } from "../common/types.js" */

import { argmax, entropyBits, sum } from "../common/math.js";
import { format, shownToken, weightText } from "../common/numbers.js";
import { goldAgreement, meanEntropy, orderHeads } from "./measures.js";

const TABLE_CELLS = 4096;

/**
 * @param {Facts} facts
 * @param {number} q
 * @param {number} k
 */
const pair = (facts, q, k) => [shownToken(facts.queries[q], 24), shownToken(facts.keys[k], 24)];
/** @param {Scene} scene */
export function summary(scene) {
  const { query, key, weights, plain, show, layer, head, facts } = scene,
    cols = facts.keys.length;
  const where =
    show === "head"
      ? `Layer ${facts.layers[layer]}, head ${facts.heads[head]}`
      : `Layer ${facts.layers[layer]}, ${show === "mean" ? "mean of heads" : "rollout up to here"}`;
  const [q, k] = pair(facts, query, key),
    now = weights.subarray(query * cols, (query + 1) * cols);
  if (scene.covered(query)) return `${where}. The row of “${q}” is hidden until you mark a key.`;
  if (sum(now) === 0) return `${where}. ${scene.emptyRow(query)}`;
  const best = argmax(now),
    w = now[key],
    was = plain[query * cols + key];
  const change = Math.abs(w - was) > 5e-7 ? ` (recorded: ${weightText(was)})` : "";
  const most =
    best === key ? "its most attended key" : `most goes to “${pair(facts, query, best)[1]}”, ${weightText(now[best])}`;
  const agreement = goldAgreement(weights, cols, facts.gold);
  const gold = agreement === null ? "" : ` Gold agreement ${Math.round(100 * agreement)} %.`;
  return `${where}. “${q}” attends to “${k}” with ${weightText(w)}${change}; ${most}. Mean entropy ${format(meanEntropy(weights, facts.queries.length, cols), 2)} bits.${gold}`;
}

/**
 * @param {Scene} scene
 * @returns {Table}
 */
export function table(scene) {
  const { weights, plain, query, facts } = scene,
    rows = facts.queries.length,
    cols = facts.keys.length,
    mode = scene.mode;
  const hidden = (/** @type {number} */ q) => (scene.covered(q) ? "hidden" : null);
  if (mode === "heads" && !scene.predicting)
    return {
      caption: "All heads: mean entropy of their rows and agreement with the gold alignment.",
      heads: ["head", "entropy (bits)", "gold agreement"],
      rows: orderHeads(scene.attention, scene.order, facts.gold).map((o) => [
        `layer ${facts.layers[o.layer]}, head ${facts.heads[o.head]}`,
        o.entropy,
        o.gold ?? "–",
      ]),
    };
  if (mode === "cell" || rows * cols > TABLE_CELLS)
    return {
      caption: `Row of query “${pair(facts, query, 0)[0]}”.`,
      heads: ["key (attended)", "weight", "as recorded"],
      rows: facts.keys.map((t, k) => [
        t,
        hidden(query) ?? weights[query * cols + k],
        hidden(query) ?? plain[query * cols + k],
      ]),
    };
  return {
    caption: "Attention weights: one row for each query (attends), one column for each key (attended).",
    heads: ["query \\ key", ...facts.keys, "row sum", "entropy (bits)"],
    rows: facts.queries.map((t, q) => {
      const own = weights.subarray(q * cols, (q + 1) * cols);
      return [t, ...[...own, sum(own), entropyBits(own)].map((v) => hidden(q) ?? v)];
    }),
  };
}

/**
 * What the tooltip says about a cell, a query or a key.
 *
 * @param {Scene} scene
 * @param {Found} found
 */
export function describe(scene, { query, key }) {
  const { facts } = scene;
  const word = (/** @type {"query" | "key"} */ which, /** @type {number} */ i) => {
    const token = shownToken(facts[which === "key" ? "keys" : "queries"][i], 60);
    return [token, facts[`${which}Pinyin`][i], facts[`${which}Glosses`][i] && `“${facts[`${which}Glosses`][i]}”`]
      .filter(Boolean)
      .join("  ");
  };
  const asked = query === undefined ? [] : [`query ${query}: ${word("query", query)}`],
    answering = key === undefined ? [] : [`key ${key}: ${word("key", key)}`],
    lines = [...asked, ...answering];
  if (query === undefined || key === undefined) return lines;
  if (scene.covered(query)) return [...lines, "Click if you expect this key."];
  lines.push(
    scene.masked(query, key)
      ? "masked: weight 0"
      : `weight ${format(scene.weights[query * facts.keys.length + key], 4)}`,
  );
  if (facts.gold.some(([q, k]) => q === query && k === key)) lines.push("gold link");
  return lines;
}
