// What the scripts of this room hand to each other, for the type checker alone.

import type { Colours, Numbers } from "../common/types.js";
import type { cardGeometry } from "./card_picture.js";
import type { groupStatistics } from "./compute.js";
import type { barAxis } from "./scales.js";
import type { stateOf } from "./state.js";

export type Kind = "layer" | "rms" | "batch";
export type Stage = "raw" | "centred" | "scaled" | "affine";
export type EachStage<T> = Record<Stage, T>;

/** What Python says about the norms (data.py). */
export interface Facts {
  norms: { name: string; kind: Kind; eps: number; tokens: string[][] }[];
  features: string[] | null;
}

/** The stages of one input, and the statistics of its groups. */
export interface Run extends ReturnType<typeof groupStatistics>, EachStage<Float32Array | Float64Array> {
  kind: Kind;
  eps: number;
  d: number;
  power: Float64Array;
  centred: Float64Array;
  scaled: Float64Array;
  affine: Float64Array;
}

/** A stored norm; what was computed of it last stays with it. */
export interface Norm {
  name: string;
  group: string;
  short: string;
  x: Float32Array;
  shape: number[];
  weight: Numbers | null;
  bias: Numbers | null;
  size: number;
  deviation: number;
  rms: number;
  key: string;
  untouched: Run | null;
  scales: { own: EachStage<number>; far: boolean; shared: number } | null;
}

/** All that one frame draws. */
export type Scene = ReturnType<typeof stateOf>;

/** Where things lie in a stage's card. */
export type Place = ReturnType<typeof cardGeometry>;

/** One line of the formula. */
export type Formula = (string | { over: string; under: string })[];

/** What a row of bars is drawn from; all lists begin at the first drawn feature. */
export interface Bars {
  values: number[];
  ghosts: number[];
  means: number[];
  deviations: number[];
  names: string[];
  selected: number;
  axis: ReturnType<typeof barAxis>;
  width: number;
  height: number;
  dark: boolean;
  look: Colours;
  from: number;
  handles?: boolean;
}
