// Explorer's pure functions: what Python says and packs (fixtures/make_explorer.py), axes, ticks, hulls, words, tables.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { makeAxis, placeOn } from "../../transformer_lab/views/common/axes.js";
import { format, shortText } from "../../transformer_lab/views/common/numbers.js";
import * as math from "../../transformer_lab/views/explorer/compute.js";
import { panelGaps, panelSentence, panelTable } from "../../transformer_lab/views/explorer/words.js";

const fixture = JSON.parse(readFileSync(new URL("./fixtures/explorer.json", import.meta.url), "utf8"));
const texts = (axis) => axis.ticks.map(([, text]) => text);

test("numbers are written as Python's pictures write them", () => {
  assert.ok(fixture.said.length > 30);
  for (const [value, digits, whole, text] of fixture.said)
    assert.equal(format(math.real(value), digits, whole), text, `${value} with ${digits}`);
});

test("frames that Python packed come back whole, in the order of the controls' positions", () => {
  const { controls, frames, expected } = fixture;
  assert.equal(frames.frames.length, expected.length);
  expected.forEach((frame) => {
    const index = math.stateIndex(controls, frame.at);
    assert.deepEqual(math.unpackFrame(frames, index), frame);
  });
  assert.equal(math.stateIndex(controls, [0.3, "one"]), -1);
  assert.equal(math.stateIndex([{ positions: null }], ["any"]), -1);
});

test("constant leaves are stored once", () => {
  const text = JSON.stringify(fixture.frames);
  assert.equal(text.split('"Bars"').length - 1, 2, "once for each of the two shapes");
});

test("ticks are round and lie on the axis", () => {
  for (const [low, high, count] of [
    [0, 1, 5],
    [-6, 6, 5],
    [0, 0.003, 4],
    [1234, 1237, 5],
    [-5e6, 1e7, 4],
    [0, 7.3e-9, 5],
  ]) {
    const { ticks } = makeAxis([], { range: [low, high], count });
    assert.ok(ticks.length >= 3 && ticks.length <= 3 * count, `${low}…${high}: ${ticks.length}`);
    for (const [v] of ticks)
      assert.ok(v >= low - 1e-9 * (high - low) && v <= high + 1e-9 * (high - low), `${v} outside ${low}…${high}`);
    assert.equal(new Set(ticks.map(([, text]) => text)).size, ticks.length, `${low}…${high}: two ticks with one text`);
  }
  assert.deepEqual(texts(makeAxis([], { range: [0, 1], count: 5 })), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assert.deepEqual(texts(makeAxis([], { range: [-6, 6], count: 5 })), ["−6", "−4", "−2", "0", "2", "4", "6"]);
});

test("logarithmic ticks are powers of ten, or 1, 2, 5 where few fit", () => {
  assert.deepEqual(texts(makeAxis([], { range: [1, 1000], log: true })), ["1", "10", "100", "1000"]);
  assert.deepEqual(texts(makeAxis([], { range: [1, 20], log: true })), ["1", "2", "5", "10", "20"]);
  assert.deepEqual(texts(makeAxis([], { range: [1e-8, 1], log: true, count: 3 })), [
    "10⁻⁸",
    "10⁻⁶",
    "10⁻⁴",
    "0.01",
    "1",
  ]);
});

test("an axis holds all finite values; one value and none give an axis too", () => {
  const axis = makeAxis([3, NaN, Infinity, -2], {});
  assert.ok(axis.low <= -2 && axis.high >= 3 && Number.isFinite(axis.high));
  for (const values of [[5], [0], [], [NaN]]) {
    const { low, high, ticks } = makeAxis(values, { zero: true });
    assert.ok(low < high && ticks.length > 1, JSON.stringify(values));
  }
  const log = makeAxis([0, -3, 10, 100], { log: true });
  assert.ok(log.low > 0 && log.low <= 10 && log.high >= 100);
  assert.equal(makeAxis([1, 2], { zero: true }).low, 0);
});

test("places: linear, logarithmic, and none for what an axis cannot hold", () => {
  assert.equal(placeOn({ low: 0, high: 10 }, 100, 200)(2.5), 125);
  assert.ok(Math.abs(placeOn({ low: 1, high: 100, log: true }, 0, 200)(10) - 100) < 1e-9);
  assert.ok(Number.isNaN(placeOn({ low: 1, high: 100, log: true }, 0, 200)(0)));
  for (const v of [NaN, Infinity, -Infinity]) assert.ok(Number.isNaN(placeOn({ low: 0, high: 1 }, 0, 1)(v)));
});

test("curves break at gaps", () => {
  assert.deepEqual(
    math.runsOf([
      [0, 1],
      [1, NaN],
      [2, NaN],
      [3, 2],
      [4, 3],
    ]),
    [
      [[0, 1]],
      [
        [3, 2],
        [4, 3],
      ],
    ],
  );
  assert.deepEqual(math.runsOf([[0, NaN]]), []);
});

test("the value of a curve at a marker", () => {
  assert.equal(math.valueAt([0, 1, 3], [0, 10, 30], 2), 20);
  assert.equal(math.valueAt([0, 1, 3], [0, 10, 30], 2, true), 10);
  assert.equal(math.valueAt([0, 1, 3], [0, 10, 30], 3), 30);
  assert.ok(Number.isNaN(math.valueAt([0, 1], [0, 1], 2)));
});

test("the convex hull leaves inner points and points on an edge out", () => {
  const hull = math.convexHull([
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
    [1, 1],
    [1, 0],
    [NaN, 5],
  ]);
  assert.deepEqual(hull, [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ]);
  assert.deepEqual(math.convexHull([[1, 1]]), [[1, 1]]);
});

test("a slider's numbers have the decimals that tell its positions apart", () => {
  assert.equal(math.decimalsOf([0, 0.25, 0.5]), 2);
  assert.equal(math.decimalsOf([0, 0.1, 0.2, 0.30000000000000004]), 1);
  assert.equal(math.decimalsOf([1, 2, 3]), 0);
  assert.equal(math.positionText({ positions: [2, 4, 8], digits: null, unit: "layers" }, 4), "4 layers");
  assert.equal(math.positionText({ positions: [1e-5, 1e-3, 1], digits: null, unit: "" }, 1e-3), "0.001");
  assert.equal(math.positionText({ positions: [1e-5, 1e-3, 1], digits: null, unit: "" }, 1e-5), "10⁻⁵");
  assert.equal(math.positionText({ positions: [-1, -0.5, 0], digits: null, unit: "" }, -0.5), "−0.5");
  assert.equal(math.nearest([1, 2, 4, 8], 5), 2);
  const tiny = [1e-12, 2e-12, 3e-12],
    beside = [1, 1.000001, 1.000002],
    large = [1e9, 1e9 + 0.001, 1e9 + 0.002];
  const says = (positions) => positions.map((value) => math.positionText({ positions, digits: null, unit: "" }, value));
  assert.deepEqual(says(tiny), ["10⁻¹²", "2.0×10⁻¹²", "3.0×10⁻¹²"]);
  assert.deepEqual(says(beside), ["1.00000000", "1.00000100", "1.00000200"]);
  assert.equal(new Set(says(large)).size, 3);
});

test("short numbers have three significant digits, as powers two", () => {
  const said = [0.000123, 0.0123, 1.5, 123.456, 99999, 123456, -2e-9].map(shortText);
  assert.deepEqual(said, ["1.2×10⁻⁴", "0.0123", "1.5", "123", "100000", "1.2×10⁵", "−2×10⁻⁹"]);
});

const base = { title: "Bars", wide: false, note: "" };
const bars = (values, extra = {}) => ({
  ...base,
  kind: "bars",
  series: [{ name: "", values }],
  labels: values.map((_, i) => "abcdefgh"[i]),
  x: "",
  y: "",
  highlight: [],
  log: false,
  digits: 2,
  range: null,
  ...extra,
});

test("sentences and tables come from the numbers, gaps included", () => {
  assert.equal(panelSentence(bars([1, "NaN"])), "Bars: a 1.00, b NaN. Not drawn: 1 NaN.");
  assert.equal(panelSentence(bars([3, 1, 2, 5, 4, 6, 7])), "Bars: 7 values, from 1.00 (b) to 7.00 (g).");
  assert.equal(
    panelGaps(bars([1, 0, "-Infinity"], { log: true })),
    "Not drawn: 1 infinite, 1 not above 0, on a logarithmic axis.",
  );
  const [table] = panelTable(bars([0.1, "Infinity"], { y: "weight" }));
  assert.deepEqual(table, {
    caption: "Bars",
    heads: ["bar", "weight"],
    rows: [
      ["a", 0.1],
      ["b", Infinity],
    ],
  });
});

test("a name that turns the direction of writing is kept to itself", () => {
  assert.equal(panelSentence(bars([1], { labels: ["\u202ex"] })), "Bars: \u2068\u202ex\u2069 1.00.");
});
