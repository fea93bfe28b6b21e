// What stands around the matrix: the tokens of its rows and columns, the sums and entropies of its rows.

/** @import { MatrixLayout, Scene } from "./types.js" */

import { setFont } from "../common/drawing.js";
import { clamp, entropyBits, sum } from "../common/math.js";
import { format, shownToken } from "../common/numbers.js";
import { SLANT } from "./matrix_layout.js";

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {CanvasTextAlign} align
 * @param {number} [weight]
 */
export function write(context, text, x, y, size, align, weight = 400) {
  setFont(context, size, weight);
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillText(text, x, y);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {MatrixLayout} layout
 */
export function drawLabels(context, scene, { left, top, cw, ch, rows, cols, size, small, flat, pinyin }) {
  const { facts, colours } = scene;
  /** @type {(each: number, step: number) => number} */
  const spare = (each, step) => (each * step >= size * 1.05 ? step : spare(each, step + 1));
  const ink = (/** @type {boolean} */ chosen, off = false) =>
    (context.fillStyle = off ? colours.faint : chosen ? colours.accent : colours.ink);
  for (let q = 0; q < rows; q++) {
    if (q % spare(ch, 1) && q !== scene.query) continue;
    const y = top + (q + 0.5) * ch,
      second = facts.queryPinyin[q];
    let x = left - 10;
    if (second) {
      context.fillStyle = colours.faint;
      write(context, second, x, y, size * 0.8, "right");
      x -= context.measureText(second).width + 7;
    }
    ink(q === scene.query);
    write(context, shownToken(facts.queries[q]), x, y, size, "right", q === scene.query ? 700 : 400);
  }
  for (let k = 0; k < cols; k++) {
    if (k % spare(flat ? cw * 9 : cw, 1) && k !== scene.key) continue;
    const off = scene.maskedKeys.has(k),
      text = shownToken(facts.keys[k]),
      second = facts.keyPinyin[k];
    const bold = k === scene.key ? 700 : 400;
    context.save();
    context.translate(left + (k + 0.5) * cw, top - 8);
    if (flat) {
      if (second) {
        context.fillStyle = colours.faint;
        write(context, second, 0, -small * 0.4, small * 0.8, "center");
      }
      ink(k === scene.key, off);
      const y = -small * (pinyin ? 1.6 : 0.5);
      write(context, text, 0, y, small, "center", bold);
      const half = context.measureText(text).width / 2;
      if (off) context.fillRect(-half - 2, y - 1, 2 * half + 4, 2);
    } else {
      context.rotate(-SLANT);
      ink(k === scene.key, off);
      write(context, text, 0, 0, size, "left", bold);
      const wide = context.measureText(text).width;
      if (off) context.fillRect(-2, -1, wide + 4, 2);
      context.fillStyle = colours.faint;
      if (second) write(context, second, wide + 7, 0, size * 0.8, "left");
    }
    context.restore();
  }
  context.fillStyle = colours.faint;
  write(context, "key (attended) →", left, 10, 15, "left");
  context.save();
  context.translate(10, top + (rows * ch) / 2);
  context.rotate(-Math.PI / 2);
  if (rows * ch > 120) write(context, "← query (attends)", 0, 0, 15, "center");
  context.restore();
}

/**
 * Row sums and entropies, to the right of the matrix, where the rows are high enough for numbers.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {MatrixLayout} layout
 */
export function drawSums(context, scene, { left, top, cw, ch, rows, cols }) {
  if (ch < 13) return;
  const { weights, colours } = scene,
    x = left + cols * cw + 50,
    size = clamp(ch * 0.4, 12, 18);
  context.fillStyle = colours.faint;
  write(context, "row", x, top - 26, 15, "right");
  write(context, "sum", x, top - 9, 15, "right");
  write(context, "entropy", x + 80, top - 26, 15, "right");
  write(context, "(bits)", x + 80, top - 9, 15, "right");
  for (let q = 0; q < rows; q++) {
    const row = weights.subarray(q * cols, (q + 1) * cols),
      y = top + (q + 0.5) * ch;
    const hidden = scene.covered(q),
      empty = sum(row) === 0;
    context.fillStyle = empty && !hidden ? colours.alarm : q === scene.query ? colours.ink : colours.faint;
    write(context, hidden ? "?" : format(sum(row), 2), x, y, size, "right", q === scene.query ? 700 : 400);
    write(
      context,
      hidden ? "?" : empty ? "–" : format(entropyBits(row), 2),
      x + 80,
      y,
      size,
      "right",
      q === scene.query ? 700 : 400,
    );
  }
}
