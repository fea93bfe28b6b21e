// Canvas, and lines.

import { shade } from "./theme.js";

/**
 * Sizes a canvas in CSS pixels for this screen's density; returns the context, scaled, with a clean sheet.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function fitCanvas(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** @type {WeakMap<HTMLCanvasElement, string>} */
const fonts = new WeakMap();

/**
 * Sets a canvas' font to that of the view, which style.css names, in this size.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {number} [weight]
 */
export function setFont(context, size, weight = 400) {
  const { canvas } = context;
  if (!fonts.has(canvas)) fonts.set(canvas, getComputedStyle(canvas).fontFamily);
  context.font = `${weight} ${size}px ${fonts.get(canvas)}`;
}

/** @type {WeakMap<HTMLCanvasElement, HTMLCanvasElement>} */
const sheets = new WeakMap();

/**
 * Paints rows × cols shares (0…1; diverging: 0.5 is zero) into a rectangle, one image, so that 256² stays quick.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{ rows: number, cols: number, shares: ArrayLike<number>, x?: number, y?: number, width: number,
 *   height: number, table: Uint8Array, gap?: number, gapColour?: string }} given
 */
export function paintMatrix(context, { rows, cols, shares, x = 0, y = 0, width, height, table, gap = 0, gapColour }) {
  let sheet = sheets.get(context.canvas);
  if (!sheet) {
    sheet = document.createElement("canvas");
    sheets.set(context.canvas, sheet);
  }
  if (sheet.width !== cols || sheet.height !== rows) Object.assign(sheet, { width: cols, height: rows });
  const pen = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d", { willReadFrequently: true })),
    image = pen.createImageData(cols, rows);
  const { data } = image;
  for (let i = 0, to = 0; i < rows * cols; i++) {
    const c = 3 * shade(shares[i]);
    data[to++] = table[c];
    data[to++] = table[c + 1];
    data[to++] = table[c + 2];
    data[to++] = 255;
  }
  pen.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet, x, y, width, height);
  if (!gap || !gapColour) return;
  context.fillStyle = gapColour;
  for (let i = 1; i < rows; i++) context.fillRect(x, y + (i * height) / rows - gap / 2, width, gap);
  for (let j = 1; j < cols; j++) context.fillRect(x + (j * width) / cols - gap / 2, y, gap, height);
}

/**
 * The d of a polyline through [x, y] points.
 *
 * @param {number[][]} points
 */
export function linePath(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
}
