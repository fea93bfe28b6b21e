// Clocks: each pair is a hand. Across is the sine, up is the cosine, so that a hand starts at twelve and turns clockwise.
import { h } from "./common.js";
import { format } from "./common_math.js";
import { pePanels } from "./positional_encoding_draw.js";
import { peColumns, pePoint } from "./positional_encoding_math.js";
import { peLong } from "./positional_encoding_waves.js";

// The grid of dials that makes them as large as they can be.
export function peDialGrid(count, width, height) {
  let best = { size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns), size = Math.min(width / columns, height / rows);
    if (size > best.size) best = { size, columns, rows };
  }
  return best;
}

function peTurns(table, pair, position) {
  return (position * table.frequencies[pair]) / (2 * Math.PI);
}

function peDial(pen, { cx, cy, r }, table, pair, position, chosen) {
  pen.circle(cx, cy, r, chosen ? "dial chosen-dial" : "dial");
  const point = pePoint(table, pair, position), lacks = peColumns(table.cols, table.layout, pair)[1] < 0, scale = r / table.reach;
  if (!point) return;
  const [x, y] = [cx + point[0] * scale, cy - point[1] * scale];
  if (lacks) pen.line(x, cy - r * 0.9, x, cy + r * 0.9, "sine dashed");
  else pen.arrow(cx, cy, x, y, chosen ? "cosine" : "sine", Math.min(14, r * 0.35));
}

export const peClocks = {
  label: "Clocks",
  draw(scene, pen) {
    const dials = [];
    pePanels(scene.tables.length, scene.width, scene.height).forEach((panel, which) => {
      const table = scene.tables[which], count = table.frequencies.length, phase = table.computed ? scene.phase : Math.floor(scene.phase);
      const big = Math.min(panel.height - 110, panel.width * 0.3) / 2, cx = panel.x + big + 30, cy = panel.y + 58 + big;
      pen.text(panel.x, panel.y + 20, table.title, "ink bold");
      // The way the tip has come: all of it, for a learned table, up to the present position.
      const scale = big / table.reach, trail = [], steps = table.computed ? 60 : Math.floor(phase);
      const from = table.computed ? Math.max(0, phase - (0.9 * 2 * Math.PI) / table.frequencies[scene.pair]) : 0;
      for (let n = 0; n <= steps; n++) {
        const [s, c] = pePoint(table, scene.pair, steps ? from + (n * (phase - from)) / steps : phase);
        trail.push([cx + s * scale, cy - c * scale]);
      }
      pen.line(cx - big, cy, cx + big, cy, "grid");
      pen.line(cx, cy - big, cx, cy + big, "grid");
      if (trail.length > 1) pen.path(trail, "trail");
      peDial(pen, { cx, cy, r: big }, table, scene.pair, phase, true);
      pen.text(cx, cy - big - 12, "cosine ↑", "faint", "middle");
      pen.text(cx + big + 8, cy - 8, "sine →", "faint");
      pen.text(cx, cy + big + 30, `pair ${scene.pair}`, "ink bold", "middle");
      pen.text(cx, cy + big + 52, table.computed ? `once round in ${peLong((2 * Math.PI) / table.frequencies[scene.pair])} positions` : "jumps: no turn at all", "faint", "middle");
      const left = cx + big + 76, room = { x: left, y: panel.y + 34, width: panel.x + panel.width - left, height: panel.height - 40 };
      const { size, columns, rows } = peDialGrid(count, room.width, room.height), labelled = size > 52;
      for (let pair = 0; pair < count; pair++) {
        const dial = { cx: room.x + ((pair % columns) + 0.5) * (room.width / columns), cy: room.y + (Math.floor(pair / columns) + 0.5) * Math.min(room.height / rows, size * 1.25) - (labelled ? 8 : 0), r: size / 2 - (labelled ? 14 : 2) };
        peDial(pen, dial, table, pair, phase, pair === scene.pair);
        if (labelled) pen.text(dial.cx, dial.cy + dial.r + 18, String(pair), pair === scene.pair ? "ink bold" : "faint", "middle");
        dials.push({ ...dial, half: size / 2, table, pair, phase });
      }
    });
    const find = (x, y) => dials.find((d) => Math.abs(x - d.cx) < d.half && Math.abs(y - d.cy) < d.half);
    return {
      hover(x, y) {
        const dial = find(x, y), point = dial && pePoint(dial.table, dial.pair, dial.phase);
        return point && [`pair ${dial.pair}`, `sine ${format(point[0], 4)}, cosine ${format(point[1], 4)}`, ...(dial.table.computed ? [`turned ${format(peTurns(dial.table, dial.pair, dial.phase), 3)} times since position 0`] : [])];
      },
      press(x, y) {
        const dial = find(x, y);
        if (dial) scene.set({ pair: dial.pair });
      },
    };
  },
  headline(scene) {
    const { table, pair, position } = scene, turns = peTurns(table, pair, position);
    if (!table.computed) return [h("span", {}, `At position ${position}: `, h("b", {}, "hands that jump"), ", not clocks")];
    return [h("span", {}, `At position ${position}, pair ${pair} has turned `, h("b", {}, format(turns, turns < 0.1 ? 4 : 2)), " times")];
  },
  say(scene) {
    const { table, pair, position } = scene, [s, c] = pePoint(table, pair, position), count = table.frequencies.length;
    return `${count} hands, one for each pair, at position ${position}. Pair ${pair}: sine ${format(s, 3)}` + (peColumns(table.cols, table.layout, pair)[1] < 0 ? ", no cosine. " : `, cosine ${format(c, 3)}. `) +
      (table.computed ? "Low pairs turn fast and tell neighbours apart; high pairs turn slowly and tell far places apart." : "The hands of a stored table follow no rule.");
  },
  table(scene) {
    const { tables, position } = scene;
    return { caption: `Each pair at position ${position}: turns since position 0, and the two ends of its hand`, heads: ["pair", ...tables.flatMap((t) => [`${t.name}: turns`, "sine", "cosine"])],
      rows: Array.from({ length: scene.frequencies.length }, (_, pair) => [String(pair), ...tables.flatMap((t) => {
        const [s, c] = pePoint(t, pair, position);
        return [t.computed ? peTurns(t, pair, position) : "—", s, peColumns(t.cols, t.layout, pair)[1] < 0 ? "—" : c];
      })]) };
  },
};
