// Clocks: each pair is a hand. Across is the sine, up is the cosine, so that a hand starts at twelve and turns clockwise.

/** @import { Dial, Mode, PeTable, Pen } from "./types.js" */

import { h } from "../common/dom.js";
import { counted, fixedText, format, lengthText } from "../common/numbers.js";
import { columnsOf, handAt, pointAt } from "./compute.js";
import { drawTitle, panelsFor } from "./draw.js";

/**
 * The grid of dials that makes them as large as they can be.
 *
 * @param {number} count
 * @param {number} width
 * @param {number} height
 */
export function dialGrid(count, width, height) {
  let best = { size: 0, columns: 1, rows: 1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns),
      size = Math.min(width / columns, height / rows);
    if (size > best.size) best = { size, columns, rows };
  }
  return best;
}

/**
 * @param {PeTable} table
 * @param {number} pair
 * @param {number} position
 */
function turnsOf(table, pair, position) {
  return (position * table.frequencies[pair]) / (2 * Math.PI);
}

/**
 * @param {Pen} pen
 * @param {Dial} dial
 * @param {PeTable} table
 * @param {number} pair
 * @param {number} position
 * @param {boolean} chosen
 */
function drawDial(pen, { cx, cy, r }, table, pair, position, chosen) {
  pen.circle(cx, cy, r, chosen ? "dial chosen-dial" : "dial");
  const point = pointAt(table, pair, position),
    lacks = columnsOf(table.cols, table.layout, pair)[1] < 0,
    scale = r / table.reach;
  if (!point) return;
  const [x, y] = [cx + point[0] * scale, cy - point[1] * scale];
  if (lacks) pen.line(x, cy - r * 0.9, x, cy + r * 0.9, "sine dashed");
  else pen.arrow(cx, cy, x, y, chosen ? "cosine" : "sine", Math.min(14, r * 0.35));
}

/**
 * The chosen pair, large: the hand, and what it casts on the two axes.
 *
 * @param {Pen} pen
 * @param {{ cx: number, cy: number, scale: number }} place
 * @param {PeTable} table
 * @param {number} pair
 * @param {number} position
 */
function drawProjections(pen, { cx, cy, scale }, table, pair, position) {
  const [s, c] = handAt(table, pair, position),
    [x, y] = [cx + s * scale, cy - c * scale];
  if (columnsOf(table.cols, table.layout, pair)[1] < 0) return void pen.line(cx, cy, x, cy, "sine heavy");
  pen.line(x, cy, x, y, "sine ghost");
  pen.line(cx, y, x, y, "cosine ghost");
  pen.line(cx, cy, x, cy, "sine heavy");
  pen.line(cx, cy, cx, y, "cosine heavy");
  pen.arrow(cx, cy, x, y, "ink", 18);
}

/** @type {Mode} */
export const clocksMode = {
  label: "Clocks",
  keys: { x: "pair", y: "position" },
  draw(scene, pen) {
    /** @type {(Dial & { half: number, table: PeTable, pair: number, phase: number })[]} */
    const dials = [];
    panelsFor(scene.tables.length, scene.width, scene.height).forEach((panel, which) => {
      const table = scene.tables[which],
        count = table.frequencies.length,
        phase = table.computed ? scene.phase : Math.floor(scene.phase);
      const big = Math.min(panel.height - 124, panel.width * 0.3) / 2,
        cx = panel.x + big + 16,
        cy = panel.y + 56 + big + Math.max(0, (panel.height - 124 - 2 * big) / 3);
      drawTitle(pen, panel.x, panel.y + 20, table, panel.width);
      const scale = big / table.reach;
      pen.circle(cx, cy, big, "dial");
      pen.line(cx - big, cy, cx + big, cy, "grid");
      pen.line(cx, cy - big, cx, cy + big, "grid");
      // The way the tip has come: nine tenths of a turn at most.
      const frequency = table.frequencies[scene.pair],
        from = Math.max(0, phase - (1.8 * Math.PI) / frequency);
      if (table.computed)
        pen.path(
          Array.from({ length: 61 }, (_, n) => handAt(table, scene.pair, from + (n * (phase - from)) / 60)).map(
            ([s, c]) => [cx + s * scale, cy - c * scale],
          ),
          "trail",
        );
      drawProjections(pen, { cx, cy, scale }, table, scene.pair, phase);
      pen.text(cx, cy - big - 12, "cosine ↑", "faint", "middle");
      pen.text(cx + big + 8, cy - 8, "sine →", "faint");
      pen.text(cx, cy + big + 30, `pair ${scene.pair}`, "ink bold", "middle");
      pen.text(
        cx,
        cy + big + 54,
        table.computed
          ? `${big > 130 ? "once round in" : "turn:"} ${lengthText((2 * Math.PI) / table.frequencies[scene.pair])}${big > 75 ? " positions" : ""}`
          : `rim: ${format(table.reach, 2)}`,
        "faint",
        "middle",
      );
      const left = cx + big + 76,
        room = { x: left, y: panel.y + 34, width: panel.x + panel.width - left, height: panel.height - 40 };
      const { size, columns, rows } = dialGrid(count, room.width, room.height),
        labelled = size > 60;
      for (let pair = 0; pair < count; pair++) {
        const dial = {
          cx: room.x + ((pair % columns) + 0.5) * (room.width / columns),
          cy:
            room.y +
            (Math.floor(pair / columns) + 0.5) * Math.min(room.height / rows, size * 1.25) -
            (labelled ? 8 : 0),
          r: size / 2 - (labelled ? 11 : 3),
        };
        drawDial(pen, dial, table, pair, phase, pair === scene.pair);
        if (labelled)
          pen.text(dial.cx, dial.cy + dial.r + 18, String(pair), pair === scene.pair ? "ink bold" : "faint", "middle");
        dials.push({ ...dial, half: size / 2, table, pair, phase });
      }
    });
    const find = (/** @type {number} */ x, /** @type {number} */ y) =>
      dials.find((d) => Math.abs(x - d.cx) < d.half && Math.abs(y - d.cy) < d.half);
    return {
      hover(x, y) {
        const dial = find(x, y),
          point = dial && pointAt(dial.table, dial.pair, dial.phase);
        if (!dial || !point) return null;
        return [
          `pair ${dial.pair}`,
          `sine ${format(point[0], 4)}, cosine ${format(point[1], 4)}`,
          ...(dial.table.computed
            ? [`turned ${format(turnsOf(dial.table, dial.pair, dial.phase), 3)} times since position 0`]
            : []),
        ];
      },
      press(x, y) {
        const dial = find(x, y);
        if (dial) scene.set({ pair: dial.pair });
      },
    };
  },
  headline(scene) {
    const { table, pair, position } = scene,
      turns = turnsOf(table, pair, position);
    if (!table.computed) {
      const [s, c] = handAt(table, pair, position);
      return [
        h(
          "span",
          {},
          `At position ${position}, pair ${pair} points to (`,
          h("span", { class: "tl-pe-is-sine" }, h("b", {}, fixedText(s, 2))),
          ", ",
          h("span", { class: "tl-pe-is-cosine" }, h("b", {}, fixedText(c, 2))),
          ")",
        ),
      ];
    }
    return [
      h(
        "span",
        {},
        `At position ${position}, pair ${pair} has turned `,
        h("b", {}, format(turns, turns < 0.1 ? 4 : 2)),
        " times",
      ),
    ];
  },
  say(scene) {
    const { table, pair, position } = scene,
      [s, c] = handAt(table, pair, position),
      count = table.frequencies.length;
    return (
      `${counted(count, "hand")}, one for each pair, at position ${position}. Pair ${pair}: sine ${format(s, 3)}` +
      (columnsOf(table.cols, table.layout, pair)[1] < 0 ? ", no cosine. " : `, cosine ${format(c, 3)}. `) +
      (table.computed
        ? "Low pairs turn fast and tell neighbours apart; high pairs turn slowly and tell far places apart."
        : "The hands of a stored table keep time only if they learned to.")
    );
  },
  table(scene) {
    const { tables, position } = scene;
    return {
      caption: `Each pair at position ${position}: turns since position 0, and the two ends of its hand`,
      heads: ["pair", ...tables.flatMap((t) => [`${t.name}: turns`, "sine", "cosine"])],
      rows: Array.from({ length: scene.frequencies.length }, (_, pair) => [
        String(pair),
        ...tables.flatMap((t) => {
          const [s, c] = handAt(t, pair, position);
          return [t.computed ? turnsOf(t, pair, position) : "—", s, columnsOf(t.cols, t.layout, pair)[1] < 0 ? "—" : c];
        }),
      ]),
    };
  },
};
