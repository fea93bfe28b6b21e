// PositionalEncodingView: six ways to look at one table (or at two, side by side). Each way is an object with label,
// draw(scene, pen) → { hover, press }, headline(scene), say(scene) and table(scene), in a file of its own.

/** @import { Facts, Hits, Mode, ModeName, Memory, PeTable, Playing, Scene } from "./types.js" */
/** @import { Frame, Host } from "../common/types.js" */

import { h, readTensor } from "../common/dom.js";
import { createFrame } from "../common/frame.js";
import { clamp } from "../common/math.js";
import { clocksMode } from "./clocks.js";
import { makeControls } from "./controls.js";
import { dotMode } from "./dot.js";
import { makePen } from "./draw.js";
import { heatMode } from "./heat.js";
import { rotaryMode } from "./rotary.js";
import { shiftMode } from "./shift.js";
import { makeTables } from "./tables.js";
import { wavesMode } from "./waves.js";

/** @type {Record<ModeName, Mode>} */
const MODES = {
  heat: heatMode,
  waves: wavesMode,
  dot: dotMode,
  clocks: clocksMode,
  shift: shiftMode,
  rotary: rotaryMode,
};

/** @param {Host} host */
export function render({ model, el }) {
  /** @type {Facts} */
  const facts = model.get("_facts");
  /** @type {PeTable[]} */
  const kept = [];
  /** @type {Map<string, HTMLCanvasElement>} */
  const canvases = new Map();
  /** @type {Memory} */
  const memory = { pressed: false, held: null };
  const stored = ["table", "compare"].map((name) => readTensor(model, name)?.data);
  const headline = h("div", { class: "tl-pe-headline" }),
    body = h("div", { class: "tl-pe-body", tabindex: 0, role: "group" });
  /** @type {Hits} */
  let hits = {};
  /** @type {Playing | null} */
  let playing = null;

  /** @type {Frame<Scene>} */
  const frame = createFrame({
    model,
    el,
    name: "positional-encoding",
    title: "Positional encoding",
    prepare,
    draw,
    summary: (scene) => mode().say(scene),
    table: (scene) => mode().table(scene),
  });
  frame.stage.append(headline, body);
  frame.watch("pairs", "query", "key");
  const mode = () => MODES[/** @type {ModeName} */ (model.get("mode"))];

  /** @returns {Scene} */
  function prepare() {
    const tables = makeTables(model, stored, kept),
      [table] = tables,
      { rows: length, cols, frequencies } = table;
    const within = (/** @type {string} */ trait, /** @type {number} */ most) =>
      clamp(Math.round(model.get(trait)), 0, most);
    const position = within("position", length - 1),
      width = frame.width,
      narrow = width < 700;
    /** @type {Record<string, number>} */
    const heights = { dot: narrow ? 640 : 0, rotary: narrow ? 660 : 0, waves: narrow ? 480 : 0 };
    const most = model.get("mode") === "rotary" ? 450 : model.get("mode") === "dot" && tables.length > 1 ? 505 : 490;
    const height = heights[model.get("mode")] || Math.round(clamp(width * 0.42, 340, most));
    return {
      tables,
      table,
      width,
      height,
      dark: frame.dark,
      length,
      frequencies,
      layout: model.get("feature_layout"),
      odd: cols % 2 === 1,
      cols,
      position,
      phase: playing ? playing.phase : position,
      pair: within("pair", frequencies.length - 1),
      pairs: model.get("pairs"),
      shift: within("shift", length - 1),
      rotation: model.get("rotation"),
      every: model.get("every"),
      query: model.get("query"),
      key: model.get("key"),
      queryPosition: within("query_position", length - 1),
      keyPosition: within("key_position", length - 1),
      set: frame.set,
      canvas(name) {
        const canvas = canvases.get(name) ?? h("canvas", { "aria-hidden": "true" });
        canvases.set(name, canvas);
        return canvas;
      },
    };
  }

  /** @param {Scene} scene */
  function draw(scene) {
    const both = scene.tables.length > 1 && scene.width < 700 && model.get("mode") !== "rotary";
    const pen = makePen(body, scene.width, both ? 2 * scene.height + 36 : scene.height);
    hits = mode().draw(scene, pen) || {};
    headline.replaceChildren(...mode().headline(scene));
    body.replaceChildren(...pen.canvases, pen.layer);
    body.dataset.mode = model.get("mode");
    const { x, y } = mode().keys ?? {};
    body.setAttribute(
      "aria-label",
      !x
        ? "Plane. Arrow keys move the query, with Shift the key."
        : x === y
          ? `Picture. Arrow keys change the ${x}.`
          : `Picture. Left and right change the ${x}, up and down the ${y}.`,
    );
    controls.sync(scene);
  }

  /** @type {(event: MouseEvent) => [number, number]} */
  const at = (event) => {
    const box = body.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  /** @type {<K extends keyof HTMLElementEventMap>(name: K, heard: (event: HTMLElementEventMap[K]) => void) => void} */
  const on = (name, heard) => body.addEventListener(name, heard, { signal: frame.signal });
  on("pointerdown", (event) => {
    if (event.button) return;
    body.setPointerCapture(event.pointerId);
    memory.pressed = true;
    hits.press?.(...at(event), true, memory);
  });
  on("pointermove", (event) => {
    frame.tooltip(memory.pressed ? null : (hits.hover?.(...at(event)) ?? null), event);
    if (memory.pressed) hits.press?.(...at(event), false, memory);
  });
  on("pointerup", () => (memory.pressed = false));
  on("pointercancel", () => (memory.pressed = false));
  // What the pointer does, the arrow keys do too.
  /** @type {Record<string, [number, number]>} */
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  on("keydown", (event) => {
    const move = moves[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { keys } = mode(),
      [across, down] = move;
    if (!keys) {
      const name = event.shiftKey ? "key" : "query",
        /** @type {number[]} */
        moved = model
          .get(name)
          .map(
            (/** @type {number} */ v, /** @type {number} */ i) =>
              Math.round((v + 0.05 * (i ? -down : across)) * 1e4) / 1e4,
          );
      if (Math.hypot(...moved) <= 1.5) frame.set({ [name]: moved });
      return;
    }
    const trait = across ? keys.x : keys.y,
      most = (trait === "pair" ? frame.look().frequencies.length : frame.look().length) - 1;
    // The model, not the scene: several keys may come between two frames.
    frame.set({ [trait]: clamp(model.get(trait) + across + down, 0, most) });
  });
  on("pointerleave", () => frame.tooltip(null));

  // Playing: four positions a second, smoothly where a table goes on between the positions. A hand on the slider wins.
  function play() {
    if (playing) return stop();
    const traits = model.get("mode") === "rotary" ? ["query_position", "key_position"] : ["position"];
    /** @type {() => number[]} */
    const places = () => traits.map((trait) => model.get(trait));
    /** @type {Playing} */
    const own = { phase: 0, from: places(), since: null, stop: () => {} };
    const start = () => Object.assign(own, { from: places(), since: null });
    playing = own;
    let step = 0;
    own.stop = frame.animate((now) => {
      if (frame.calm || !playable()) {
        stop();
        return false;
      }
      if (traits.some((trait, i) => model.get(trait) !== own.from[i] + step)) {
        start();
        step = 0;
      }
      own.since ??= now;
      const most = Math.max(...own.from),
        run = model.get("length") - most,
        gone = ((now - own.since) / 250) % run;
      step = Math.floor(gone);
      own.phase = own.from[0] + gone;
      if (traits.some((trait, i) => model.get(trait) !== own.from[i] + step))
        frame.set(Object.fromEntries(traits.map((trait, i) => [trait, own.from[i] + step])));
      frame.redraw();
    });
    frame.redraw();
  }
  function stop() {
    playing?.stop();
    playing = null;
    frame.redraw();
  }
  const playable = () => ["waves", "clocks", "rotary"].includes(model.get("mode"));

  const controls = makeControls({
    frame,
    model,
    facts,
    set: frame.set,
    play,
    playable,
    isPlaying: () => !!playing,
    modes: facts.modes.map((name) => [name, MODES[name].label]),
  });
  return () => {
    playing?.stop();
    frame.close();
  };
}
