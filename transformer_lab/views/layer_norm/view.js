// LayerNormView: four stages of a norm side by side, an input that can be dragged, and what becomes of the output.

import { svg } from "../common/drawing.js";
import { createFrame, h } from "../common/frame.js";
import { shownToken } from "../common/math.js";
import { barPanels } from "./bars.js";
import { stageCards } from "./cards.js";
import { niceAbove } from "./compute.js";
import { paintDepth } from "./depth.js";
import { themeColours } from "./draw.js";
import { readNorms, stateOf } from "./state.js";
import { brief, epsText, formulaParts, KIND_NAMES, readouts, summarise, tablesOf } from "./words.js";

export function render({ model, el }) {
  const norms = readNorms(model),
    several = norms.length > 1;
  let state = null,
    normAt = () => 0;
  const fresh = () => (state = stateOf(model, norms)),
    s = () => state ?? fresh();
  const frame = createFrame({
    model,
    el,
    name: "layer-norm",
    title: "LayerNorm view",
    prepare: fresh,
    draw,
    summary: () => summarise(s()),
    table: () => tablesOf(s()),
  });
  // Several traits at once, one message to Python. The state is then computed anew when it is next asked for, so that two
  // events within one frame add up.
  function set(values) {
    for (const [trait, value] of Object.entries(values)) if (model.get(trait) !== value) model.set(trait, value);
    model.save_changes();
    state = null;
  }
  // A norm is shown as the model used it, with its kind and eps; places that it lacks give way to its last ones.
  function chooseNorm(i) {
    const { kind, eps, name } = model.get("_facts").norms[i],
      [batch, length, d] = norms[i].shape;
    set({
      norm: name,
      kind,
      eps,
      batch: Math.min(s().sentence, batch - 1),
      token: Math.min(s().token, length - 1),
      feature: Math.min(s().feature, d - 1),
    });
  }

  const hub = { frame, set, s },
    cards = stageCards(hub),
    bars = barPanels(hub);
  const chosen = h(
    "select",
    { name: "norm", onchange: () => chooseNorm(chosen.selectedIndex) },
    ...norms.map(({ name }) => h("option", {}, name)),
  );
  const tens = (least) => ({
    read: (v) => Math.log10(Math.max(v, 10 ** least)),
    write: (v) => Number((10 ** v).toPrecision(3)),
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
      options: () => Array.from({ length: s().batch }, (_, i) => [i, String(i + 1)]),
      shown: () => s().batch > 1,
    }),
    frame.select({
      trait: "token",
      label: "Token",
      options: () => s().tokens.map((token, i) => [i, `${i} ${shownToken(token)}`]),
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

  function draw() {
    const look = themeColours(frame.root);
    frame.root.classList.toggle("tl-ln-narrow", frame.width < 820);
    frame.root.classList.toggle("tl-ln-slim", frame.width < 480);
    chosen.selectedIndex = state.at;
    if (several) normAt = paintDepth(depth, norms, state.at, frame.width, look);
    bars.draw(look, cards.draw(look));
    drawWords();
    // The shift slider reaches as far as the data needs, and as far as Python has set it.
    const far = niceAbove(Math.max(10, 5 * Math.max(...state.untouched.deviation), Math.abs(state.shift)));
    Object.assign(shift.querySelector("input"), { min: -far, max: far, step: far / 100 }).value = state.shift;
  }

  function drawWords() {
    tiles.replaceChildren(
      ...readouts(state).map(({ label, number, verdict, alarm }) =>
        h(
          "div",
          { class: alarm ? "tl-ln-tile tl-ln-alarm" : "tl-ln-tile" },
          h("span", {}, label),
          h("b", {}, number),
          h("em", {}, verdict),
        ),
      ),
    );
    const { symbol, numbers, result } = formulaParts(state);
    const show = (part) =>
      part.over === undefined
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
        `feature ${shownToken(state.featureName)} of “${shownToken(state.tokenName)}”`,
      ),
    );
  }
  return frame.close;
}
