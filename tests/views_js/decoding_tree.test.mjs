// DecodingTreeView's pure functions on a tree that is small enough to reckon by hand: three tokens (0 ends), two shown.
import assert from "node:assert/strict";
import test from "node:test";
import { probability } from "../../transformer_lab/views/common/numbers.js";
import {
  idsOf,
  layoutTree,
  nodesOf,
  readTree,
  splitMass,
  stepFocus,
  stepsOf,
  treeProbabilities,
} from "../../transformer_lab/views/decoding_tree/compute.js";
import { treeWords } from "../../transformer_lab/views/decoding_tree/words.js";

const LOGITS = [
    [0, 2, 1],
    [1, 0, -1],
    [-Infinity, 0.5, 0.5],
  ],
  VOCAB = 3;
const softmax = (row, t = 1) => {
  const e = row.map((v) => Math.exp(v / t)),
    all = e.reduce((a, b) => a + b);
  return e.map((v) => v / all);
};
const [A, B, C] = LOGITS.map((row) => softmax(row));
const facts = {
  nodes: [
    [-1, -1, 0, ""],
    [1, 0, Math.log(A[1]), ""],
    [2, 0, Math.log(A[2]), ""],
    [0, 1, Math.log(B[0]), "end"],
    [1, 1, Math.log(B[1]), "small"],
    [1, 2, Math.log(C[1]), "depth"],
    [2, 2, Math.log(C[2]), "limit"],
  ],
  children: [[1, 2], [3, 4], [5, 6], [], [], [], []],
  others: [
    [0, 1, A[0]],
    [1, 1, B[2]],
    [2, 0, 0],
  ],
  texts: [
    [0, "<end>"],
    [1, "a"],
    [2, "b"],
  ],
  notes: [[1, "ah"]],
  paths: [
    { name: "best", ids: [1, 0] },
    { name: "other", ids: [2] },
  ],
  join: " ",
  eos: 0,
  prefix: [2],
  threshold: 0.1,
  size: 3,
};
const nodes = readTree(facts),
  logits = Float32Array.from(LOGITS.flat());
const close = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-12, `${what}: ${a} and ${b}`);

for (const t of [1, 0.2, 0.7, 3]) {
  test(`probabilities at temperature ${t} are softmax(logits / ${t})`, () => {
    const { logP, total, mass, others } = treeProbabilities(nodes, logits, VOCAB, t),
      rows = LOGITS.map((row) => softmax(row, t));
    for (const { id, parent, token } of nodes.slice(1)) close(Math.exp(logP[id]), rows[parent][token], `node ${id}`);
    close(mass[3], rows[0][1] * rows[1][0], "a path's probability is the product");
    close(total[3], Math.log(mass[3]), "and its logarithm the sum");
    for (const id of [0, 1, 2])
      close(others[id] + nodes[id].children.reduce((all, c) => all + Math.exp(logP[c]), 0), 1, "children and others");
    assert.equal(others[2], 0, "what is impossible stays so");
  });
}

test("mass splits: the bands of a node are as thick together as its own", () => {
  const now = treeProbabilities(nodes, logits, VOCAB, 1);
  for (const id of [0, 1, 2]) {
    const parts = splitMass(nodes[id], now, 30);
    close(
      parts.reduce((all, part) => all + part.size, 0),
      30 * now.mass[id],
      "thickness",
    );
    close(parts[0].middle - parts[0].size / 2, -15 * now.mass[id], "it begins at the top");
    for (const [i, part] of parts.slice(1).entries())
      close(part.middle - part.size / 2, parts[i].middle + parts[i].size / 2, "no gap");
  }
  assert.deepEqual(
    splitMass(nodes[2], now, 30).map(({ to }) => to),
    [5, 6],
    "no band for others where there are none",
  );
});

test("what went elsewhere and the path add up to one", () => {
  const now = treeProbabilities(nodes, logits, VOCAB, 0.7),
    steps = stepsOf([1, 3], now);
  close(steps.reduce((all, { elsewhere }) => all + elsewhere, 0) + now.mass[3], 1, "sum");
  close(steps[1].left, now.mass[3], "what is left");
  assert.deepEqual(stepsOf([], now), []);
});

test("no two nodes of a column share a place, children follow parents, edges do not cross", () => {
  const { rows, otherRows, count, columns } = layoutTree(nodes);
  assert.equal(columns, 3);
  for (let depth = 0; depth < columns; depth++) {
    const level = nodes.filter((node) => node.depth === depth).map(({ id }) => rows[id]);
    for (const [i, row] of level.slice(1).entries()) assert.ok(row >= level[i] + 1);
  }
  for (const node of nodes.slice(1)) assert.ok(rows[node.id] >= rows[node.parent]);
  for (const [id, row] of otherRows)
    assert.ok(row > Math.max(...nodes[id].children.map((c) => rows[c])) && row < count);
  assert.deepEqual([...otherRows.keys()], [0, 1]);
  assert.ok(rows[5] > otherRows.get(1));
});

test("arrow keys lead where they say", () => {
  const to = (id, key, walked) => stepFocus(nodes, id, key, walked);
  assert.equal(to(0, "ArrowRight"), 1);
  assert.equal(to(0, "ArrowRight", new Set([2])), 2, "into the walked path");
  assert.equal(to(1, "ArrowDown"), 2);
  assert.equal(to(2, "ArrowDown"), 2, "no further");
  assert.equal(to(2, "ArrowUp"), 1);
  assert.equal(to(6, "ArrowLeft"), 2);
  assert.equal(to(6, "Home"), 0);
  assert.deepEqual(
    ["ArrowLeft", "ArrowUp", "ArrowDown"].map((key) => to(0, key)),
    [0, 0, 0],
  );
  assert.equal(to(3, "ArrowRight"), 3);
});

test("paths to nodes and back", () => {
  assert.deepEqual(nodesOf(nodes, [1, 0]), [1, 3]);
  assert.deepEqual(nodesOf(nodes, [1, 2]), [1], "as far as the tree goes");
  assert.deepEqual(idsOf(nodes, 6), [2, 2]);
  assert.deepEqual(idsOf(nodes, 0), []);
});

test("words: every limit is said, names stand where paths go", () => {
  const words = treeWords(facts, nodes),
    now = treeProbabilities(nodes, logits, VOCAB, 1);
  assert.equal(
    words.limits(),
    "6 nodes. 1 not expanded, their path's probability is below 0.1. 1 not expanded, they stand at the full depth. 1 not expanded, the limit of nodes is reached.",
  );
  assert.match(words.label(3, now, true), /^<end>, probability 0\.67, whole path 0\.44, on best, walked, ends here$/);
  assert.match(
    words.summary([1, 3], stepsOf([1, 3], now), now),
    /^Walked: a <end> \(ended\)\. Probability 0\.44, log-probability −0\.815\..*On: best\.$/,
  );
  assert.equal(words.reading([1, 3]), "a");
  assert.deepEqual(
    words.tables([1, 3], stepsOf([1, 3], now), now).map(({ rows }) => rows.length),
    [2, 6],
  );
});

test("nothing possible is called 0, nothing uncertain 1", () => {
  assert.deepEqual([0, 1e-9, 2e-4, 0.0094, 0.01, 0.5, 0.994, 0.9996, 1].map(probability), [
    "0.00",
    "<0.0001",
    "0.0002",
    "0.0094",
    "0.010",
    "0.50",
    "0.994",
    ">0.999",
    "1.000",
  ]);
});
