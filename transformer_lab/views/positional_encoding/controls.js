// PositionalEncodingView's controls: the mode, what the mode needs, and how the table is made.

/** @import { Scene, View } from "./types.js" */
/** @import { Frame, When } from "../common/types.js" */

import { h } from "../common/dom.js";
import { format, plain } from "../common/numbers.js";

/** @param {View} view */
export function makeControls({ frame, model, facts, set, play, playable, isPlaying, modes }) {
  const get = (/** @type {string} */ trait) => model.get(trait),
    during =
      (/** @type {string[]} */ ...names) =>
      () =>
        names.includes(get("mode"));
  const whole = (/** @type {number} */ value) => format(value, 0),
    last = () => get("length") - 1,
    pairs = () => Math.ceil(get("d_model") / 2);
  const computed = facts.tables.some((table) => table.computed),
    stored = facts.tables.some((table) => !table.computed);
  const resizable = !stored,
    width = facts.rotary ? "d_head" : "d_model";

  // A smaller table keeps what is chosen inside it.
  const fit = (/** @type {number} */ length, /** @type {number} */ dModel) => {
    for (const trait of ["position", "shift", "query_position", "key_position"])
      if (get(trait) >= length) model.set(trait, length - 1);
    const count = Math.ceil(dModel / 2);
    if (get("pair") >= count) model.set("pair", count - 1);
    /** @type {number[]} */
    const pinned = get("pairs"),
      kept = pinned.filter((pair) => pair < count);
    if (kept.length < pinned.length) model.set("pairs", kept);
  };
  const turn = (/** @type {"query" | "key"} */ trait) => ({
    read: (/** @type {number[]} */ vector) => Math.round((Math.atan2(vector[1], vector[0]) * 180) / Math.PI),
    write(/** @type {number} */ degrees) {
      const size = Math.hypot(...get(trait)) || 1,
        angle = (degrees * Math.PI) / 180;
      return [Math.cos(angle), Math.sin(angle)].map((v) => Math.round(v * size * 1e4) / 1e4);
    },
    say: (/** @type {number[]} */ vector) => `${whole((Math.atan2(vector[1], vector[0]) * 180) / Math.PI)}°`,
  });
  // Both positions by one slider: i from where j would be 0 to where j would be the last.
  const apart = () => get("key_position") - get("query_position");
  const together = {
    name: "together",
    min: () => Math.max(0, -apart()),
    max: () => last() - Math.max(0, apart()),
    write(/** @type {number} */ value) {
      model.set("key_position", get("key_position") + value - get("query_position"));
      return value;
    },
  };

  const pin = frame.button({
    label: "",
    onclick: () => {
      /** @type {number[]} */
      const now = get("pairs"),
        pair = get("pair");
      set({ pairs: now.includes(pair) ? now.filter((each) => each !== pair) : [...now, pair].sort((a, b) => a - b) });
    },
  });
  const player = frame.button({ label: "", onclick: play });

  frame.toolbar.append(
    h("div", { class: "tl-pe-modes" }, frame.choice({ trait: "mode", label: "Way of looking", options: modes })),
    frame.slider({
      trait: "position",
      label: "Position p",
      min: 0,
      max: last,
      step: 1,
      say: whole,
      shown: during("heat", "waves", "dot", "clocks", "shift"),
    }),
    frame.slider({ trait: "shift", label: "Shift k", min: 0, max: last, step: 1, say: whole, shown: during("shift") }),
    frame.slider({
      trait: "query_position",
      label: "Query at i",
      min: 0,
      max: last,
      step: 1,
      say: whole,
      shown: during("rotary"),
    }),
    frame.slider({
      trait: "key_position",
      label: "Key at j",
      min: 0,
      max: last,
      step: 1,
      say: whole,
      shown: during("rotary"),
    }),
    frame.slider({
      trait: "query_position",
      label: "Move both",
      step: 1,
      ...together,
      say: () => `${get("query_position")}, ${get("key_position")}`,
      shown: during("rotary"),
    }),
    frame.slider({
      trait: "pair",
      label: "Pair",
      min: 0,
      max: () => pairs() - 1,
      step: 1,
      say: whole,
      shown: during("heat", "waves", "clocks", "shift", "rotary"),
    }),
    frame.slider({
      trait: "query",
      name: "query",
      label: "q points to",
      min: -180,
      max: 180,
      step: 1,
      ...turn("query"),
      shown: during("rotary"),
    }),
    frame.slider({
      trait: "key",
      name: "key",
      label: "k points to",
      min: -180,
      max: 180,
      step: 1,
      ...turn("key"),
      shown: during("rotary"),
    }),
    frame.select({
      trait: "rotation",
      label: "R(k)",
      options: [
        ["sinusoid", "the sinusoids’ own"],
        ["fitted", "best fit"],
      ],
      shown: during("shift"),
    }),
    frame.checkbox({ trait: "every", label: "Every reference position", shown: during("dot") }),
    frame.checkbox({ trait: "every", label: "Mean of all pairs", shown: during("rotary") }),
    pin,
    player,
  );

  /** @type {[string, string][]} */
  const layouts = [
    ["interleaved", "interleaved (s c s c …)"],
    ["halves", "halves (s s … c c …)"],
  ];
  frame.foot.append(
    h(
      "div",
      { class: "tl-pe-setup" },
      frame.select({
        trait: "feature_layout",
        label: stored ? "Pairs are" : "Layout",
        options: layouts,
        shown: () => get("mode") !== "rotary",
      }),
      frame.slider({
        trait: "base",
        label: "Base",
        min: 1,
        max: 6,
        step: 0.05,
        say: (base) => plain(base),
        read: (base) => Number(Math.log10(base).toFixed(2)),
        write: (exponent) => Number((10 ** exponent).toPrecision(3)),
        shown: () => computed || get("mode") === "shift",
      }),
      frame.slider({
        trait: "d_model",
        label: width,
        min: 2,
        max: Math.max(256, get("d_model")),
        step: 1,
        say: whole,
        shown: () => resizable,
        write(value) {
          fit(get("length"), value);
          return value;
        },
      }),
      frame.slider({
        trait: "length",
        label: "Length",
        min: 2,
        max: Math.max(512, get("length")),
        step: 1,
        say: whole,
        shown: () => resizable,
        write(value) {
          fit(value, get("d_model"));
          return value;
        },
      }),
    ),
  );

  return {
    // What no trait binds: the two buttons.
    sync(/** @type {Scene} */ scene) {
      const pinned = scene.pairs.includes(scene.pair);
      pin.hidden = get("mode") !== "waves";
      pin.textContent = pinned ? `Unpin pair ${scene.pair}` : `Pin pair ${scene.pair}`;
      pin.disabled = !pinned && scene.pairs.length >= 6;
      player.hidden = !playable();
      player.textContent = isPlaying() ? "Pause" : frame.calm ? "Play (off: reduced motion)" : "Play";
      player.disabled = frame.calm;
    },
  };
}
