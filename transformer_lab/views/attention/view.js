// AttentionView: what is chosen, what is seen, what is said. Drawing lives in the other attention_*.js files.

import { colourTable, cssColour } from "../common/drawing.js";
import { createFrame, h, readTensor } from "../common/frame.js";
import { argmax, clamp, entropyBits, format, shownToken, sum } from "../common/math.js";
import { drawCell } from "./cell.js";
import { Attention, goldAgreement, meanEntropy, orderHeads, scaleTop, share } from "./compute.js";
import { makeControls } from "./controls.js";
import { makeHeads } from "./heads.js";
import { drawLines, leastDrawn, tokenAt } from "./lines.js";
import { cellAt, drawMatrix } from "./matrix.js";
import { drawRow } from "./row.js";

const TABLE_CELLS = 4096;

export const render = (host) => renderAttention(host, "attention");

// name: the class of the root, tl-name; TranslationView has its own.
export function renderAttention({ model, el }, name) {
  let attention,
    facts,
    hover = null,
    side = "query",
    layout = null,
    scene = null;
  const get = (name) => model.get(name);
  const canvas = h("canvas", { class: "tl-canvas", tabindex: 0, role: "application" });
  const row = h("div", { class: "tl-row" }),
    cards = h("div", { class: "tl-cards" }),
    legend = h("div", { class: "tl-legend" });
  const main = h("div", { class: "tl-main" }, canvas),
    notes = h("div", { class: "tl-notes" });
  const frame = createFrame({ model, el, name, title: "Attention", draw, summary, table });
  const heads = makeHeads(frame, (layer, head) => {
    model.set("layer", layer);
    frame.set("head", head);
  });
  const controls = makeControls(frame, { attention: () => attention, facts: () => facts, isRight, predict });
  frame.stage.append(h("div", { class: "tl-columns" }, main, row), heads.grid, cards);
  frame.stage.after(h("div", { class: "tl-legends" }, legend, controls.gold), controls.predicting, controls.intervene);
  frame.foot.append(notes);
  frame.watch(
    "mode",
    "show",
    "layer",
    "head",
    "query",
    "key",
    "locked",
    "masked_keys",
    "temperature",
    "scale",
    "nudges",
    "order",
    "gold_shown",
    "predicting",
    "predictions",
    "step",
  );

  function load() {
    facts = model.get("_facts");
    const tensors = {};
    for (const name of ["weights", "query", "key", "value", "bias", "mask"]) {
      const tensor = readTensor(model, name);
      if (tensor) tensors[name] = tensor;
    }
    attention = new Attention(tensors, facts.scale);
    hover = null;
    frame.root.setAttribute("aria-label", facts.title);
  }
  const given = ["change:_facts", "change:_tensors"];
  for (const event of given) model.on(event, load);

  // Rows whose weights the reader has not seen yet.
  function coverer() {
    if (!get("predicting")) return () => false;
    const [layer, head] = [get("layer"), get("head")];
    const open = new Set(
      get("predictions")
        .filter((p) => p[0] === layer && p[1] === head)
        .map((p) => p[2]),
    );
    return (query) => !open.has(query);
  }

  // Everything that one frame needs to know.
  function look() {
    const [layer, head, show] = [get("layer"), get("head"), get("predicting") ? "head" : get("show")];
    attention.change({
      maskedKeys: get("masked_keys"),
      temperature: get("temperature"),
      scale: get("scale"),
      nudges: get("nudges"),
    });
    const pick = (plain) =>
      show === "mean"
        ? attention.mean(layer, plain)
        : show === "rollout"
          ? attention.rollout(layer, plain)
          : attention.head(layer, head, plain);
    const weights = pick(false),
      plain = attention.touched ? pick(true) : weights,
      free = !get("locked") && hover && ["matrix", "lines"].includes(get("mode"));
    const query = (free ? hover.query : null) ?? get("query"),
      key = (free ? hover.key : null) ?? get("key");
    const isolated = free ? (hover.query === undefined ? "key" : "query") : get("locked") ? side : null;
    const style = getComputedStyle(frame.root),
      colours = {};
    for (const name of ["page", "ink", "faint", "line", "panel", "accent", "gold", "alarm"])
      colours[name] = style.getPropertyValue(`--tl-${name}`);
    const maskedKeys = new Set(get("masked_keys"));
    const forbids = show === "head" ? (q, k) => !attention.allowed(layer, head, q, k) : () => false;
    return {
      attention,
      facts,
      layer,
      head,
      show,
      weights,
      plain,
      query,
      key,
      isolated,
      colours,
      maskedKeys,
      dark: frame.dark,
      locked: get("locked"),
      headWeights: attention.head(layer, head),
      touched: attention.touched,
      covered: coverer(),
      top: facts.keys.length <= 16 ? 1 : Math.max(scaleTop(plain), scaleTop(weights)),
      gold: get("gold_shown") ? facts.gold : [],
      anyMasked: maskedKeys.size > 0 || !!attention.mask,
      masked: (q, k) => show !== "rollout" && (maskedKeys.has(k) || forbids(q, k)),
      predicted: get("predicting")
        ? get("predictions")
            .filter((p) => p[0] === layer && p[1] === head)
            .map(([, , q, k]) => ({ query: q, key: k, right: isRight(layer, head, q, k) }))
        : [],
      output:
        attention.value && show === "head"
          ? { now: attention.output(layer, head, query), before: attention.output(layer, head, query, true) }
          : null,
      emptyRow: (q) =>
        `Every key of “${shownToken(facts.queries[q], 20)}” is masked: softmax has nothing to share out, so the row is all zeros ` +
        "and its output is the zero vector. A softmax that does not look after this case returns NaN.",
    };
  }

  function isRight(layer, head, query, key) {
    const { keys } = attention;
    return argmax(attention.head(layer, head, true).subarray(query * keys, (query + 1) * keys)) === key;
  }

  function draw() {
    if (!attention) load();
    scene = look();
    const mode = get("mode"),
      wide = frame.width,
      flat = mode === "matrix" || mode === "lines";
    const secret = mode === "heads" && get("predicting");
    row.hidden = canvas.hidden = !flat;
    heads.grid.hidden = mode !== "heads" || secret;
    cards.hidden = mode !== "cell" && !secret;
    frame.root.dataset.mode = mode;
    const room = wide > 880 ? wide - 372 - 28 : wide;
    if (mode === "matrix") layout = drawMatrix(canvas, scene, room, 510);
    if (mode === "lines") layout = drawLines(canvas, scene, Math.min(room, 860), 510);
    if (flat) {
      canvas.setAttribute(
        "aria-label",
        mode === "matrix"
          ? "Matrix of attention weights. Arrow keys move, Enter locks, M masks the key."
          : "Lines from queries to keys. Up and down choose a query, left and right a key, Enter locks, M masks the key.",
      );
      drawRow(row, scene);
    }
    if (secret)
      cards.replaceChildren(
        h("p", {}, "The overview would give the answers away. Switch “Predict first” off to see it."),
      );
    else if (mode === "heads") heads.draw(scene);
    else if (mode === "cell") keepPlace(() => drawCell(cards, scene, get("step")));
    drawLegend(mode);
    const later =
      attention.layers > 1 && scene.touched
        ? " Each layer's recorded scores are changed by themselves; later layers are not computed anew."
        : "";
    notes.textContent = facts.note + later;
    controls.sync(scene);
  }

  // Cards are drawn anew in each frame: keep where the reader had scrolled, and what had the focus.
  function keepPlace(paint) {
    const boxes = () => [...cards.querySelectorAll(".tl-scroll")],
      old = boxes(),
      focused = old.indexOf(document.activeElement),
      at = old.map((b) => b.scrollLeft);
    paint();
    boxes().forEach((box, i) => {
      if (at[i]) box.scrollLeft = at[i];
      if (i === focused) box.focus({ preventScroll: true });
    });
  }

  function drawLegend(mode) {
    const { dark, top, show } = scene,
      key = JSON.stringify([mode, dark, top, show, facts.title]);
    if (legend.dataset.key === key) return;
    legend.dataset.key = key;
    const items = [],
      item = (kind, text) =>
        items.push(
          h("span", { class: "tl-item" }, h("span", { class: `tl-swatch tl-${kind}`, "aria-hidden": "true" }), text),
        );
    const ramp = (diverging) => {
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

  const pair = (q, k) => [shownToken(facts.queries[q], 24), shownToken(facts.keys[k], 24)];
  function summary() {
    const { query, key, weights, plain, show, layer, head } = scene,
      cols = facts.keys.length;
    const where =
      show === "head"
        ? `Layer ${facts.layers[layer]}, head ${facts.heads[head]}`
        : `Layer ${facts.layers[layer]}, ${show === "mean" ? "mean of heads" : "rollout up to here"}`;
    const [q, k] = pair(query, key),
      now = weights.subarray(query * cols, (query + 1) * cols);
    if (scene.covered(query)) return `${where}. The row of “${q}” is hidden until you mark a key.`;
    if (sum(now) === 0) return `${where}. ${scene.emptyRow(query)}`;
    const best = argmax(now),
      w = now[key],
      was = plain[query * cols + key];
    const change = Math.abs(w - was) > 5e-7 ? ` (recorded: ${share(was)})` : "";
    const most = best === key ? "its most attended key" : `most goes to “${pair(query, best)[1]}”, ${share(now[best])}`;
    const agreement = goldAgreement(weights, cols, facts.gold);
    const gold = agreement === null ? "" : ` Gold agreement ${Math.round(100 * agreement)} %.`;
    return `${where}. “${q}” attends to “${k}” with ${share(w)}${change}; ${most}. Mean entropy ${format(meanEntropy(weights, facts.queries.length, cols), 2)} bits.${gold}`;
  }

  function table() {
    const { weights, plain, query } = scene,
      rows = facts.queries.length,
      cols = facts.keys.length,
      mode = get("mode");
    const hidden = (q) => (scene.covered(q) ? "hidden" : null);
    if (mode === "heads" && !get("predicting"))
      return {
        caption: "All heads: mean entropy of their rows and agreement with the gold alignment.",
        heads: ["head", "entropy (bits)", "gold agreement"],
        rows: orderHeads(attention, get("order"), facts.gold).map((o) => [
          `layer ${facts.layers[o.layer]}, head ${facts.heads[o.head]}`,
          o.entropy,
          o.gold ?? "–",
        ]),
      };
    if (mode === "cell" || rows * cols > TABLE_CELLS)
      return {
        caption: `Row of query “${pair(query, 0)[0]}”.`,
        heads: ["key (attended)", "weight", "as recorded"],
        rows: facts.keys.map((t, k) => [
          t,
          hidden(query) ?? weights[query * cols + k],
          hidden(query) ?? plain[query * cols + k],
        ]),
      };
    return {
      caption: "Attention weights: one row for each query (attends), one column for each key (attended).",
      heads: ["query \\ key", ...facts.keys, "row sum", "entropy (bits)"],
      rows: facts.queries.map((t, q) => {
        const own = weights.subarray(q * cols, (q + 1) * cols);
        return [t, ...[...own, sum(own), entropyBits(own)].map((v) => hidden(q) ?? v)];
      }),
    };
  }

  function predict(query = get("query"), key = get("key")) {
    if (!coverer()(query)) return;
    model.set("query", query);
    model.set("key", key);
    frame.set("predictions", [...get("predictions"), [get("layer"), get("head"), query, key]]);
  }

  const under = (event) => {
    const box = canvas.getBoundingClientRect(),
      [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return layout && (get("mode") === "lines" ? tokenAt(layout, x, y) : cellAt(layout, x, y));
  };
  canvas.addEventListener("pointermove", (event) => {
    const found = under(event),
      same = JSON.stringify(found) === JSON.stringify(hover);
    hover = found;
    if (!same) frame.redraw();
    frame.tooltip(found ? describe(found) : null, event);
  });
  canvas.addEventListener("pointerleave", () => {
    hover = null;
    frame.tooltip(null);
    frame.redraw();
  });
  canvas.addEventListener("click", (event) => {
    const found = under(event);
    if (!found) return;
    const query = found.query ?? get("query"),
      key = found.key ?? get("key");
    if (found.key !== undefined && coverer()(query)) return predict(query, key);
    const again = get("locked") && query === get("query") && key === get("key");
    side = found.query === undefined ? "key" : "query";
    model.set("query", query);
    model.set("key", key);
    frame.set("locked", !again);
  });
  canvas.addEventListener("keydown", (event) => {
    const [down, right] =
      { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] || [];
    if (down !== undefined) {
      hover = null;
      model.set("query", clamp(get("query") + down, 0, facts.queries.length - 1));
      frame.set("key", clamp(get("key") + right, 0, facts.keys.length - 1));
    } else if (event.key === "Enter" || event.key === " ") {
      if (coverer()(get("query"))) predict();
      else frame.set("locked", !get("locked"));
    } else if (event.key === "Escape") frame.set("locked", false);
    else if (event.key === "m" || event.key === "M") controls.toggleMask();
    else return;
    event.preventDefault();
  });
  function describe({ query, key }) {
    const word = (which, i) => {
      const token = shownToken(facts[which === "key" ? "keys" : "queries"][i], 60);
      return [token, facts[`${which}Pinyin`][i], facts[`${which}Glosses`][i] && `“${facts[`${which}Glosses`][i]}”`]
        .filter(Boolean)
        .join("  ");
    };
    if (key === undefined) return [`query ${query}: ${word("query", query)}`];
    if (query === undefined) return [`key ${key}: ${word("key", key)}`];
    const lines = [`query ${query}: ${word("query", query)}`, `key ${key}: ${word("key", key)}`];
    if (scene.covered(query)) return [...lines, "Click if you expect this key."];
    lines.push(
      scene.masked(query, key)
        ? "masked: weight 0"
        : `weight ${format(scene.weights[query * facts.keys.length + key], 4)}`,
    );
    if (facts.gold.some(([q, k]) => q === query && k === key)) lines.push("gold link");
    return lines;
  }

  load();
  return () => {
    for (const event of given) model.off(event, load);
    frame.close();
  };
}
