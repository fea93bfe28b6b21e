// The picture on a stage's card: its heat map with mean and deviation beside it, and its histogram.

/** @import { Place, Scene, Stage } from "./types.js" */
/** @import { Colours, Numbers, Scale } from "../common/types.js" */

import { svg } from "../common/dom.js";
import { fitCanvas, paintMatrix, setFont } from "../common/drawing.js";
import { clamp } from "../common/math.js";
import { shownToken } from "../common/numbers.js";
import { colourTable } from "../common/theme.js";
import { columnBins, extremes, histogram } from "./scales.js";

const STRIP = 78,
  STRIP_BELOW = 46,
  PAD = 3;

/**
 * Where things lie in a stage's card: labels left (first card of a row), heat map, strip of means and deviations beside it,
 * or below it where the statistics belong to features.
 *
 * @param {{ width: number, rows: number, d: number, labels: number, byFeature: boolean, tall?: number }} given
 */
export function cardGeometry({ width, rows, d, labels, byFeature, tall = 150 }) {
  const x = labels + PAD,
    wide = Math.max(20, width - x - (byFeature ? PAD : STRIP + 8 + PAD));
  const row = clamp((byFeature ? tall - STRIP_BELOW - 6 : tall) / rows, 1, 30),
    bins = columnBins(d, wide),
    height = rows * row;
  const strip = byFeature
    ? { x, y: PAD + height + 6, width: wide, height: STRIP_BELOW }
    : { x: x + wide + 8, y: PAD, width: STRIP, height };
  return {
    x,
    y: PAD,
    width: wide,
    height,
    row,
    rows,
    d,
    bins,
    strip,
    byFeature,
    across: width,
    total: height + 2 * PAD + (byFeature ? STRIP_BELOW + 6 : 0),
  };
}

/**
 * Token and feature under a point of a card; feature null beside the map, the whole null outside.
 *
 * @param {Place} place
 * @param {number} px
 * @param {number} py
 */
export function cellAt({ x, y, width, height, rows, d, bins }, px, py) {
  const token = Math.floor(((py - y) / height) * rows),
    column = Math.floor(((px - x) / width) * bins.columns);
  if (token < 0 || token >= rows) return null;
  return { token, feature: column >= 0 && column < bins.columns ? Math.min(d - 1, column * bins.each) : null };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} s
 * @param {Stage} stage
 * @param {Place} place
 * @param {Colours} look
 * @param {boolean} dark
 */
export function paintCard(canvas, s, stage, place, look, dark) {
  const { x, y, width, height, row, rows, bins, byFeature } = place,
    { run, first } = s,
    most = s.scales[stage];
  const pen = fitCanvas(canvas, place.across, place.total),
    shown = extremes(run[stage], rows, run.d, bins, first);
  const shares = shown.map((v) => (Number.isNaN(v) ? 0.5 : 0.5 + v / (2 * most)));
  const gap = row >= 9 && width / bins.columns >= 9 ? 1 : 0;
  paintMatrix(pen, {
    rows,
    cols: bins.columns,
    shares,
    x,
    y,
    width,
    height,
    table: colourTable(dark, true),
    gap,
    gapColour: look.page,
  });
  pen.strokeStyle = look.line;
  pen.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
  if (x > PAD) paintLabels(pen, s, place, look);
  paintStrip(pen, s, stage, place, look);
  const column = width / bins.columns,
    left = x + Math.floor(s.feature / bins.each) * column,
    top = y + s.token * row;
  /** @type {(colour: string, thick: number, a: number, b: number, w: number, h: number) => void} */
  const frame = (colour, thick, a, b, w, h) => {
    pen.strokeStyle = colour;
    pen.lineWidth = thick;
    pen.strokeRect(a, b, w, h);
  };
  frame(look.ink, 1.5, left + 1, top + 1, Math.max(2, column - 2), Math.max(2, row - 2));
  if (byFeature) frame(look.ink, 3, left, y - 1, Math.max(3, column), height + 2);
  else frame(look.ink, 3, x - 1, top, width + 2, Math.max(3, row));
  if (stage === "affine") {
    pen.fillStyle = look.gold;
    for (let t = 0; t < rows; t++)
      if (s.editRows[first + t] > 1e-9) pen.fillRect(x + width + 2, y + t * row + 1, 4, Math.max(1, row - 2));
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scene} s
 * @param {Place} place
 * @param {Colours} look
 */
function paintLabels(pen, s, { x, y, row, rows }, look) {
  const each = Math.max(1, Math.ceil(15 / row)),
    size = clamp(row * 0.72, 12, 16);
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (let t = 0; t < rows; t++) {
    const chosen = t === s.token,
      near = Math.abs(t - s.token) < each;
    if (!chosen && (t % each !== 0 || near)) continue;
    setFont(pen, size, chosen ? 700 : 400);
    pen.fillStyle = s.edited.has(s.first + t) ? look.gold : chosen ? look.ink : look.faint;
    pen.fillText(shownToken(s.tokens[t], 12), x - 9, y + (t + 0.5) * row, x - 12);
  }
}

/**
 * A dot at each group's mean, a line of one deviation to both sides.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Scene} s
 * @param {Stage} stage
 * @param {Place} place
 * @param {Colours} look
 */
function paintStrip(pen, s, stage, { strip, byFeature, rows, d, bins }, look) {
  const { low, high } = s.axes[stage],
    { mean, deviation } = s.perStage[stage],
    count = byFeature ? d : rows;
  const long = byFeature ? strip.height : strip.width,
    across = (byFeature ? strip.width : strip.height) / (byFeature ? bins.columns * bins.each : rows);
  const along = (/** @type {number} */ v) =>
    byFeature
      ? strip.y + long - clamp((v - low) / (high - low), 0, 1) * long
      : strip.x + clamp((v - low) / (high - low), 0, 1) * long;
  /** @type {(a: number, b: number, at: number, thick: number, colour: string) => void} */
  const segment = (a, b, at, thick, colour) => {
    pen.fillStyle = colour;
    if (byFeature) pen.fillRect(at - thick / 2, Math.min(a, b), thick, Math.max(1, Math.abs(b - a)));
    else pen.fillRect(Math.min(a, b), at - thick / 2, Math.max(1, Math.abs(b - a)), thick);
  };
  pen.fillStyle = look.panel;
  pen.fillRect(strip.x, strip.y, strip.width, strip.height);
  if (low < 0 && high > 0) {
    pen.fillStyle = look.line;
    if (byFeature) pen.fillRect(strip.x, along(0), strip.width, 1);
    else pen.fillRect(along(0), strip.y, 1, strip.height);
  }
  for (let i = 0; i < count; i++) {
    const g = byFeature ? i : s.first + i,
      at = (byFeature ? strip.x : strip.y) + (i + 0.5) * across;
    if (Number.isNaN(mean[g])) continue;
    const colour = g === s.group ? look.ink : look.accent,
      thick = clamp(across * 0.2, 1, 4);
    segment(along(mean[g] - deviation[g]), along(mean[g] + deviation[g]), at, thick, colour);
    pen.beginPath();
    pen.arc(byFeature ? at : along(mean[g]), byFeature ? along(mean[g]) : at, clamp(across * 0.25, 0.7, 4.5), 0, 7);
    pen.fill();
  }
}

/**
 * @param {SVGSVGElement} picture
 * @param {Float64Array} values
 * @param {Scale} axis
 * @param {number} width
 * @param {Colours} look
 */
export function paintHistogram(picture, values, { low, high }, width, look) {
  const height = 42,
    bins = values.length > 24 ? 31 : 15,
    h = histogram(values, low, high, bins),
    most = Math.max(1, ...h.counts);
  const at = (/** @type {number} */ v) => ((v - h.low) / (h.high - h.low)) * width,
    bar = width / bins;
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("height", String(height));
  const zero =
    h.low < 0 && h.high > 0
      ? [svg("line", { x1: at(0), x2: at(0), y1: 0, y2: height, stroke: look.faint, "stroke-dasharray": "2 3" })]
      : [];
  picture.replaceChildren(
    ...Array.from(h.counts, (n, i) =>
      svg("rect", {
        x: i * bar + 0.5,
        width: Math.max(0.5, bar - 1),
        y: height - 2 - (n / most) * (height - 6),
        height: (n / most) * (height - 6),
        fill: look.accent,
      }),
    ),
    ...zero,
    svg("line", { x1: 0, x2: width, y1: height - 1.5, y2: height - 1.5, stroke: look.faint }),
  );
}
