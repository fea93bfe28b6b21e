// Where everything goes in the matrix: in CSS pixels, for a place of this width and height.

/** @import { Facts, MatrixLayout } from "./types.js" */

import { setFont } from "../common/drawing.js";
import { clamp } from "../common/math.js";
import { shownToken } from "../common/numbers.js";

export const SLANT = Math.PI / 4;
const LEAST = 2.6;

/** @type {WeakMap<Facts, { place: string, layout: MatrixLayout }>} */
const layouts = new WeakMap();
/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ facts: Facts }} scene
 * @param {number} width
 * @param {number} height
 */
export function matrixLayout(context, { facts }, width, height) {
  const place = `${width},${height}`,
    known = layouts.get(facts);
  if (known?.place === place) return known.layout;
  const layout = makeLayout(context, facts, width, height);
  layouts.set(facts, { place, layout });
  return layout;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Facts} facts
 * @param {number} width
 * @param {number} height
 * @returns {MatrixLayout}
 */
function makeLayout(context, facts, width, height) {
  const rows = facts.queries.length,
    cols = facts.keys.length;
  const measure = (/** @type {string[]} */ tokens, /** @type {string[]} */ second, /** @type {number} */ size) => {
    setFont(context, size);
    return tokens.map((t, i) => {
      const own = context.measureText(shownToken(t)).width;
      return { own, both: own + (second[i] ? 7 + 0.8 * context.measureText(second[i]).width : 0) };
    });
  };
  const rough = clamp(Math.min((width - 260) / cols, (height - 90) / rows), LEAST, 64);
  const size = clamp(rough * 0.47, 12, 21);
  const left = 34 + Math.max(...measure(facts.queries, facts.queryPinyin, size).map((w) => w.both));
  const columns = measure(facts.keys, facts.keyPinyin, size),
    pinyin = facts.keyPinyin.some(Boolean);
  const right = (height - 90) / rows >= 13 ? 136 : 24;
  let cw = clamp((width - left - right) / cols, LEAST, 88);
  // Labels lie flat where they fit, if need be a little smaller than those of the rows; else they are slanted.
  const widest = Math.max(...columns.map((w) => Math.max(1.08 * w.own, w.both - w.own))),
    flat = 0.84 * widest < cw - 8;
  const small = flat ? Math.min(size, (size * (cw - 8)) / widest) : size;
  const longest = Math.max(...columns.map((w) => w.both));
  const top = 30 + (flat ? small * (pinyin ? 2.4 : 1.4) : longest * Math.sin(SLANT) + size);
  let ch = clamp((height - top - 8) / rows, LEAST, 60);
  // With many keys and few queries a row stays high enough for its own label and sums, though the columns are narrow.
  ch = Math.min(ch, Math.max(1.3 * cw, 26));
  cw = Math.min(cw, 2.2 * ch);
  const spread = flat ? 0 : Math.max(0, longest * Math.cos(SLANT) - right + 40);
  return {
    left,
    top,
    cw,
    ch,
    rows,
    cols,
    size,
    small,
    flat,
    pinyin,
    width: left + cols * cw + right + spread,
    height: top + rows * ch + 6,
  };
}

/**
 * @param {MatrixLayout} layout
 * @param {number} x
 * @param {number} y
 */
export function cellAt(layout, x, y) {
  const key = Math.floor((x - layout.left) / layout.cw),
    query = Math.floor((y - layout.top) / layout.ch);
  return key >= 0 && query >= 0 && key < layout.cols && query < layout.rows ? { query, key } : null;
}
