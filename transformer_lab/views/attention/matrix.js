// The matrix of weights on a canvas: rows are queries, columns are keys, beside them row sums and entropies.
// A "scene" is what is to be seen now; attention_view.js makes one for each frame.

import { fitCanvas, paintMatrix, setFont } from "../common/drawing.js";
import { clamp, entropyBits, sum } from "../common/math.js";
import { format, shownToken } from "../common/numbers.js";
import { colourTable, inkOn } from "../common/theme.js";

const LEAST = 2.6,
  SLANT = Math.PI / 4;

// Where everything goes, in CSS pixels, for a place of this width and height.
const layouts = new WeakMap();
export function matrixLayout(context, { facts }, width, height) {
  const place = `${width},${height}`,
    known = layouts.get(facts);
  if (known?.place === place) return known.layout;
  const layout = makeLayout(context, facts, width, height);
  layouts.set(facts, { place, layout });
  return layout;
}

function makeLayout(context, facts, width, height) {
  const rows = facts.queries.length,
    cols = facts.keys.length;
  const measure = (tokens, second, size) => {
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

export function cellAt(layout, x, y) {
  const key = Math.floor((x - layout.left) / layout.cw),
    query = Math.floor((y - layout.top) / layout.ch);
  return key >= 0 && query >= 0 && key < layout.cols && query < layout.rows ? { query, key } : null;
}

const hatches = {};
export function hatch(context, colour) {
  if (!hatches[colour]) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
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
  return context.createPattern(hatches[colour], "repeat");
}

export function drawMatrix(canvas, scene, width, height) {
  const layout = matrixLayout(canvas.getContext("2d"), scene, width, height),
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
      for (const [colour, extra] of [
        [colours.page, 2],
        [colours.gold, 0],
      ]) {
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

function write(context, text, x, y, size, align, weight = 400) {
  setFont(context, size, weight);
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillText(text, x, y);
}

function badge(context, sign, x, y, radius, colour, ink) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = ink;
  write(context, sign, x, y + 0.5, radius * 1.35, "center", 700);
}

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

// The current cell: a frame around it, and its row and column bracketed, so that the eye finds both tokens.
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

function drawLabels(context, scene, { left, top, cw, ch, rows, cols, size, small, flat, pinyin }) {
  const { facts, colours } = scene;
  const spare = (each, step) => (each * step >= size * 1.05 ? step : spare(each, step + 1));
  const ink = (chosen, off) => (context.fillStyle = off ? colours.faint : chosen ? colours.accent : colours.ink);
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

// Row sums and entropies, to the right of the matrix, where the rows are high enough for numbers.
function drawSums(context, scene, { left, top, cw, ch, rows, cols }) {
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
