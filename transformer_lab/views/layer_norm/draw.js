// LayerNormView's pictures: a stage's heat map with mean and deviation beside it, histogram, bars, depth of a model.

import { svg } from "../common/dom.js";
import { fitCanvas, paintMatrix, setFont } from "../common/drawing.js";
import { clamp } from "../common/math.js";
import { shownToken } from "../common/numbers.js";
import { colourTable, cssColour } from "../common/theme.js";
import { columnBins, extremes, histogram } from "./compute.js";
import { brief } from "./words.js";

const STRIP = 78,
  STRIP_BELOW = 46,
  PAD = 3;

// Where things lie in a stage's card: labels left (first card of a row), heat map, strip of means and deviations beside it,
// or below it where the statistics belong to features.
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

// Token and feature under a point of a card; feature null beside the map, the whole null outside.
export function cellAt({ x, y, width, height, rows, d, bins }, px, py) {
  const token = Math.floor(((py - y) / height) * rows),
    column = Math.floor(((px - x) / width) * bins.columns);
  if (token < 0 || token >= rows) return null;
  return { token, feature: column >= 0 && column < bins.columns ? Math.min(d - 1, column * bins.each) : null };
}

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

// A dot at each group's mean, a line of one deviation to both sides.
function paintStrip(pen, s, stage, { strip, byFeature, rows, d, bins }, look) {
  const { low, high } = s.axes[stage],
    { mean, deviation } = s.perStage[stage],
    count = byFeature ? d : rows;
  const long = byFeature ? strip.height : strip.width,
    across = (byFeature ? strip.width : strip.height) / (byFeature ? bins.columns * bins.each : rows);
  const along = (v) =>
    byFeature
      ? strip.y + long - clamp((v - low) / (high - low), 0, 1) * long
      : strip.x + clamp((v - low) / (high - low), 0, 1) * long;
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

export function paintHistogram(picture, values, { low, high }, width, look) {
  const height = 42,
    bins = values.length > 24 ? 31 : 15,
    h = histogram(values, low, high, bins),
    most = Math.max(1, ...h.counts);
  const at = (v) => ((v - h.low) / (h.high - h.low)) * width,
    bar = width / bins;
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("height", height);
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

// Bars of features [from, to): { values, ghosts, means, deviations } indexed from 0 within the window.
export function paintBars(
  picture,
  { values, ghosts, means, deviations, names, selected, axis, width, height, dark, look, handles },
) {
  const texts = [];
  const left = 50,
    bottom = 26,
    top = 22,
    room = height - top - bottom,
    n = values.length,
    slot = (width - left - 4) / n;
  const at = (v) => top + (1 - clamp((v - axis.low) / (axis.high - axis.low), -0.02, 1.02)) * room;
  const table = colourTable(dark, true),
    parts = [],
    base = at(axis.base),
    small = { "font-size": 13, fill: look.faint };
  const tick = (v) =>
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
  picture.setAttribute("height", height);
  picture.replaceChildren(...parts);
  return { left, slot, value: (py) => axis.low + (1 - (py - top) / room) * (axis.high - axis.low) };
}
