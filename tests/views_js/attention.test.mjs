// The shared pure functions and AttentionView's, against torch (fixtures/make_attention.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Attention } from "../../transformer_lab/views/attention/compute.js";
import { cellAt } from "../../transformer_lab/views/attention/matrix_layout.js";
import { goldAgreement, meanEntropy, orderHeads, scaleTop } from "../../transformer_lab/views/attention/measures.js";
import { keysToList } from "../../transformer_lab/views/attention/row.js";
import { readTensor } from "../../transformer_lab/views/common/dom.js";
import {
  argmax,
  clamp,
  entropyBits,
  matmul,
  softmaxRow,
  vectorStatistics,
} from "../../transformer_lab/views/common/math.js";
import { shownToken } from "../../transformer_lab/views/common/numbers.js";
import { colourTable, shade } from "../../transformer_lab/views/common/theme.js";

const torch = JSON.parse(readFileSync(new URL("fixtures/attention.json", import.meta.url)));
const number = (value) => (value === "-inf" ? -Infinity : value);
const close = (a, b, tolerance = 1e-6) => assert.ok(a === b || Math.abs(a - b) <= tolerance, `${a} against ${b}`);
const allClose = (a, b, tolerance) => {
  assert.equal(a.length, b.length);
  for (const [i, value] of b.entries()) close(a[i], number(value), tolerance);
};
const shapeOf = (x) => (Array.isArray(x) ? [x.length, ...shapeOf(x[0])] : []);
const tensor = (x, Kind = Float32Array) => ({ shape: shapeOf(x), data: Kind.from(x.flat(Infinity)) });

function fromFixture(each, names = ["query", "key", "value", "bias"]) {
  const tensors = {};
  for (const name of names) if (each[name]) tensors[name] = tensor(each[name]);
  if (each.mask) tensors.mask = tensor([[each.mask]], Uint8Array);
  return new Attention(tensors, each.scale);
}

test("softmax, with −∞ and with rows of nothing else", () => {
  for (const { scores, weights } of torch.softmax) allClose(softmaxRow(scores.map(number)), weights);
  assert.deepEqual([...softmaxRow([-Infinity, -Infinity])], [0, 0]);
});

test("statistics of one vector, in two passes", () => {
  for (const each of torch.statistics) {
    const s = vectorStatistics(Float32Array.from(each.x), each.eps);
    for (const name of ["mean", "variance", "unbiased", "rms", "inverse"])
      close(s[name], each[name], 1e-9 * Math.max(1, each[name] ** 2));
  }
});

torch.attention.forEach((each, n) => {
  const [layers, heads, queries] = shapeOf(each.query);
  test(`attention ${n}: scores, weights, outputs, entropy, rollout`, () => {
    const a = fromFixture(each);
    a.change(each.change);
    for (let l = 0; l < layers; l++) {
      for (let h = 0; h < heads; h++) {
        allClose(a.head(l, h), each.weights[l][h].flat());
        allClose(a.head(l, h, true), each.recorded[l][h].flat());
        for (let q = 0; q < queries; q++) {
          allClose(a.scoreRow(l, h, q), each.scores[l][h][q], 2e-6);
          allClose(a.output(l, h, q), each.outputs[l][h][q], 2e-6);
          close(entropyBits(a.head(l, h).subarray(q * a.keys, (q + 1) * a.keys)), each.entropy[l][h][q], 1e-5);
        }
      }
      if (each.rollout.length) allClose(a.rollout(l), each.rollout[l].flat());
    }
  });

  test(`attention ${n}: the same from products of all heads and the vectors of one`, () => {
    const full = fromFixture(each),
      heldLayer = layers - 1,
      heldHead = heads - 1;
    const one = {};
    for (const name of ["query", "key", "value"])
      if (each[name]) one[name] = tensor([[each[name][heldLayer][heldHead]]]);
    for (const name of ["bias", "mask"]) if (full[name]) one[name] = full[name];
    const products = each.query.map((_, l) => each.query[l].map((_, h) => [...full.product(l, h)]));
    const shape = [layers, heads, queries, full.keys];
    one.dots = { shape, data: Float32Array.from(products.flat(Infinity)) };
    one.only = tensor([heldLayer, heldHead]);
    const a = new Attention(one, each.scale);
    for (const attention of [a, full]) attention.change(each.change);
    for (let l = 0; l < layers; l++) {
      for (let h = 0; h < heads; h++) {
        const held = l === heldLayer && h === heldHead;
        assert.equal(a.holds(l, h), held);
        assert.ok(full.holds(l, h));
        allClose(a.head(l, h), each.weights[l][h].flat());
        assert.deepEqual([...a.vector("key", l, h, 0)], held ? [...full.vector("key", l, h, 0)] : []);
      }
    }
    allClose(a.output(heldLayer, heldHead, 0), each.outputs[heldLayer][heldHead][0], 2e-6);
    assert.equal(a.dHead, full.dHead);
  });

  test(`attention ${n}: the same from recorded weights alone, but for the scale`, () => {
    const a = new Attention({ weights: tensor(each.recorded) }, null),
      scaled = each.change.scale !== null;
    a.change({ ...each.change, scale: null });
    for (let l = 0; l < layers; l++)
      for (let h = 0; h < heads; h++) {
        allClose(a.head(l, h, true), each.recorded[l][h].flat(), 0.5e-7);
        if (!scaled) allClose(a.head(l, h), each.weights[l][h].flat());
      }
  });
});

test("a change that is undone gives back what was recorded", () => {
  const each = torch.attention[3],
    a = fromFixture(each);
  a.change(each.change);
  assert.ok(a.touched);
  a.change({});
  assert.ok(!a.touched);
  allClose(a.head(1, 0), each.recorded[1][0].flat());
});

test("agreement with gold counts linked queries whose most attended key is a link", () => {
  const w = Float64Array.from([0.7, 0.2, 0.1, 0.1, 0.2, 0.7, 0, 0, 0]);
  assert.equal(
    goldAgreement(w, 3, [
      [0, 0],
      [1, 0],
      [1, 2],
    ]),
    1,
  );
  assert.equal(
    goldAgreement(w, 3, [
      [0, 1],
      [1, 2],
    ]),
    0.5,
  );
  assert.equal(goldAgreement(w, 3, [[2, 0]]), 0);
  assert.equal(goldAgreement(w, 3, []), null);
  close(meanEntropy(w, 3, 3), entropyBits([0.7, 0.2, 0.1]));
});

test("heads in order of layer, entropy and gold", () => {
  const weights = tensor([
    [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0.5, 0.5],
        [0.4, 0.6],
      ],
    ],
    [
      [
        [0, 1],
        [1, 0],
      ],
      [
        [0.9, 0.1],
        [0.8, 0.2],
      ],
    ],
  ]);
  const a = new Attention({ weights }, null),
    names = (order, gold) => orderHeads(a, order, gold).map((o) => `${o.layer}${o.head}`);
  assert.deepEqual(names("layer", []), ["00", "01", "10", "11"]);
  assert.deepEqual(names("entropy", []), ["00", "10", "11", "01"]);
  assert.deepEqual(
    names("gold", [
      [0, 1],
      [1, 0],
    ]),
    ["10", "11", "00", "01"],
  );
});

test("scale, list of keys, cells under the pointer", () => {
  assert.equal(scaleTop([0.013, 0.004]), 0.02);
  assert.equal(scaleTop([0.51]), 1);
  const now = Float64Array.from({ length: 40 }, (_, i) => (i === 7 ? 0.9 : 0.001 * i)),
    before = new Float64Array(40).fill(0);
  assert.deepEqual(keysToList(now, before).slice(0, 3), [7, 39, 38]);
  assert.deepEqual(keysToList(now.slice(0, 3), before.slice(0, 3)), [0, 1, 2]);
  const layout = { left: 100, top: 50, cw: 20, ch: 10, rows: 3, cols: 4 };
  assert.deepEqual(cellAt(layout, 100, 79), { query: 2, key: 0 });
  for (const [x, y] of [
    [99, 55],
    [100, 80],
    [180, 55],
    [120, 49],
  ])
    assert.equal(cellAt(layout, x, y), null);
});

test("tokens as a reader sees them", () => {
  assert.deepEqual(
    ["", "  ", "a\nb", "x".repeat(30), "\u2028", "猫", "👩‍👩‍👧", "شاي", "a\u202eb"].map((t) => shownToken(t)),
    ["∅", "␣␣", "a⏎b", "xxxxxxxx…xxxxxxxx", "�", "猫", "👩‍👩‍👧", "\u2068شاي\u2069", "\u2068a\u202eb\u2069"],
  );
  assert.deepEqual(
    [clamp(5, 0, 3), argmax([1, 3, 3]), ...matmul([1, 2, 3, 4], [5, 6, 7, 8], 2, 2, 2)],
    [3, 1, 19, 22, 43, 50],
  );
});

test("palettes are monotone in lightness; nothing attended has the page's colour", () => {
  for (const dark of [false, true]) {
    const table = colourTable(dark),
      light = Array.from(
        { length: 256 },
        (_, i) => 0.2126 * table[3 * i] + 0.7152 * table[3 * i + 1] + 0.0722 * table[3 * i + 2],
      );
    for (let i = 1; i < 256; i++)
      assert.ok(dark ? light[i] >= light[i - 1] - 0.8 : light[i] <= light[i - 1] + 0.8, `${dark} ${i}`);
    assert.ok(Math.abs(light[255] - light[0]) > 150);
  }
  assert.deepEqual([...colourTable(false).slice(0, 3)], [255, 255, 255]);
  assert.deepEqual([shade(-1), shade(0), shade(0.5), shade(1), shade(2)], [0, 0, 128, 255, 255]);
});

test("tensors are read from a view that does not start at its buffer's first byte", () => {
  const bytes = new Uint8Array(1 + 8);
  new DataView(bytes.buffer).setFloat32(1, 1.5, true);
  new DataView(bytes.buffer).setFloat32(5, -2, true);
  const model = {
    get: () => ({
      x: { shape: [2], dtype: "float32", data: new DataView(bytes.buffer, 1, 8) },
      m: { shape: [2, 5], dtype: "bits", data: new DataView(Uint8Array.from([0, 0b10000101, 0b10]).buffer, 1) },
    }),
  };
  assert.deepEqual([...readTensor(model, "x").data], [1.5, -2]);
  assert.deepEqual([...readTensor(model, "m").data], [1, 0, 1, 0, 0, 0, 0, 1, 0, 1]);
  assert.equal(readTensor(model, "absent"), null);
});
