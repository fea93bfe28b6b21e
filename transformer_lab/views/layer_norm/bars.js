// LayerNormView's lower half: the input's bars, which can be dragged, and the bars of the chosen stage.

/** @import { Bars, Scene, Stage } from "./types.js" */
/** @import { Frame, Numbers } from "../common/types.js" */

import { h, svg } from "../common/dom.js";
import { clamp } from "../common/math.js";
import { brief, shownToken } from "../common/numbers.js";
import { paintBars } from "./bar_picture.js";
import { niceAbove } from "./scales.js";

const WINDOW = 32,
  BARS_HEIGHT = 190;

/**
 * Returns the two panels, the pager for more than 32 features, and draw(scene, each).
 *
 * @param {Frame<Scene>} frame
 */
export function barPanels(frame) {
  const picture = (/** @type {string} */ name) => svg("svg", { "aria-hidden": "true", width: "100%", class: name });
  const input = picture("tl-ln-bars tl-ln-drag"),
    output = picture("tl-ln-bars"),
    said = h("output", {});
  const which = h("select", { name: "feature", onchange: () => frame.set({ feature: which.selectedIndex }) });
  const value = h("input", { type: "range", name: "value", oninput: () => editTo(Number(value.value)) });
  const outputName = h("span", { class: "tl-ln-name" });
  const inputPanel = h(
    "div",
    { class: "tl-ln-panel" },
    h(
      "div",
      { class: "tl-ln-head" },
      h("span", { class: "tl-ln-name" }, "input x"),
      h("label", { class: "tl-control" }, h("span", {}, "Feature"), which),
      h("label", { class: "tl-control" }, h("span", {}, "Value"), value, said),
    ),
    input,
  );
  const outputPanel = h("div", { class: "tl-ln-panel" }, h("div", { class: "tl-ln-head" }, outputName), output);
  const page = (/** @type {string} */ label, /** @type {number} */ by) =>
    h(
      "button",
      {
        type: "button",
        onclick: () => frame.set({ feature: clamp(frame.look().feature + by, 0, frame.look().d - 1) }),
      },
      label,
    );
  const shown = h("span", {}),
    note = h("span", {}),
    pages = h("div", { class: "tl-ln-pages" }, page(`‹ ${WINDOW}`, -WINDOW), shown, page(`${WINDOW} ›`, WINDOW), note);
  /** @type {ReturnType<typeof paintBars> & { from: number, count: number } | null} */
  let drawn = null;
  /** @type {Scene["barAxes"]["raw"] | null} */
  let held = null;

  /**
   * The input that is drawn is value · gain + shift; what is kept is the value.
   *
   * @param {number} wanted
   */
  function editTo(wanted) {
    const { at, sentence, token, feature, edits, gain, shift } = frame.look();
    if (gain !== 0)
      frame.set({ edits: { ...edits, [`${at}/${sentence}/${token}/${feature}`]: (wanted - shift) / gain } });
  }

  // While the pointer is down, the axis is held, so that it does not run away from the hand.
  const listen = { signal: frame.signal },
    hold = () => (held = frame.look().barAxes.raw),
    release = () => {
      held = null;
      frame.redraw();
    };
  input.addEventListener(
    "pointerdown",
    (event) => {
      if (!drawn) return;
      const j = Math.floor((event.clientX - input.getBoundingClientRect().left - drawn.left) / drawn.slot);
      if (event.button !== 0 || j < 0 || j >= drawn.count) return;
      event.preventDefault();
      input.setPointerCapture(event.pointerId);
      hold();
      frame.set({ feature: drawn.from + j });
      value.focus({ preventScroll: true });
    },
    listen,
  );
  input.addEventListener("mousedown", (event) => event.preventDefault(), listen);
  input.addEventListener(
    "pointermove",
    (event) => {
      if (!held || !drawn || !input.hasPointerCapture(event.pointerId)) return;
      const { low, high } = held,
        step = niceAbove((high - low) / 400);
      const at = clamp(drawn.value(event.clientY - input.getBoundingClientRect().top), low, high);
      editTo(Number((Math.round(at / step) * step).toPrecision(12)));
    },
    listen,
  );
  input.addEventListener("lostpointercapture", release, listen);
  value.addEventListener("pointerdown", hold, listen);
  value.addEventListener("change", release, listen);

  /**
   * @param {Scene} scene
   * @param {number} each
   */
  function draw(scene, each) {
    const look = frame.colours,
      { run, d, row, stage } = scene,
      size = Math.min(WINDOW, d),
      from = Math.min(Math.floor(scene.feature / size) * size, d - size);
    const part = (/** @type {Numbers} */ values) => Array.from({ length: size }, (_, j) => values[row * d + from + j]);
    const perFeature = (/** @type {Numbers} */ values) =>
      Array.from({ length: size }, (_, j) => values[run.kind === "batch" ? from + j : row]);
    const axis = held ?? scene.barAxes.raw,
      names = scene.features.slice(from, from + size);
    /** @type {(svgElement: SVGSVGElement, of: Stage, extra?: Partial<Bars>) => ReturnType<typeof paintBars>} */
    const bars = (svgElement, of, extra) =>
      paintBars(svgElement, {
        values: part(run[of]),
        ghosts: part(scene.untouched[of]),
        means: perFeature(scene.perStage[of].mean),
        deviations: perFeature(scene.perStage[of].deviation),
        names,
        selected: scene.feature - from,
        axis: scene.barAxes[of],
        width: Math.max(200, svgElement.parentElement?.clientWidth ?? 0),
        height: BARS_HEIGHT,
        dark: frame.dark,
        look,
        from,
        ...extra,
      });
    outputPanel.hidden = stage === "raw";
    drawn = { from, count: size, ...bars(input, "raw", { axis, handles: true }) };
    if (stage !== "raw") bars(output, stage);
    outputName.textContent = stage === "affine" ? "output y" : `after: ${stage}`;
    const options = JSON.stringify(scene.features);
    if (which.dataset.drawn !== options)
      which.replaceChildren(...scene.features.map((name) => h("option", {}, shownToken(name))));
    which.dataset.drawn = options;
    which.selectedIndex = scene.feature;
    const { low, high } = axis,
      at = run.raw[row * d + scene.feature];
    Object.assign(value, { min: low, max: high, step: niceAbove((high - low) / 200), disabled: scene.gain === 0 });
    value.value = String(at);
    said.textContent = brief(at);
    value.setAttribute("aria-valuetext", said.textContent);
    pages.hidden = d <= WINDOW;
    shown.textContent = `features ${from}–${from + size - 1} of ${d}`;
    note.textContent =
      each > 1 ? `Each column above stands for ${each} features and shows the largest; statistics use all.` : "";
  }
  return { inputPanel, outputPanel, pages, draw };
}
