// LayerNormView's bars: one for each feature, with its mean, its deviation, and where it stood before.

/** @import { Bars } from "./types.js" */

import { svg } from "../common/dom.js";
import { clamp } from "../common/math.js";
import { brief, shownToken } from "../common/numbers.js";
import { colourTable, cssColour } from "../common/theme.js";

/**
 * Bars of features [from, to): { values, ghosts, means, deviations } indexed from 0 within the window.
 *
 * @param {SVGSVGElement} picture
 * @param {Bars} given
 */
export function paintBars(
  picture,
  { values, ghosts, means, deviations, names, selected, axis, width, height, dark, look, handles },
) {
  /** @type {SVGElement[]} */
  const texts = [];
  /** @type {SVGElement[]} */
  const parts = [];
  const left = 50,
    bottom = 26,
    top = 22,
    room = height - top - bottom,
    n = values.length,
    slot = (width - left - 4) / n;
  const at = (/** @type {number} */ v) =>
    top + (1 - clamp((v - axis.low) / (axis.high - axis.low), -0.02, 1.02)) * room;
  const table = colourTable(dark, true),
    base = at(axis.base),
    small = { "font-size": 13, fill: look.faint };
  const tick = (/** @type {number} */ v) =>
    svg(
      "text",
      { ...small, x: left - 8, y: at(v) + 4.5, "text-anchor": "end" },
      axis.broken ? brief(v, 0) : brief(v, v % 1 ? 1 : 0),
    );
  parts.push(...[axis.low, ...(axis.broken ? [] : [0]), axis.high].map(tick));
  for (let j = 0; j < n; j++) {
    const x = left + j * slot,
      y = at(Number.isNaN(values[j]) ? axis.base : values[j]),
      chosen = j === selected;
    if (chosen)
      parts.push(svg("rect", { x, y: top - 20, width: slot, height: height - top + 18, rx: 5, fill: look.panel }));
    if (deviations && !Number.isNaN(means[j])) {
      const [a, b] = [at(means[j] + deviations[j]), at(means[j] - deviations[j])];
      parts.push(
        svg("rect", { x, y: a, width: slot, height: Math.max(0, b - a), fill: look.gold, "fill-opacity": 0.16 }),
      );
    }
    const wide = Math.max(1, Math.min(slot * 0.62, 46)),
      from = x + (slot - wide) / 2;
    const colour = cssColour(table, values[j] < axis.base ? 0.16 : 0.8);
    if (!Number.isNaN(values[j]))
      parts.push(
        svg("rect", {
          x: from,
          y: Math.min(y, base),
          width: wide,
          height: Math.max(1, Math.abs(base - y)),
          fill: colour,
        }),
      );
    if (handles && slot > 7)
      parts.push(
        svg("rect", { x: from - 2, y: y - 3, width: wide + 4, height: 6, rx: 3, fill: chosen ? look.gold : look.ink }),
      );
    if (
      ghosts &&
      ghosts[j] >= axis.low &&
      ghosts[j] <= axis.high &&
      Math.abs(ghosts[j] - values[j]) > 1e-3 * (axis.high - axis.low)
    )
      parts.push(
        svg("line", {
          x1: x + 2,
          x2: x + slot - 2,
          y1: at(ghosts[j]),
          y2: at(ghosts[j]),
          stroke: look.ink,
          "stroke-width": 2,
          "stroke-dasharray": "4 3",
        }),
      );
    const text = brief(values[j]);
    if (slot >= 9 * text.length || chosen) {
      const up = values[j] >= axis.base || Number.isNaN(values[j]);
      texts.push(
        svg(
          "text",
          {
            x: clamp(x + slot / 2, left + 6 * text.length, width - 6 * text.length),
            y: clamp(up ? y - 8 : y + 19, 13, height - 28),
            "text-anchor": "middle",
            "font-size": chosen ? 20 : 15,
            "font-weight": chosen ? 700 : 400,
            fill: look.ink,
            stroke: chosen ? look.panel : look.page,
            "stroke-width": 5,
            "stroke-linejoin": "round",
            "paint-order": "stroke",
          },
          text,
        ),
      );
    }
    if (slot >= 26 || chosen || (from % 8 === 0 && j % Math.ceil(30 / slot) === 0))
      parts.push(
        svg(
          "text",
          {
            ...small,
            x: x + slot / 2,
            y: height - 7,
            "text-anchor": "middle",
            ...(chosen ? { "font-weight": 700, fill: look.ink } : {}),
          },
          shownToken(names[j], Math.max(3, Math.floor(slot / 8))),
        ),
      );
    if (means && !Number.isNaN(means[j]))
      parts.push(
        svg("line", {
          x1: x,
          x2: x + slot,
          y1: at(means[j]),
          y2: at(means[j]),
          stroke: look.gold,
          "stroke-width": 2.5,
        }),
      );
  }
  parts.push(svg("line", { x1: left, x2: width - 4, y1: base, y2: base, stroke: look.faint }), ...texts);
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("height", String(height));
  picture.replaceChildren(...parts);
  return {
    left,
    slot,
    value: (/** @type {number} */ py) => axis.low + (1 - (py - top) / room) * (axis.high - axis.low),
  };
}
