// One query's row as bars, recorded against changed, and what it takes home.

/** @import { Facts, Scene } from "./types.js" */
/** @import { Numbers } from "../common/types.js" */

import { h, svg } from "../common/dom.js";
import { entropyBits, norm, sum } from "../common/math.js";
import { format, shownToken, weightText } from "../common/numbers.js";

const MOST = 16,
  WIDE = 372;

/**
 * Keys to list: all of them in order, or the most attended ones, most first.
 *
 * @param {Float64Array} now
 * @param {Numbers} before
 */
export function keysToList(now, before) {
  const all = [...now.keys()];
  if (all.length <= MOST) return all;
  return all.sort((a, b) => Math.max(now[b], before[b]) - Math.max(now[a], before[a])).slice(0, MOST);
}

/**
 * @param {HTMLElement} box
 * @param {Scene} scene
 */
export function drawRow(box, scene) {
  const { facts, query, key } = scene,
    cols = facts.keys.length;
  const name = shownToken(facts.queries[query], 16);
  if (scene.covered(query)) {
    box.replaceChildren(h("h3", {}, `Row of “${name}”`), h("p", {}, "Hidden until you have marked a key."));
    return;
  }
  const now = scene.weights.subarray(query * cols, (query + 1) * cols),
    before = scene.plain.subarray(query * cols, (query + 1) * cols);
  /** @type {Element[]} */
  const parts = [h("h3", {}, `Row of “${name}”`)];
  if (sum(now) === 0) parts.push(h("p", { class: "tl-empty" }, scene.emptyRow(query)));
  parts.push(bars(facts, keysToList(now, before), now, before, key, scene));
  const rest = cols > MOST ? ` The ${MOST} most attended of ${cols} keys.` : "";
  const sums = `Row sum ${format(sum(now), 3)} · entropy ${format(entropyBits(now), 2)} of at most ${format(Math.log2(cols), 2)} bits.${rest}`;
  parts.push(h("p", { class: "tl-fine" }, sums + (scene.touched ? " Ticks: as recorded." : "")));
  if (scene.output) parts.push(...outputPart(scene.output, scene.touched));
  box.replaceChildren(...parts);
}

/**
 * @param {Facts} facts
 * @param {number[]} listed
 * @param {Float64Array} now
 * @param {Float64Array} before
 * @param {number} key
 * @param {Scene} scene
 */
function bars(facts, listed, now, before, key, scene) {
  const step = 27,
    height = listed.length * step + 6,
    start = 150,
    full = WIDE - start - 72;
  const picture = svg("svg", {
    viewBox: `0 0 ${WIDE} ${height}`,
    width: WIDE,
    height,
    role: "img",
    "aria-label": "Weights of this row",
  });
  const top = Math.max(1e-9, scene.top);
  listed.forEach((k, i) => {
    const y = i * step + step / 2 + 2,
      text = shownToken(facts.keys[k], 14),
      second = facts.keyPinyin[k];
    const strong = k === key ? "tl-strong" : null;
    const label = svg(
      "text",
      { x: start - 10, y, "text-anchor": "end", "dominant-baseline": "central", class: strong },
      text,
    );
    if (second) label.append(svg("tspan", { class: "tl-second" }, ` ${second}`));
    picture.append(
      label,
      svg("rect", { x: start, y: y - 9, width: full, height: 18, class: "tl-track" }),
      svg("rect", { x: start, y: y - 9, width: Math.min(full, (now[k] / top) * full), height: 18, class: "tl-bar" }),
    );
    const said = scene.maskedKeys.has(k) || scene.masked(scene.query, k) ? "masked" : weightText(now[k]);
    picture.append(
      svg("text", { x: WIDE, y, "text-anchor": "end", "dominant-baseline": "central", class: strong }, said),
    );
    if (scene.touched)
      picture.append(
        svg("rect", {
          x: start + Math.min(full, (before[k] / top) * full) - 1.5,
          y: y - 12,
          width: 3,
          height: 24,
          class: "tl-tick",
        }),
      );
    if (scene.gold.some(([q, other]) => q === scene.query && other === k))
      picture.append(svg("rect", { x: start - 1, y: y - 10, width: full + 2, height: 20, class: "tl-goldline" }));
  });
  return picture;
}

/**
 * Σ weight × value of this query: one bar for each dimension, a tick where it was.
 *
 * @param {{ now: Float64Array, before: Float64Array }} output
 * @param {boolean} touched
 */
function outputPart({ now, before }, touched) {
  const change = now.map((v, i) => v - before[i]);
  const height = 96,
    most = Math.max(1e-9, ...now.map(Math.abs), ...before.map(Math.abs)),
    step = WIDE / now.length;
  const picture = svg("svg", {
    viewBox: `0 0 ${WIDE} ${height}`,
    width: WIDE,
    height,
    role: "img",
    "aria-label": "Output of this query by dimension",
  });
  const at = (/** @type {number} */ v) => height / 2 - (v / most) * (height / 2 - 4);
  now.forEach((v, i) => {
    const x = i * step,
      wide = Math.max(1, step * 0.76);
    picture.append(
      svg("rect", {
        x,
        y: Math.min(at(v), at(0)),
        width: wide,
        height: Math.abs(at(v) - at(0)),
        class: v < 0 ? "tl-minus" : "tl-bar",
      }),
    );
    if (touched) picture.append(svg("rect", { x, y: at(before[i]) - 1.2, width: wide, height: 2.4, class: "tl-tick" }));
  });
  picture.append(svg("line", { x1: 0, x2: WIDE, y1: at(0), y2: at(0), class: "tl-zero" }));
  const said = touched
    ? `The output moved by ${format(norm(change), 3)}; it was ${format(norm(before), 3)} long.`
    : `${now.length} dimensions, length ${format(norm(now), 3)}.`;
  return [h("h3", {}, "Output: weights × values"), picture, h("p", { class: "tl-fine" }, said)];
}
