// Shift = rotation: PE(p+k) against R(k)·PE(p), pair by pair. R(k) is the sinusoids' own, or the best one for this table.

/** @import { Mode, Panel, PeTable, Scene } from "./types.js" */

import { h } from "../common/dom.js";
import { format, smallText } from "../common/numbers.js";
import { fittedAngles, handAt, shiftError, turnPair } from "./compute.js";
import { drawAxes, drawNotice, drawTitle, panelsFor, wholeTicks } from "./draw.js";

/**
 * @param {Scene} scene
 * @param {PeTable} table
 */
export function anglesOf(scene, table) {
  if (scene.rotation === "sinusoid")
    return Float64Array.from({ length: Math.floor(table.cols / 2) }, (_, i) => scene.shift * scene.frequencies[i]);
  const key = `${table.key}/${table.layout}/${scene.shift}`;
  if (table.fitted?.key !== key) table.fitted = { key, angles: fittedAngles(table, scene.shift) };
  return table.fitted.angles;
}

/**
 * @param {Scene} scene
 * @param {PeTable} table
 */
function resultOf(scene, table) {
  return table.cols % 2 ? null : shiftError(table, scene.position, scene.shift, anglesOf(scene, table));
}

/** @param {PeTable} table */
function capitalised({ name }) {
  return name[0].toUpperCase() + name.slice(1);
}

/** @param {Scene} scene */
function oddText({ table }) {
  return table.cols % 2
    ? `R(k) turns pairs, so d_model must be even: with ${table.cols} features the last sine has no cosine to turn with.`
    : "";
}

/**
 * @param {Scene} scene
 * @param {PeTable} table
 */
function missingText(scene, table) {
  return `There is no row ${scene.position + scene.shift}: this table holds positions 0 to ${table.rows - 1}.`;
}

/** @type {Mode} */
export const shiftMode = {
  label: "Shift = rotation",
  keys: { x: "pair", y: "position" },
  draw(scene, pen) {
    const { position, shift, pair } = scene;
    /** @type {(Panel & { result: NonNullable<ReturnType<typeof resultOf>>, count: number })[]} */
    const spots = [];
    for (const [which, panel] of panelsFor(scene.tables.length, scene.width, scene.height).entries()) {
      const table = scene.tables[which],
        result = resultOf(scene, table),
        angles = anglesOf(scene, table);
      drawTitle(pen, panel.x, panel.y + 20, table, panel.width);
      if (!result) {
        drawNotice(
          pen,
          panel.x,
          panel.y + 110,
          ...(oddText(scene)
            ? ["R(k) turns pairs of features:", "choose an even d_model"]
            : [`there is no row ${position + shift}:`, `this table holds positions 0 to ${table.rows - 1}`]),
        );
        continue;
      }
      const r = Math.min(panel.height - 170, panel.width * 0.38) / 2,
        cx = panel.x + r + 12,
        cy = panel.y + 66 + r,
        corner = handAt(table, pair, position),
        reached = handAt(table, pair, position + shift);
      const rim = table.computed ? 1 : 1.1 * Math.max(Math.hypot(...corner), Math.hypot(...reached)) || 1,
        scale = r / rim;
      /** @type {(pair: number[]) => [number, number]} */
      const tip = ([s, c]) => [cx + s * scale, cy - c * scale];
      const from = corner,
        to = reached;
      const turned = turnPair(from, angles[pair]),
        [tx, ty] = tip(turned),
        [gx, gy] = tip(to);
      pen.circle(cx, cy, r, "dial");
      if (!table.computed) pen.text(cx, cy + r - 12, `rim: ${format(rim, 2)}`, "faint", "middle");
      pen.arrow(cx, cy, ...tip(from), "quiet");
      pen.line(tx, ty, gx, gy, "error heavy");
      pen.line(cx, cy, gx, gy, "cosine wide");
      pen.line(cx, cy, tx, ty, "sine dashed thick");
      pen.circle(tx, ty, 11, "sine ring");
      pen.text(panel.x, panel.y + 48, `pair ${pair}: turned by ${format((angles[pair] * 180) / Math.PI, 1)}°`, "ink");
      [
        ["quiet", `PE(${position})`],
        ["sine", `R(${shift})·PE(${position})  (dashed)`],
        ["cosine", `PE(${position + shift})`],
        ["error", "what the rotation misses"],
      ].forEach(([kind, words], i) => {
        const y = cy + r + 26 + 22 * i;
        pen.line(panel.x, y - 5, panel.x + 26, y - 5, `${kind} thick`);
        pen.text(panel.x + 36, y, words, "ink");
      });
      const count = result.errors.length,
        most = table.computed ? 2 : Math.max(table.reach, 1.1 * Math.max(...result.errors)),
        left = cx + r + 74;
      const plot = {
          x: left,
          y: panel.y + 66,
          width: panel.x + panel.width - left - 8,
          height: panel.height - 66 - 56,
        },
        step = plot.width / count;
      const { sy } = drawAxes(pen, plot, {
        x: [-0.5, count - 0.5],
        y: [0, most],
        yName: "error of each pair",
        xName: plot.width > 200 ? "pair   (fast → slow)" : "pair",
        xTicks: [],
      });
      for (const [i, text] of wholeTicks(0, count - 1, plot.width / 64))
        pen.text(plot.x + (i + 0.5) * step, plot.y + plot.height + 22, text, "faint", "middle");
      pen.rect(plot.x + pair * step, plot.y, step, plot.height + 28, "chosen-pair");
      for (const [i, error] of result.errors.entries())
        pen.rect(plot.x + (i + 0.1) * step, sy(error), 0.8 * step, plot.y + plot.height - sy(error), "error-bar");
      if (result.total < 1e-9)
        pen.text(
          plot.x + plot.width / 2,
          plot.y + plot.height / 2,
          plot.width > 400 ? "every pair: 0" : "all 0",
          "huge",
          "middle",
        );
      spots.push({ ...plot, result, count });
    }
    const find = (/** @type {number} */ x, /** @type {number} */ y) =>
      spots.find((s) => x >= s.x && x < s.x + s.width && y >= s.y && y < s.y + s.height + 40);
    const which = (/** @type {typeof spots[number]} */ spot, /** @type {number} */ x) =>
      Math.min(spot.count - 1, Math.floor(((x - spot.x) / spot.width) * spot.count));
    return {
      hover(x, y) {
        const spot = find(x, y);
        if (!spot) return null;
        const i = which(spot, x);
        return [`pair ${i}`, `error ${format(spot.result.errors[i], 4)}`];
      },
      press(x, y) {
        const spot = find(x, y);
        if (spot) scene.set({ pair: which(spot, x) });
      },
    };
  },
  headline(scene) {
    const { position, shift, tables } = scene;
    if (oddText(scene)) return [h("span", {}, "No rotation: d_model is odd")];
    const results = tables.map((table) => ({ table, result: resultOf(scene, table) }));
    return [
      h("span", {}, `‖PE(${position + shift}) − R(${shift})·PE(${position})‖ =`),
      ...results.map(({ table, result }) =>
        h(
          "span",
          { class: result && result.total < 1e-9 ? "tl-pe-is-sine" : "tl-pe-is-error" },
          tables.length > 1 ? `${table.name} ` : "",
          h("b", {}, result ? smallText(result.total, 3) : "no such row"),
        ),
      ),
    ];
  },
  say(scene) {
    if (oddText(scene)) return oddText(scene);
    const { position, shift, rotation } = scene;
    return scene.tables
      .map((table) => {
        const result = resultOf(scene, table);
        if (!result) return `${capitalised(table)}: ${missingText(scene, table)}`;
        const share =
          result.size > 0
            ? `${format((100 * result.total) / result.size, 0)} % of ‖PE(${position + shift})‖ = ${format(result.size, 3)}`
            : "of a row of zeros";
        return result.total < 1e-9 * Math.max(1, result.size)
          ? `${capitalised(table)}: one rotation R(${shift}) carries every position p to p + ${shift}; what is left is rounding (${format(result.total, 3)}).`
          : `${capitalised(table)}: the rotation misses by ${format(result.total, 3)}, ${share}${rotation === "fitted" ? `, with the rotation that fits all its positions best` : ""}.`;
      })
      .join(" ");
  },
  table(scene) {
    const { position, shift, tables } = scene,
      results = tables.map((table) => resultOf(scene, table));
    /** @type {(n: number, pair: number) => (string | number)[]} */
    const cells = (n, pair) => [anglesOf(scene, tables[n])[pair], results[n]?.errors[pair] ?? "—"];
    return {
      caption: `PE(${position + shift}) − R(${shift})·PE(${position}), pair by pair`,
      heads: ["pair", ...tables.flatMap((t) => [`${t.name}: angle in radians`, "error"])],
      rows: [
        ...Array.from({ length: Math.floor(scene.table.cols / 2) }, (_, i) => [
          String(i),
          ...results.flatMap((result, n) => (result ? cells(n, i) : ["—", "—"])),
        ]),
        ["all", ...results.flatMap((result) => ["", result ? result.total : "—"])],
      ],
    };
  },
};
