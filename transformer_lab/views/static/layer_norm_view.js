// LayerNormView: four stages of a norm side by side, an input that can be dragged, and what becomes of the output.
import { clamp, format, shownToken } from "./common_math.js";
import { colourTable, cssColour, svg } from "./common_draw.js";
import { createFrame, h, readTensor } from "./common.js";
import { LN_STAGES, barAxis, depthOf, editedRows, epsBite, groupStatistics, largest, niceAbove, normalise, rowChanges, withEdits } from "./layer_norm_math.js";
import { brief, epsText, formulaParts, readouts, stageNumbers, stageSign, summarise, tablesOf } from "./layer_norm_words.js";
import { cardGeometry, cellAt, paintBars, paintCard, paintDepth, paintHistogram, themeColours } from "./layer_norm_draw.js";

const WINDOW = 32;

// Everything that is drawn, computed from the traits: one pass per frame.
function layerNormState(model, data) {
  const facts = model.get("_facts").norms, at = Math.max(0, facts.findIndex((norm) => norm.name === model.get("norm")));
  const { x, weight, bias, shape: [batch, length, d] } = data[at], get = (name) => model.get(name);
  const sentence = clamp(get("batch"), 0, batch - 1), token = clamp(get("token"), 0, length - 1), feature = clamp(get("feature"), 0, d - 1);
  const kind = get("kind"), eps = get("eps"), shift = get("shift"), gain = get("gain"), edits = get("edits");
  const how = { kind, eps, weight, bias }, key = JSON.stringify([at, kind, eps]), old = data[at];
  if (old.key !== key) Object.assign(old, { key, untouched: normalise(x, d, how) });
  const untouched = old.untouched, values = withEdits(x, edits, at, length, d);
  const changed = editedRows(edits, at, length), still = changed.size ? normalise(values, d, how) : untouched;
  const run = shift === 0 && gain === 1 ? still : normalise(values.map((v) => v * gain + shift), d, how);
  const first = sentence * length, row = first + token, group = kind === "batch" ? feature : row;
  const perStage = Object.fromEntries(LN_STAGES.map((stage) => [stage, groupStatistics(run[stage], d, kind)]));
  run.after = perStage.scaled;
  const standRows = rowChanges(still.affine, run.affine, d), editRows = rowChanges(untouched.affine, still.affine, d);
  const power = run.power.some((each) => epsBite(each, eps).bites);
  const features = model.get("_facts").features ?? Array.from({ length: d }, (_, j) => String(j));
  return { facts, at, how, x, weight, bias, batch, length, d, sentence, token, feature, values, shift, gain, edits, edited: changed, run, untouched,
    first, row, group, perStage, standRows, editRows, stand: largest(standRows), others: largest(editRows, (r) => !changed.has(r)), anyBite: power,
    features, featureName: features[feature], tokens: facts[at].tokens[sentence], tokenName: facts[at].tokens[sentence][token], stage: get("stage"),
    ...layerNormScales(untouched, run, get("common_scale")) };
}

// Colour scales come from the untouched input, so that a moved input changes its colour and a still output does not. Axes
// stretch to hold what is drawn.
function layerNormScales(untouched, run, common) {
  const most = (values) => niceAbove(largest(values.map(Math.abs), (i) => true));
  const own = Object.fromEntries(LN_STAGES.map((stage) => [stage, most(untouched[stage].filter(Number.isFinite))]));
  const shared = Math.max(...Object.values(own)), scales = common ? Object.fromEntries(LN_STAGES.map((stage) => [stage, shared])) : own;
  const axes = Object.fromEntries(LN_STAGES.map((stage) => [stage, barAxis(run[stage], common && stage !== "raw" ? 0 : 0)]));
  return { scales, axes };
}

export function render({ model, el }) {
  let data, s, bars, depthAt, held = null;
  const read = () => {
    data = model.get("_facts").norms.map((norm, i) => {
      const input = readTensor(model, `input/${i}`);
      return { x: input.data, shape: input.shape, weight: readTensor(model, `weight/${i}`)?.data, bias: readTensor(model, `bias/${i}`)?.data };
    });
    for (const [i, norm] of model.get("_facts").norms.entries())
      Object.assign(data[i], { name: norm.name, short: norm.name.replace(/\blayers\./, ""), ...depthOf(data[i].x, data[i].shape[2]) });
  };
  read();
  const frame = createFrame({ model, el, name: "layer-norm", title: "LayerNorm view", prepare: () => (s = layerNormState(model, data)), draw, summary: () => summarise(s), table: () => tablesOf({ ...s, depth: data }) });
  const set = (values) => {
    for (const [trait, value] of Object.entries(values)) if (model.get(trait) !== value) model.set(trait, value);
    model.save_changes();
  };
  // A norm is shown as the model used it, with its kind and eps; places that it lacks give way to its last ones.
  const chooseNorm = (i) => {
    const norm = model.get("_facts").norms[i], [batch, length, d] = data[i].shape;
    set({ norm: norm.name, kind: norm.kind, eps: norm.eps, batch: Math.min(s.sentence, batch - 1), token: Math.min(s.token, length - 1), feature: Math.min(s.feature, d - 1) });
  };
  const editTo = (shown) => {
    if (s.gain === 0) return;
    set({ edits: { ...s.edits, [`${s.at}/${s.sentence}/${s.token}/${s.feature}`]: (shown - s.shift) / s.gain } });
  };

  // Controls
  const listed = (names) => names.map((name, i) => [i, shownToken(name, 40)]);
  const several = data.length > 1;
  const chosen = h("select", { name: "norm", onchange: () => chooseNorm(chosen.selectedIndex) }, ...model.get("_facts").norms.map(({ name }) => h("option", {}, name)));
  const log = { read: (v) => Math.log10(Math.max(v, 1e-12)), write: (v) => Number((10 ** v).toPrecision(3)) };
  const shiftSlider = frame.slider({ trait: "shift", label: "Shift by", min: -10, max: 10, step: 0.1, say: (v) => brief(v, 1) });
  frame.toolbar.append(
    ...(several ? [h("label", { class: "tl-control" }, h("span", {}, "Norm"), chosen)] : []),
    frame.select({ trait: "kind", label: "Statistics over", options: [["layer", "each token: LayerNorm"], ["rms", "each token: RMSNorm"], ["batch", "each feature: BatchNorm"]] }),
    frame.select({ trait: "batch", label: "Sentence", options: () => listed(data[s?.at ?? 0].shape[0] > 1 ? Array.from({ length: data[s?.at ?? 0].shape[0] }, (_, i) => String(i + 1)) : ["1"]), shown: () => s.batch > 1 }),
    frame.select({ trait: "token", label: "Token", options: () => listed(s.tokens.map((name, i) => `${i} ${shownToken(name)}`)) }),
    h("span", { class: "tl-ln-break" }),
    shiftSlider,
    frame.slider({ trait: "gain", label: "Multiply by", min: -4, max: 2, step: 0.05, say: (v) => brief(v, 2), read: (v) => Math.log10(Math.max(v, 1e-4)), write: (v) => Number((10 ** v).toPrecision(3)) }),
    frame.slider({ trait: "eps", label: "eps ε", min: -12, max: 0, step: 0.25, say: epsText, ...log }),
    frame.checkbox({ trait: "common_scale", label: "one colour scale" }));
  frame.watch("norm", "feature", "stage", "edits");

  // Stage
  const cards = LN_STAGES.map((stage) => {
    const name = h("span", { class: "tl-ln-name" }, stage), sign = h("span", { class: "tl-ln-sign" });
    const button = h("button", { type: "button", class: "tl-ln-stage", onclick: () => set({ stage }) }, name, sign);
    const canvas = h("canvas", { "aria-hidden": "true" }), numbers = h("div", { class: "tl-ln-numbers" }), legend = h("div", { class: "tl-ln-legend" });
    const histogram = svg("svg", { "aria-hidden": "true", width: "100%", preserveAspectRatio: "none" });
    const box = h("div", { class: "tl-ln-card" }, button, canvas, numbers, histogram);
    canvas.addEventListener("pointerdown", (event) => {
      const hit = cellAt(place(stage), event.offsetX, event.offsetY);
      if (hit) set({ token: hit.token, stage, ...(hit.feature === null ? {} : { feature: hit.feature }) });
    }, { signal: frame.signal });
    canvas.addEventListener("pointermove", (event) => frame.tooltip(hover(stage, event), event), { signal: frame.signal });
    canvas.addEventListener("pointerleave", () => frame.tooltip(null), { signal: frame.signal });
    return { stage, box, button, sign, canvas, numbers, legend, histogram };
  });
  const pipeline = h("div", { class: "tl-ln-pipeline" }, ...cards.map(({ box }) => box));
  const picture = (says) => svg("svg", { "aria-hidden": "true", width: "100%", class: says });
  const input = picture("tl-ln-bars tl-ln-drag"), output = picture("tl-ln-bars"), depth = picture("tl-ln-depth");
  const which = h("select", { name: "feature", onchange: () => set({ feature: which.selectedIndex }) });
  const value = h("input", { type: "range", name: "value", oninput: () => editTo(Number(value.value)) }), said = h("output", {});
  const page = (label, by) => h("button", { type: "button", onclick: () => set({ feature: clamp(s.feature + by, 0, s.d - 1) }) }, label);
  const pages = h("span", { class: "tl-ln-pages" }, page(`‹ ${WINDOW}`, -WINDOW), h("span", {}), page(`${WINDOW} ›`, WINDOW));
  const inputName = h("span", { class: "tl-ln-name" }), outputName = h("span", { class: "tl-ln-name" });
  const inputBox = h("div", { class: "tl-ln-panel" }, h("div", { class: "tl-ln-head" }, inputName,
    h("label", { class: "tl-control" }, h("span", {}, "Feature"), which), h("label", { class: "tl-control" }, h("span", {}, "Value"), value, said), pages), input);
  const outputBox = h("div", { class: "tl-ln-panel" }, h("div", { class: "tl-ln-head" }, outputName), output);
  const tiles = h("div", { class: "tl-ln-tiles" }), formula = h("div", { class: "tl-ln-formula" }), note = h("p", { class: "tl-ln-note" });
  frame.stage.append(...(several ? [depth] : []), pipeline, note, h("div", { class: "tl-ln-work" }, inputBox, outputBox, tiles), formula);
  depth.addEventListener("pointerdown", (event) => chooseNorm(depthAt(event.clientX - depth.getBoundingClientRect().left)), { signal: frame.signal });

  // Dragging: the axis is held while the pointer is down, so that it does not run away from the hand.
  const height = (event) => bars.value(event.clientY - input.getBoundingClientRect().top);
  input.addEventListener("pointerdown", (event) => {
    const j = Math.floor((event.clientX - input.getBoundingClientRect().left - bars.left) / bars.slot);
    if (j < 0 || j >= bars.count) return;
    event.preventDefault();
    input.setPointerCapture(event.pointerId);
    held = s.axes.raw;
    set({ feature: bars.from + j });
    s = layerNormState(model, data);
    value.focus({ preventScroll: true });
  }, { signal: frame.signal });
  input.addEventListener("pointermove", (event) => {
    if (input.hasPointerCapture(event.pointerId)) editTo(tidyValue(clamp(height(event), held.low, held.high), held));
  }, { signal: frame.signal });
  const release = () => {
    held = null;
    frame.redraw();
  };
  input.addEventListener("lostpointercapture", release, { signal: frame.signal });
  value.addEventListener("pointerdown", () => (held = s.axes.raw), { signal: frame.signal });
  value.addEventListener("change", release, { signal: frame.signal });
  model.on("change:_tensors", read);

  const tidyValue = (v, { low, high }) => {
    const step = niceAbove((high - low) / 400);
    return Number((Math.round(v / step) * step).toPrecision(12));
  };
  const labelWidth = () => clamp(12 + 9 * Math.max(2, ...s.tokens.map((t) => shownToken(t, 12).length)), 40, 120);
  const place = (stage) => cards.find((card) => card.stage === stage).place;
  function hover(stage, event) {
    const hit = cellAt(place(stage), event.offsetX, event.offsetY);
    if (!hit) return null;
    const { mean, deviation } = s.perStage[stage], g = s.run.kind === "batch" ? hit.feature : s.first + hit.token;
    return [`${shownToken(s.tokens[hit.token])}${hit.feature === null ? "" : ` · feature ${shownToken(s.features[hit.feature])}`}`,
      ...(hit.feature === null ? [] : [`${stage}: ${format(s.run[stage][(s.first + hit.token) * s.d + hit.feature], 4)}`]),
      ...(g === null ? [] : [`μ ${format(mean[g], 3)}   σ ${format(deviation[g], 3)}`])];
  }

  function draw() {
    if (held) s.axes.raw = held;
    const look = themeColours(frame.root), { run, d } = s;
    frame.root.classList.toggle("tl-ln-narrow", frame.width < 820);
    chosen.selectedIndex = s.at;
    drawCards(look);
    drawBars(look);
    drawWords();
    if (several) {
      depth.hidden = false;
      depthAt = paintDepth(depth, data, s.at, frame.width, look);
    }
    const shift = shiftSlider.querySelector("input"), far = niceAbove(5 * Math.max(...s.untouched.deviation, Math.abs(s.shift) / 5, 2));
    Object.assign(shift, { min: -far, max: far, step: niceAbove(far / 100) });
    shift.value = s.shift;
  }

  function drawCards(look) {
    const across = frame.width < 820 ? 2 : 4, labels = labelWidth(), gap = 18;
    s.cardWidth = (frame.width - labels - gap * (across - 1)) / across;
    pipeline.style.gridTemplateColumns = [`${labels + s.cardWidth}px`, ...Array(across - 1).fill(`${s.cardWidth}px`)].join(" ");
    const table = colourTable(frame.dark, true);
    cards.forEach((card, i) => {
      const mine = i % across === 0 ? labels : 0;
      card.place = cardGeometry({ width: s.cardWidth + mine, rows: s.length, d: s.d, labels: mine, byFeature: s.run.kind === "batch" });
      card.box.style.setProperty("--tl-ln-labels", `${mine}px`);
      card.button.setAttribute("aria-pressed", String(card.stage === s.stage));
      card.sign.textContent = stageSign(card.stage, s.run.kind, s);
      paintCard(card.canvas, s, card.stage, card.place, look, frame.dark);
      card.numbers.replaceChildren(...stageNumbers(s, card.stage).map(([name, v]) => h("span", {}, h("small", {}, `${name} `), h("b", {}, brief(v)))),
        h("span", { class: "tl-ln-legend", "aria-hidden": "true" }, `−${brief(s.scales[card.stage], 0)}`,
          h("i", { style: `background:linear-gradient(90deg,${[0, 0.25, 0.5, 0.75, 1].map((p) => cssColour(table, p)).join(",")})` }), `+${brief(s.scales[card.stage], 0)}`));
      const groups = Array.from(s.run.kind === "batch" ? { length: s.run.size } : { length: s.d }, (_, k) =>
        s.run[card.stage][s.run.kind === "batch" ? k * s.d + s.feature : s.row * s.d + k]);
      paintHistogram(card.histogram, groups, s.axes[card.stage], s.cardWidth - 4, look);
    });
  }

  function drawBars(look) {
    const { run, d, row, stage } = s, size = Math.min(WINDOW, d), from = clamp(Math.floor(s.feature / size) * size, 0, d - size);
    const part = (values) => Array.from(values.subarray(row * d + from, row * d + from + size));
    const perFeature = (values) => Array.from({ length: size }, (_, j) => values[run.kind === "batch" ? from + j : row]);
    const width = (box) => Math.max(200, box.clientWidth), raw = stage === "raw", shared = { names: s.features.slice(from, from + size), selected: s.feature - from, height: 204, dark: frame.dark, look, from };
    outputBox.hidden = raw;
    bars = { from, count: size, ...paintBars(input, { ...shared, values: part(run.raw), ghosts: part(Float64Array.from(s.x)), means: perFeature(run.mean), deviations: perFeature(run.deviation), axis: s.axes.raw, width: width(input.parentElement), handles: true }) };
    const at = s.perStage[stage];
    if (!raw) paintBars(output, { ...shared, values: part(run[stage]), ghosts: part(s.untouched[stage]), means: perFeature(at.mean), deviations: perFeature(at.deviation), axis: s.axes[stage], width: width(output.parentElement) });
    inputName.textContent = `input x of “${shownToken(s.tokenName)}”`;
    outputName.textContent = `${stage} ${stage === "affine" ? "= output" : ""}`;
    const options = JSON.stringify(s.features);
    if (which.dataset.drawn !== options) which.replaceChildren(...s.features.map((name) => h("option", {}, shownToken(name))));
    which.dataset.drawn = options;
    which.selectedIndex = s.feature;
    const { low, high } = s.axes.raw, now = run.raw[row * d + s.feature];
    Object.assign(value, { min: low, max: high, step: niceAbove((high - low) / 200), disabled: s.gain === 0 });
    value.value = now;
    value.setAttribute("aria-valuetext", (said.textContent = brief(now)));
    pages.hidden = d <= WINDOW;
    pages.children[1].textContent = `features ${from}–${from + size - 1} of ${d}`;
    const each = cards[0].place.bins.each;
    note.hidden = each === 1;
    note.textContent = `Each heat map column stands for ${each} features and shows the one of largest size; statistics use all ${d}.`;
  }

  function drawWords() {
    tiles.replaceChildren(...readouts(s).map(({ label, number, verdict, alarm }) =>
      h("div", { class: alarm ? "tl-ln-tile tl-ln-alarm" : "tl-ln-tile" }, h("span", {}, label), h("b", {}, number), h("em", {}, verdict))));
    const { symbol, numbers, result } = formulaParts(s);
    const show = (part) => part.over === undefined ? h("span", {}, part) : h("span", { class: "tl-ln-fraction" }, h("span", {}, part.over), h("span", { class: "tl-hidden" }, " divided by "), h("span", {}, part.under));
    formula.replaceChildren(h("span", { class: "tl-ln-symbols" }, ...symbol.map(show)), h("span", { class: "tl-ln-live" }, ...numbers.map(show)), h("b", {}, result),
      h("span", { class: "tl-ln-where" }, `feature ${shownToken(s.featureName)} of “${shownToken(s.tokenName)}”`));
  }
  return () => {
    model.off("change:_tensors", read);
    frame.close();
  };
}
