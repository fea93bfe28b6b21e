// Rotary: a query and a key in the plane of one pair, each turned by its position. Their score follows the distance only.

/** @import { Mode, Scene } from "./types.js" */

import { h } from "../common/dom.js";
import { counted, fixedText, format, lengthText } from "../common/numbers.js";
import { rotaryMean, rotaryScore, rotate } from "./compute.js";
import { drawAxes, drawNotice } from "./draw.js";

const REACH = 1.5;

/**
 * Everything that the drawing and the sentences need: frequency, distance, score.
 *
 * @param {Scene} scene
 */
function meetingOf(scene) {
  const { query, key, frequencies } = scene,
    frequency = frequencies[scene.pair],
    i = scene.queryPosition,
    j = scene.keyPosition;
  return { query, key, frequency, i, j, distance: j - i, score: rotaryScore(query, key, i, j, frequency) };
}

/** @type {Mode} */
export const rotaryMode = {
  label: "Rotary",
  draw(scene, pen) {
    if (scene.odd) {
      drawNotice(
        pen,
        0,
        110,
        "rotary positions turn pairs of features:",
        `${scene.cols} leave one without a partner; choose an even width`,
      );
      return undefined;
    }
    const { query, key, frequency, i, j, distance, score } = meetingOf(scene),
      drift = scene.phase - Math.floor(scene.phase);
    const narrow = scene.width < 700,
      r = narrow ? Math.min(scene.width * 0.4, scene.height / 4) : Math.min(scene.height / 2 - 34, scene.width * 0.2);
    const cx = narrow ? scene.width / 2 : r + 20,
      cy = 30 + r,
      unit = r / REACH;
    /** @type {(vector: number[]) => [number, number]} */
    const place = ([x, y]) => [cx + x * unit, cy - y * unit];
    pen.circle(cx, cy, r, "dial");
    pen.circle(cx, cy, unit, "grid");
    pen.line(cx - r, cy, cx + r, cy, "grid");
    pen.line(cx, cy - r, cx, cy + r, "grid");
    /** @type {[string, string, number[], number][]} */
    const vectors = [
      ["query", "sine", query, i],
      ["key", "cosine", key, j],
    ];
    const tips = vectors.map(([name, kind, vector, position]) => {
      const angle = (position + drift) * frequency,
        tip = place(rotate(vector, angle)),
        size = Math.hypot(...vector) * unit;
      const [startX, startY] = place(vector);
      pen.line(cx, cy, startX, startY, `${kind} ghost`);
      // The arc from the unturned vector, at its own radius: how far the position has turned it (a full circle at most).
      const start = Math.atan2(vector[1], vector[0]),
        radius = size * (kind === "sine" ? 0.55 : 0.42),
        sweep = Math.min(angle, 2 * Math.PI);
      pen.path(
        Array.from({ length: 61 }, (_, n) => [
          cx + radius * Math.cos(start + (n * sweep) / 60),
          cy - radius * Math.sin(start + (n * sweep) / 60),
        ]),
        `${kind} thin`,
      );
      pen.arrow(cx, cy, ...tip, kind, 18);
      pen.circle(...tip, 10, `${kind} handle`);
      return { name, tip, angle, position };
    });
    tips.forEach(({ name, tip }, n) => {
      const away = Math.hypot(tip[0] - cx, tip[1] - cy) || 1,
        ux = (tip[0] - cx) / away,
        uy = (tip[1] - cy) / away;
      pen.text(
        tip[0] + 26 * ux,
        tip[1] + 26 * uy + 6,
        name === "query" ? "q" : "k",
        n ? "cosine-text bold" : "sine-text bold",
        "middle",
      );
    });
    pen.text(cx, cy + r + 26, "drag an arrow’s tip", "faint", "middle");
    const left = narrow ? 56 : cx + r + 110,
      top = narrow ? cy + r + 70 : 40;
    const plot = { x: left, y: top, width: scene.width - left - 16, height: scene.height - top - 54 };
    // At most a dozen waves to either side, and always the present distance.
    const far = Math.min(Math.max(1, scene.length - 1), Math.ceil((24 * Math.PI) / frequency)),
      middle = Math.abs(distance) > far ? distance : 0,
      most = Math.max(0.1, Math.hypot(...query) * Math.hypot(...key)) * 1.1;
    const { sx, sy } = drawAxes(pen, plot, {
      x: [middle - far, middle + far],
      y: [-most, most],
      yName: "score",
      xName: "distance j − i in positions",
    });
    const steps = Math.max(2, Math.round(plot.width / 2)),
      curve = (/** @type {(distance: number) => number} */ f) =>
        Array.from({ length: steps + 1 }, (_, n) => {
          const d = middle - far + (2 * far * n) / steps;
          return [sx(d), sy(f(d))];
        });
    if (scene.every)
      pen.path(
        curve((d) => rotaryMean(query, key, d, scene.frequencies)),
        "quiet",
      );
    pen.path(
      curve((d) => rotaryScore(query, key, 0, d, frequency)),
      "ink heavy",
    );
    pen.line(sx(distance), sy(0), sx(distance), sy(score), "ink dashed");
    pen.circle(sx(distance), sy(score), 10, "ink-fill");
    const flip = sx(distance) > plot.x + plot.width * 0.7;
    pen.text(
      sx(distance) + (flip ? -16 : 16),
      sy(score) + (score > 0 ? -10 : 24),
      fixedText(score, 2),
      "big",
      flip ? "end" : "start",
    );
    pen.text(
      plot.x + plot.width,
      plot.y - 12,
      scene.every
        ? `thick: pair ${scene.pair}; thin: mean of ${counted(scene.frequencies.length, "pair")}`
        : `pair ${scene.pair}`,
      "ink",
      "end",
    );
    const inPlot = (/** @type {number} */ x, /** @type {number} */ y) =>
      x >= plot.x && x <= plot.x + plot.width && y >= plot.y && y <= plot.y + plot.height;
    return {
      hover(x, y) {
        const tip = tips.find((t) => Math.hypot(x - t.tip[0], y - t.tip[1]) < 18);
        if (tip)
          return [`${tip.name} at position ${tip.position}`, `turned by ${format((tip.angle * 180) / Math.PI, 1)}°`];
        if (!inPlot(x, y)) return null;
        const d = Math.round(((x - plot.x) / plot.width) * 2 * far - far) + middle;
        return [
          `distance ${d}`,
          `score ${format(rotaryScore(query, key, 0, d, frequency), 4)}`,
          `mean of all pairs ${format(rotaryMean(query, key, d, scene.frequencies), 4)}`,
        ];
      },
      // A dragged tip is where the turned vector shall be: turn it back to find the vector itself.
      press(x, y, first, memory) {
        if (first) {
          const near = tips.map((t) => Math.hypot(x - t.tip[0], y - t.tip[1]));
          memory.held = Math.min(...near) < 28 ? (near[1] <= near[0] ? 1 : 0) : null;
        }
        if (memory.held == null) return;
        const to = [(x - cx) / unit, (cy - y) / unit],
          size = Math.hypot(...to),
          shrink = size > REACH ? REACH / size : 1;
        const vector = rotate(
          to.map((v) => v * shrink),
          -tips[memory.held].angle,
        ).map((v) => Math.round(v * 1e4) / 1e4);
        scene.set({ [memory.held ? "key" : "query"]: vector });
      },
    };
  },
  headline(scene) {
    if (scene.odd) return [h("span", {}, "No rotation: the width is odd")];
    const { i, j, distance, score } = meetingOf(scene);
    return [
      h(
        "span",
        {},
        h("span", { class: "tl-pe-is-sine" }, `R(${i})q`),
        " · ",
        h("span", { class: "tl-pe-is-cosine" }, `R(${j})k`),
        " = ",
        h("b", {}, fixedText(score, 3)),
      ),
      h("span", {}, `distance ${distance < 0 ? "−" : ""}${Math.abs(distance)}`),
    ];
  },
  say(scene) {
    if (scene.odd) return `Rotary positions turn pairs of features, so d_head must be even; it is ${scene.cols}.`;
    const { i, j, distance, score, frequency } = meetingOf(scene);
    return (
      `Pair ${scene.pair} turns by ${format(frequency, 4)} radians per position (once round in ${lengthText((2 * Math.PI) / frequency)}). Query at ${i}, key at ${j}: score ${format(score, 3)}. ` +
      `Move both together and it stays: it depends on the distance ${distance < 0 ? "−" : ""}${Math.abs(distance)} only.`
    );
  },
  table(scene) {
    const { query, key, frequency } = meetingOf(scene),
      far = scene.length - 1;
    return {
      caption: "Score by distance",
      heads: ["distance j − i", `pair ${scene.pair}`, "mean of all pairs"],
      rows: Array.from({ length: 2 * far + 1 }, (_, n) => [
        String(n - far).replace("-", "−"),
        rotaryScore(query, key, 0, n - far, frequency),
        rotaryMean(query, key, n - far, scene.frequencies),
      ]),
    };
  },
};
