// The shipped translator without Python: text in, text out, and everything between.

/** @import { Config, Past, Translation, Watch } from "./types.js" */
import { Transformer } from "./model.js";
import { readSafetensors } from "./safetensors.js";
import { beamSearch, greedy } from "./search.js";
import { joinChinese, tokenizeEnglish } from "./words.js";

export const SPECIALS = { PAD: 0, UNK: 1, BOS: 2, EOS: 3 };

/** A Transformer with its two vocabularies, from English to Chinese. */
export class Translator {
  /**
   * @param {{ config: Config, source_vocabulary: string[], target_vocabulary: string[], source_writing?: string, target_writing?: string }} content model.json
   * @param {ArrayBuffer} buffer model.safetensors
   */
  constructor(content, buffer) {
    const { source_writing: source = "spaced", target_writing: target = "unspaced" } = content;
    if (source !== "spaced" || target !== "unspaced")
      throw new RangeError(
        `a translator from ${source} to ${target} writing needs Python; here English to Chinese only`,
      );
    this.model = new Transformer(content.config, readSafetensors(buffer));
    this.source = content.source_vocabulary;
    this.target = content.target_vocabulary;
    // The four special tokens are no words of a text, however they are spelt.
    this.ids = new Map(this.source.map((token, id) => /** @type {const} */ ([token, id])).slice(4));
    this.most = content.config.max_length - 1;
  }

  /**
   * The words of a sentence. Throws where there are none, or more than the model takes.
   *
   * @param {string} text
   */
  tokens(text) {
    const tokens = tokenizeEnglish(text);
    if (!tokens.length) throw new RangeError("text is empty: give at least one word");
    if (tokens.length > this.most)
      throw new RangeError(`text has ${tokens.length} tokens; this model takes at most ${this.most}`);
    return tokens;
  }

  /**
   * The ids that the encoder reads.
   *
   * @param {string[]} tokens
   */
  encodeWords(tokens) {
    return [...tokens.map((token) => this.ids.get(token) ?? SPECIALS.UNK), SPECIALS.EOS];
  }

  /**
   * The memory of a sentence's words.
   *
   * @param {string[]} tokens
   * @param {Watch} [watch]
   */
  read(tokens, watch) {
    return this.model.encode(this.encodeWords(tokens), watch);
  }

  /**
   * The best translation that greedy search (one beam) or beam search finds. <pad> and <bos> are no words.
   *
   * @param {string[]} tokens
   * @param {Float64Array} memory what `read` made of them
   * @param {{ beams?: number, alpha?: number, watch?: Watch }} [how]
   * @returns {Translation}
   */
  write(tokens, memory, { beams = 1, alpha = 0.6, watch } = {}) {
    const ask = (/** @type {number} */ token, /** @type {Past | undefined} */ state) => {
      const { logits, past } = this.model.decode([token], memory, state, watch);
      logits[SPECIALS.PAD] = logits[SPECIALS.BOS] = -Infinity;
      return { logits, state: past };
    };
    const how = { end: SPECIALS.EOS, most: this.most },
      found =
        beams === 1
          ? greedy(ask, SPECIALS.BOS, how)
          : beamSearch(ask, SPECIALS.BOS, { ...how, beams, alpha, results: 1 })[0],
      words = found.tokens.filter((id) => id !== SPECIALS.EOS).map((id) => this.target[id]);
    return {
      sourceTokens: tokens,
      targetTokens: words,
      text: joinChinese(words),
      logProbability: found.logProbability,
      unknown: [...new Set(tokens.filter((token) => !this.ids.has(token)))],
      finished: found.finished,
    };
  }

  /**
   * A sentence read and written.
   *
   * @param {string} text
   * @param {{ beams?: number, alpha?: number, watch?: Watch }} [how]
   */
  translate(text, how = {}) {
    const tokens = this.tokens(text);
    return this.write(tokens, this.read(tokens, how.watch), how);
  }
}
