// What the scripts of this room hand to each other, for the type checker alone.

import type { Axis } from "../common/types.js";

/** A number as Python sends it: NaN and infinity are words, because JSON has no sign for them. */
export type Sent = number | string;

interface Common {
  title: string;
  wide: boolean;
  note: string;
}

export interface BarsPanel extends Common {
  kind: "bars";
  series: { name: string; values: Sent[] }[];
  labels: string[];
  x: string;
  y: string;
  range: [number, number] | null;
  highlight: number[];
  log: boolean;
  digits: number;
}

export interface LinesPanel extends Common {
  kind: "lines";
  series: { name: string; x: Sent[]; y: Sent[]; dots: boolean }[];
  bands: { name: string; x: Sent[]; low: Sent[]; high: Sent[] }[];
  references: { name: string; y: Sent }[];
  marker: Sent | null;
  x: string;
  y: string;
  xrange: [number, number] | null;
  range: [number, number] | null;
  log: "" | "x" | "y" | "xy";
  steps: boolean;
}

export interface PointsPanel extends Common {
  kind: "points";
  series: { name: string; x: Sent[]; y: Sent[]; labels: string[] | null; hull: boolean; path: boolean }[];
  arrows: { name: string; ends: Sent[][] }[];
  x: string;
  y: string;
  xrange: [number, number] | null;
  range: [number, number] | null;
  equal: boolean;
  circle: Sent | null;
  drag: [string, string] | null;
}

export interface HeatPanel extends Common {
  kind: "heat";
  values: Sent[][];
  rows: string[];
  columns: string[];
  x: string;
  y: string;
  range: Sent[] | null;
  numbers: boolean;
  digits: number;
  outline: [number, number][];
}

/** A word, or a number and how to write it. */
export interface Entry {
  text?: string | null;
  number?: Sent;
  whole?: boolean;
}

export interface NumbersPanel extends Common {
  kind: "numbers";
  items: (Entry & { label: string; stress?: boolean })[];
  digits: number;
}

export interface TextPanel extends Common {
  kind: "text";
  lines: string[];
}

export interface TablePanel extends Common {
  kind: "table";
  heads: string[];
  rows: Entry[][];
  digits: number;
  highlight: number[];
}

export interface CellsPanel extends Common {
  kind: "cells";
  cells: string[][];
  labels: string[];
  columns: string[] | null;
  notes: string[] | null;
  names: string[];
  groups: number[][] | null;
  on: (boolean | number)[][];
  set: (Record<string, any> | null)[][] | null;
}

export type Panel =
  | BarsPanel
  | LinesPanel
  | PointsPanel
  | HeatPanel
  | NumbersPanel
  | TextPanel
  | TablePanel
  | CellsPanel;

/** A control as Python describes it; positions: the values that it can take. */
export interface Control {
  kind: "slider" | "choice" | "toggle" | "text";
  name: string;
  label: string;
  positions: any[];
  unit?: string;
  digits?: number | null;
  play?: boolean;
  shown?: string[];
  menu?: boolean;
  longest?: number;
  in_panel?: boolean;
}

/** What Python says about the controls (view.py). */
export interface Facts {
  title: string;
  controls: Control[];
  columns: number | null;
  why: string;
}

/** A state's panels, and the state that they belong to. */
export interface Answer {
  at: any[];
  panels: Panel[];
  error: string;
}

/** The states that were computed ahead (frames.py). */
export interface Ahead {
  templates: any[];
  frames: [number, ...number[]][];
  pool: any[];
}

/** All that one frame draws. */
export interface Scene {
  panels: Panel[];
  error: string;
  waiting: boolean;
  answers: boolean;
}

/** Whether any panel beside this one has a label along x, above y, so that boxes line up. */
export interface Room {
  x: boolean;
  y: boolean;
}

export interface Frame {
  width: number;
  height: number;
  xAxis: Axis;
  yAxis: Axis;
  xLabel: string;
  yLabel: string;
  room: Room;
}
