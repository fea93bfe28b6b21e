// The translator that a page carries, so that sentences can be typed where no Python answers: what view.py makes of a
// sentence (its _prepare), made here.

/** @import { Model } from "../common/types.js" */
/** @import { Carried, Shown } from "./types.js" */

import { SPECIALS, Translator } from "../transformer/translator.js";

/**
 * What shows a typed sentence here, or null where the page carries nothing. It returns "", or why the sentence cannot be
 * read; the picture then stays as it was.
 *
 * @param {Model} model
 * @returns {((sentence: string) => string) | null}
 */
export function carriedTranslator(model) {
  /** @type {Carried | undefined} */
  const carried = model.get("_translator");
  if (!carried) return null;
  /** @type {Translator | undefined} */
  let translator;
  return (sentence) => {
    // Read when it is first asked for: most who open a page type nothing.
    translator ??= new Translator(carried.content, wholeBuffer(carried.weights));
    try {
      put(model, carried, shown(translator, carried, sentence, model.get("_facts")));
      return "";
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return `${error.message}.`;
    }
  };
}

/**
 * @param {Model} model
 * @param {Carried} carried
 * @param {Shown} made
 */
function put(model, { words, moved }, { facts, tensors }) {
  const begin = { ...model.get("_initial"), ...words };
  model.set("_tensors", tensors);
  model.set("_initial", begin);
  for (const name of [...Object.keys(words), ...moved]) model.set(name, begin[name]);
  model.set("_facts", facts);
}

/** @param {DataView} view */
function wholeBuffer({ buffer, byteOffset, byteLength }) {
  return /** @type {ArrayBuffer} */ (buffer).slice(byteOffset, byteOffset + byteLength);
}

/**
 * The facts and tensors of a sentence in the view's stored form.
 *
 * @param {Translator} translator
 * @param {Carried} carried
 * @param {string} sentence
 * @param {Shown["facts"]} before
 * @returns {Shown}
 */
function shown(translator, { kind, lexicon }, sentence, before) {
  const { found, tensors } = traced(translator, sentence, kind, before.layers, before.heads),
    [source, read, wrote] = [
      [...found.sourceTokens, "<eos>"],
      ["<bos>", ...found.targetTokens],
      [...found.targetTokens, "<eos>"],
    ],
    [queries, keys] =
      kind === "decoder.cross_attention"
        ? [wrote, source]
        : kind.startsWith("encoder")
          ? [source, source]
          : [read, read],
    pinyin = (/** @type {string[]} */ tokens) => tokens.map((token) => lexicon[token]?.[0] ?? ""),
    gloss = (/** @type {string[]} */ tokens) => tokens.map((token) => lexicon[token]?.[1] ?? ""),
    said = found.targetTokens.some((token) => lexicon[token]);
  return {
    facts: {
      ...before,
      note: "",
      queries,
      keys,
      queryPinyin: pinyin(queries),
      keyPinyin: pinyin(keys),
      queryGlosses: gloss(queries),
      keyGlosses: gloss(keys),
      gold: [],
      same: queries.length === keys.length && queries.every((token, i) => token === keys[i]),
      prompt: {
        sentence,
        language: before.prompt.language,
        translation: found.text,
        pinyin: said ? found.targetTokens.map((token) => lexicon[token]?.[0] ?? token).join(" ") : "",
        unknown: found.unknown,
        finished: found.finished,
      },
    },
    tensors,
  };
}

/**
 * The translation, and the queries, keys and values of one kind of attention while the decoder reads <bos> and the
 * translation, with the mask of the future where there is one; [layer, head, token, feature], of the layers and heads
 * that the view shows. The source is encoded once.
 *
 * @param {Translator} translator
 * @param {string} sentence
 * @param {string} kind
 * @param {number[]} layers
 * @param {number[]} heads
 */
function traced(translator, sentence, kind, layers, heads) {
  const [stack, sublayer] = kind.split("."),
    { model } = translator,
    /** @type {Record<string, number[][]>} */ parts = { query: [], key: [], value: [] },
    /** @type {Record<string, number[]>} */ shapes = {},
    hook = new RegExp(`^${stack}\\.layers\\.(\\d+)\\.${sublayer}\\.hook_(query|key|value)$`);
  const watch = (/** @type {string} */ name, /** @type {Float64Array} */ data, /** @type {number[]} */ shape) => {
    const [, layer, part] = hook.exec(name) ?? [];
    if (!part || !layers.includes(Number(layer))) return undefined;
    const size = shape[1] * shape[2];
    parts[part][layers.indexOf(Number(layer))] = heads.flatMap((h) => [...data.subarray(h * size, (h + 1) * size)]);
    shapes[part] = [layers.length, heads.length, shape[1], shape[2]];
    return undefined;
  };
  const tokens = translator.tokens(sentence),
    memory = translator.read(tokens, watch),
    found = translator.write(tokens, memory),
    length = found.targetTokens.length + 1,
    ids = found.targetTokens.map((token) => translator.target.indexOf(token));
  model.decode([SPECIALS.BOS, ...ids], memory, undefined, watch);
  /** @type {Shown["tensors"]} */
  const stored = {};
  for (const [name, each] of Object.entries(parts)) stored[name] = stored32(shapes[name], each.flat());
  const { bias } = model.positions[stack === "encoder" ? "source" : "target"];
  if (bias && sublayer === "self_attention") {
    const count = shapes.query[2],
      rows = heads.flatMap((h) =>
        Array.from({ length: count * count }, (_, i) => bias(h, Math.floor(i / count), i % count)),
      );
    stored.bias = stored32(
      [layers.length, heads.length, count, count],
      layers.flatMap(() => rows),
    );
  }
  if (kind === "decoder.self_attention") {
    const mask = new Uint8Array(Math.ceil(length ** 2 / 8));
    for (let q = 0; q < length; q++)
      for (let k = 0; k <= q; k++) mask[(q * length + k) >> 3] |= 1 << ((q * length + k) & 7);
    stored.mask = { shape: [1, 1, length, length], dtype: "bits", data: new DataView(mask.buffer) };
  }
  return { found, tensors: stored };
}

/**
 * @param {number[]} shape
 * @param {number[]} numbers
 * @returns {Shown["tensors"][string]}
 */
function stored32(shape, numbers) {
  return { shape, dtype: "float32", data: new DataView(Float32Array.from(numbers).buffer) };
}
