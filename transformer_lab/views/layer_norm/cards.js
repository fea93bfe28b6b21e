// LayerNormView's upper half: four cards, one per stage, each a button, a heat map, two big numbers and a histogram.

/** @import { Place, Scene, Stage } from "./types.js" */
/** @import { Frame } from "../common/types.js" */

import { h, svg } from "../common/dom.js";
import { clamp } from "../common/math.js";
import { format, plain, shownToken } from "../common/numbers.js";
import { colourTable, cssColour } from "../common/theme.js";
import { cardGeometry, cellAt, paintCard, paintHistogram } from "./card_picture.js";
import { groupValues, STAGES } from "./compute.js";
import { stageNumbers, stageSign } from "./words.js";

const CARD_GAP = 18;

/**
 * Returns the element, the legend for the toolbar, and draw(scene).
 *
 * @param {Frame<Scene>} frame
 */
export function stageCards(frame) {
  const listen = { signal: frame.signal };
  const cards = STAGES.map((stage) => {
    const sign = h("span", { class: "tl-ln-sign" }),
      scale = h("span", { class: "tl-ln-scale" });
    const button = h(
      "button",
      { type: "button", class: "tl-ln-stage", onclick: () => frame.set({ stage }) },
      h("span", { class: "tl-ln-name" }, stage),
      sign,
      scale,
    );
    const canvas = h("canvas", { "aria-hidden": "true" }),
      numbers = h("div", { class: "tl-ln-numbers" });
    const histogram = svg("svg", { "aria-hidden": "true", width: "100%", preserveAspectRatio: "none" });
    const card = {
      stage,
      button,
      sign,
      scale,
      canvas,
      numbers,
      histogram,
      place: /** @type {Place | null} */ (null),
      box: h("div", { class: "tl-ln-card" }, button, canvas, numbers, histogram),
    };
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        const hit = card.place && cellAt(card.place, event.offsetX, event.offsetY);
        if (hit) frame.set({ token: hit.token, stage, ...(hit.feature === null ? {} : { feature: hit.feature }) });
      },
      listen,
    );
    canvas.addEventListener("pointermove", (event) => frame.tooltip(hover(card, event), event), listen);
    canvas.addEventListener("pointerleave", () => frame.tooltip(null), listen);
    return card;
  });
  const element = h("div", { class: "tl-ln-pipeline" }, ...cards.map(({ box }) => box));
  const legend = h("span", { class: "tl-ln-legend", "aria-hidden": "true" });

  /**
   * @param {{ stage: Stage, place: Place | null }} card
   * @param {MouseEvent} event
   */
  function hover({ stage, place }, event) {
    const hit = place && cellAt(place, event.offsetX, event.offsetY),
      scene = frame.look();
    if (!hit) return null;
    const { mean, deviation } = scene.perStage[stage],
      byFeature = scene.run.kind === "batch",
      token = shownToken(scene.tokens[hit.token]);
    const about = (/** @type {number} */ g) => `μ ${format(mean[g], 3)}   σ ${format(deviation[g], 3)}`;
    if (hit.feature === null) return byFeature ? [token] : [token, about(scene.first + hit.token)];
    return [
      `${token} · feature ${shownToken(scene.features[hit.feature])}`,
      `${stage}: ${format(scene.run[stage][(scene.first + hit.token) * scene.d + hit.feature], 4)}`,
      about(byFeature ? hit.feature : scene.first + hit.token),
    ];
  }

  /** @param {Scene} scene */
  function draw(scene) {
    const look = frame.colours,
      table = colourTable(frame.dark, true),
      across = frame.width < 480 ? 1 : frame.width < 820 ? 2 : 4,
      byFeature = scene.run.kind === "batch";
    const labels = clamp(12 + 9 * Math.max(2, ...scene.tokens.map((token) => shownToken(token, 12).length)), 40, 120);
    const width = (frame.width - labels - CARD_GAP * (across - 1)) / across,
      most = scene.shared ? plain(scene.shared, 3) : "most";
    element.style.gridTemplateColumns = `${labels + width}px ${`${width}px `.repeat(across - 1)}`;
    const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => cssColour(table, share)).join(",");
    legend.replaceChildren(`−${most}`, h("i", { style: `background:linear-gradient(90deg,${stops})` }), `+${most}`);
    cards.forEach((card, i) => {
      const { stage } = card,
        mine = i % across === 0 ? labels : 0;
      const place = cardGeometry({
        width: width + mine,
        rows: scene.length,
        d: scene.d,
        labels: mine,
        byFeature,
        tall: scene.depth.length > 1 ? 116 : 150,
      });
      card.place = place;
      card.box.style.setProperty("--tl-ln-labels", `${mine}px`);
      card.button.setAttribute("aria-pressed", String(stage === scene.stage));
      card.sign.textContent = stageSign(stage, scene.run.kind, scene);
      card.scale.textContent = scene.shared ? "" : `±${plain(scene.scales[stage], 3)}`;
      paintCard(card.canvas, scene, stage, place, look, frame.dark);
      const numbers = stageNumbers(scene, stage),
        room = width > 15 * numbers.flat().join("").length + 110;
      card.numbers.replaceChildren(
        ...numbers.map(([name, text]) => h("span", {}, h("small", {}, `${name} `), h("b", {}, text))),
        ...(i || !room ? [] : [h("span", { class: "tl-ln-legend", "aria-hidden": "true" }, "↑ μ ± σ")]),
      );
      paintHistogram(
        card.histogram,
        groupValues(scene.run[stage], scene.d, scene.run.kind, scene.group),
        scene.groupAxes[stage],
        width,
        look,
      );
    });
    return cards[0].place?.bins.each ?? 1;
  }
  return { element, legend, draw };
}
