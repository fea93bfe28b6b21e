// AttentionView's legend: what a colour, a line, a frame and a hatch mean.

/** @import { Scene } from "./types.js" */

import { h } from "../common/dom.js";
import { colourTable, cssColour } from "../common/theme.js";
import { leastDrawn } from "./lines.js";

/**
 * @param {HTMLElement} legend
 * @param {Scene} scene
 */
export function drawLegend(legend, scene) {
  const { dark, top, show, mode, facts, attention } = scene,
    key = JSON.stringify([mode, dark, top, show, facts.title]);
  if (legend.dataset.key === key) return;
  legend.dataset.key = key;
  /** @type {HTMLElement[]} */
  const items = [];
  const item = (/** @type {string} */ kind, /** @type {string} */ text) =>
    items.push(
      h("span", { class: "tl-item" }, h("span", { class: `tl-swatch tl-${kind}`, "aria-hidden": "true" }), text),
    );
  const ramp = (/** @type {boolean} */ diverging) => {
    const bar = h("span", { class: "tl-ramp", "aria-hidden": "true" }),
      table = colourTable(dark, diverging);
    bar.style.background = `linear-gradient(to right, ${[...Array(9).keys()].map((i) => cssColour(table, i / 8)).join()})`;
    return bar;
  };
  if (mode === "cell" && !attention.query && !attention.value) items.length = 0;
  else if (mode === "cell") items.push(h("span", { class: "tl-item" }, "negative", ramp(true), "positive number"));
  else if (mode === "lines")
    items.push(
      h(
        "span",
        { class: "tl-item" },
        `Width of a line: attention weight; under ${leastDrawn(facts.keys.length)} not drawn`,
      ),
    );
  else
    items.push(
      h(
        "span",
        { class: "tl-item" },
        "0",
        ramp(false),
        mode === "heads" && attention.keys > 16 ? "each head's own top" : String(top),
        " attention weight: each row shares out 1",
      ),
    );
  if (attention.mask && mode === "matrix") item("hatch", "masked");
  legend.replaceChildren(...items);
}
