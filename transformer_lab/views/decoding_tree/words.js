// DecodingTreeView in words: what stands on a node, in the summary, in the tables.

/** @import { Facts, Node, Probabilities, Step, Why } from "./types.js" */
/** @import { Table } from "../common/types.js" */

import { format, probability, shownToken } from "../common/numbers.js";
import { idsOf, nodesOf } from "./compute.js";

/** @type {Partial<Record<Why, string>>} */
const WHY = {
  end: "ends here",
  depth: "not expanded: full depth",
  small: "not expanded: too improbable",
  limit: "not expanded: limit of nodes",
};

/**
 * @param {Facts} facts
 * @param {Node[]} nodes
 */
export function treeWords(facts, nodes) {
  const texts = new Map(facts.texts),
    notes = new Map(facts.notes);
  const tokenText = (/** @type {number} */ token) => shownToken(texts.get(token) ?? "");
  const text = (/** @type {number} */ id) =>
    id === 0 ? facts.prefix.map(tokenText).join(" ") : tokenText(nodes[id].token);
  const note = (/** @type {number} */ id) => notes.get(nodes[id].token) ?? "";
  const reading = (/** @type {number[]} */ path) =>
    path
      .filter((id) => nodes[id].token !== facts.eos)
      .map(text)
      .join(facts.join);
  /** @type {Map<number, string[]>} */
  const named = new Map();
  for (const { name, ids } of facts.paths)
    for (const id of nodesOf(nodes, ids)) named.set(id, [...(named.get(id) ?? []), name]);
  // Where named paths end: their names, on the node.
  /** @type {Map<number, string>} */
  const ends = new Map();
  for (const { name, ids } of facts.paths) {
    const last = nodesOf(nodes, ids).at(-1);
    if (last === undefined) continue;
    const before = ends.get(last);
    ends.set(last, `${before ? `${before}, ` : ""}${shownToken(name, 14)}`);
  }
  const others = (/** @type {number} */ count, /** @type {number} */ mass) =>
    `… ${count} other${count === 1 ? "" : "s"}: ${probability(mass)}`;
  const pathText = (/** @type {number} */ id) => idsOf(nodes, id).map(tokenText).join(" ");

  /**
   * @param {number} id
   * @param {Probabilities} now
   * @param {boolean} walked
   */
  function label(id, { logP, mass }, walked) {
    if (id === 0) return `Start: ${text(0)}, probability 1`;
    const parts = [
      text(id),
      note(id),
      `probability ${probability(Math.exp(logP[id]))}`,
      `whole path ${probability(mass[id])}`,
      ...(named.has(id) ? [`on ${named.get(id)?.join(", ")}`] : []),
      ...(walked ? ["walked"] : []),
      WHY[nodes[id].why] ?? "",
    ];
    return parts.filter(Boolean).join(", ");
  }

  /**
   * @param {number[]} path
   * @param {Step[]} steps
   * @param {Probabilities} now
   */
  function summary(path, steps, { total, mass }) {
    if (!path.length) return `At the start, with all of the probability: choose a first token. ${limits()}`;
    const last = path[path.length - 1],
      on = named.get(last),
      worst = steps.reduce((a, b) => (b.elsewhere > a.elsewhere ? b : a));
    const ended = nodes[last].why === "end" ? "ended" : "not ended";
    return [
      `Walked: ${path.map(text).join(" ")} (${ended}).`,
      `Probability ${probability(mass[last])}, log-probability ${format(total[last], 3)}.`,
      `Most went elsewhere at ${text(worst.id)}: ${probability(worst.elsewhere)}.`,
      on ? `On: ${on.join(", ")}.` : "On no named path.",
    ].join(" ");
  }

  // What is not in the tree, said: nothing is cut in silence.
  function limits() {
    const count = (/** @type {Why} */ why) => nodes.filter((node) => node.why === why).length,
      [small, deep, full] = /** @type {Why[]} */ (["small", "depth", "limit"]).map(count);
    return [
      `${nodes.length - 1} nodes.`,
      small && `${small} not expanded, their path's probability is below ${facts.threshold}.`,
      deep && `${deep} not expanded, they stand at the full depth.`,
      full && `${full} not expanded, the limit of nodes is reached.`,
    ]
      .filter(Boolean)
      .join(" ");
  }

  /**
   * @param {number[]} path
   * @param {Step[]} steps
   * @param {Probabilities} probabilities
   * @returns {Table[]}
   */
  function tables(path, steps, probabilities) {
    const { logP, total, mass, others: rest } = probabilities;
    const walked = {
      caption: "The path walked",
      heads: ["token", "note", "probability", "path so far", "went elsewhere here"],
      rows: steps.map(({ id, p, elsewhere, left }) => [text(id), note(id), p, left, elsewhere]),
    };
    const all = {
      caption: `All nodes. ${limits()}`,
      heads: ["path", "probability", "whole path", "log-probability", "others, of this node", "named paths"],
      rows: nodes
        .slice(1)
        .map(({ id, others: group, why }) => [
          pathText(id),
          Math.exp(logP[id]),
          mass[id],
          total[id],
          group ? rest[id] : (WHY[why] ?? ""),
          (named.get(id) ?? []).join(", "),
        ]),
    };
    return path.length ? [walked, all] : [all];
  }
  return { text, note, reading, named, ends, others, label, summary, limits, tables };
}
