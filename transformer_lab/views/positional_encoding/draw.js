// Drawing for PositionalEncodingView: one SVG over the canvases, one coordinate system in CSS pixels.

/** @import { Panel, PeTable, Pen } from "./types.js" */

import { ticksBetween } from "../common/axes.js";
import { svg } from "../common/dom.js";
import { fitCanvas, linePath, paintMatrix } from "../common/drawing.js";
import { counted, format, plain } from "../common/numbers.js";
import { colourTable } from "../common/theme.js";

/**
 * The whole numbers among the marks of an axis, for positions and features.
 *
 * @param {number} least
 * @param {number} most
 * @param {number} room
 */
export function wholeTicks(least, most, room) {
  return ticksBetween(least, most, room).filter(([v]) => Number.isInteger(v));
}

/**
 * A pen for one sheet. Kinds are classes of positional_encoding.css: ink, faint, sine, cosine, error, …
 *
 * @param {HTMLElement} body
 * @param {number} width
 * @param {number} height
 * @returns {Pen}
 */
export function makePen(body, width, height) {
  const layer = svg("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    class: "tl-pe-layer",
    "aria-hidden": "true",
  });
  body.style.height = `${height}px`;
  /** @type {Pen} */
  const pen = {
    layer,
    width,
    height,
    canvases: [],
    add(tag, attributes, ...children) {
      const element = svg(tag, attributes, ...children);
      layer.append(element);
      return element;
    },
    text: (x, y, words, kind = "", anchor = "start") =>
      pen.add("text", { x, y, class: `tl-pe-text ${classesOf(kind)}`, "text-anchor": anchor }, words),
    line: (x1, y1, x2, y2, kind = "faint") => pen.add("line", { x1, y1, x2, y2, class: classesOf(kind) }),
    path: (points, kind) =>
      points.length ? pen.add("path", { d: linePath(points), class: `tl-pe-curve ${classesOf(kind)}` }) : null,
    area: (points, kind) => pen.add("path", { d: `${linePath(points)}Z`, class: classesOf(kind) }),
    rect: (x, y, width, height, kind) =>
      pen.add("rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), class: classesOf(kind) }),
    circle: (cx, cy, r, kind) => pen.add("circle", { cx, cy, r, class: classesOf(kind) }),
    // An arrow with a head that keeps its size; nothing for a vector too short to have a direction.
    arrow(x1, y1, x2, y2, kind, size = 12) {
      const length = Math.hypot(x2 - x1, y2 - y1);
      if (length < 1) return pen.circle(x1, y1, 3, `${kind}-fill`);
      const head = Math.min(size, length * 0.6),
        [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
      const [bx, by] = [x2 - head * ux, y2 - head * uy],
        half = head * 0.5;
      pen.line(x1, y1, bx, by, `${kind} thick`);
      return pen.area(
        [
          [x2, y2],
          [bx - half * uy, by + half * ux],
          [bx + half * uy, by - half * ux],
        ],
        `${kind}-fill`,
      );
    },
  };
  return pen;
}

/** @param {string} kind */
function classesOf(kind) {
  return kind
    .split(" ")
    .filter(Boolean)
    .map((each) => `tl-pe-${each}`)
    .join(" ");
}

/**
 * One panel per table: side by side where there is room, else below each other. → [{ x, y, width, height }]
 *
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} [gap]
 * @returns {Panel[]}
 */
export function panelsFor(count, width, height, gap = 36) {
  if (count === 1) return [{ x: 0, y: 0, width, height }];
  if (width >= 700) return [0, 1].map((i) => ({ x: i * ((width + gap) / 2), y: 0, width: (width - gap) / 2, height }));
  return [0, 1].map((i) => ({ x: 0, y: i * (height + gap), width, height }));
}

/**
 * Axes of a plot: frame is the place of the plot itself, x and y the ends of what it holds. Returns the scales, from
 * values to pixels.
 *
 * @param {Pen} pen
 * @param {Panel} frame
 * @param {{ x: number[], y: number[], xName?: string, yName?: string, xTicks?: [number, string][],
 *   yTicks?: [number, string][], zero?: boolean }} domain
 */
export function drawAxes(pen, frame, { x, y, xName, yName, xTicks, yTicks, zero = true }) {
  const sx = (/** @type {number} */ v) => frame.x + ((v - x[0]) / (x[1] - x[0] || 1)) * frame.width;
  const sy = (/** @type {number} */ v) => frame.y + frame.height - ((v - y[0]) / (y[1] - y[0] || 1)) * frame.height;
  const bottom = frame.y + frame.height;
  for (const [v, text] of yTicks ?? ticksBetween(y[0], y[1], frame.height / 60)) {
    pen.line(frame.x, sy(v), frame.x + frame.width, sy(v), "grid");
    pen.text(frame.x - 8, sy(v) + 5, text, "faint", "end");
  }
  for (const [v, text] of xTicks ?? wholeTicks(x[0], x[1], frame.width / 80)) {
    pen.line(sx(v), bottom, sx(v), bottom + 5, "axis");
    pen.text(sx(v), bottom + 22, text, "faint", "middle");
  }
  pen.line(frame.x, bottom, frame.x + frame.width, bottom, "axis");
  if (zero && y[0] < 0 && y[1] > 0) pen.line(frame.x, sy(0), frame.x + frame.width, sy(0), "axis");
  if (xName) pen.text(frame.x + frame.width / 2, bottom + 44, xName, "ink", "middle");
  if (yName) pen.text(frame.x - 46, frame.y - 12, yName, "ink");
  return { sx, sy };
}

/**
 * A matrix on a canvas of its own, painted anew only when its content, size or colours changed.
 *
 * @param {Pen} pen
 * @param {HTMLCanvasElement} canvas
 * @param {Panel} frame
 * @param {{ rows: number, cols: number, values: ArrayLike<number>, limit: number, dark: boolean, key: string }} matrix
 */
export function drawMatrix(pen, canvas, frame, { rows, cols, values, limit, dark, key }) {
  canvas.style.cssText += `;position:absolute;left:${frame.x}px;top:${frame.y}px`;
  const now = [key, frame.width, frame.height, dark, globalThis.devicePixelRatio].join();
  pen.canvases.push(canvas);
  if (canvas.dataset.painted === now) return;
  canvas.dataset.painted = now;
  const shares = Float64Array.from(values, (v) => 0.5 + v / (2 * limit));
  paintMatrix(fitCanvas(canvas, frame.width, frame.height), {
    rows,
    cols,
    shares,
    width: frame.width,
    height: frame.height,
    table: colourTable(dark, true),
  });
}

/**
 * The legend of the diverging palette: a bar from −limit (bottom) to limit (top), with its unit.
 *
 * @param {Pen} pen
 * @param {{ x: number, y: number, height: number }} place
 * @param {number} limit
 * @param {boolean} dark
 */
export function drawColourBar(pen, { x, y, height }, limit, dark) {
  const table = colourTable(dark, true),
    steps = 48;
  for (let i = 0; i < steps; i++) {
    const c = 3 * Math.round((255 * (steps - 1 - i)) / (steps - 1));
    pen.add("rect", {
      x,
      y: y + (i * height) / steps,
      width: 14,
      height: height / steps + 0.6,
      style: `fill:rgb(${table[c]},${table[c + 1]},${table[c + 2]})`,
    });
  }
  pen.rect(x, y, 14, height, "box");
  for (const [share, value] of [
    [0, limit],
    [0.5, 0],
    [1, -limit],
  ])
    pen.text(
      x + 20,
      y + share * height + 5,
      format(value, limit < 0.1 ? 3 : limit < 10 ? (value % 1 ? 2 : 0) : 0),
      "faint",
    );
}

/**
 * A table's name, with as many of its facts as the width has room for.
 *
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 * @param {PeTable} table
 * @param {number} width
 */
export function drawTitle(pen, x, y, { name, rows, cols, computed, base }, width) {
  const size = `${counted(rows, "position")} × ${counted(cols, "feature")}`;
  pen.text(
    x,
    y,
    width < 560
      ? `${name} · ${rows} × ${cols}`
      : computed
        ? `${name} · ${size} · base ${plain(base)}`
        : `${name} · ${size}`,
    "ink bold",
  );
}

/**
 * Why a panel is empty, in large type.
 *
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 * @param {...string} lines
 */
export function drawNotice(pen, x, y, ...lines) {
  for (const [i, line] of lines.entries()) pen.text(x, y + 34 * i, line, "verdict error-text");
}
