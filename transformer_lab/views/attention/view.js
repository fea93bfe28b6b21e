// AttentionView: what is chosen, what is seen, what is said. Drawing lives in the files beside this one.

/** @import { Facts, Found, MatrixLayout, Scene, Stored } from "./types.js" */
/** @import { Frame, Host } from "../common/types.js" */

import { h, readTensor } from "../common/dom.js";
import { createFrame } from "../common/frame.js";
import { clamp } from "../common/math.js";
import { drawCell } from "./cell.js";
import { Attention } from "./compute.js";
import { attentionControls } from "./controls.js";
import { makeHeads } from "./heads.js";
import { drawLegend } from "./legend.js";
import { drawLines, tokenAt } from "./lines.js";
import { drawMatrix } from "./matrix.js";
import { cellAt } from "./matrix_layout.js";
import { drawRow } from "./row.js";
import { coverer, makeScene } from "./scene.js";
import { describe, summary, table } from "./words.js";

/** @type {(keyof Stored)[]} */
const STORED = ["weights", "query", "key", "value", "bias", "mask", "dots", "only"];

/** @param {Host} host */
export const render = (host) => renderAttention(host, "attention");

/**
 * name: the class of the root, tl-name; TranslationView has its own.
 *
 * @param {Host} host
 * @param {string} name
 */
export function renderAttention({ model, el }, name) {
  /** @type {Attention} */
  let attention;
  /** @type {Facts} */
  let facts;
  /** @type {Found | null} */
  let hover = null;
  /** @type {"query" | "key"} */
  let side = "query";
  /** Finds what lies under a point of the canvas. @type {(x: number, y: number) => Found | null} */
  let find = () => null;
  const get = (/** @type {string} */ name) => model.get(name);
  const canvas = h("canvas", { class: "tl-canvas", tabindex: 0, role: "application" });
  const row = h("div", { class: "tl-row" }),
    cards = h("div", { class: "tl-cards" }),
    legend = h("div", { class: "tl-legend" });
  const main = h("div", { class: "tl-main" }, canvas),
    notes = h("div", { class: "tl-notes" });
  /** @type {Frame<Scene>} */
  const frame = createFrame({
    model,
    el,
    name,
    title: "Attention",
    prepare: () => makeScene(frame, attention, { hover, side }),
    draw,
    summary,
    table,
  });
  const heads = makeHeads(frame, (layer, head) => frame.set({ layer, head }));
  const controls = attentionControls(frame, { attention: () => attention, facts: () => facts, predict });
  frame.stage.append(h("div", { class: "tl-columns" }, main, row), heads.grid, cards);
  frame.stage.after(h("div", { class: "tl-legends" }, legend, controls.gold), controls.predicting, controls.intervene);
  frame.foot.append(notes);
  frame.watch(
    "mode",
    "show",
    "layer",
    "head",
    "query",
    "key",
    "locked",
    "masked_keys",
    "temperature",
    "scale",
    "nudges",
    "order",
    "gold_shown",
    "predicting",
    "predictions",
    "step",
  );

  function load() {
    facts = model.get("_facts");
    /** @type {Stored} */
    const tensors = {};
    for (const name of STORED) {
      const tensor = readTensor(model, name);
      if (tensor) tensors[name] = tensor;
    }
    attention = new Attention(tensors, facts.scale);
    hover = null;
    frame.root.setAttribute("aria-label", facts.title);
  }
  const given = ["change:_facts", "change:_tensors"];
  for (const event of given) model.on(event, load);

  /** @param {Scene} scene */
  function draw(scene) {
    const { mode } = scene,
      wide = frame.width,
      flat = mode === "matrix" || mode === "lines";
    const secret = mode === "heads" && scene.predicting;
    row.hidden = canvas.hidden = !flat;
    heads.grid.hidden = mode !== "heads" || secret;
    cards.hidden = mode !== "cell" && !secret;
    frame.root.dataset.mode = mode;
    const room = wide > 880 ? wide - 372 - 28 : wide;
    if (mode === "matrix") {
      const layout = drawMatrix(canvas, scene, room, 510);
      find = (x, y) => cellAt(layout, x, y);
    }
    if (mode === "lines") {
      const layout = drawLines(canvas, scene, Math.min(room, 860), 510);
      find = (x, y) => tokenAt(layout, x, y);
    }
    if (flat) {
      canvas.setAttribute(
        "aria-label",
        mode === "matrix"
          ? "Matrix of attention weights. Arrow keys move, Enter locks, M masks the key."
          : "Lines from queries to keys. Up and down choose a query, left and right a key, Enter locks, M masks the key.",
      );
      drawRow(row, scene);
    }
    if (secret)
      cards.replaceChildren(
        h("p", {}, "The overview would give the answers away. Switch “Predict first” off to see it."),
      );
    else if (mode === "heads") heads.draw(scene);
    else if (mode === "cell") keepPlace(() => drawCell(cards, scene, get("step")));
    drawLegend(legend, scene);
    const later =
      attention.layers > 1 && scene.touched
        ? " Each layer's recorded scores are changed by themselves; later layers are not computed anew."
        : "";
    notes.textContent = facts.note + later;
    controls.sync(scene);
  }

  /**
   * Cards are drawn anew in each frame: keep where the reader had scrolled, and what had the focus.
   *
   * @param {() => void} paint
   */
  function keepPlace(paint) {
    const boxes = () => /** @type {HTMLElement[]} */ ([...cards.querySelectorAll(".tl-scroll")]),
      old = boxes(),
      focused = old.indexOf(/** @type {HTMLElement} */ (document.activeElement)),
      at = old.map((b) => b.scrollLeft);
    paint();
    boxes().forEach((box, i) => {
      if (at[i]) box.scrollLeft = at[i];
      if (i === focused) box.focus({ preventScroll: true });
    });
  }

  /**
   * @param {number} [query]
   * @param {number} [key]
   */
  function predict(query = get("query"), key = get("key")) {
    if (!coverer(model)(query)) return;
    frame.set({ query, key, predictions: [...get("predictions"), [get("layer"), get("head"), query, key]] });
  }

  const under = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    return find(event.clientX - box.left, event.clientY - box.top);
  };
  canvas.addEventListener("pointermove", (event) => {
    const found = under(event),
      same = JSON.stringify(found) === JSON.stringify(hover);
    hover = found;
    if (!same) frame.redraw();
    frame.tooltip(found ? describe(frame.look(), found) : null, event);
  });
  canvas.addEventListener("pointerleave", () => {
    hover = null;
    frame.tooltip(null);
    frame.redraw();
  });
  canvas.addEventListener("click", (event) => {
    const found = under(event);
    if (!found) return;
    const query = found.query ?? get("query"),
      key = found.key ?? get("key");
    if (found.key !== undefined && coverer(model)(query)) return predict(query, key);
    const again = get("locked") && query === get("query") && key === get("key");
    side = found.query === undefined ? "key" : "query";
    frame.set({ query, key, locked: !again });
  });
  /** @type {Record<string, [number, number]>} */
  const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  canvas.addEventListener("keydown", (event) => {
    const [down, right] = steps[event.key] ?? [];
    if (down !== undefined) {
      hover = null;
      frame.set({
        query: clamp(get("query") + down, 0, facts.queries.length - 1),
        key: clamp(get("key") + right, 0, facts.keys.length - 1),
      });
    } else if (event.key === "Enter" || event.key === " ") {
      if (coverer(model)(get("query"))) predict();
      else frame.set({ locked: !get("locked") });
    } else if (event.key === "Escape") frame.set({ locked: false });
    else if (event.key === "m" || event.key === "M") controls.toggleMask();
    else return;
    event.preventDefault();
  });
  load();
  return () => {
    for (const event of given) model.off(event, load);
    frame.close();
  };
}
