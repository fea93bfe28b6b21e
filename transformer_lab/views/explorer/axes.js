// Axes, ticks and labels that Explorer's plots share. Colours are CSS variables, so that light and dark need no code.

/** @import { Frame } from "./types.js" */

import { placeOn } from "../common/axes.js";
import { svg } from "../common/dom.js";

export const TICK = 18;
export const LABEL = 19;
const SERIES = 6;
/** @param {number} i */
export const seriesColour = (i) => `var(--tl-s${i % SERIES})`;
/**
 * Curves differ in colour and in dashes; the first is solid.
 *
 * @param {number} i
 */
export const seriesDash = (i) => [null, "10 6", "3 5", "14 5 3 5", "6 3", "1 6"][i % SERIES];

/**
 * Width of a text in pixels, near enough for margins (Chinese characters are as wide as they are high).
 *
 * @param {string} text
 * @param {number} size
 */
export function textWidth(text, size) {
  let width = 0;
  for (const c of text) width += (c.codePointAt(0) ?? 0) > 0x2e7f ? 1 : /[il.,:;'|! ]/.test(c) ? 0.32 : 0.58;
  return width * size;
}

/**
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {Record<string, any>} [look]
 */
export function label(
  text,
  x,
  y,
  { size = LABEL, anchor = "middle", bold = false, halo = false, fill = "var(--tl-ink)", ...rest } = {},
) {
  return svg(
    "text",
    {
      x,
      y,
      "font-size": size,
      "text-anchor": anchor,
      fill,
      ...(bold ? { "font-weight": 700 } : {}),
      ...(halo
        ? { stroke: "var(--tl-page)", "stroke-width": 5, "stroke-linejoin": "round", "paint-order": "stroke" }
        : {}),
      ...rest,
    },
    text,
  );
}

/**
 * Draws grid, ticks and labels; returns { parts, box, X, Y, inside }: inside is an <svg> that clips to the box.
 * room: { x, y }, whether any panel beside this one has such a label, so that boxes line up.
 *
 * @param {Frame} plot
 */
export function plotFrame({ width, height, xAxis, yAxis, xLabel, yLabel, room }) {
  const ticksWide = Math.max(...yAxis.ticks.map(([, text]) => textWidth(text, TICK)), 12);
  const box = {
    left: Math.ceil(ticksWide) + 14,
    top: room.y ? 38 : 13,
    right: width - 14,
    bottom: height - 32 - (room.x ? 26 : 0),
  };
  const X = placeOn(xAxis, box.left, box.right),
    Y = placeOn(yAxis, box.bottom, box.top);
  /** @type {SVGElement[]} */
  const parts = [];
  for (const [v, text] of yAxis.ticks) {
    const y = Y(v);
    parts.push(
      svg("line", {
        x1: box.left,
        x2: box.right,
        y1: y,
        y2: y,
        stroke: v === 0 ? "var(--tl-faint)" : "var(--tl-line)",
        "stroke-width": v === 0 ? 1.5 : 1,
      }),
    );
    parts.push(label(text, box.left - 8, y + TICK * 0.35, { size: TICK, anchor: "end", fill: "var(--tl-faint)" }));
  }
  let taken = -Infinity;
  for (const [v, text] of xAxis.ticks) {
    const half = textWidth(text, TICK) / 2,
      x = X(v);
    if (x - half < taken + 6) continue;
    taken = x + half;
    parts.push(
      svg("line", {
        x1: x,
        x2: x,
        y1: box.top,
        y2: box.bottom + 5,
        stroke: v === 0 ? "var(--tl-faint)" : "var(--tl-line)",
        "stroke-width": v === 0 ? 1.5 : 1,
      }),
    );
    parts.push(
      label(text, Math.min(x, width - half - 1), box.bottom + 6 + TICK, { size: TICK, fill: "var(--tl-faint)" }),
    );
  }
  if (yLabel) parts.push(label(`↑ ${yLabel}`, 2, 19, { anchor: "start" }));
  if (xLabel) parts.push(label(`${xLabel} →`, box.right, height - 7, { anchor: "end" }));
  const inside = svg("svg", {
    x: box.left,
    y: box.top,
    width: Math.max(1, box.right - box.left),
    height: Math.max(1, box.bottom - box.top),
    viewBox: `${box.left} ${box.top} ${Math.max(1, box.right - box.left)} ${Math.max(1, box.bottom - box.top)}`,
  });
  return { parts: [...parts, inside], box, X, Y, inside };
}
