// LayerNormView's sentences and numbers as text.
import assert from "node:assert/strict";
import test from "node:test";
import { groupStatistics, normalise } from "../../transformer_lab/views/layer_norm/compute.js";
import * as words from "../../transformer_lab/views/layer_norm/words.js";

function state(
  x,
  d,
  {
    kind = "layer",
    eps = 1e-5,
    weight = null,
    bias = null,
    token = 0,
    feature = 0,
    stand = 0,
    others = 0,
    edited = [],
    shift = 0,
    gain = 1,
  } = {},
) {
  const run = normalise(Float64Array.from(x), d, { kind, eps, weight, bias });
  run.after = groupStatistics(run.scaled, d, kind);
  const rows = x.length / d,
    names = (n) => Array.from({ length: n }, (_, i) => String(i));
  return {
    run,
    row: token,
    length: rows,
    sentence: 0,
    token,
    feature,
    group: kind === "batch" ? feature : token,
    weight,
    bias,
    stand,
    others,
    edited: new Set(edited),
    shift,
    gain,
    anyBite: true,
    features: names(d),
    featureName: String(feature),
    tokens: names(rows),
    tokenName: "<b>",
    depth: [],
    standRows: Array(rows).fill(stand),
    editRows: Array(rows).fill(others),
  };
}

test("the formula holds the live numbers", () => {
  const s = state([1, 0, 0, 0], 4),
    { numbers, result } = words.formulaParts(s);
  assert.deepEqual(numbers[1], { over: "1.00 − 0.25", under: "√(0.19 + 1e−5)" });
  assert.equal(result, "1.732");
  const affine = words.formulaParts(state([1, 0, 0, 0], 4, { weight: [2, 1, 1, 1], bias: [-0.5, 0, 0, 0] }));
  assert.equal(affine.numbers[2], "· 2.00 + (−0.50)");
  assert.equal(words.formulaParts(state([3, 4], 2, { kind: "rms", bias: [1, 1] })).numbers[1].over, "3.00");
});

test("read-outs say when the output stands still, and why when it does not", () => {
  const said = (more) => words.readouts(state([1, 0, 0, 0], 4, more)).map(({ verdict, alarm }) => [verdict, alarm]);
  assert.deepEqual(said({ shift: 3, stand: 1e-7 })[0], ["the output stands still", false]);
  assert.deepEqual(said({ gain: 0.001, stand: 0.4 })[0], ["eps bites", true]);
  assert.match(said({ kind: "rms", shift: 3, stand: 0.4 })[0][0], /does not centre/);
  assert.match(said({ gain: -1, stand: 2 })[0][0], /negative/);
  assert.deepEqual(said({ edited: [0] })[2], ["LayerNorm: each token alone", false]);
  assert.deepEqual(said({ kind: "batch", edited: [0], others: 0.4 })[2], ["BatchNorm mixes the tokens", true]);
});

test("the summary explains eps, a single feature, and 0 ÷ 0", () => {
  assert.match(
    words.summarise(state([1, 0, 0, 0], 4)),
    /mean 0\.25 and deviation 0\.43 over 4 features become 0 and 1\.00/,
  );
  assert.match(words.summarise(state([0.002, 0.001], 2)), /Eps bites: it makes up 98 %/);
  assert.match(words.summarise(state([2, 2], 2, { eps: 0 })), /0 ÷ 0/);
  assert.match(words.summarise(state([5], 1, { eps: 1e-5 })), /A single value is its own mean/);
  assert.match(
    words.summarise(state([3, 4], 2, { kind: "rms" })),
    /root mean square 3\.54 over 2 features becomes 1\.00/,
  );
});

test("tables give every feature at every stage, every token, with full precision", () => {
  const [features, tokens, changes] = words.tablesOf(state([1, 2, 3, 5], 2, { token: 1 }));
  assert.deepEqual(
    features.rows.map((row) => row.length),
    [5, 5],
  );
  assert.deepEqual(features.rows[1].slice(0, 3), ["1", 5, 1]);
  assert.equal(tokens.rows.length, 2);
  assert.equal(tokens.rows[0][1], 1.5);
  assert.equal(changes.rows.length, 2);
  assert.equal(words.tablesOf(state([1, 2, 3, 5], 2, { kind: "batch" }))[1].rows[0][1], 2);
});

test("a stage's two big numbers stay short", () => {
  const numbers = (x, more) => words.stageNumbers(state(x, x.length, more), "raw");
  assert.deepEqual(numbers([1, -1]), [
    ["μ", "0"],
    ["σ", "1.00"],
  ]);
  assert.deepEqual(numbers([1, 0, 0, 0]), [
    ["μ", "0.25"],
    ["σ", "0.43"],
  ]);
  assert.deepEqual(numbers([5, -5, 0.02, 0]), [
    ["μ", "0.01"],
    ["σ", "3.54"],
  ]);
  assert.deepEqual(numbers([0.014, -0.014]), [
    ["μ", "0"],
    ["σ", "0.014"],
  ]);
  assert.deepEqual(numbers([3, 4], { kind: "rms" }), [
    ["μ", "3.50"],
    ["rms", "3.54"],
  ]);
  assert.deepEqual(numbers([10000.5, 10000.5]), [
    ["μ", "10,000.5"],
    ["σ", "0"],
  ]);
});
