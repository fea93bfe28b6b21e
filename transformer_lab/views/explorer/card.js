// One panel of an Explorer on the page: its title, its legend, its picture or words, its notes.

import { h, svg } from "../common/dom.js";
import { seriesColour, seriesDash } from "./axes.js";
import { nearest } from "./compute.js";
import { paintPlanePanel } from "./plane.js";
import { paintBarPanel, paintLinePanel, upLabel } from "./plots.js";
import { fillCells, fillNumbers, fillTablePanel, fillText, paintHeatPanel } from "./tiles.js";
import { panelGaps, panelSentence } from "./words.js";

export const PICTURES = new Set(["bars", "lines", "points", "heat"]);

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
  const dragging = kind === "points" ? makeDraggable(picture, frame, controls) : null;
  function paint(p, width, height, room, answers) {
    head.textContent = p.title;
    head.hidden = !p.title;
    fillLegend(legend, p);
    note.textContent = [p.note, panelGaps(p)].filter(Boolean).join(" ");
    note.hidden = !note.textContent;
    if (PICTURES.has(kind)) picture.setAttribute("aria-label", panelSentence(p));
    if (kind === "bars") paintBarPanel(picture, p, width, height, room);
    else if (kind === "lines") paintLinePanel(picture, p, width, height, room);
    else if (kind === "heat") paintHeatPanel(picture, p, width, height, frame);
    else if (kind === "points") dragging.paint(p, width, height, room, answers);
    else if (kind === "cells") fillCells(picture, p, frame.set, answers);
    else ({ numbers: fillNumbers, text: fillText, table: fillTablePanel })[kind](picture, p);
  }
  return { element, body, paint };
}

// A point at two sliders' values: the pointer moves both; the keyboard has the sliders.
function makeDraggable(picture, frame, controls) {
  let back = null,
    asked = null,
    held = false;
  const to = (event) => {
    const view = picture.getBoundingClientRect(),
      at = [back.x(event.clientX - view.left), back.y(event.clientY - view.top)];
    frame.set(
      Object.fromEntries(
        asked.map((name, i) => {
          const { positions } = controls.find((each) => each.name === name);
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

// Names of what is drawn, with its colour and line; only where there is more than one, or a name to tell.
function fillLegend(legend, p) {
  const lines = p.kind === "lines",
    entries = (p.series ?? []).map(({ name, x, labels, path }, i) => ({
      name,
      i,
      shape: lines || path ? "line" : "dot",
      own: p.kind === "points" && x.length === 1 && !labels,
    }));
  for (const [i, { name }] of (p.arrows ?? []).entries())
    entries.push({ name, i: p.series.length + i, shape: "arrow" });
  if (lines) for (const [i, { name }] of p.bands.entries()) entries.push({ name, i, shape: "band" });
  if (p.kind === "cells") for (const [i, name] of p.names.entries()) entries.push({ name, i, shape: "square" });
  const shown = entries.filter(({ name, own }) => name && !own);
  legend.hidden = !shown.length || (shown.length === 1 && upLabel({ ...p, y: "" }) !== "");
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
