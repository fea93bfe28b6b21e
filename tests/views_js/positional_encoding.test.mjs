// PositionalEncodingView's pure functions against torch (fixtures/make_positional_encoding.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ticksBetween } from "../../transformer_lab/views/common/axes.js";
import { counted, fixedText, plain, smallText } from "../../transformer_lab/views/common/numbers.js";
import { dialGrid } from "../../transformer_lab/views/positional_encoding/clocks.js";
import {
  columnsOf,
  cosineSimilarity,
  fittedAngles,
  gramMatrix,
  pairFrequencies,
  pairOf,
  pointAt,
  rotaryMean,
  rotaryScore,
  rotate,
  shiftError,
  sinusoidalTable,
  spreadOf,
  turnPair,
} from "../../transformer_lab/views/positional_encoding/compute.js";
import { panelsFor } from "../../transformer_lab/views/positional_encoding/draw.js";

const torch = JSON.parse(readFileSync(new URL("fixtures/positional_encoding.json", import.meta.url)));
const close = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} against ${b}`);
const allClose = (a, b, tolerance) => {
  assert.equal(a.length, b.length);
  for (const [i, value] of [...a].entries()) close(value, b[i], tolerance);
};
const learned = {
  computed: false,
  layout: "interleaved",
  rows: 10,
  cols: 6,
  data: Float64Array.from(torch.learned.flat()),
};
const computed = ({ length, d_model, base, layout }) => ({
  computed: true,
  layout,
  rows: length,
  cols: d_model,
  data: sinusoidalTable(length, d_model, base, layout),
  frequencies: pairFrequencies(d_model, base),
});

for (const each of torch.tables)
  test(`table ${each.length} × ${each.d_model}, base ${each.base}, ${each.layout}`, () => {
    allClose(pairFrequencies(each.d_model, each.base), each.frequencies, 1e-15);
    allClose(sinusoidalTable(each.length, each.d_model, each.base, each.layout), each.values.flat());
    const table = computed(each);
    for (let column = 0; column < each.d_model; column++) {
      const { pair, cosine } = pairOf(each.d_model, each.layout, column);
      assert.equal(columnsOf(each.d_model, each.layout, pair)[cosine ? 1 : 0], column);
      for (const p of [0, each.length - 1]) close(pointAt(table, pair, p)[cosine ? 1 : 0], each.values[p][column]);
    }
  });

test("an odd width has a last sine without cosine", () => {
  assert.deepEqual(columnsOf(7, "interleaved", 3), [6, -1]);
  assert.deepEqual(columnsOf(7, "halves", 3), [3, -1]);
  assert.deepEqual(columnsOf(7, "halves", 2), [2, 6]);
});

test("a shift is a rotation for sinusoids, in both layouts, past the table's end too", () => {
  for (const each of torch.tables.filter((t) => t.d_model % 2 === 0)) {
    const table = computed(each),
      angles = table.frequencies.map((f) => 200 * f);
    assert.ok(shiftError(table, each.length - 1, 200, angles).total < 1e-11);
  }
});

test("the best rotation of a sinusoidal table is the sinusoids' own", () => {
  const table = computed(torch.tables[0]),
    fitted = fittedAngles(table, 2);
  for (const [i, f] of table.frequencies.entries()) close(Math.cos(fitted[i] - 2 * f), 1, 1e-12);
});

test("a learned table misses by what torch says, with the fixed and with the best rotation", () => {
  const fixed = shiftError(
    learned,
    torch.position,
    torch.shift,
    pairFrequencies(6, 10000).map((f) => torch.shift * f),
  );
  close(fixed.total, torch.fixed_error);
  close(Math.hypot(...fixed.errors), fixed.total);
  const fitted = fittedAngles(learned, torch.shift);
  allClose(fitted, torch.fitted);
  close(shiftError(learned, torch.position, torch.shift, fitted).total, torch.fitted_error);
  assert.ok(fixed.total > 0.5);
});

test("a stored table has no rows past its end", () => {
  assert.equal(pointAt(learned, 0, 10), null);
  assert.equal(pointAt(learned, 0, -1), null);
  assert.equal(shiftError(learned, 8, 2, new Float64Array(3)), null);
});

test("turning by an angle and back is where it was", () => {
  allClose(turnPair(turnPair([0.3, -0.8], 1.1), -1.1), [0.3, -0.8]);
  allClose(turnPair([0, 1], Math.PI / 2), [1, 0]);
});

test("dot products, similarities and their spread", () => {
  const gram = gramMatrix(learned.data, 10, 6),
    { least, most, widest } = spreadOf(gram, 10);
  allClose(gram, torch.gram.flat());
  allClose(cosineSimilarity(gram, 10), torch.cosine.flat());
  allClose(least, torch.least);
  allClose(most, torch.most);
  close(widest, Math.max(...torch.most.map((value, d) => value - torch.least[d])));
  assert.deepEqual([...cosineSimilarity(new Float64Array(4), 2)], [0, 0, 0, 0]);
  const fixed = torch.tables[0],
    table = computed(fixed);
  assert.ok(spreadOf(gramMatrix(table.data, fixed.length, fixed.d_model), fixed.length).widest < 1e-12);
});

test("rotary: vectors and scores as torch's, and the score stays when both move", () => {
  const [i, j] = torch.positions,
    turns = pairFrequencies(6, 10000);
  torch.query.forEach((query, pair) => {
    allClose(rotate(query, i * turns[pair]), torch.rotated[0][pair]);
    allClose(rotate(torch.key[pair], j * turns[pair]), torch.rotated[1][pair]);
    const score = rotaryScore(query, torch.key[pair], i, j, turns[pair]);
    close(score, torch.scores[pair]);
    close(rotaryScore(query, torch.key[pair], i + 100, j + 100, turns[pair]), score);
    assert.ok(Math.abs(rotaryScore(query, torch.key[pair], i, j + 1, turns[pair]) - score) > 1e-4);
  });
  close(rotaryMean([1, 0], [1, 0], 0, turns), 1);
  close(rotaryMean([1, 0], [1, 0], 2, turns), turns.reduce((total, f) => total + Math.cos(2 * f), 0) / 3);
});

test("axes, grids and numbers", () => {
  assert.deepEqual(
    ticksBetween(-1, 1, 4).map(([v]) => v),
    [-1, -0.5, 0, 0.5, 1],
  );
  assert.deepEqual(
    ticksBetween(0, 63, 8).map(([v]) => v),
    [0, 10, 20, 30, 40, 50, 60],
  );
  assert.equal(plain(-0.30000000000000004), "−0.3");
  assert.equal(panelsFor(2, 500, 300).length, 2);
  assert.equal(panelsFor(2, 500, 300)[1].x, 0);
  assert.ok(panelsFor(2, 900, 300)[1].x > 400);
  const { size, columns, rows } = dialGrid(32, 700, 450);
  assert.ok(columns * rows >= 32 && columns * size <= 700 + 1e-9 && rows * size <= 450 + 1e-9);
  assert.equal(fixedText(-0.0001, 2), "0.00");
  assert.equal(fixedText(-1.234, 2), "−1.23");
  assert.equal(smallText(1e-15), "0");
  assert.equal(smallText(0.5), "0.500");
  assert.equal(counted(1, "hand") + counted(2, "hand"), "1 hand2 hands");
});
