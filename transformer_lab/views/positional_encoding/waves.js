// Waves: chosen pairs as curves over the positions, one strip each, the pair of the slider in the middle of attention.

/** @import { Mode, Panel, PeTable, Scene } from "./types.js" */

import { h } from "../common/dom.js";
import { format, lengthText, plain } from "../common/numbers.js";
import { columnsOf, handAt } from "./compute.js";
import { drawAxes, drawTitle, panelsFor } from "./draw.js";

/**
 * @param {PeTable} table
 * @param {number} pair
 */
function wavelengthOf(table, pair) {
  return (2 * Math.PI) / table.frequencies[pair];
}

/**
 * The pinned pairs and the slider's own, in order.
 *
 * @param {Scene} scene
 */
function shownPairs(scene) {
  return [...new Set([...scene.pairs, scene.pair])]
    .filter((pair) => pair < scene.frequencies.length)
    .sort((a, b) => a - b);
}

/** @type {Mode} */
export const wavesMode = {
  label: "Waves",
  keys: { x: "position", y: "pair" },
  draw(scene, pen) {
    const pairs = shownPairs(scene);
    /** @type {(Panel & { top: number, each: number, panel: Panel, pair: number, table: PeTable })[]} */
    const strips = [];
    panelsFor(scene.tables.length, scene.width, scene.height).forEach((panel, which) => {
      const table = scene.tables[which],
        top = panel.y + 34,
        bottom = 52,
        each = (panel.height - 34 - bottom) / pairs.length;
      const wide = panel.width > 800,
        plot = { x: panel.x + 46, width: panel.width - 46 - (wide ? 240 : 12) };
      drawTitle(pen, panel.x, panel.y + 20, table, panel.width);
      pairs.forEach((pair, i) => {
        const chosen = pair === scene.pair,
          strip = { ...plot, y: top + i * each + (wide ? 11 : 24), height: each - (wide ? 24 : 36) };
        const [sine, cosine] = columnsOf(table.cols, table.layout, pair),
          limit = table.limit,
          last = i === pairs.length - 1;
        if (chosen) pen.rect(panel.x, top + i * each, panel.width, each - 2, "chosen");
        const { sx, sy } = drawAxes(pen, strip, {
          x: [0, Math.max(1, table.rows - 1)],
          y: [-limit, limit],
          yTicks: [
            [-limit, plain(-limit, 2)],
            [limit, plain(limit, 2)],
          ],
          ...(last ? { xName: "position" } : { xTicks: [] }),
        });
        const steps = table.computed ? Math.max(table.rows - 1, Math.round(strip.width / 2)) : table.rows - 1;
        const curve = (/** @type {0 | 1} */ part) =>
          Array.from({ length: steps + 1 }, (_, n) => {
            const p = steps ? (n * (table.rows - 1)) / steps : 0;
            return [sx(p), sy(handAt(table, pair, p)[part])];
          });
        if (cosine >= 0) pen.path(curve(1), `cosine dashed ${chosen ? "thick" : ""}`);
        pen.path(curve(0), `sine ${chosen ? "thick" : ""}`);
        const [s, c] = handAt(table, pair, Math.min(scene.phase, table.computed ? Infinity : table.rows - 1));
        pen.line(sx(scene.phase), strip.y - 4, sx(scene.phase), strip.y + strip.height + 4, "now");
        if (cosine >= 0) pen.circle(sx(scene.phase), sy(c), 6, "cosine-fill");
        pen.circle(sx(scene.phase), sy(s), 6, "sine-fill");
        const wave = table.computed
          ? `every ${lengthText(wavelengthOf(table, pair))}${panel.width < 420 ? "" : " positions"}`
          : "stored numbers";
        const features = cosine < 0 ? `feature ${sine} (no cosine)` : `features ${sine}, ${cosine}`;
        if (wide) {
          pen.text(strip.x + strip.width + 18, strip.y + strip.height / 2 - 2, wave, chosen ? "ink bold" : "ink");
          pen.text(strip.x + strip.width + 18, strip.y + strip.height / 2 + 20, `pair ${pair} · ${features}`, "faint");
        } else pen.text(strip.x, strip.y - 6, `pair ${pair} · ${wave}`, chosen ? "ink bold" : "ink");
        strips.push({ ...strip, top: top + i * each, each, panel, pair, table });
      });
    });
    const find = (/** @type {number} */ x, /** @type {number} */ y) =>
      strips.find((s) => y >= s.top && y < s.top + s.each && x >= s.panel.x && x < s.panel.x + s.panel.width);
    const where = (/** @type {typeof strips[number]} */ strip, /** @type {number} */ x) =>
      Math.max(0, Math.min(strip.table.rows - 1, Math.round(((x - strip.x) / strip.width) * (strip.table.rows - 1))));
    return {
      hover(x, y) {
        const strip = find(x, y);
        if (!strip || x < strip.x || x > strip.x + strip.width) return null;
        const p = where(strip, x),
          [s, c] = handAt(strip.table, strip.pair, p),
          [sine, cosine] = columnsOf(strip.table.cols, strip.table.layout, strip.pair);
        return [
          `position ${p}, pair ${strip.pair}`,
          `feature ${sine}: ${format(s, 4)}`,
          ...(cosine < 0 ? [] : [`feature ${cosine}: ${format(c, 4)}`]),
        ];
      },
      press(x, y, first) {
        const strip = find(x, y);
        if (strip) scene.set({ position: where(strip, x), ...(first ? { pair: strip.pair } : {}) });
      },
    };
  },
  headline(scene) {
    const { table, pair } = scene;
    const legend = [
      h("span", { class: "tl-pe-is-sine" }, table.computed ? "sine ──" : "first feature ──"),
      h("span", { class: "tl-pe-is-cosine" }, table.computed ? "cosine ╌╌" : "second feature ╌╌"),
    ];
    if (!table.computed) return [h("span", {}, `Pair ${pair}: stored numbers, no formula`), ...legend];
    return [
      h("span", {}, `Pair ${pair} repeats every `, h("b", {}, lengthText(wavelengthOf(table, pair))), " positions"),
      ...legend,
    ];
  },
  say(scene) {
    const pairs = shownPairs(scene),
      last = scene.frequencies.length - 1;
    return (
      `${pairs.length > 1 ? "Pairs" : "Pair"} ${pairs.join(", ")} over positions 0 to ${scene.table.rows - 1}. ` +
      (scene.table.computed
        ? `Wavelengths grow from ${lengthText(wavelengthOf(scene.table, 0))} positions (pair 0) to ${lengthText(wavelengthOf(scene.table, last))} (pair ${last}).`
        : "Stored numbers have no wavelength to state: nothing makes them a wave.")
    );
  },
  table(scene) {
    const pairs = shownPairs(scene),
      columns = scene.tables.flatMap((table) =>
        pairs.flatMap((pair) =>
          columnsOf(table.cols, table.layout, pair)
            .map((column, part) => ({ table, pair, part, column }))
            .filter((each) => each.column >= 0),
        ),
      );
    return {
      caption: "The shown features at each position",
      heads: [
        "position",
        ...columns.map(({ table, column }) => `${scene.tables.length > 1 ? `${table.name} ` : ""}feature ${column}`),
      ],
      rows: Array.from({ length: scene.table.rows }, (_, p) => [
        String(p),
        ...columns.map(({ table, pair, part }) => handAt(table, pair, p)[part]),
      ]),
    };
  },
};
