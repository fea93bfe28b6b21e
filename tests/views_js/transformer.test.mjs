// The translator in the browser against Python's (fixtures/make_transformer.py): every tensor on the way, searches, words,
// and the shipped checkpoint on every held-out sentence.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { erf } from "../../transformer_lab/views/transformer/layers.js";
import { Transformer } from "../../transformer_lab/views/transformer/model.js";
import { readSafetensors } from "../../transformer_lab/views/transformer/safetensors.js";
import { beamSearch, greedy } from "../../transformer_lab/views/transformer/search.js";
import { SPECIALS, Translator } from "../../transformer_lab/views/transformer/translator.js";
import { joinChinese, normaliseSigns, tokenizeEnglish } from "../../transformer_lab/views/transformer/words.js";

const read = (path) => readFileSync(new URL(path, import.meta.url));
const bufferOf = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const python = JSON.parse(read("fixtures/transformer.json"));
const data = (path) => read(`../../data/${path}`);

function allClose(found, wanted, name, tolerance = 1e-7) {
  assert.equal(found.length, wanted.length, name);
  for (const [i, value] of wanted.entries()) {
    const want = value ?? -Infinity;
    assert.ok(
      found[i] === want || Math.abs(found[i] - want) <= tolerance * Math.max(1, Math.abs(want)),
      `${name}[${i}]: ${found[i]}, not ${want}`,
    );
  }
}

for (const each of python.models) {
  const { config } = each,
    title = `${config.positions} positions, ${config.norm} norm ${config.norm_first ? "first" : "last"}, ${config.activation}`,
    build = () => new Transformer(config, readSafetensors(bufferOf(Buffer.from(each.safetensors, "base64"))));

  test(`${title}: every tensor on the way, and the logits`, () => {
    const model = build(),
      seen = new Map(),
      watch = (name, tensor, shape) => {
        seen.set(name, [shape, Float64Array.from(tensor)]);
      },
      memory = model.encode(each.source, watch),
      { logits } = model.decode(each.target, memory, undefined, watch);
    seen.set("logits", [[each.target.length, model.targets], logits]);
    assert.deepEqual([...seen.keys()].sort(), Object.keys(each.seen).sort());
    for (const [name, [shape, values]] of Object.entries(each.seen)) {
      assert.deepEqual(seen.get(name)[0], shape, name);
      allClose(seen.get(name)[1], values, name);
    }
  });

  test(`${title}: token by token as at once, and searches`, () => {
    const model = build(),
      memory = model.encode(each.source);
    let past;
    for (const [i, id] of each.target.entries()) {
      const step = model.decode([id], memory, past);
      past = step.past;
      allClose(
        step.logits,
        each.seen.logits[1].slice(i * model.targets, (i + 1) * model.targets),
        `logits after token ${i}`,
      );
    }
    const ask = (token, state) => {
      const { logits, past } = model.decode([token], memory, state);
      logits[SPECIALS.PAD] = logits[SPECIALS.BOS] = -Infinity;
      return { logits, state: past };
    };
    const how = { end: SPECIALS.EOS, most: 12 },
      [tokens, logP] = each.greedy,
      found = greedy(ask, SPECIALS.BOS, how);
    assert.deepEqual(found.tokens, tokens);
    allClose([found.logProbability], [logP], "log-probability");
    const beams = beamSearch(ask, SPECIALS.BOS, { ...how, beams: 3 });
    assert.deepEqual(
      beams.map((h) => [h.tokens, h.finished]),
      each.beams.map(([ids, , , finished]) => [ids, finished]),
    );
    allClose(
      beams.map((h) => h.score),
      each.beams.map(([, , score]) => score),
      "scores",
    );
  });
}

test("what a watcher returns is used: a head, a sublayer, the words", () => {
  const [each] = python.models,
    model = new Transformer(each.config, readSafetensors(bufferOf(Buffer.from(each.safetensors, "base64")))),
    plain = model.encode(each.source),
    zero = (name) => model.encode(each.source, (at, x) => (at === name ? new Float64Array(x.length) : undefined));
  for (const name of [
    "source_embedding.hook_tokens",
    "encoder.layers.0.self_attention.hook_query",
    "encoder.layers.0.self_attention.hook_key",
    "encoder.layers.0.self_attention.hook_value",
    "encoder.layers.0.self_attention.hook_scores",
    "encoder.layers.0.self_attention.hook_weights",
    "encoder.layers.1.self_attention.hook_heads",
    "encoder.layers.1.hook_feed_forward",
    "encoder.layers.1.feed_forward.hook_hidden",
    "encoder.norm",
  ])
    assert.notDeepEqual(zero(name), plain, name);
  assert.deepEqual(zero("no such place"), plain);
});

test("a model refuses what it cannot read", () => {
  const [each] = python.models,
    weights = readSafetensors(bufferOf(Buffer.from(each.safetensors, "base64"))),
    model = new Transformer(each.config, weights);
  assert.throws(() => model.encode([]), /ids are empty/);
  assert.throws(() => model.encode([4, 99]), /99 is not a token id; this vocabulary has 0 to 8/);
  assert.throws(() => model.encode(Array(25).fill(4)), /25 tokens; this model takes at most 24/);
  weights.delete("encoder.norm.weight");
  assert.throws(() => model.encode([4]), /no tensor encoder\.norm\.weight/);
});

test("safetensors in 16 bits, and what is no such file", () => {
  const file = (dtype, bytes, shape) => {
    const header = Buffer.from(JSON.stringify({ x: { dtype, shape, data_offsets: [0, bytes.length] } })),
      length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return bufferOf(Buffer.concat([length, header, Buffer.from(bytes)]));
  };
  // 1, −2, the least subnormal, the largest, and an infinity.
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00),
    brains = Uint16Array.of(0x3f80, 0xc000, 0x7f80);
  assert.deepEqual(
    [...readSafetensors(file("F16", new Uint8Array(halves.buffer), [5])).get("x").data],
    [1, -2, 2 ** -24, 65504, Infinity],
  );
  assert.deepEqual(
    [...readSafetensors(file("BF16", new Uint8Array(brains.buffer), [3])).get("x").data],
    [1, -2, Infinity],
  );
  assert.throws(() => readSafetensors(file("I64", new Uint8Array(8), [1])), /x holds I64; read are F32, F16, BF16/);
  assert.throws(() => readSafetensors(file("F32", new Uint8Array(8), [3])), /x of shape \[3\] has 8 bytes/);
  assert.throws(() => readSafetensors(new ArrayBuffer(3)), /3 bytes are no file/);
  assert.throws(() => readSafetensors(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1).buffer), /does not fit/);
});

test("the error function", () => {
  // Python's math.erf
  for (const [x, value] of [
    [0, 0],
    [0.1, 0.1124629160182849],
    [1, 0.8427007929497149],
    [2.4, 0.9993114861033549],
    [2.6, 0.9997639655834707],
    [4, 0.9999999845827421],
    [7, 1],
  ])
    for (const sign of [1, -1]) allClose([erf(sign * x)], [sign * value], `erf(${x})`, 1e-14);
});

test("sentences are cut as Python cuts them, and tokens joined", () => {
  for (const [text, tokens] of python.sentences) assert.deepEqual(tokenizeEnglish(text), tokens, text);
  for (const [tokens, text] of python.texts) assert.equal(joinChinese(tokens), text);
});

test("every sign that Python writes otherwise is written so here, but for three alphabets, and no other", () => {
  const becomes = new Map(),
    left = /[\ufbdd\uffa1-\uffdc\uffe3\u{1d6a8}-\u{1d7cb}]/u; // as the comment at FORMS says
  for (const [first, , plain] of python.forms) for (const [i, text] of plain.entries()) becomes.set(first + i, text);
  for (let code = 0x80; code < 0x30000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const sign = String.fromCodePoint(code);
    assert.equal(
      normaliseSigns(`q${sign}q`),
      `q${left.test(sign) ? sign : (becomes.get(code) ?? sign)}q`.normalize("NFC"),
      `U+${code.toString(16)}`,
    );
  }
  assert.throws(() => normaliseSigns("a\0b"), /zero byte/);
});

const shipped = new Translator(
  JSON.parse(data("checkpoints/translator/model.json")),
  bufferOf(data("checkpoints/translator/model.safetensors")),
);
const { "held out": heldOut, typed } = python.translations;

for (const [split, others] of Object.entries(heldOut))
  test(`the shipped translator on every sentence of ${split}`, () => {
    const rows = data(`corpus/${split}.tsv`).toString().trimEnd().split("\n");
    assert.equal(rows.length, 1000);
    for (const [i, row] of rows.entries()) {
      const [english, chinese] = row.split("\t");
      assert.deepEqual(shipped.translate(english).targetTokens, others[i] ?? chinese.split(" "), english);
    }
  });

test("and on sentences as people type them, with four beams too", () => {
  for (const [english, chinese] of typed) {
    assert.equal(shipped.translate(english).text, chinese, english);
    assert.ok(shipped.translate(english, { beams: 4 }).finished);
  }
});

test("words that it does not know are named, and what it cannot read is refused", () => {
  const found = shipped.translate("he likes zebras and zebras");
  assert.deepEqual(found.unknown, ["zebras"]);
  assert.throws(() => shipped.translate(" . "), /text is empty/);
  assert.throws(() => shipped.translate("a ".repeat(64)), /64 tokens; this model takes at most 63/);
  assert.deepEqual(shipped.translate("<pad>").unknown, ["<", "pad", ">"]);
});
