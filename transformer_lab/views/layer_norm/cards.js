// LayerNormView's upper half: four cards, one per stage, each a button, a heat map, two big numbers and a histogram.

import { colourTable, cssColour, svg } from "../common/drawing.js";
import { h } from "../common/frame.js";
import { clamp, format, shownToken } from "../common/math.js";
import { groupValues, STAGES } from "./compute.js";
import { cardGeometry, cellAt, paintCard, paintHistogram } from "./draw.js";
import { shortest, stageNumbers, stageSign } from "./words.js";

const CARD_GAP = 18;

// hub: { frame, set, s() }. Returns the element, the legend for the toolbar, and draw(look).
export function stageCards({ frame, set, s }) {
  const listen = { signal: frame.signal };
  const cards = STAGES.map((stage) => {
    const sign = h("span", { class: "tl-ln-sign" }),
      scale = h("span", { class: "tl-ln-scale" });
    const button = h(
      "button",
      { type: "button", class: "tl-ln-stage", onclick: () => set({ stage }) },
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
      box: h("div", { class: "tl-ln-card" }, button, canvas, numbers, histogram),
    };
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        const hit = cellAt(card.place, event.offsetX, event.offsetY);
        if (hit) set({ token: hit.token, stage, ...(hit.feature === null ? {} : { feature: hit.feature }) });
      },
      listen,
    );
    canvas.addEventListener("pointermove", (event) => frame.tooltip(hover(card, event), event), listen);
    canvas.addEventListener("pointerleave", () => frame.tooltip(null), listen);
    return card;
  });
  const element = h("div", { class: "tl-ln-pipeline" }, ...cards.map(({ box }) => box));
  const legend = h("span", { class: "tl-ln-legend", "aria-hidden": "true" });

  function hover({ stage, place }, event) {
    const hit = cellAt(place, event.offsetX, event.offsetY),
      now = s();
    if (!hit) return null;
    const { mean, deviation } = now.perStage[stage],
      byFeature = now.run.kind === "batch",
      token = shownToken(now.tokens[hit.token]);
    const about = (g) => `μ ${format(mean[g], 3)}   σ ${format(deviation[g], 3)}`;
    if (hit.feature === null) return byFeature ? [token] : [token, about(now.first + hit.token)];
    return [
      `${token} · feature ${shownToken(now.features[hit.feature])}`,
      `${stage}: ${format(now.run[stage][(now.first + hit.token) * now.d + hit.feature], 4)}`,
      about(byFeature ? hit.feature : now.first + hit.token),
    ];
  }

  function draw(look) {
    const now = s(),
      table = colourTable(frame.dark, true),
      across = frame.width < 480 ? 1 : frame.width < 820 ? 2 : 4,
      byFeature = now.run.kind === "batch";
    const labels = clamp(12 + 9 * Math.max(2, ...now.tokens.map((token) => shownToken(token, 12).length)), 40, 120);
    const width = (frame.width - labels - CARD_GAP * (across - 1)) / across,
      most = now.shared ? shortest(now.shared) : "most";
    element.style.gridTemplateColumns = `${labels + width}px ${`${width}px `.repeat(across - 1)}`;
    const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => cssColour(table, share)).join(",");
    legend.replaceChildren(`−${most}`, h("i", { style: `background:linear-gradient(90deg,${stops})` }), `+${most}`);
    cards.forEach((card, i) => {
      const { stage } = card,
        mine = i % across === 0 ? labels : 0;
      card.place = cardGeometry({
        width: width + mine,
        rows: now.length,
        d: now.d,
        labels: mine,
        byFeature,
        tall: now.depth.length > 1 ? 116 : 150,
      });
      card.box.style.setProperty("--tl-ln-labels", `${mine}px`);
      card.button.setAttribute("aria-pressed", String(stage === now.stage));
      card.sign.textContent = stageSign(stage, now.run.kind, now);
      card.scale.textContent = now.shared ? "" : `±${shortest(now.scales[stage])}`;
      paintCard(card.canvas, now, stage, card.place, look, frame.dark);
      const numbers = stageNumbers(now, stage),
        room = width > 15 * numbers.flat().join("").length + 110;
      card.numbers.replaceChildren(
        ...numbers.map(([name, text]) => h("span", {}, h("small", {}, `${name} `), h("b", {}, text))),
        ...(i || !room ? [] : [h("span", { class: "tl-ln-legend", "aria-hidden": "true" }, "↑ μ ± σ")]),
      );
      paintHistogram(
        card.histogram,
        groupValues(now.run[stage], now.d, now.run.kind, now.group),
        now.groupAxes[stage],
        width,
        look,
      );
    });
    return cards[0].place.bins.each;
  }
  return { element, legend, draw };
}
