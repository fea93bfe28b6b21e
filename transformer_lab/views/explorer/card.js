// One panel of an Explorer on the page: its title, its legend, its picture or words, its notes.

/** @import { Control, Panel, PointsPanel, Room, Scene } from "./types.js" */
/** @import { Frame } from "../common/types.js" */

import { h, svg } from "../common/dom.js";
import { seriesColour, seriesDash } from "./axes.js";
import { nearest } from "./compute.js";
import { paintPlanePanel } from "./plane.js";
import { onlyName, paintBarPanel, paintLinePanel } from "./plots.js";
import { fillCells, fillNumbers, fillTablePanel, fillText, paintHeatPanel } from "./tiles.js";
import { panelGaps, panelSentence } from "./words.js";

export const PICTURES = new Set(["bars", "lines", "points", "heat"]);

/**
 * @param {Frame<Scene>} frame
 * @param {Control[]} controls
 * @param {Pick<Panel, "kind" | "wide">} panel
 */
export function makeCard(frame, controls, { kind, wide }) {
  const head = h("div", { class: "tl-ex-head" }),
    legend = h("div", { class: "tl-ex-legend" }),
    note = h("p", { class: "tl-ex-note" });
  const picture =
    kind === "heat"
      ? h("canvas", { role: "img" })
      : PICTURES.has(kind)
        ? svg("svg", { role: "img", width: "100%" })
        : h("div", { class: `tl-ex-${kind}` });
  const body = h("div", { class: "tl-ex-body" }, picture),
    element = h("div", { class: wide ? "tl-ex-panel tl-ex-wide" : "tl-ex-panel" }, head, legend, body, note);
  const canvas = /** @type {HTMLCanvasElement} */ (picture),
    plot = /** @type {SVGSVGElement} */ (picture),
    box = /** @type {HTMLDivElement} */ (picture),
    dragging = kind === "points" ? makeDraggable(plot, frame, controls) : null;
  /**
   * @param {Panel} p
   * @param {number} width
   * @param {number} height
   * @param {Room} room
   * @param {boolean} answers
   */
  function paint(p, width, height, room, answers) {
    head.textContent = p.title;
    head.hidden = !p.title;
    fillLegend(legend, p);
    note.textContent = [p.note, panelGaps(p)].filter(Boolean).join(" ");
    note.hidden = !note.textContent;
    if (PICTURES.has(kind)) picture.setAttribute("aria-label", panelSentence(p));
    if (p.kind === "bars") paintBarPanel(plot, p, width, height, room);
    else if (p.kind === "lines") paintLinePanel(plot, p, width, height, room);
    else if (p.kind === "heat") paintHeatPanel(canvas, p, width, height, frame);
    else if (p.kind === "points") dragging?.paint(p, width, height, room, answers);
    else if (p.kind === "cells") fillCells(box, p, frame.set, answers);
    else if (p.kind === "numbers") fillNumbers(box, p);
    else if (p.kind === "text") fillText(box, p);
    else fillTablePanel(box, p);
  }
  return { element, body, paint };
}

/**
 * A point at two sliders' values: the pointer moves both; the keyboard has the sliders.
 *
 * @param {SVGSVGElement} picture
 * @param {Frame<Scene>} frame
 * @param {Control[]} controls
 */
function makeDraggable(picture, frame, controls) {
  /** @type {ReturnType<typeof paintPlanePanel> | null} */
  let back = null;
  /** @type {[string, string] | null} */
  let asked = null;
  let held = false;
  const to = (/** @type {PointerEvent} */ event) => {
    if (!back || !asked) return;
    const view = picture.getBoundingClientRect(),
      at = [back.x(event.clientX - view.left), back.y(event.clientY - view.top)];
    frame.set(
      Object.fromEntries(
        asked.map((name, i) => {
          const positions = controls.find((each) => each.name === name)?.positions ?? [];
          return [name, positions[nearest(positions, at[i])]];
        }),
      ),
    );
  };
  const listen = { signal: frame.signal };
  picture.addEventListener(
    "pointerdown",
    (event) => {
      if (!asked || event.button !== 0) return;
      event.preventDefault();
      picture.setPointerCapture(event.pointerId);
      held = true;
      to(event);
    },
    listen,
  );
  picture.addEventListener("pointermove", (event) => held && to(event), listen);
  picture.addEventListener("lostpointercapture", () => (held = false), listen);
  return {
    /**
     * @param {PointsPanel} p
     * @param {number} width
     * @param {number} height
     * @param {Room} room
     * @param {boolean} answers
     */
    paint(p, width, height, room, answers) {
      asked = answers ? p.drag : null;
      picture.classList.toggle("tl-ex-drag", Boolean(asked));
      const view = paintPlanePanel(
        picture,
        p,
        width,
        height,
        room,
        p.drag ? { x: frame.model.get(p.drag[0]), y: frame.model.get(p.drag[1]) } : null,
      );
      if (!held || !back) back = view;
    },
  };
}

/**
 * Names of what is drawn, with the number of their colour and their shape.
 *
 * @param {Panel} p
 * @returns {{ name: string, i: number, shape: "line" | "dot" | "arrow" | "band" | "square" }[]}
 */
function legendOf(p) {
  if (p.kind === "bars") return p.series.map(({ name }, i) => ({ name, i, shape: "dot" }));
  if (p.kind === "lines")
    return [
      ...p.series.map(({ name }, i) => ({ name, i, shape: /** @type {const} */ ("line") })),
      ...p.bands.map(({ name }, i) => ({ name, i, shape: /** @type {const} */ ("band") })),
    ];
  if (p.kind === "points") {
    // A single point has its name beside it.
    const series = p.series.map((each, i) => ({ ...each, i })).filter(({ x, labels }) => x.length > 1 || labels);
    return [
      ...series.map(({ name, i, path }) => ({ name, i, shape: /** @type {"line" | "dot"} */ (path ? "line" : "dot") })),
      ...p.arrows.map(({ name }, i) => ({ name, i: p.series.length + i, shape: /** @type {const} */ ("arrow") })),
    ];
  }
  return p.kind === "cells" ? p.names.map((name, i) => ({ name, i, shape: "square" })) : [];
}

/**
 * The legend; only where there is more than one name, or a name to tell.
 *
 * @param {HTMLElement} legend
 * @param {Panel} p
 */
function fillLegend(legend, p) {
  const shown = legendOf(p).filter(({ name }) => name);
  legend.hidden = !shown.length || (shown.length === 1 && onlyName(p) !== "");
  const key = JSON.stringify(shown);
  if (legend.dataset.key === key) return;
  legend.dataset.key = key;
  legend.replaceChildren(
    ...shown.map(({ name, i, shape }) => {
      const mark = svg("svg", {
        width: shape === "line" || shape === "arrow" ? 38 : 18,
        height: 16,
        "aria-hidden": "true",
      });
      if (shape === "line")
        mark.append(
          svg("line", {
            x1: 1,
            x2: 37,
            y1: 8,
            y2: 8,
            stroke: seriesColour(i),
            "stroke-width": 4,
            "stroke-dasharray": seriesDash(i),
          }),
        );
      else if (shape === "arrow")
        mark.append(svg("path", { d: "M1 5.5H22V1L37 8L22 15V10.5H1Z", fill: seriesColour(i) }));
      else
        mark.append(
          svg("rect", {
            x: 1,
            y: 1,
            width: 15,
            height: 14,
            rx: shape === "dot" ? 7 : 2,
            fill: seriesColour(i),
            "fill-opacity": shape === "band" ? 0.3 : 1,
          }),
        );
      return h("span", {}, mark, name);
    }),
  );
}
