// LayerNormView's chart of depth: what every norm of a model was given, in the order in which they ran.

/** @import { Norm } from "./types.js" */
/** @import { Colours } from "../common/types.js" */

import { svg } from "../common/dom.js";
import { linePath } from "../common/drawing.js";
import { clamp } from "../common/math.js";
import { brief } from "../common/numbers.js";

/** @type {["size" | "deviation" | "rms", string, "accent" | "gold" | "ink", string | null][]} */
const DEPTH_LINES = [
  ["size", "mean |x|", "accent", null],
  ["deviation", "σ", "gold", null],
  ["rms", "rms", "ink", "2 5"],
];

/**
 * Three lines through the norms; `at` is the chosen one, whose numbers stand beside. Returns pixel → index of a norm.
 *
 * @param {SVGSVGElement} picture
 * @param {Norm[]} norms
 * @param {number} at
 * @param {number} width
 * @param {Colours} look
 */
export function paintDepth(picture, norms, at, width, look) {
  const height = 136,
    left = 50,
    right = 184,
    top = 24,
    bottom = 26,
    n = norms.length,
    far = width - left - right - 30;
  const most = Math.max(...norms.flatMap((norm) => DEPTH_LINES.map(([key]) => norm[key]))) || 1;
  const x = (/** @type {number} */ i) => left + 30 + (i / Math.max(1, n - 1)) * far,
    y = (/** @type {number} */ v) => top + (1 - v / most) * (height - top - bottom);
  /** @type {(at: number, up: number, said: string, more?: Record<string, any>) => SVGElement} */
  const text = (at, up, said, more) => svg("text", { x: at, y: up, "font-size": 13, fill: look.faint, ...more }, said);
  /** @type {SVGElement[]} */
  const parts = [
    svg("rect", {
      x: x(at) - 26,
      y: top - 6,
      width: 52,
      height: height - top + 4,
      rx: 6,
      fill: look.panel,
      stroke: look.line,
    }),
  ];
  for (const v of [0, most])
    parts.push(
      svg("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), stroke: look.line }),
      text(left - 8, y(v) + 5, brief(v, 1), { "text-anchor": "end" }),
    );
  norms.forEach((norm, i) => {
    const longest = Math.max(...norms.map(({ short }) => short.length)),
      each = Math.ceil((8 * longest + 8) / (far / Math.max(1, n - 1)));
    if (norm.group && norm.group !== norms[i - 1]?.group)
      parts.push(text(x(i) - 8, 13, norm.group, { "font-weight": 600 }));
    if (i === at || (i % each === 0 && Math.abs(i - at) >= each))
      parts.push(
        text(x(i), height - 8, norm.short, {
          "text-anchor": "middle",
          ...(i === at ? { fill: look.ink, "font-weight": 700 } : {}),
        }),
      );
  });
  DEPTH_LINES.forEach(([key, , colour, dash]) => {
    parts.push(
      svg("path", {
        d: linePath(norms.map((norm, i) => [x(i), y(norm[key])])),
        fill: "none",
        stroke: look[colour],
        "stroke-width": 2.5,
        "stroke-dasharray": dash,
      }),
    );
    parts.push(
      ...norms.map((norm, i) => svg("circle", { cx: x(i), cy: y(norm[key]), r: i === at ? 6 : 3, fill: look[colour] })),
    );
  });
  // The numbers of the chosen norm, from the largest down.
  [...DEPTH_LINES]
    .sort((a, b) => norms[at][b[0]] - norms[at][a[0]])
    .forEach(([key, said, colour], k) => {
      parts.push(
        text(width - right + 52, 44 + 28 * k, said, { "font-size": 15, fill: look[colour] }),
        text(width, 46 + 28 * k, brief(norms[at][key]), {
          "font-size": 24,
          "font-weight": 700,
          fill: look[colour],
          "text-anchor": "end",
        }),
      );
    });
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("height", String(height));
  picture.replaceChildren(...parts);
  return (/** @type {number} */ px) => clamp(Math.round(((px - left - 30) / far) * (n - 1)), 0, n - 1);
}
