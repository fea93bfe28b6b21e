// What the scripts of this room hand to each other, for the type checker alone.

import type { Frame, Model, Table } from "../common/types.js";
import type { spreadOf } from "./compute.js";

export type ModeName = "heat" | "waves" | "dot" | "clocks" | "shift" | "rotary";
export type Layout = "interleaved" | "halves";

/** What Python says about the tables (view.py). */
export interface Facts {
  tables: { kind: string; computed: boolean }[];
  modes: ModeName[];
  rotary: boolean;
}

/** A table of positions; what was computed of it last stays with it. */
export interface PeTable {
  key: string;
  name: string;
  computed: boolean;
  rows: number;
  cols: number;
  layout: Layout;
  base: number;
  data: Float64Array;
  limit: number;
  reach: number;
  frequencies: Float64Array;
  products?: { gram: Float64Array; cosine: Float64Array } & ReturnType<typeof spreadOf>;
  fitted?: { key: string; angles: Float64Array };
}

export interface Panel {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Dial {
  cx: number;
  cy: number;
  r: number;
}

/** Draws on one SVG; kinds are classes of style.css. */
export interface Pen {
  layer: SVGSVGElement;
  width: number;
  height: number;
  canvases: HTMLCanvasElement[];
  add(tag: keyof SVGElementTagNameMap, attributes: Record<string, any>, ...children: (Node | string)[]): SVGElement;
  text(x: number, y: number, words: string, kind?: string, anchor?: string): SVGElement;
  line(x1: number, y1: number, x2: number, y2: number, kind?: string): SVGElement;
  path(points: number[][], kind: string): SVGElement | null;
  area(points: number[][], kind: string): SVGElement;
  rect(x: number, y: number, width: number, height: number, kind: string): SVGElement;
  circle(cx: number, cy: number, r: number, kind: string): SVGElement;
  arrow(x1: number, y1: number, x2: number, y2: number, kind: string, size?: number): SVGElement;
}

/** What the pointer keeps between two events: whether it is down, and what it holds. */
export interface Memory {
  pressed: boolean;
  held: number | null;
}

/** What the pointer finds in a picture. */
export interface Hits {
  hover?: (x: number, y: number) => string[] | null;
  press?: (x: number, y: number, first: boolean, memory: Memory) => void;
}

export interface Playing {
  phase: number;
  from: number[];
  since: number | null;
  stop: () => void;
}

/** All that one frame draws. */
export interface Scene {
  tables: PeTable[];
  table: PeTable;
  width: number;
  height: number;
  dark: boolean;
  length: number;
  frequencies: Float64Array;
  layout: Layout;
  odd: boolean;
  cols: number;
  position: number;
  phase: number;
  pair: number;
  pairs: number[];
  shift: number;
  rotation: "sinusoid" | "fitted";
  every: boolean;
  query: number[];
  key: number[];
  queryPosition: number;
  keyPosition: number;
  set: Frame["set"];
  canvas(name: string): HTMLCanvasElement;
}

/** One way to look at a table; keys: what the arrow keys change. */
export interface Mode {
  label: string;
  keys?: { x: "pair" | "position"; y: "pair" | "position" };
  draw(scene: Scene, pen: Pen): Hits | undefined;
  headline(scene: Scene): Node[];
  say(scene: Scene): string;
  table(scene: Scene): Table;
}

/** What the controls are made from. */
export interface View {
  frame: Frame<Scene>;
  model: Model;
  facts: Facts;
  set: Frame["set"];
  play: () => void;
  playable: () => boolean;
  isPlaying: () => boolean;
  modes: [string, string][];
}
