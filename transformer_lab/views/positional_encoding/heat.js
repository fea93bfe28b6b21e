// Heat map: positions down, features across. The chosen position is a row, the chosen pair two columns.

/** @import { Mode, PeTable } from "./types.js" */

import { h } from "../common/dom.js";
import { counted, format, plain } from "../common/numbers.js";
import { columnsOf, handAt, pairOf } from "./compute.js";
import { drawColourBar, drawMatrix, drawTitle, panelsFor, wholeTicks } from "./draw.js";

/**
 * sin(12 / 10000^(6/64)), as HTML: the formula with its numbers.
 *
 * @param {PeTable} table
 * @param {number} pair
 * @param {boolean} cosine
 * @param {number} position
 */
export function sineFormula(table, pair, cosine, position) {
  return [
    `${cosine ? "cos" : "sin"}(${position} / ${plain(table.base)}`,
    h("sup", {}, `${2 * pair}/${table.cols}`),
    ")",
  ];
}

/**
 * The value at one place of a table, as lines for the tooltip.
 *
 * @param {PeTable} table
 * @param {number} position
 * @param {number} column
 */
function cellLines(table, position, column) {
  const { pair, cosine } = pairOf(table.cols, table.layout, column),
    value = table.data[position * table.cols + column];
  const lines = [`PE[position ${position}, feature ${column}] = ${format(value, 4)}`];
  if (table.computed) {
    const angle = position * table.frequencies[pair],
      name = cosine ? "cos" : "sin";
    lines.push(
      `= ${name}(${position} / ${plain(table.base)}^(${2 * pair}/${table.cols})) = ${name}(${format(angle, 4)} rad)`,
    );
  } else lines.push(`${table.name}: a stored number, not a formula`);
  return lines;
}

/** @type {Mode} */
export const heatMode = {
  label: "Heat map",
  keys: { x: "pair", y: "position" },
  draw(scene, pen) {
    const grids = panelsFor(scene.tables.length, scene.width, scene.height).map((panel, i) => {
      const table = scene.tables[i],
        { rows, cols } = table;
      const grid = {
        x: panel.x + 58,
        y: panel.y + 46,
        width: panel.width - 58 - 84,
        height: panel.height - 46 - 56,
        table,
      };
      drawMatrix(pen, scene.canvas(`heat${i}`), grid, {
        rows,
        cols,
        values: table.data,
        limit: table.limit,
        dark: scene.dark,
        key: table.key,
      });
      drawTitle(pen, panel.x + 58, panel.y + 20, table, panel.width);
      const cell = [grid.width / cols, grid.height / rows],
        y = grid.y + scene.position * cell[1];
      for (const [p, text] of wholeTicks(0, rows - 1, grid.height / 44))
        pen.text(grid.x - 10, grid.y + (p + 0.5) * cell[1] + 5, text, "faint", "end");
      for (const [f, text] of wholeTicks(0, cols - 1, grid.width / 64))
        pen.text(grid.x + (f + 0.5) * cell[0], grid.y + grid.height + 22, text, "faint", "middle");
      pen.text(grid.x + grid.width / 2, grid.y + grid.height + 46, featureAxis(table, grid.width), "ink", "middle");
      const name = pen.text(0, 0, "position →", "ink", "end");
      name.setAttribute("transform", `translate(${panel.x + 14} ${grid.y}) rotate(-90)`);
      if (table.layout === "halves" && table.computed)
        pen.line(
          grid.x + Math.ceil(cols / 2) * cell[0],
          grid.y,
          grid.x + Math.ceil(cols / 2) * cell[0],
          grid.y + grid.height,
          "divider",
        );
      columnsOf(cols, table.layout, scene.pair).forEach((column, which) => {
        if (column < 0) return;
        pen.rect(grid.x + column * cell[0], grid.y, cell[0], grid.height, `column ${which ? "cosine" : "sine"}`);
        pen.area(
          [
            [-7, -12],
            [7, -12],
            [0, -2],
          ].map(([dx, dy]) => [grid.x + (column + 0.5) * cell[0] + dx, grid.y + dy]),
          which ? "cosine-fill" : "sine-fill",
        );
      });
      pen.rect(grid.x - 2, y - 2, grid.width + 4, cell[1] + 4, "halo");
      pen.rect(grid.x - 2, y - 2, grid.width + 4, cell[1] + 4, "row");
      drawColourBar(pen, { x: grid.x + grid.width + 14, y: grid.y, height: grid.height }, table.limit, scene.dark);
      return grid;
    });
    const at = (/** @type {number} */ x, /** @type {number} */ y) => {
      const grid = grids.find((g) => x >= g.x && x < g.x + g.width && y >= g.y && y < g.y + g.height);
      return (
        grid && {
          table: grid.table,
          position: Math.floor(((y - grid.y) / grid.height) * grid.table.rows),
          column: Math.floor(((x - grid.x) / grid.width) * grid.table.cols),
        }
      );
    };
    return {
      hover(x, y) {
        const cell = at(x, y);
        return cell ? cellLines(cell.table, cell.position, cell.column) : null;
      },
      press(x, y) {
        const cell = at(x, y);
        if (cell)
          scene.set({ position: cell.position, pair: pairOf(cell.table.cols, cell.table.layout, cell.column).pair });
      },
    };
  },
  headline(scene) {
    const { table, pair, position } = scene,
      [s, c] = handAt(table, pair, position),
      lacks = columnsOf(table.cols, table.layout, pair)[1] < 0;
    const columns = columnsOf(table.cols, table.layout, pair);
    const part = (/** @type {number} */ value, /** @type {boolean} */ cosine) => [
      ...(table.computed
        ? sineFormula(table, pair, cosine, position)
        : [`PE[${position}, ${columns[cosine ? 1 : 0]}]`]),
      " = ",
      h("b", {}, format(value, 3)),
    ];
    return [
      h("span", { class: "tl-pe-is-sine" }, ...part(s, false)),
      lacks
        ? h("span", { class: "tl-pe-is-faint" }, "no cosine: d_model is odd")
        : h("span", { class: "tl-pe-is-cosine" }, ...part(c, true)),
    ];
  },
  say({ table, tables, pair, position }) {
    const [sine, cosine] = columnsOf(table.cols, table.layout, pair);
    const other = tables.length > 1 ? ` Beside it: ${tables[1].name}.` : "";
    return (
      `${table.name[0].toUpperCase()}${table.name.slice(1)}: ${counted(table.rows, "position")} down, ${counted(table.cols, "feature")} across. Row ${position} is marked, and pair ${pair}: feature ${sine}` +
      (cosine < 0 ? ", a sine without cosine." : ` and feature ${cosine}.`) +
      other
    );
  },
  table(scene) {
    const { position, tables } = scene,
      features = Array.from({ length: Math.max(...tables.map((t) => t.cols)) }, (_, i) => i);
    return {
      caption: `Position ${position}: the value of each feature`,
      heads: ["feature", "pair", "kind", ...tables.map((t) => t.name)],
      rows: features.map((f) => {
        const { pair, cosine } = pairOf(scene.table.cols, scene.layout, f);
        return [String(f), pair, cosine ? "cosine" : "sine", ...tables.map((t) => t.data[position * t.cols + f])];
      }),
    };
  },
};

/**
 * @param {PeTable} table
 * @param {number} width
 */
function featureAxis(table, width) {
  if (!table.computed) return "feature";
  if (table.layout === "halves")
    return width > 480
      ? "feature   (all sines, then all cosines; each half from fast to slow)"
      : "feature (sines | cosines)";
  return width > 480
    ? "feature   (sine, cosine, sine, cosine …; fast on the left, slow on the right)"
    : "feature (fast → slow)";
}
