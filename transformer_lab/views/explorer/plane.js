// Explorer's plane: points, hulls, paths, arrows, and one point that can be dragged.

/** @import { PointsPanel, Room } from "./types.js" */
/** @import { Axis } from "../common/types.js" */

import { makeAxis } from "../common/axes.js";
import { fillPicture, svg } from "../common/dom.js";
import { linePath } from "../common/drawing.js";
import { shownToken } from "../common/numbers.js";
import { LABEL, label, plotFrame, seriesColour, seriesDash, textWidth } from "./axes.js";
import { convexHull, real, runsOf } from "./compute.js";

/**
 * Widens one axis so that a unit is as long on both.
 *
 * @param {Axis} xAxis
 * @param {Axis} yAxis
 * @param {number} wide
 * @param {number} high
 */
function equalAxes(xAxis, yAxis, wide, high) {
  const unit = Math.max((xAxis.high - xAxis.low) / wide, (yAxis.high - yAxis.low) / high);
  const grown = (/** @type {Axis} */ { low, high: top }, /** @type {number} */ pixels, /** @type {number} */ count) => {
    const more = (unit * pixels - (top - low)) / 2;
    return makeAxis([], { range: [low - more, top + more], count });
  };
  return [grown(xAxis, wide, wide / 90), grown(yAxis, high, high / 70)];
}

/**
 * Returns { x, y }: pixels → values, for dragging.
 *
 * @param {SVGSVGElement} picture
 * @param {PointsPanel} p
 * @param {number} width
 * @param {number} height
 * @param {Room} room
 * @param {{ x: number, y: number } | null} drag
 */
export function paintPlanePanel(picture, p, width, height, room, drag) {
  const series = p.series.map(({ x, y, ...rest }) => ({ ...rest, points: real(x).map((v, i) => [v, Number(y[i])]) })),
    arrows = p.arrows.map(({ name, ends }) => ({ name, ends: real(ends) }));
  const rim = p.circle === null ? null : real(p.circle);
  const all = [
    ...series.flatMap(({ points }) => points),
    ...arrows.flatMap(({ ends }) => ends),
    ...(drag ? [[drag.x, drag.y]] : []),
    ...(rim === null
      ? []
      : [
          [-rim, -rim],
          [rim, rim],
        ]),
  ];
  let xAxis = makeAxis(
      all.map(([x]) => x),
      { range: p.xrange, count: width / 90, pad: 0.12 },
    ),
    yAxis = makeAxis(
      all.map(([, y]) => y),
      { range: p.range, count: height / 70, pad: 0.12 },
    );
  if (p.equal)
    [xAxis, yAxis] = equalAxes(
      xAxis,
      yAxis,
      Math.max(50, width - 60),
      Math.max(50, height - 45 - (room.x ? 26 : 0) - (room.y ? 25 : 0)),
    );
  const { parts, box, X, Y, inside } = plotFrame({ width, height, xAxis, yAxis, xLabel: p.x, yLabel: p.y, room });
  /** @type {SVGElement[]} */
  const over = [];
  const put = (/** @type {number[][]} */ points) => points.map(([x, y]) => [X(x), Y(y)]);
  if (rim !== null)
    inside.append(
      svg("ellipse", {
        cx: X(0),
        cy: Y(0),
        rx: X(rim) - X(0),
        ry: Y(0) - Y(rim),
        fill: "var(--tl-s0)",
        "fill-opacity": 0.1,
        stroke: "var(--tl-ink)",
        "stroke-width": 2,
        "stroke-dasharray": "7 5",
      }),
    );
  series.forEach(({ points, hull, path }, i) => {
    if (hull)
      inside.append(
        svg("path", {
          d: `${linePath(put(convexHull(points)))}Z`,
          fill: seriesColour(i),
          "fill-opacity": 0.16,
          stroke: seriesColour(i),
          "stroke-width": 2,
          "stroke-linejoin": "round",
        }),
      );
    if (path)
      for (const run of runsOf(put(points)))
        inside.append(
          svg("path", {
            d: linePath(run),
            fill: "none",
            stroke: seriesColour(i),
            "stroke-width": 3,
            "stroke-dasharray": seriesDash(i),
          }),
        );
  });
  arrows.forEach(({ ends }, i) => {
    const [[x1, y1], [x2, y2]] = put(ends),
      long = Math.hypot(x2 - x1, y2 - y1),
      colour = seriesColour(series.length + i);
    if (!Number.isFinite(long)) return;
    const head = Math.min(20, long * 0.6),
      [ux, uy] = long ? [(x2 - x1) / long, (y2 - y1) / long] : [0, 0],
      thick = arrows.length > 1 && i === 0 ? 9 : 5;
    inside.append(
      svg("line", {
        x1,
        y1,
        x2: x2 - ux * head * 0.8,
        y2: y2 - uy * head * 0.8,
        stroke: colour,
        "stroke-width": thick,
        ...(i ? {} : { "stroke-opacity": arrows.length > 1 ? 0.6 : 1 }),
      }),
      svg("path", {
        d: `${linePath([
          [x2, y2],
          [x2 - ux * head - uy * head * 0.55, y2 - uy * head + ux * head * 0.55],
          [x2 - ux * head + uy * head * 0.55, y2 - uy * head - ux * head * 0.55],
        ])}Z`,
        fill: colour,
      }),
    );
    if (!long) inside.append(svg("circle", { cx: x1, cy: y1, r: 6, fill: colour }));
  });
  series.forEach(({ name, points, labels, path }, i) => {
    const alone = points.length === 1,
      r = alone ? 11 : points.length > 60 ? 4 : path ? 5 : 8;
    for (const [j, [x, y]] of put(points).entries()) {
      if (!Number.isFinite(x + y)) continue;
      inside.append(
        svg("circle", {
          cx: x,
          cy: y,
          r,
          fill: seriesColour(i),
          stroke: "var(--tl-page)",
          "stroke-width": alone ? 3 : 1.5,
        }),
      );
      const text = shownToken(labels ? labels[j] : alone ? name : "", 24),
        wide = textWidth(text, LABEL);
      if (labels || alone)
        over.push(
          label(
            text,
            Math.min(Math.max(x, box.left + wide / 2), box.right - wide / 2),
            y - r - 7 < box.top + 12 ? y + r + 19 : y - r - 7,
            { bold: true, halo: true },
          ),
        );
    }
  });
  if (drag)
    over.push(
      svg("circle", {
        cx: X(drag.x),
        cy: Y(drag.y),
        r: 17,
        fill: "var(--tl-page)",
        "fill-opacity": 0.01,
        stroke: "var(--tl-ink)",
        "stroke-width": 3,
        "stroke-dasharray": "5 4",
        class: "tl-ex-handle",
      }),
    );
  fillPicture(picture, width, height, [...parts, ...over]);
  return {
    x: (/** @type {number} */ px) => xAxis.low + ((px - box.left) / (box.right - box.left)) * (xAxis.high - xAxis.low),
    y: (/** @type {number} */ py) =>
      yAxis.low + ((box.bottom - py) / (box.bottom - box.top)) * (yAxis.high - yAxis.low),
  };
}
