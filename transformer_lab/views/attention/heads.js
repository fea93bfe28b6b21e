// All heads side by side: a small matrix each, one row per layer, or in order of agreement or of entropy.

/** @import { Scene } from "./types.js" */
/** @import { Frame } from "../common/types.js" */

import { h } from "../common/dom.js";
import { fitCanvas, paintMatrix } from "../common/drawing.js";
import { clamp } from "../common/math.js";
import { format } from "../common/numbers.js";
import { colourTable } from "../common/theme.js";
import { orderHeads, scaleTop } from "./measures.js";

/**
 * @param {Frame} frame
 * @param {(layer: number, head: number) => void} choose
 */
export function makeHeads(frame, choose) {
  const grid = h("div", { class: "tl-heads", role: "group", "aria-label": "All heads" });
  /** @type {Map<string, ReturnType<typeof makeButton>>} */
  const buttons = new Map();
  grid.addEventListener("keydown", (event) => {
    const all = /** @type {HTMLElement[]} */ ([...grid.children]),
      at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const columns = Number(grid.dataset.columns);
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const step = steps[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    all[clamp(at + step, 0, all.length - 1)].focus();
  });
  /**
   * @param {number} layer
   * @param {number} head
   */
  function makeButton(layer, head) {
    const canvas = h("canvas", { "aria-hidden": "true" }),
      text = h("span", { class: "tl-thumb-name" }),
      fine = h("span", { class: "tl-fine" });
    const element = h(
      "button",
      {
        type: "button",
        class: "tl-thumb",
        onclick: () => choose(layer, head),
        ondblclick: () => frame.set({ mode: "matrix" }),
      },
      canvas,
      text,
      fine,
    );
    return { element, canvas, text, fine };
  }
  /**
   * @param {number} layer
   * @param {number} head
   */
  function button(layer, head) {
    const name = `${layer},${head}`,
      made = buttons.get(name) ?? makeButton(layer, head);
    buttons.set(name, made);
    return made;
  }

  /** @param {Scene} scene */
  function draw(scene) {
    const { attention, facts, colours } = scene,
      listed = orderHeads(attention, scene.order, facts.gold);
    const { queries, keys } = attention,
      perLine = clamp(Math.floor(frame.width / 172), 1, listed.length);
    const columns = scene.order === "layer" && attention.heads > 1 ? attention.heads : perLine,
      lines = Math.ceil(listed.length / columns);
    const short = columns > perLine,
      wide = (frame.width - 8) / columns - (short ? 22 : 32),
      room = clamp(Math.min(wide, 560 / lines - 70), Math.min(wide, short ? 90 : 130), 240);
    const unit = room / Math.max(queries, keys),
      [width, height] = [keys * unit, queries * unit];
    grid.dataset.columns = String(columns);
    grid.classList.toggle("tl-dense", short);
    grid.style.gridTemplateColumns = `repeat(${columns}, max-content)`;
    const drawn = listed.map(({ layer, head, weights, entropy, gold }) => {
      const { element, canvas, text, fine } = button(layer, head),
        context = fitCanvas(canvas, width, height);
      const top = scaleTop(weights),
        table = colourTable(scene.dark);
      paintMatrix(context, { rows: queries, cols: keys, shares: weights.map((w) => w / top), width, height, table });
      context.strokeStyle = colours.gold;
      context.lineWidth = clamp(unit / 7, 1, 2.5);
      for (const [q, k] of scene.gold) context.strokeRect(k * unit + 1, q * unit + 1, unit - 2, unit - 2);
      text.textContent = short
        ? `L${facts.layers[layer]} · H${facts.heads[head]}`
        : `Layer ${facts.layers[layer]} · head ${facts.heads[head]}`;
      const chosen = layer === scene.layer && head === scene.head;
      const agree = gold === null ? "" : `${short ? "" : "gold "}${Math.round(100 * gold)} % · `;
      fine.textContent = `${agree}${format(entropy, short ? 1 : 2)} bits`;
      element.setAttribute("aria-pressed", String(chosen));
      element.tabIndex = chosen ? 0 : -1;
      return element;
    });
    // Moving a focused button would lose the focus, so the order changes only when it has to.
    if (drawn.some((element, i) => grid.children[i] !== element) || grid.children.length !== drawn.length) {
      const focused = /** @type {HTMLElement | null} */ (grid.querySelector(":focus"));
      grid.replaceChildren(...drawn);
      focused?.focus();
    }
  }
  return { grid, draw };
}
