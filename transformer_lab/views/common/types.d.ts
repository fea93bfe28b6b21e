// What the views' scripts hand to each other, for the type checker alone; nothing here runs.

/** The part of Jupyter's widget model that a view uses: the traits of its Python class. */
export interface Model {
  get(trait: string): any;
  set(trait: string, value: any): void;
  save_changes(): void;
  on(event: string, heard: () => void): void;
  off(event: string, heard: () => void): void;
}

/** What render() is given. */
export interface Host {
  model: Model;
  el: HTMLElement;
}

/** Numbers in a row, however they are kept. */
export type Numbers = ArrayLike<number> & Iterable<number>;

/** A stored tensor; a mask's data are 0 and 1. */
export interface Tensor {
  shape: number[];
  data: Float32Array | Uint8Array;
}

/** What an element is made with: its attributes, and what it hears. */
export interface Attributes {
  onclick?: (event: MouseEvent) => void;
  ondblclick?: (event: MouseEvent) => void;
  onkeydown?: (event: KeyboardEvent) => void;
  onfocus?: (event: FocusEvent) => void;
  oninput?: (event: Event) => void;
  onchange?: (event: Event) => void;
  onsubmit?: (event: Event) => void;
  [name: string]: any;
}

/** Where an axis begins and ends. */
export interface Scale {
  low: number;
  high: number;
  log?: boolean;
}

/** An axis and its marks. */
export interface Axis extends Scale {
  ticks: [number, string][];
}

export interface Table {
  caption: string;
  heads: string[];
  rows: (string | number)[][];
}

/** The colours of common/style.css by name, as they are in the present theme. */
export type Colours = Record<"page" | "ink" | "faint" | "line" | "panel" | "accent" | "gold" | "alarm", string>;

/** When a control is shown, and when it can be used. */
export interface When {
  shown?: () => boolean;
  enabled?: () => boolean;
}

type Options = [any, string][];
type Edge = number | (() => number);

export interface Controls {
  select(given: When & { trait: string; label: string; options: Options | (() => Options) }): HTMLElement;
  slider(
    given: When & {
      trait: string;
      label: string;
      min: Edge;
      max: Edge;
      step: number;
      name?: string;
      say?: (value: any) => string;
      read?: (value: any) => any;
      write?: (value: number) => any;
    },
  ): HTMLElement;
  checkbox(given: When & { trait: string; label: string }): HTMLElement;
  choice(given: When & { trait: string; label: string; options: Options }): HTMLElement;
  button(given: { label: string; onclick: (event: Event) => void }): HTMLButtonElement;
}

export interface Frame<Scene = any> extends Controls {
  model: Model;
  root: HTMLElement;
  toolbar: HTMLElement;
  stage: HTMLElement;
  foot: HTMLElement;
  signal: AbortSignal;
  width: number;
  dark: boolean;
  colours: Colours;
  readonly calm: boolean;
  look(): Scene;
  set(values: Record<string, any>): void;
  redraw(): void;
  watch(...traits: string[]): void;
  animate(step: (milliseconds: number) => any): () => void;
  reset(): void;
  tooltip(lines: string[] | null, event?: MouseEvent): void;
  close(): void;
}
