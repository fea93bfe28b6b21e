// LayerNormView: four stages of a norm side by side, an input that can be dragged, and what becomes of the output.

/** @import { Facts, Formula, Scene } from "./types.js" */
/** @import { Frame, Host } from "../common/types.js" */

import { h, svg } from "../common/dom.js";
import { createFrame } from "../common/frame.js";
import { brief, epsText, shownToken } from "../common/numbers.js";
import { barPanels } from "./bars.js";
import { stageCards } from "./cards.js";
import { paintDepth } from "./depth.js";
import { niceAbove } from "./scales.js";
import { readNorms, stateOf } from "./state.js";
import { formulaParts, KIND_NAMES, readouts, summarise, tablesOf } from "./words.js";

/** @param {Host} host */
export function render({ model, el }) {
  const norms = readNorms(model),
    several = norms.length > 1;
  /** @type {(x: number) => number} */
  let normAt = () => 0;
  /** @type {Frame<Scene>} */
  const frame = createFrame({
    model,
    el,
    name: "layer-norm",
    title: "LayerNorm view",
    prepare: () => stateOf(model, norms),
    draw,
    summary: summarise,
    table: tablesOf,
  });
  /**
   * A norm is shown as the model used it, with its kind and eps; places that it lacks give way to its last ones.
   *
   * @param {number} i
   */
  function chooseNorm(i) {
    /** @type {Facts} */
    const facts = model.get("_facts");
    const { kind, eps, name } = facts.norms[i],
      [batch, length, d] = norms[i].shape;
    const { sentence, token, feature } = frame.look();
    frame.set({
      norm: name,
      kind,
      eps,
      batch: Math.min(sentence, batch - 1),
      token: Math.min(token, length - 1),
      feature: Math.min(feature, d - 1),
    });
  }

  const cards = stageCards(frame),
    bars = barPanels(frame);
  const chosen = h(
    "select",
    { name: "norm", onchange: () => chooseNorm(chosen.selectedIndex) },
    ...norms.map(({ name }) => h("option", {}, name)),
  );
  const tens = (/** @type {number} */ least) => ({
    read: (/** @type {number} */ v) => Math.log10(Math.max(v, 10 ** least)),
    write: (/** @type {number} */ v) => Number((10 ** v).toPrecision(3)),
  });
  const shift = frame.slider({
    trait: "shift",
    label: "Shift by",
    min: -10,
    max: 10,
    step: 0.1,
    say: (v) => brief(v, 1),
  });
  frame.toolbar.append(
    ...(several ? [h("label", { class: "tl-control" }, h("span", {}, "Norm"), chosen)] : []),
    frame.choice({ trait: "kind", label: "Which norm", options: Object.entries(KIND_NAMES) }),
    frame.select({
      trait: "batch",
      label: "Sentence",
      options: () => Array.from({ length: frame.look().batch }, (_, i) => [i, String(i + 1)]),
      shown: () => frame.look().batch > 1,
    }),
    frame.select({
      trait: "token",
      label: "Token",
      options: () => frame.look().tokens.map((token, i) => [i, `${i} ${shownToken(token)}`]),
    }),
    frame.checkbox({ trait: "common_scale", label: "one scale for all stages" }),
    cards.legend,
  );
  frame.toolbar.after(
    h(
      "div",
      { class: "tl-toolbar tl-ln-sliders" },
      shift,
      frame.slider({
        trait: "gain",
        label: "Multiply by",
        min: -4,
        max: 2,
        step: 0.05,
        say: (v) => brief(v, 2),
        ...tens(-4),
      }),
      frame.slider({ trait: "eps", label: "eps ε", min: -12, max: 0, step: 0.25, say: epsText, ...tens(-12) }),
    ),
  );
  frame.watch("norm", "feature", "stage", "edits");

  const tiles = h("div", { class: "tl-ln-tiles" }),
    formula = h("div", { class: "tl-ln-formula" });
  const depth = svg("svg", { "aria-hidden": "true", width: "100%", class: "tl-ln-depth" });
  depth.addEventListener(
    "pointerdown",
    (event) => chooseNorm(normAt(event.clientX - depth.getBoundingClientRect().left)),
    { signal: frame.signal },
  );
  frame.stage.append(
    ...(several ? [depth] : []),
    cards.element,
    bars.pages,
    h("div", { class: "tl-ln-work" }, bars.inputPanel, bars.outputPanel, tiles),
    formula,
  );

  /** @param {Scene} scene */
  function draw(scene) {
    frame.root.classList.toggle("tl-ln-narrow", frame.width < 820);
    frame.root.classList.toggle("tl-ln-slim", frame.width < 480);
    chosen.selectedIndex = scene.at;
    if (several) normAt = paintDepth(depth, norms, scene.at, frame.width, frame.colours);
    bars.draw(scene, cards.draw(scene));
    drawWords(scene);
    // The shift slider reaches as far as the data needs, and as far as Python has set it.
    const far = niceAbove(Math.max(10, 5 * Math.max(...scene.untouched.deviation), Math.abs(scene.shift)));
    Object.assign(/** @type {HTMLInputElement} */ (shift.querySelector("input")), {
      min: -far,
      max: far,
      step: far / 100,
      value: scene.shift,
    });
  }

  /** @param {Scene} scene */
  function drawWords(scene) {
    tiles.replaceChildren(
      ...readouts(scene).map(({ label, number, verdict, alarm }) =>
        h(
          "div",
          { class: alarm ? "tl-ln-tile tl-ln-alarm" : "tl-ln-tile" },
          h("span", {}, label),
          h("b", {}, number),
          h("em", {}, verdict),
        ),
      ),
    );
    const { symbol, numbers, result } = formulaParts(scene);
    const show = (/** @type {Formula[number]} */ part) =>
      typeof part === "string"
        ? h("span", {}, part)
        : h(
            "span",
            { class: "tl-ln-fraction" },
            h("span", {}, part.over),
            h("span", { class: "tl-hidden" }, " divided by "),
            h("span", {}, part.under),
          );
    formula.replaceChildren(
      h("span", { class: "tl-ln-symbols" }, ...symbol.map(show)),
      h("span", { class: "tl-ln-live" }, ...numbers.map(show)),
      h("b", {}, result),
      h(
        "span",
        { class: "tl-ln-where" },
        `feature ${shownToken(scene.featureName)} of “${shownToken(scene.tokenName)}”`,
      ),
    );
  }
  return frame.close;
}
