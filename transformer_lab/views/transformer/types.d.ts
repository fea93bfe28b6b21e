// What the files of this room hand to each other, for the type checker alone; nothing here runs.

/** The fields of a checkpoint's model.json that decide what is computed. */
export interface Config {
  vocab_size: number;
  target_vocab_size: number | null;
  d_model: number;
  num_heads: number;
  num_kv_heads: number | null;
  num_layers: number;
  num_decoder_layers: number | null;
  d_ff: number;
  activation: "relu" | "gelu" | "gelu_tanh" | "swiglu";
  norm: "layer" | "rms";
  norm_first: boolean;
  final_norm: boolean | null;
  eps: number;
  positions: "none" | "sinusoidal" | "learned" | "rotary" | "alibi" | "relative";
  max_length: number;
  tie_embeddings: boolean;
}

/** A named tensor of a checkpoint. */
export interface Weight {
  shape: number[];
  data: Float32Array;
}

/** The tensors of a checkpoint by name. */
export type Weights = Map<string, Weight>;

/** Keys and values of the tokens so far, each [head, length, d_head]; never changed, so that searches may share them. */
export interface KeysAndValues {
  key: Float64Array;
  value: Float64Array;
  length: number;
}

/** What decoding keeps of the tokens so far, layer by layer. */
export interface Past {
  length: number;
  own: (KeysAndValues | undefined)[];
  memory: (KeysAndValues | undefined)[];
}

/**
 * Sees every tensor that is computed, by the name and in the shape that it has in Python (without the batch). What it
 * returns, if anything, is used in the tensor's place, as a forward hook's answer is there.
 */
export type Watch = (name: string, data: Float64Array, shape: number[]) => Float64Array | undefined;

/** How a scheme gives order: in the embeddings, by turning queries and keys, or in the scores. */
export interface Positions {
  embed?(x: Float64Array, count: number, offset: number): void;
  rotate?(x: Float64Array, heads: number, count: number, offset: number): void;
  bias?(head: number, query: number, key: number): number;
}

/** One sequence that a search found. */
export interface Hypothesis {
  tokens: number[];
  logProbability: number;
  score: number;
  finished: boolean;
}

/** One translated sentence. */
export interface Translation {
  sourceTokens: string[];
  targetTokens: string[];
  text: string;
  logProbability: number;
  unknown: string[];
  finished: boolean;
}
