// Step-by-step proof of one cell: q·k terms → sum → × scale → mask → softmax over the row → × V → output.

/** @import { Scene } from "./types.js" */
/** @import { Numbers } from "../common/types.js" */

import { h } from "../common/dom.js";
import { sum } from "../common/math.js";
import { format, shownToken } from "../common/numbers.js";
import { colourTable, cssColour, inkOn } from "../common/theme.js";

const MOST_KEYS = 24;

/**
 * @param {HTMLElement} box
 * @param {Scene} scene
 * @param {number} steps
 */
export function drawCell(box, scene, steps) {
  const { attention, facts, layer, head, query, key, dark } = scene;
  if (scene.covered(query)) {
    box.replaceChildren(h("p", {}, "This row is still hidden: mark the key you expect first."));
    return;
  }
  if (!attention.holds(layer, head)) {
    box.replaceChildren(h("p", {}, "The vectors of this head come from Python: a moment, where a kernel runs."));
    return;
  }
  const q = shownToken(facts.queries[query], 20),
    k = shownToken(facts.keys[key], 20),
    table = colourTable(dark, true);
  /**
   * @param {Float32Array | Float64Array | Uint8Array} values
   * @param {number} most
   * @param {number} [digits]
   */
  const tinted = (values, most, digits = 2) =>
    [...values].map((v) => {
      const cell = h("td", {}, h("data", { value: String(v) }, format(v, digits))),
        share = 0.5 + (0.5 * v) / (most || 1);
      cell.style.background = cssColour(table, share);
      cell.style.color = inkOn(table, share);
      return cell;
    });
  /**
   * @param {string[]} heads
   * @param {(string | HTMLElement)[][]} rows
   * @param {string} caption
   */
  const grid = (heads, rows, caption) =>
    h(
      "div",
      { class: "tl-scroll", tabindex: 0, role: "region", "aria-label": caption },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
        h("tbody", {}, ...rows.map(([name, ...cells]) => h("tr", {}, h("th", { scope: "row" }, name), ...cells))),
      ),
    );
  /**
   * @param {number} number
   * @param {string} title
   * @param {...(Node | null)} parts
   */
  const card = (number, title, ...parts) =>
    h(
      "section",
      {
        "data-step": number,
        class:
          `tl-card${attention.query && number > 1 && number < 5 ? " tl-third" : ""}` +
          (number === Math.max(steps, attention.query ? 1 : 3) ? " tl-latest" : ""),
      },
      h("h3", {}, h("span", { class: "tl-step" }, attention.query || number > 3 ? String(number) : "1–3"), title),
      ...parts,
    );
  const say = (/** @type {string} */ text) => h("p", { class: "tl-sum" }, text),
    n = (/** @type {number} */ v, digits = 3) => format(v, digits);
  const cards = [];

  const scores = attention.scoreRow(layer, head, query),
    product = attention.product(layer, head)[query * attention.keys + key];
  const nudge = attention.nudgeOf(layer, head, query, key),
    bias = attention.bias ? attention.bias.data[attention.offset(layer, head) + query * attention.keys + key] : 0;
  const factor = attention.query ? attention.scaleOf(layer) : 1,
    raw = product * factor + bias;
  if (attention.query) {
    const a = attention.vector("query", layer, head, query),
      b = attention.vector("key", layer, head, key);
    const terms = Float64Array.from(a, (v, i) => v * b[i]),
      most = (/** @type {Iterable<number>} */ values) => Math.max(...[...values].map(Math.abs));
    const both = Math.max(most(a), most(b));
    cards.push(
      card(
        1,
        "Multiply the query by the key, dimension by dimension",
        grid(
          ["dimension", ...a.keys()].map(String),
          [
            [`q of “${q}”`, ...tinted(a, both)],
            [`k of “${k}”`, ...tinted(b, both)],
            ["q × k", ...tinted(terms, most(terms))],
          ],
          "q times k by dimension",
        ),
      ),
    );
    cards.push(card(2, "Add the products", say(`q·k = ${n(product)}`)));
    const known = Math.abs(factor - attention.dHead ** -0.5) < 1e-6 ? ` = 1/√${attention.dHead}` : "";
    cards.push(
      card(
        3,
        "Scale",
        say(
          `${n(product)} × ${n(factor)}${known ? ` (${known.slice(3)})` : ""} = ${n(product * factor)}` +
            (bias ? `;  + bias ${n(bias)} = ${n(raw)}` : ""),
        ),
      ),
    );
  } else
    cards.push(
      card(
        3,
        "Start from the recorded weight",
        say(`log ${n(Math.exp(product), 4)} = ${n(product)}`),
        h(
          "p",
          {},
          "Queries and keys were not stored. The logarithm of a weight is its score, but for a constant that the whole row shares and softmax does not notice.",
        ),
      ),
    );
  const last = cards[cards.length - 1],
    changes = [];
  if (nudge) changes.push(`+ your nudge ${n(nudge)} = ${n(raw + nudge)}`);
  if (attention.temperature !== 1)
    changes.push(`÷ your temperature ${n(attention.temperature, 2)} = ${n((raw + nudge) / attention.temperature)}`);
  if (changes.length) last.append(say(changes.join(";  ")));

  const yours = attention.maskedKeys.has(key),
    open = attention.allowed(layer, head, query, key);
  cards.push(
    card(
      4,
      "Mask",
      say(scores[key] === -Infinity ? "score = −∞" : `score stays ${n(scores[key])}`),
      h(
        "p",
        {},
        yours
          ? `You masked “${k}”.`
          : open
            ? `“${q}” may attend to “${k}”.`
            : `The mask forbids “${q}” to attend to “${k}”.`,
      ),
    ),
  );

  const weights = scene.headWeights.subarray(query * attention.keys, (query + 1) * attention.keys),
    most = Math.max(...scores);
  const listed = [...weights.keys()]
    .sort((a, b) => Number(b === key) - Number(a === key) || weights[b] - weights[a])
    .slice(0, MOST_KEYS)
    .sort((a, b) => a - b);
  const left = weights.length - listed.length,
    share = 1 - sum(listed.map((j) => weights[j])),
    exps = scores.map((s) => Math.exp(s - most));
  /**
   * @param {Numbers} values
   * @param {number} digits
   */
  const cells = (values, digits) =>
    listed.map((j) =>
      h(
        "td",
        { class: j === key ? "tl-here" : null },
        h("data", { value: String(values[j]) }, format(values[j], digits)),
      ),
    );
  const empty = most === -Infinity,
    over = left ? [`${left} others`] : [],
    blank = (/** @type {string} */ text) => (left ? [h("td", {}, text)] : []);
  cards.push(
    card(
      5,
      "Softmax over the row",
      empty
        ? h("p", {}, scene.emptyRow(query))
        : grid(
            ["key", ...listed.map((j) => shownToken(facts.keys[j], 12)), ...over],
            [
              ["score s", ...cells(scores, 2), ...blank("")],
              ["exp(s − max)", ...cells(exps, 3), ...blank("")],
              ["weight", ...cells(weights, 3), ...blank(n(share))],
            ],
            "softmax over the row",
          ),
      empty ? null : say(`weight = ${n(exps[key])} ÷ ${n(sum(exps))} = ${n(weights[key])}`),
    ),
  );

  if (attention.value) {
    const v = attention.vector("value", layer, head, key),
      part = Float64Array.from(v, (x) => x * weights[key]),
      out = attention.output(layer, head, query);
    const big = Math.max(...[...v, ...out].map(Math.abs));
    cards.push(
      card(
        6,
        "Weigh the value; all keys together make the output",
        grid(
          ["dimension", ...v.keys()].map(String),
          [
            [`v of “${k}”`, ...tinted(v, big)],
            [`${n(weights[key])} × v`, ...tinted(part, big)],
            ["output: sum over all keys", ...tinted(out, big)],
          ],
          "weighted value and output",
        ),
      ),
    );
  } else
    cards.push(
      card(
        6,
        "Weigh the value",
        h(
          "p",
          {},
          `${n(weights[key])} × value of “${k}” goes into the output of “${q}”. Values were not stored in this view.`,
        ),
      ),
    );
  box.replaceChildren(...cards.filter((each) => Number(each.dataset.step) <= Math.max(steps, attention.query ? 1 : 3)));
}
