// What the scripts of this room hand to each other, for the type checker alone.

import type { Facts } from "../attention/types.js";
import type { Config } from "../transformer/types.js";

/** What a page carries to translate by itself (_carried in view.py). */
export interface Carried {
  content: { config: Config; source_vocabulary: string[]; target_vocabulary: string[] };
  /** A safetensors file. */
  weights: DataView;
  /** Pinyin and gloss of target tokens. */
  lexicon: Record<string, [string, string]>;
  /** Which attention is shown. */
  kind: string;
  /** The states that belong to one sentence's words, as they begin; and the names of those that a reader moved. */
  words: Record<string, any>;
  moved: string[];
}

export interface Prompt {
  sentence: string;
  language: string;
  translation: string;
  pinyin: string;
  unknown: string[];
  finished: boolean;
}

/** A sentence as the view stores it. */
export interface Shown {
  facts: Facts & { layers: number[]; heads: number[]; prompt: Prompt };
  tensors: Record<string, { shape: number[]; dtype: "float32" | "bits"; data: DataView }>;
}
