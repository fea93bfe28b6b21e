// Attention as lines from each query (left) to each key (right); width and strength of a line are its weight.

/** @import { Found, Scene } from "./types.js" */

import { fitCanvas, setFont } from "../common/drawing.js";
import { clamp } from "../common/math.js";
import { format, shownToken } from "../common/numbers.js";

// Thousands of faint lines say nothing and cost frames; the legend names the limit. The chosen lines start at 0.01.
export const leastDrawn = (/** @type {number} */ count) => (count <= 24 ? 0.01 : count <= 96 ? 0.05 : 0.1);
const LEAST_WEIGHT = 0.01;

/**
 * @param {Scene} scene
 * @param {number} width
 * @param {number} height
 */
export function linesLayout(scene, width, height) {
  const { facts } = scene,
    rows = facts.queries.length,
    cols = facts.keys.length;
  const step = clamp((height - 60) / Math.max(rows, cols), 15, 54),
    tall = step * Math.max(rows, cols);
  const side = clamp(width * 0.3, 110, 230),
    top = 40;
  return {
    rows,
    cols,
    width,
    height: top + tall + 12,
    left: side,
    right: width - side,
    top,
    size: clamp(step * 0.48, 12, 21),
    query: (/** @type {number} */ q) => top + ((q + 0.5) * tall) / rows,
    key: (/** @type {number} */ k) => top + ((k + 0.5) * tall) / cols,
    tall,
  };
}

/**
 * Which token is under the pointer: the left half finds queries, the right half keys.
 *
 * @param {ReturnType<typeof linesLayout>} layout
 * @param {number} x
 * @param {number} y
 * @returns {Found | null}
 */
export function tokenAt(layout, x, y) {
  const share = (y - layout.top) / layout.tall;
  if (share < 0 || share >= 1) return null;
  return x < layout.width / 2 ? { query: Math.floor(share * layout.rows) } : { key: Math.floor(share * layout.cols) };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {number} width
 * @param {number} height
 */
export function drawLines(canvas, scene, width, height) {
  const layout = linesLayout(scene, width, height),
    context = fitCanvas(canvas, layout.width, layout.height);
  const { weights, facts, colours, query, key } = scene,
    { rows, cols, left, right, size } = layout;
  const chosen = (/** @type {number} */ q, /** @type {number} */ k) =>
      scene.isolated === "key" ? k === key : q === query,
    alone = scene.isolated !== null;
  /** @type {[number, number, number, boolean][]} */
  const strokes = [];
  const least = leastDrawn(cols);
  for (let q = 0; q < rows; q++)
    for (let k = 0; k < cols; k++) {
      const w = weights[q * cols + k];
      if (w >= (chosen(q, k) ? LEAST_WEIGHT : least) && !scene.covered(q)) strokes.push([q, k, w, chosen(q, k)]);
    }
  // The chosen lines come last, on top.
  strokes.sort((a, b) => Number(a[3]) - Number(b[3]));
  const line = (/** @type {number} */ q, /** @type {number} */ k) => {
    const [a, b] = [layout.query(q), layout.key(k)],
      bend = (right - left) * 0.4;
    context.beginPath();
    context.moveTo(left, a);
    context.bezierCurveTo(left + bend, a, right - bend, b, right, b);
    context.stroke();
  };
  context.lineCap = "round";
  for (const [q, k, w, picked] of strokes) {
    context.strokeStyle = picked ? colours.accent : colours.faint;
    context.globalAlpha = picked
      ? 0.35 + 0.65 * Math.min(1, w / scene.top)
      : alone
        ? 0.1
        : 0.08 + 0.5 * Math.min(1, w / scene.top);
    context.lineWidth = 0.8 + 9 * w;
    line(q, k);
  }
  context.globalAlpha = 1;
  context.strokeStyle = colours.gold;
  context.lineWidth = 2.2;
  context.setLineDash([7, 6]);
  for (const [q, k] of scene.gold) if (!scene.covered(q)) line(q, k);
  context.setLineDash([]);

  /**
   * @param {string} text
   * @param {string} second
   * @param {number} x
   * @param {number} y
   * @param {"left" | "right"} align
   * @param {boolean} strong
   * @param {boolean} [off]
   */
  const label = (text, second, x, y, align, strong, off) => {
    context.textAlign = align;
    context.textBaseline = "middle";
    setFont(context, size, strong ? 700 : 400);
    context.fillStyle = off ? colours.faint : strong ? colours.accent : colours.ink;
    context.fillText(text, x, y);
    const wide = context.measureText(text).width,
      way = align === "right" ? -1 : 1;
    if (off) context.fillRect(align === "right" ? x - wide : x, y - 1, wide, 2);
    if (!second) return wide;
    setFont(context, size * 0.78);
    context.fillStyle = colours.faint;
    context.fillText(second, x + way * (wide + 8), y);
    return wide + 8 + context.measureText(second).width;
  };
  for (let q = 0; q < rows; q++)
    label(
      shownToken(facts.queries[q]),
      facts.queryPinyin[q],
      left - 12,
      layout.query(q),
      "right",
      q === query && scene.isolated !== "key",
    );
  for (let k = 0; k < cols; k++) {
    const wide = label(
      shownToken(facts.keys[k]),
      facts.keyPinyin[k],
      right + 12,
      layout.key(k),
      "left",
      k === key,
      scene.maskedKeys.has(k),
    );
    const w = weights[query * cols + k];
    if (scene.isolated === "key" || scene.covered(query) || w < LEAST_WEIGHT) continue;
    setFont(context, size * 0.82, 600);
    context.fillStyle = colours.accent;
    context.fillText(format(w, 2), right + 12 + wide + 10, layout.key(k));
  }
  setFont(context, 15);
  context.fillStyle = colours.faint;
  context.textAlign = "right";
  context.fillText("query (attends)", left - 12, 14);
  context.textAlign = "left";
  context.fillText("key (attended)", right + 12, 14);
  return layout;
}
