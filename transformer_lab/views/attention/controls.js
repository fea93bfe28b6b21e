// AttentionView's controls: what to show, what to change, what to predict. All native, all labelled.

/** @import { Attention } from "./compute.js" */
/** @import { Facts, Nudge, Prediction, Scene } from "./types.js" */
/** @import { Frame } from "../common/types.js" */

import { h } from "../common/dom.js";
import { argmax } from "../common/math.js";
import { format, shownToken } from "../common/numbers.js";
import { isRight } from "./scene.js";

/**
 * @param {Frame} frame
 * @param {{ attention: () => Attention, facts: () => Facts, predict: (query?: number, key?: number) => void }} given
 */
export function attentionControls(frame, { attention, facts, predict }) {
  const { model } = frame,
    get = (/** @type {string} */ name) => model.get(name),
    mode = () => get("mode"),
    flat = () => mode() === "matrix" || mode() === "lines";
  /** @type {WeakMap<string[], [number, string][]>} */
  const lists = new WeakMap();
  const tokens = (/** @type {"queries" | "keys"} */ name) => () => {
    const given = facts()[name];
    const list = lists.get(given) ?? given.map((t, i) => [i, `${i}  ${shownToken(t, 24)}`]);
    lists.set(given, list);
    return list;
  };
  const several = (/** @type {"layers" | "heads"} */ name) => facts()[name].length > 1;
  const group = (/** @type {Node[]} */ ...parts) => h("div", { class: "tl-group" }, ...parts);
  const toolbar = [
    frame.choice({
      trait: "mode",
      label: "Mode",
      options: [
        ["matrix", "Matrix"],
        ["lines", "Lines"],
        ["heads", "All heads"],
        ["cell", "One cell"],
      ],
    }),
    frame.select({
      trait: "layer",
      label: "Layer",
      options: () => facts().layers.map((n, i) => [i, String(n)]),
      shown: () => several("layers"),
    }),
    frame.select({
      trait: "head",
      label: "Head",
      options: () => facts().heads.map((n, i) => [i, String(n)]),
      shown: () => several("heads"),
      enabled: () => !flat() || get("show") === "head" || get("predicting"),
    }),
    frame.select({
      trait: "show",
      label: "Show",
      shown: () => flat() && (several("heads") || several("layers")),
      enabled: () => !get("predicting"),
      options: () =>
        /** @type {[string, string][]} */ (
          [
            ["head", "one head"],
            ["mean", "mean"],
            ["rollout", "rollout"],
          ].filter(([how]) => how !== "rollout" || facts().same)
        ),
    }),
    frame.select({ trait: "query", label: "Query", options: tokens("queries"), shown: () => mode() !== "heads" }),
    frame.select({ trait: "key", label: "Key", options: tokens("keys"), shown: () => mode() !== "heads" }),
    frame.slider({
      trait: "step",
      label: "Steps",
      min: 1,
      max: 6,
      step: 1,
      say: (v) => `${v} of 6`,
      shown: () => mode() === "cell",
    }),
    frame.select({
      trait: "order",
      label: "Order",
      shown: () => mode() === "heads",
      options: () =>
        /** @type {[string, string][]} */ (
          [
            ["layer", "by layer"],
            ["entropy", "by entropy"],
            ["gold", "by agreement"],
          ].filter(([how]) => how !== "gold" || facts().gold.length)
        ),
    }),
    frame.checkbox({ trait: "predicting", label: "Predict first" }),
  ];
  frame.toolbar.append(...toolbar);

  const gold = frame.checkbox({
    trait: "gold_shown",
    label: "gold alignment",
    shown: () => facts().gold.length > 0 && mode() !== "cell",
  });
  const swatch = h("span", { "aria-hidden": "true" });
  gold.append(swatch);

  const here = () => [get("layer"), get("head"), get("query"), get("key")];
  const isHere = (/** @type {Nudge} */ nudge) => here().every((n, i) => n === nudge[i]);
  const mask = frame.button({ label: "", onclick: toggleMask }),
    undo = frame.button({
      label: "Undo",
      onclick: () => {
        frame.set({ masked_keys: [], temperature: 1, scale: null, nudges: [] });
      },
    });
  const intervene = h(
    "fieldset",
    { class: "tl-intervene" },
    h("legend", {}, "Intervene"),
    frame.slider({
      trait: "temperature",
      label: "Temperature",
      min: -3,
      max: 3,
      step: 0.05,
      read: (t) => Math.round(20 * Math.log2(t)) / 20,
      write: (x) => 2 ** x,
      say: (t) => `÷ ${format(t, 2)}`,
    }),
    frame.select({ trait: "scale", label: "Scale", shown: () => !!attention()?.query, options: scales }),
    group(mask),
    frame.slider({
      trait: "nudges",
      label: "Nudge this score",
      min: -6,
      max: 6,
      step: 0.1,
      read: (/** @type {Nudge[]} */ list) => list.filter(isHere).reduce((total, each) => total + each[4], 0),
      write: (x) => [
        .../** @type {Nudge[]} */ (get("nudges")).filter((each) => !isHere(each)),
        ...(x ? [[...here(), x]] : []),
      ],
      say: (/** @type {Nudge[]} */ list) => {
        const x = list.filter(isHere).reduce((total, each) => total + each[4], 0);
        return `${x > 0 ? "+" : ""}${format(x, 1)}`;
      },
    }),
    undo,
  );
  /** @returns {[number | null, string][]} */
  function scales() {
    const d = attention().dHead,
      own = facts().scale[get("layer")];
    /** @type {[number | null, string][]} */
    const list = [
      [null, `as recorded: ${format(own, 3)}`],
      [1, "1: not scaled"],
      [d ** -0.5, `1/√${d}: ${format(d ** -0.5, 3)}`],
      [1 / d, `1/${d}: ${format(1 / d, 3)}`],
    ];
    const kept = list.filter(
      ([value], i) =>
        i === 0 || (Math.abs(Number(value) - own) > 1e-6 && list.findIndex(([other]) => other === value) === i),
    );
    return kept.some(([value]) => value === get("scale")) ? kept : [...kept, [get("scale"), format(get("scale"), 3)]];
  }
  function toggleMask() {
    /** @type {number[]} */
    const masked = get("masked_keys"),
      key = get("key");
    frame.set({
      masked_keys: masked.includes(key) ? masked.filter((k) => k !== key) : [...masked, key].sort((a, b) => a - b),
    });
  }

  const ask = h("span", {}),
    reveal = frame.button({ label: "Reveal", onclick: () => predict() });
  const predicting = h("div", { class: "tl-predict", hidden: true }, ask, reveal);

  /** @param {Scene} now */
  function sync(now) {
    const key = get("key"),
      name = shownToken(facts().keys[key], 16);
    swatch.className = `tl-swatch tl-${mode() === "lines" ? "dashed" : "box"}`;
    mask.textContent = `${get("masked_keys").includes(key) ? "Unmask" : "Mask"} key “${name}”`;
    undo.disabled = !now.touched;
    predicting.hidden = !get("predicting");
    if (!get("predicting")) return;
    /** @type {Prediction[]} */
    const all = get("predictions"),
      query = get("query"),
      covered = now.covered(query);
    const right = all.filter((p) => isRight(attention(), ...p)).length,
      score = all.length ? ` Score: ${right} of ${all.length} right.` : "";
    reveal.disabled = !covered;
    const asked = `Which key will “${shownToken(facts().queries[query], 20)}” attend to most? Click a cell of its row, or choose a key and press Reveal.`;
    ask.textContent = (covered ? asked : verdict(all, query)) + score;
  }
  /**
   * @param {Prediction[]} all
   * @param {number} query
   */
  function verdict(all, query) {
    const last = all.findLast((p) => p[0] === get("layer") && p[1] === get("head") && p[2] === query),
      a = attention();
    if (!last) return "";
    const [l, h, q, k] = last;
    const row = a.head(l, h, true).subarray(q * a.keys, (q + 1) * a.keys),
      best = argmax(row),
      said = (/** @type {number} */ i) => `“${shownToken(facts().keys[i], 16)}” (${format(row[i], 2)})`;
    return best === k
      ? `Right: most goes to ${said(k)}. Choose the next query.`
      : `You marked ${said(k)}; most goes to ${said(best)}. Choose the next query.`;
  }
  return { gold, intervene, predicting, toggleMask, sync };
}
