// The numbers of LayerNormView against torch's: see layer_norm_fixtures.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as math from "../../transformer_lab/views/layer_norm/compute.js";
import * as scales from "../../transformer_lab/views/layer_norm/scales.js";

const cases = JSON.parse(readFileSync(new URL("./fixtures/layer_norm.json", import.meta.url), "utf8"));

function close(actual, expected, what, tolerance = 1e-6) {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((value, i) => {
    const far = Math.abs(actual[i] - value) / Math.max(1, Math.abs(value));
    assert.ok(far <= tolerance, `${what}[${i}]: ${actual[i]} is ${far} away from torch's ${value}`);
  });
}

for (const { name, kind, eps, d, x, weight, bias, output, mean, variance } of cases)
  test(`normalise agrees with torch: ${name}`, () => {
    const run = math.normalise(Float32Array.from(x), d, { kind, eps, weight, bias });
    close(run.affine, output, "affine");
    close(run.mean, mean, "mean");
    close(run.variance, variance, "variance");
  });

test("the fixtures hold every kind, with and without weight", () => {
  for (const kind of ["layer", "rms", "batch"])
    assert.ok(cases.filter((each) => each.kind === kind).length >= 16, kind);
  assert.ok(cases.some(({ weight }) => weight) && cases.some(({ weight }) => !weight));
});

test("an offset of 10,000 moves the output by less than 1e-6; E[x²] − E[x]² in float32 would not", () => {
  const x = Float64Array.from([0.5, -1.25, 2, 0.75, -0.5, 1.5, -2, 0.25]);
  const plain = math.normalise(x, 8),
    moved = math.normalise(
      x.map((v) => v + 10000),
      8,
    );
  close(moved.affine, Array.from(plain.affine), "affine");
  const f = Math.fround,
    far = Float32Array.from(x, (v) => v + 10000);
  const mean = f(far.reduce((a, v) => f(a + v), 0) / 8),
    square = f(far.reduce((a, v) => f(a + f(v * v)), 0) / 8);
  assert.ok(Math.abs(f(square - f(mean * mean)) - plain.variance[0]) > 0.1);
});

test("stages of RMSNorm: nothing is centred, no bias is added", () => {
  const run = math.normalise([3, 4], 2, { kind: "rms", eps: 0, bias: [9, 9] });
  assert.deepEqual([...run.centred], [3, 4]);
  close(run.affine, [3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)], "affine", 1e-15);
});

test("eps 0 on a constant row gives NaN, as in torch, and one value gives 0", () => {
  assert.ok(math.normalise([2, 2], 2, { eps: 0 }).affine.every(Number.isNaN));
  assert.deepEqual([...math.normalise([7], 1).affine], [0]);
});

test("edits go where they belong, and to one norm only", () => {
  const x = new Float32Array(12),
    edits = { "0/1/2/1": 5, "1/0/0/0": 9 };
  const out = math.withEdits(x, edits, 0, 3, 2);
  assert.equal(out[(1 * 3 + 2) * 2 + 1], 5);
  assert.equal(
    out.reduce((a, b) => a + b),
    5,
  );
  assert.equal(
    x.reduce((a, b) => a + b),
    0,
  );
  assert.deepEqual([...math.editedRows(edits, 0, 3)], [5]);
});

test("another token's output stands still under LayerNorm and moves under batch statistics", () => {
  const x = [1, 2, 3, 5, 0, 1],
    edited = [1, 9, 3, 5, 0, 1],
    others = (r) => r !== 0;
  const change = (kind) =>
    math.largest(
      math.rowChanges(math.normalise(x, 2, { kind }).affine, math.normalise(edited, 2, { kind }).affine, 2),
      others,
    );
  assert.equal(change("layer"), 0);
  assert.equal(change("rms"), 0);
  assert.ok(change("batch") > 0.1);
});

test("eps bites when the variance is small", () => {
  assert.deepEqual(math.epsBite(1e-5, 1e-5), { share: 0.5, shrink: Math.sqrt(0.5), bites: true });
  assert.equal(math.epsBite(1, 1e-5).bites, false);
  assert.equal(math.epsBite(0, 1e-5).share, 1);
  assert.ok(Number.isNaN(math.epsBite(0, 0).share));
});

test("a histogram counts every finite value once, also beyond its bounds", () => {
  const { counts, low, high } = scales.histogram([-9, 0, 0.1, 1, 50, NaN], -1, 1, 10);
  assert.equal(
    counts.reduce((a, b) => a + b),
    5,
  );
  assert.deepEqual([low, high], [-9, 50]);
  assert.equal(scales.histogram([2, 2, 2], 2, 2, 5).counts[0], 3);
});

test("axes hold their values; values far from zero get an axis around them", () => {
  for (const values of [[0], [0.001, -3], [1e-9, 2e-9], [-5, -5.2], [7, 7, 7]]) {
    const { low, high, base, broken } = scales.barAxis(values);
    assert.ok(low <= Math.min(...values) && high >= Math.max(...values) && low < high, String(values));
    assert.ok(broken || base === 0);
  }
  const far = scales.barAxis([10000.5, 9999.2]);
  assert.ok(far.broken && far.low > 9990 && far.high < 10010 && far.low < 9999.2 && far.high > 10000.5);
});

test("round numbers are round, and never smaller", () => {
  for (const v of [0.001, 0.3, 1, 1.01, 2.6, 99, 12345])
    assert.ok(scales.niceAbove(v) >= v * (1 - 1e-9) && scales.niceAbove(v) <= 1.34 * v, String(v));
  assert.equal(scales.niceAbove(2.5), 2.5);
  assert.equal(scales.niceAbove(0), 1);
});

test("too many features: a column shows the one of largest size, sign kept, and none is left out", () => {
  const bins = scales.columnBins(10, 4);
  assert.deepEqual(bins, { each: 3, columns: 4 });
  assert.deepEqual([...scales.extremes([1, -5, 2, 0, 0, 0, 3, 4, 1, -7], 1, 10, bins)], [-5, 0, 4, -7]);
  assert.deepEqual(scales.columnBins(8, 200), { each: 1, columns: 8 });
});
