// The matrix of weights on a canvas: rows are queries, columns are keys; what stands around it is drawn beside this file.

/** @import { MatrixLayout, Scene } from "./types.js" */
/** @import { Colours } from "../common/types.js" */

import { fitCanvas, paintMatrix } from "../common/drawing.js";
import { clamp } from "../common/math.js";
import { format } from "../common/numbers.js";
import { colourTable, inkOn } from "../common/theme.js";
import { matrixLayout } from "./matrix_layout.js";
import { drawLabels, drawSums, write } from "./matrix_margins.js";

/** @type {Record<string, HTMLCanvasElement>} */
const hatches = {};
/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 */
export function hatch(context, colour) {
  if (!hatches[colour]) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    pen.strokeStyle = colour;
    pen.lineWidth = 1.2;
    pen.beginPath();
    for (const x of [-8, 0, 8]) {
      pen.moveTo(x - 1, 9);
      pen.lineTo(x + 9, -1);
    }
    pen.stroke();
    hatches[colour] = tile;
  }
  return /** @type {CanvasPattern} */ (context.createPattern(hatches[colour], "repeat"));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {number} width
 * @param {number} height
 */
export function drawMatrix(canvas, scene, width, height) {
  const layout = matrixLayout(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), scene, width, height),
    context = fitCanvas(canvas, layout.width, layout.height);
  const { left, top, cw, ch, rows, cols } = layout,
    { weights, colours, dark } = scene;
  const table = colourTable(dark),
    shares = weights.map((w, i) => (scene.covered(Math.floor(i / cols)) ? 0 : w / scene.top));
  paintMatrix(context, {
    rows,
    cols,
    shares,
    x: left,
    y: top,
    width: cols * cw,
    height: rows * ch,
    table,
    gap: Math.min(cw, ch) > 9 ? 1 : 0,
    gapColour: colours.line,
  });
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(left, top, cols * cw, rows * ch);

  const pattern = hatch(context, colours.faint);
  /** @type {(q: number, k: number, pad?: number) => [number, number, number, number]} */
  const rect = (q, k, pad = 0) => [left + k * cw + pad, top + q * ch + pad, cw - 2 * pad, ch - 2 * pad];
  for (let q = 0; q < rows; q++) {
    if (scene.anyMasked)
      for (let k = 0; k < cols; k++)
        if (scene.masked(q, k)) {
          context.fillStyle = colours.panel;
          context.fillRect(...rect(q, k, 0.5));
          context.fillStyle = pattern;
          context.fillRect(...rect(q, k, 0.5));
        }
    if (!scene.covered(q)) continue;
    context.fillStyle = colours.panel;
    context.fillRect(left + 1, top + q * ch + 1, cols * cw - 2, ch - 2);
    context.fillStyle = colours.faint;
    write(context, "?", left + (cols * cw) / 2, top + (q + 0.5) * ch, clamp(ch * 0.5, 9, 20), "center");
  }
  if (cw > 33 && ch > 17) drawNumbers(context, scene, layout, table);
  if (scene.gold.length) {
    for (const [q, k] of scene.gold) {
      if (scene.covered(q)) continue;
      const wide = clamp(Math.min(cw, ch) / 14, 1, 3.5),
        pad = wide / 2 + Math.min(2, cw / 12);
      for (const [colour, extra] of /** @type {[string, number][]} */ ([
        [colours.page, 2],
        [colours.gold, 0],
      ])) {
        context.strokeStyle = colour;
        context.lineWidth = wide + (Math.min(cw, ch) > 12 ? extra : 0);
        context.strokeRect(...rect(q, k, pad));
      }
    }
  }
  for (const { query, key, right } of scene.predicted) {
    const [x, y, w, h] = rect(query, key);
    const radius = clamp(h * 0.22, 4, 9);
    badge(
      context,
      right ? "✓" : "✗",
      x + w - radius,
      y + radius,
      radius,
      right ? colours.accent : colours.alarm,
      colours.page,
    );
  }
  for (const [l, n, q, k, amount] of scene.attention.nudges) {
    if (l !== scene.layer || n !== scene.head || scene.show !== "head" || scene.covered(q)) continue;
    const [x, y, , h] = rect(q, k);
    const radius = clamp(h * 0.22, 4, 9);
    badge(context, amount > 0 ? "▲" : "▼", x + radius, y + radius, radius, colours.ink, colours.page);
  }
  drawPointer(context, scene, layout);
  drawLabels(context, scene, layout);
  drawSums(context, scene, layout);
  return layout;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} sign
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 * @param {string} ink
 */
function badge(context, sign, x, y, radius, colour, ink) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = ink;
  write(context, sign, x, y + 0.5, radius * 1.35, "center", 700);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {MatrixLayout} layout
 * @param {Uint8Array} table
 */
function drawNumbers(context, scene, { left, top, cw, ch, rows, cols }, table) {
  const size = clamp(Math.min(cw / 3, ch / 2.2), 11, 19);
  for (let q = 0; q < rows; q++)
    for (let k = 0; k < cols; k++) {
      const w = scene.weights[q * cols + k];
      if (scene.covered(q) || w < 0.005) continue;
      context.fillStyle = inkOn(table, w / scene.top);
      write(context, format(w, 2), left + (k + 0.5) * cw, top + (q + 0.5) * ch, size, "center");
    }
}

/**
 * The current cell: a frame around it, and its row and column bracketed, so that the eye finds both tokens.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {MatrixLayout} layout
 */
function drawPointer(context, { query, key, locked, colours }, { left, top, cw, ch, cols, rows }) {
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.5;
  context.strokeRect(left - 1, top + query * ch, cols * cw + 2, ch);
  context.setLineDash([3, 3]);
  context.strokeRect(left + key * cw, top - 1, cw, rows * ch + 2);
  context.setLineDash([]);
  context.lineWidth = locked ? 4 : 2.5;
  context.strokeRect(left + key * cw, top + query * ch, cw, ch);
}
