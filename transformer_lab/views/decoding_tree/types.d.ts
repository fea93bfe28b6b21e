// What the scripts of this room hand to each other, for the type checker alone.

import type { stepsOf, treeProbabilities } from "./compute.js";

/** Why a node has no children: it ends the text, stands at full depth, is too improbable, or the tree is full. */
export type Why = "" | "end" | "depth" | "small" | "limit";

/** What Python says about the tree (view.py). */
export interface Facts {
  nodes: [number, number, number, Why][];
  children: number[][];
  others: [number, number, number][];
  texts: [number, string][];
  notes: [number, string][];
  paths: { name: string; ids: number[] }[];
  title: string;
  source: string;
  join: string;
  eos: number;
  prefix: number[];
  threshold: number;
  size: number;
}

/** The tokens of a node that are not shown: how many, and their probability. */
export interface Others {
  count: number;
  mass: number;
}

export interface Node {
  id: number;
  token: number;
  parent: number;
  logP: number;
  why: Why;
  children: number[];
  others: Others | null;
  row: number;
  depth: number;
}

export type Probabilities = ReturnType<typeof treeProbabilities>;
export type Step = ReturnType<typeof stepsOf>[number];

/** A path by its name. */
export interface Named {
  name: string;
  path: number[];
}

/** All that one frame draws: the path walked, its last node, the probabilities, its steps. */
export interface Scene {
  path: number[];
  last: number;
  now: Probabilities;
  steps: Step[];
}
