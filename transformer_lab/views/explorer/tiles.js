// Explorer's heat map on a canvas, and what is drawn as HTML: read-outs, text, tables, cells.

/** @import { CellsPanel, HeatPanel, NumbersPanel, TablePanel, TextPanel } from "./types.js" */
/** @import { Colours } from "../common/types.js" */

import { h } from "../common/dom.js";
import { fitCanvas, paintMatrix, setFont } from "../common/drawing.js";
import { clamp } from "../common/math.js";
import { format, shownToken } from "../common/numbers.js";
import { colourTable, inkOn } from "../common/theme.js";
import { LABEL, textWidth } from "./axes.js";
import { real } from "./compute.js";
import { entryText } from "./words.js";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HeatPanel} p
 * @param {number} width
 * @param {number} height
 * @param {{ dark: boolean, colours: Colours }} look
 */
export function paintHeatPanel(canvas, p, width, height, { dark, colours }) {
  const values = real(p.values),
    rows = values.length,
    cols = values[0].length,
    flat = values.flat(),
    seen = flat.filter(Number.isFinite);
  const [low, high] = p.range ? real(p.range) : seen.length ? [Math.min(0, ...seen), Math.max(...seen)] : [0, 1],
    signed = low < 0,
    most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const share = (/** @type {number} */ v) =>
    !Number.isFinite(v) ? (signed ? 0.5 : 0) : signed ? 0.5 + v / (2 * most) : (v - low) / (high - low || 1);
  const table = colourTable(dark, signed);
  const side = Math.min(0.3 * width, Math.max(...p.rows.map((text) => textWidth(shownToken(text), LABEL))) + 14),
    left = side + (p.y ? 24 : 0),
    top = 30 + (p.x ? 24 : 0),
    bar = 46;
  const cell = Math.min((width - left - 2) / cols, 96),
    row = clamp((height - top - bar) / rows, 6, Math.max(cell, 30)),
    w = cell * cols,
    tall = row * rows;
  const pen = fitCanvas(canvas, width, top + tall + bar);
  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {{ size?: number, align?: CanvasTextAlign, bold?: boolean, fill?: string, most?: number }} [look]
   */
  const write = (text, x, y, { size = LABEL, align = "center", bold = false, fill = colours.ink, most } = {}) => {
    setFont(pen, size, bold ? 700 : 400);
    Object.assign(pen, { textAlign: align, textBaseline: "middle", fillStyle: fill });
    pen.fillText(text, x, y, most);
  };
  paintMatrix(pen, {
    rows,
    cols,
    shares: flat.map(share),
    x: left,
    y: top,
    width: w,
    height: tall,
    table,
    gap: cell > 9 && row > 9 ? 1.5 : 0,
    gapColour: colours.page,
  });
  pen.strokeStyle = colours.line;
  pen.strokeRect(left - 0.5, top - 0.5, w + 1, tall + 1);
  const size = clamp(Math.min(row * 0.42, cell * 0.3), 9, 20);
  flat.forEach((v, i) => {
    const x = left + ((i % cols) + 0.5) * cell,
      y = top + (Math.floor(i / cols) + 0.5) * row;
    if (!Number.isFinite(v)) {
      pen.clearRect(x - cell / 2 + 1, y - row / 2 + 1, cell - 2, row - 2);
      if (cell > 20)
        write(format(v), x, y, { size: Math.max(size, 11), bold: true, fill: colours.alarm, most: cell - 3 });
    } else if (p.numbers && cell >= 26)
      write(format(v, p.digits), x, y, { size, fill: inkOn(table, share(v)), most: cell - 3 });
  });
  const gap = (/** @type {number} */ pixels, /** @type {string[]} */ texts) =>
    Math.max(
      1,
      Math.ceil(Math.min(Math.max(...texts.map((text) => textWidth(shownToken(text), LABEL))) + 8, 64) / pixels),
    );
  const acrossEvery = gap(cell, p.columns),
    downEvery = Math.max(1, Math.ceil(18 / row));
  for (let i = 0; i < cols; i += acrossEvery)
    write(shownToken(p.columns[i]), left + (i + 0.5) * cell, top - 14, { most: cell * acrossEvery - 4 });
  for (let i = 0; i < rows; i += downEvery)
    write(shownToken(p.rows[i]), left - 8, top + (i + 0.5) * row, { align: "right", most: side - 8 });
  if (p.x) write(`${p.x} →`, left, 13, { align: "left", fill: colours.faint });
  if (p.y) {
    pen.save();
    pen.translate(12, top + tall / 2);
    pen.rotate(-Math.PI / 2);
    write(`← ${p.y}`, 0, 0, { fill: colours.faint, most: tall });
    pen.restore();
  }
  for (const [thick, ink] of /** @type {[number, string][]} */ ([
    [7, colours.page],
    [4, colours.gold],
  ]))
    for (const [r, c] of p.outline) {
      [pen.lineWidth, pen.strokeStyle] = [thick, ink];
      pen.strokeRect(left + c * cell + 1, top + r * row + 1, cell - 2, row - 2);
    }
  // The colour bar, as long as the map allows.
  const long = Math.min(180, Math.max(60, w - 130)),
    from = signed ? 0.5 + low / (2 * most) : 0,
    to = signed ? 0.5 + high / (2 * most) : 1;
  const strip = Array.from({ length: 60 }, (_, i) => from + ((to - from) * i) / 59),
    y = top + tall + 16,
    lowText = format(low, p.digits),
    start = left + textWidth(lowText, 15) + 8;
  paintMatrix(pen, { rows: 1, cols: 60, shares: strip, x: start, y, width: long, height: 15, table });
  [pen.lineWidth, pen.strokeStyle] = [1, colours.line];
  pen.strokeRect(start - 0.5, y - 0.5, long + 1, 16);
  write(lowText, left, y + 8, { size: 15, align: "left", fill: colours.faint });
  write(format(high, p.digits), start + long + 8, y + 8, { size: 15, align: "left", fill: colours.faint });
}

/**
 * @param {HTMLElement} box
 * @param {NumbersPanel} p
 */
export function fillNumbers(box, p) {
  box.replaceChildren(
    ...p.items.map((each) =>
      h(
        "div",
        { class: each.stress ? "tl-ex-number tl-ex-stress" : "tl-ex-number" },
        h("span", {}, each.label),
        h("b", {}, entryText(each, p.digits)),
      ),
    ),
  );
}

/**
 * @param {HTMLElement} box
 * @param {TextPanel} p
 */
export function fillText(box, p) {
  box.replaceChildren(...p.lines.map((line) => h("p", {}, line)));
}

/**
 * @param {HTMLElement} box
 * @param {TablePanel} p
 */
export function fillTablePanel(box, p) {
  /** @type {(each: TablePanel["rows"][number][number], i: number) => HTMLElement} */
  const cell = (each, i) =>
    i ? h("td", {}, entryText(each, p.digits)) : h("th", { scope: "row" }, entryText(each, p.digits));
  box.replaceChildren(
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...p.heads.map((head) => h("th", { scope: "col" }, head)))),
      h(
        "tbody",
        {},
        ...p.rows.map((row, i) => h("tr", p.highlight.includes(i) ? { class: "tl-ex-stress" } : {}, ...row.map(cell))),
      ),
    ),
  );
}

/**
 * Cells are kept from frame to frame, so that a clicked one keeps the focus. change(values) sets controls.
 *
 * @param {HTMLElement} box
 * @param {CellsPanel} p
 * @param {(values: Record<string, any>) => void} change
 * @param {boolean} answers
 */
export function fillCells(box, p, change, answers) {
  // A cell is as wide as the longest word in it, where there is room for all.
  const most = (/** @type {string[]} */ words) => Math.max(0, ...words.map((word) => word.length));
  const wide = Math.ceil(Math.max(38, 12 + 13 * most(p.cells.flat()), 8 + 9.5 * most(p.columns ?? [])));
  const shape = JSON.stringify([
    wide,
    p.cells.map((row) => row.length),
    p.labels,
    p.columns,
    Boolean(p.notes),
    p.set?.map((row) => row.map(Boolean)),
  ]);
  if (box.dataset.shape !== shape) {
    const longest = Math.max(...p.cells.map((row) => row.length)),
      bar = (/** @type {Node[]} */ ...children) =>
        h(
          "div",
          {
            class: "tl-ex-bits",
            style: `--tl-cell: ${wide}px; --tl-count: ${longest}; --tl-narrow: ${Math.min(longest, 16)}`,
          },
          ...children,
        );
    box.style.setProperty("--tl-label", `${Math.max(3.2, 0.66 * most(p.labels)).toFixed(1)}em`);
    const setter = () => {
      const button = h("button", { type: "button", onclick: () => change(JSON.parse(button.dataset.set ?? "{}")) });
      return button;
    };
    const row = (/** @type {string[]} */ cells, /** @type {number} */ i) =>
      h(
        "div",
        { class: "tl-ex-row" },
        h("span", { class: "tl-ex-label" }, p.labels[i]),
        bar(...cells.map((_, j) => (p.set?.[i][j] ? setter() : h("i", {})))),
        ...(p.notes ? [h("span", { class: "tl-ex-remark" })] : []),
      );
    const heads = p.columns
      ? [
          h(
            "div",
            { class: "tl-ex-row" },
            h("span", { class: "tl-ex-label" }),
            bar(...p.columns.map((text) => h("em", {}, text))),
            ...(p.notes ? [h("span", {})] : []),
          ),
        ]
      : [];
    box.replaceChildren(...heads, ...p.cells.map(row));
  }
  box.dataset.shape = shape;
  const lines = [...box.querySelectorAll(".tl-ex-row")].slice(p.columns ? 1 : 0);
  p.cells.forEach((row, i) => {
    const [, bits, remark] = lines[i].children;
    if (remark && p.notes) remark.textContent = p.notes[i];
    row.forEach((text, j) => {
      const cell = /** @type {HTMLElement} */ (bits.children[j]),
        group = p.groups ? p.groups[i][j] : 0;
      cell.textContent = text;
      cell.className = `tl-ex-bit ${p.on[i][j] ? "tl-ex-on" : ""}`;
      cell.style.setProperty("--tl-group", `var(--tl-s${group % 6})`);
      cell.style.setProperty("--tl-pale", `var(--tl-p${group % 6})`);
      cell.classList.toggle("tl-ex-edge", Boolean(j && p.groups && p.groups[i][j - 1] !== group));
      if (!(cell instanceof HTMLButtonElement) || !p.set) return;
      cell.disabled = !answers;
      cell.dataset.set = JSON.stringify(p.set[i][j]);
      cell.setAttribute("aria-label", `${p.labels[i]} ${p.columns?.[j] ?? j + 1}: ${text}`);
      cell.setAttribute("aria-pressed", String(Boolean(p.on[i][j])));
    });
  });
}
