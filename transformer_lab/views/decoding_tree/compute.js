// DecodingTreeView's pure functions: the stored tree, its probabilities at a temperature, its layout. Nodes are numbers;
// node 0 is the prefix, and a parent stands before its children.

/** @import { Facts, Node, Probabilities } from "./types.js" */
/** @import { Numbers } from "../common/types.js" */

/**
 * @param {Facts} facts
 * @returns {Node[]}
 */
export function readTree(facts) {
  /** @type {Node[]} */
  const nodes = facts.nodes.map(([token, parent, logP, why], id) => ({
    id,
    token,
    parent,
    logP,
    why,
    children: facts.children[id],
    others: null,
    row: -1,
    depth: 0,
  }));
  for (const node of nodes.slice(1)) node.depth = nodes[node.parent].depth + 1;
  for (const [row, [id, count, mass]] of facts.others.entries())
    Object.assign(nodes[id], { others: { count, mass }, row });
  return nodes;
}

/**
 * At this temperature: of every node ln p given its parent, ln p and p of its whole path; of every expanded node the
 * conditional mass of the tokens that are not shown. Exact: from all logits, softmax(logits / temperature).
 *
 * @param {Node[]} nodes
 * @param {Numbers | undefined} logits
 * @param {number} vocab
 * @param {number} temperature
 */
export function treeProbabilities(nodes, logits, vocab, temperature) {
  const logP = Float64Array.from(nodes, (node) => node.logP),
    others = Float64Array.from(nodes, (node) => node.others?.mass ?? 0);
  if (logits && temperature !== 1) {
    for (const node of nodes) {
      if (node.row < 0) continue;
      const at = node.row * vocab,
        shown = new Set(node.children.map((c) => nodes[c].token));
      let most = -Infinity,
        all = 0,
        rest = 0;
      for (let j = 0; j < vocab; j++) most = Math.max(most, logits[at + j]);
      for (let j = 0; j < vocab; j++) {
        const each = Math.exp((logits[at + j] - most) / temperature);
        all += each;
        if (!shown.has(j)) rest += each;
      }
      for (const c of node.children) logP[c] = (logits[at + nodes[c].token] - most) / temperature - Math.log(all);
      others[node.id] = rest / all;
    }
  }
  const total = new Float64Array(nodes.length);
  for (const node of nodes.slice(1)) total[node.id] = total[node.parent] + logP[node.id];
  return { logP, total, mass: total.map(Math.exp), others };
}

/**
 * The nodes along token ids, without the root, as far as the tree has them.
 *
 * @param {Node[]} nodes
 * @param {number[]} ids
 */
export function nodesOf(nodes, ids) {
  const found = [];
  let at = nodes[0];
  for (const token of ids) {
    const child = at.children.find((c) => nodes[c].token === token);
    if (child === undefined) break;
    found.push(child);
    at = nodes[child];
  }
  return found;
}

/**
 * @param {Node[]} nodes
 * @param {number} id
 */
export function idsOf(nodes, id) {
  const ids = [];
  for (let at = id; at > 0; at = nodes[at].parent) ids.unshift(nodes[at].token);
  return ids;
}

/**
 * Column by column from the top: under each other what one step can choose, then a row for the tokens that are not shown;
 * no child stands above its parent, and no two edges cross. Rows may be fractions.
 *
 * @param {Node[]} nodes
 */
export function layoutTree(nodes) {
  /** @type {Map<number, number>} */
  const otherRows = new Map();
  const rows = new Float64Array(nodes.length),
    columns = [];
  let level = [nodes[0]],
    bottom = 1;
  while (level.length) {
    columns.push(level.length);
    /** @type {Node[]} */
    const next = [];
    let free = 0;
    for (const node of level) {
      if (!node.children.length) continue;
      free = Math.max(free, rows[node.id]);
      for (const c of node.children) {
        rows[c] = free++;
        next.push(nodes[c]);
      }
      if (node.others?.count) otherRows.set(node.id, free++ - 0.12);
      free += 0.3;
    }
    bottom = Math.max(bottom, free);
    level = next;
  }
  return { rows, otherRows, count: bottom, columns: columns.length };
}

/**
 * Where a parent's mass leaves it: for each child, and last for the others, the middle and thickness of its band, stacked
 * around the parent's middle. The thicknesses add up to the parent's own.
 *
 * @param {Node} node
 * @param {Pick<Probabilities, "mass" | "others">} now
 * @param {number} full
 */
export function splitMass(node, { mass, others }, full) {
  const parts = [
    ...node.children.map((c) => [c, mass[c]]),
    ...(node.others?.count ? [[-1, mass[node.id] * others[node.id]]] : []),
  ];
  let top = (-full * mass[node.id]) / 2;
  return parts.map(([to, part]) => {
    const size = full * part,
      middle = top + size / 2;
    top += size;
    return { to, part, size, middle };
  });
}

/**
 * For each step of a path: the node, its conditional probability, and the mass that went elsewhere at this step. What
 * went elsewhere and the path's own probability add up to 1.
 *
 * @param {number[]} path
 * @param {Pick<Probabilities, "logP">} now
 */
export function stepsOf(path, { logP }) {
  let left = 1;
  return path.map((id) => {
    const p = Math.exp(logP[id]),
      elsewhere = left * -Math.expm1(logP[id]);
    left *= p;
    return { id, p, elsewhere, left };
  });
}

/**
 * Where an arrow key leads: right to the walked child or else the most probable one, left to the parent, up and down to
 * the siblings, Home to the root. The node itself where there is nothing.
 *
 * @param {Node[]} nodes
 * @param {number} id
 * @param {string} key
 * @param {Set<number>} [walked]
 */
export function stepFocus(nodes, id, key, walked = new Set()) {
  const node = nodes[id];
  if (key === "Home") return 0;
  if (key === "ArrowLeft") return Math.max(0, node.parent);
  if (key === "ArrowRight") return node.children.find((c) => walked.has(c)) ?? node.children[0] ?? id;
  if (id === 0) return 0;
  const { children } = nodes[node.parent],
    at = children.indexOf(id) + (key === "ArrowDown" ? 1 : -1);
  return children[at] ?? id;
}
