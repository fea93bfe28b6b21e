// What the scripts of this room hand to each other, for the type checker alone.

import type { Tensor } from "../common/types.js";
import type { makeScene } from "./scene.js";

/** What Python says about the tensors (assembly.py). */
export interface Facts {
  title: string;
  note: string;
  layers: (number | string)[];
  heads: (number | string)[];
  queries: string[];
  keys: string[];
  queryPinyin: string[];
  keyPinyin: string[];
  queryGlosses: string[];
  keyGlosses: string[];
  gold: [number, number][];
  scale: number[];
  same: boolean;
}

/** What is stored: weights, or queries and keys to compute them from; [layer, head, …]. */
export interface Stored {
  weights?: Tensor;
  query?: Tensor;
  key?: Tensor;
  value?: Tensor;
  bias?: Tensor;
  mask?: Tensor;
  /** q·k of every head, where query, key and value are those of one head alone; and which layer and head that is. */
  dots?: Tensor;
  only?: Tensor;
}

/** A score that the reader moved: layer, head, query, key, by how much. */
export type Nudge = [number, number, number, number, number];

/** What the reader marked before the reveal: layer, head, query, key. */
export type Prediction = [number, number, number, number];

/** A query, a key, or the cell of both. */
export interface Found {
  query?: number;
  key?: number;
}

/** All that one frame draws. */
export type Scene = ReturnType<typeof makeScene>;

/** Where the matrix lies. */
export interface MatrixLayout {
  left: number;
  top: number;
  cw: number;
  ch: number;
  rows: number;
  cols: number;
  size: number;
  small: number;
  flat: boolean;
  pinyin: boolean;
  width: number;
  height: number;
}
