// Explorer's bars and lines.

/** @import { BarsPanel, LinesPanel, Panel, Room } from "./types.js" */

import { makeAxis } from "../common/axes.js";
import { fillPicture, svg } from "../common/dom.js";
import { linePath } from "../common/drawing.js";
import { format, shortText, shownToken } from "../common/numbers.js";
import { LABEL, label, plotFrame, seriesColour, seriesDash, TICK, textWidth } from "./axes.js";
import { real, runsOf, valueAt } from "./compute.js";

/**
 * The name of the only series, which needs no legend where it stands beside the axis.
 *
 * @param {Panel} p
 */
export function onlyName(p) {
  const alone = p.kind === "bars" || (p.kind === "lines" && !p.bands.length);
  return alone && p.series.length === 1 ? p.series[0].name : "";
}

/**
 * What goes up: the label, or the name of the only series.
 *
 * @param {Panel} p
 */
export function upLabel(p) {
  return ("y" in p && p.y) || onlyName(p);
}

/**
 * @param {SVGSVGElement} picture
 * @param {BarsPanel} p
 * @param {number} width
 * @param {number} height
 * @param {Room} room
 */
export function paintBarPanel(picture, p, width, height, room) {
  const rows = p.series.map(({ values }) => real(values)),
    n = p.labels.length,
    many = rows.length;
  const yAxis = makeAxis(rows.flat(), {
    range: p.range,
    log: p.log,
    zero: true,
    count: Math.max(2, height / 70),
    pad: 0.1,
  });
  /** @type {SVGElement[]} */
  const texts = [];
  const { parts, box, Y } = plotFrame({
    width,
    height,
    xAxis: { low: 0, high: n, ticks: [] },
    yAxis,
    xLabel: p.x,
    yLabel: upLabel(p),
    room,
  });
  const slot = (box.right - box.left) / n,
    whole = Math.min(slot * 0.8, 110 * many),
    thick = whole / many,
    base = Y(p.log ? yAxis.low : Math.min(Math.max(0, yAxis.low), yAxis.high));
  // Names grow smaller, then lose their middle; only where there is no room for four letters are some left out.
  const longest = Math.max(...p.labels.map((text) => textWidth(shownToken(text), LABEL))),
    small = Math.max(14, Math.min(LABEL, (LABEL * (slot - 6)) / longest)),
    every = slot >= 34 ? 1 : Math.ceil(Math.min(longest + 8, 60) / slot);
  for (let i = 0; i < n; i++) {
    const left = box.left + i * slot,
      chosen = p.highlight.includes(i);
    rows.forEach((row, s) => {
      const v = row[i],
        x = left + (slot - whole) / 2 + s * thick,
        at = Y(v);
      if (!Number.isFinite(at)) {
        const look = { size: TICK, fill: "var(--tl-alarm)", bold: true, halo: true };
        texts.push(label(format(v, p.digits), x + thick / 2, base - 8, look));
        return;
      }
      const end = Math.min(Math.max(at, box.top), box.bottom);
      if (v !== 0)
        parts.push(
          svg("rect", {
            x: x + thick * 0.04,
            width: Math.max(1, thick * 0.92),
            y: Math.min(end, base),
            height: Math.max(1.5, Math.abs(base - end)),
            rx: Math.min(3, thick / 8),
            fill: many > 1 ? seriesColour(s) : chosen ? "var(--tl-s1)" : "var(--tl-s0)",
            ...(many > 1 && chosen ? { stroke: "var(--tl-ink)", "stroke-width": 2.5 } : {}),
          }),
        );
      const text = format(v, p.digits),
        free = many > 1 ? thick + 4 : slot - 8,
        size = Math.min(LABEL + (chosen ? 2 : 0), (LABEL * free) / textWidth(text, LABEL));
      if (size >= 13)
        texts.push(
          label(text, x + thick / 2, at <= base ? Math.max(end - 7, 15) : Math.min(end + size + 2, height - 28), {
            size,
            bold: chosen || many === 1,
            halo: true,
          }),
        );
    });
    if (i % every === 0 || chosen)
      texts.push(
        label(
          shownToken(p.labels[i], Math.max(3, Math.floor((slot * every) / (small * 0.56)))),
          left + slot / 2,
          box.bottom + 8 + TICK,
          { bold: chosen, size: small },
        ),
      );
  }
  parts.push(
    svg("line", { x1: box.left, x2: box.right, y1: base, y2: base, stroke: "var(--tl-ink)", "stroke-width": 1.5 }),
  );
  fillPicture(picture, width, height, [...parts, ...texts]);
}

/**
 * @param {SVGSVGElement} picture
 * @param {LinesPanel} p
 * @param {number} width
 * @param {number} height
 * @param {Room} room
 */
export function paintLinePanel(picture, p, width, height, room) {
  const series = p.series.map(({ x, y, ...rest }) => ({ ...rest, x: real(x), y: real(y) })),
    bands = p.bands.map(({ x, low, high, ...rest }) => ({ ...rest, x: real(x), low: real(low), high: real(high) }));
  const marker = p.marker === null ? null : real(p.marker),
    references = p.references.map(({ name, y }) => ({ name, y: real(y) }));
  const xAxis = makeAxis([...series.flatMap(({ x }) => x), ...(marker === null ? [] : [marker])], {
    range: p.xrange,
    log: p.log.includes("x"),
    count: Math.max(2, width / 110),
    pad: 0.02,
  });
  const yAxis = makeAxis(
    [
      ...series.flatMap(({ y }) => y),
      ...bands.flatMap(({ low, high }) => [...low, ...high]),
      ...references.map(({ y }) => y),
    ],
    { range: p.range, log: p.log.includes("y"), count: Math.max(2, height / 70) },
  );
  const { parts, box, X, Y, inside } = plotFrame({
    width,
    height,
    xAxis,
    yAxis,
    xLabel: p.x,
    yLabel: upLabel(p),
    room,
  });
  /** @type {SVGElement[]} */
  const over = [];
  bands.forEach(({ x, low, high }, i) => {
    for (const run of runsOf(x.map((v, j) => [X(v), Y(low[j]), Y(high[j])])))
      inside.append(
        svg("path", {
          d: `${linePath([...run.map(([at, , b]) => [at, b]), ...run.map(([at, a]) => [at, a]).reverse()])}Z`,
          fill: seriesColour(i),
          "fill-opacity": 0.2,
        }),
      );
  });
  for (const { name, y } of references) {
    if (!Number.isFinite(Y(y))) continue;
    inside.append(
      svg("line", {
        x1: box.left,
        x2: box.right,
        y1: Y(y),
        y2: Y(y),
        stroke: "var(--tl-ink)",
        "stroke-width": 2,
        "stroke-dasharray": "7 5",
      }),
    );
    if (Y(y) >= box.top && Y(y) <= box.bottom)
      over.push(
        label(shownToken(name, 40), box.right - 4, Math.max(Y(y) - 6, 14), { anchor: "end", halo: true, size: TICK }),
      );
  }
  series.forEach(({ x, y, dots }, i) => {
    for (const run of runsOf(x.map((v, j) => [X(v), Y(y[j])]))) {
      const stepped = p.steps ? run.flatMap((point, j) => (j ? [[point[0], run[j - 1][1]], point] : [point])) : run;
      if (run.length > 1)
        inside.append(
          svg("path", {
            d: linePath(stepped),
            fill: "none",
            stroke: seriesColour(i),
            "stroke-width": 3.5,
            "stroke-linejoin": "round",
            "stroke-dasharray": seriesDash(i),
          }),
        );
      if (dots || run.length === 1)
        for (const [cx, cy] of run) inside.append(svg("circle", { cx, cy, r: 5, fill: seriesColour(i) }));
    }
  });
  if (marker !== null && Number.isFinite(X(marker))) {
    const at = X(marker),
      right = at < (box.left + box.right) / 2;
    inside.append(
      svg("line", {
        x1: at,
        x2: at,
        y1: box.top,
        y2: box.bottom,
        stroke: "var(--tl-ink)",
        "stroke-width": 2,
        "stroke-opacity": 0.6,
      }),
    );
    const seen = series
      .map(({ x, y }, i) => ({ i, v: valueAt(x, y, marker, p.steps) }))
      .filter(({ v }) => Y(v) >= box.top - 1 && Y(v) <= box.bottom + 1)
      .sort((a, b) => Y(a.v) - Y(b.v));
    let last = -Infinity;
    for (const { i, v } of seen) {
      over.push(
        svg("circle", {
          cx: at,
          cy: Y(v),
          r: 7.5,
          fill: seriesColour(i),
          stroke: "var(--tl-page)",
          "stroke-width": 2.5,
        }),
      );
      const y = Math.max(Y(v) - 11, last + 19, box.top + 14);
      last = y;
      if (seen.length <= 4)
        over.push(
          label(shortText(v), at + (right ? 12 : -12), y, { anchor: right ? "start" : "end", bold: true, halo: true }),
        );
    }
  }
  fillPicture(picture, width, height, [...parts, ...over]);
}
