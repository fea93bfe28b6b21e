// AttentionView's scene: everything that one frame draws, and what the reader has not seen yet.

/** @import { Attention } from "./compute.js" */
/** @import { Facts, Found, Prediction } from "./types.js" */
/** @import { Frame, Model } from "../common/types.js" */

import { argmax } from "../common/math.js";
import { shownToken } from "../common/numbers.js";
import { scaleTop } from "./measures.js";

/**
 * Rows whose weights the reader has not seen yet.
 *
 * @param {Model} model
 * @returns {(query: number) => boolean}
 */
export function coverer(model) {
  const get = (/** @type {string} */ name) => model.get(name);
  if (!get("predicting")) return () => false;
  const [layer, head] = [get("layer"), get("head")];
  /** @type {Prediction[]} */
  const predictions = get("predictions");
  const open = new Set(predictions.filter((p) => p[0] === layer && p[1] === head).map((p) => p[2]));
  return (query) => !open.has(query);
}

/**
 * hover: what is under the pointer; side: whether a locked choice is a query's or a key's.
 *
 * @param {Frame} frame
 * @param {Attention} attention
 * @param {{ hover: Found | null, side: "query" | "key" }} chosen
 */
export function makeScene(frame, attention, { hover, side }) {
  /** @type {Facts} */
  const facts = frame.model.get("_facts");
  const { model } = frame,
    get = (/** @type {string} */ name) => model.get(name);
  const [layer, head, show] = [get("layer"), get("head"), get("predicting") ? "head" : get("show")];
  attention.change({
    maskedKeys: get("masked_keys"),
    temperature: get("temperature"),
    scale: get("scale"),
    nudges: get("nudges"),
  });
  const pick = (/** @type {boolean} */ plain) =>
    show === "mean"
      ? attention.mean(layer, plain)
      : show === "rollout"
        ? attention.rollout(layer, plain)
        : attention.head(layer, head, plain);
  const weights = pick(false),
    plain = attention.touched ? pick(true) : weights,
    free = !get("locked") && hover && ["matrix", "lines"].includes(get("mode"));
  /** @type {number} */
  const query = (free ? hover.query : null) ?? get("query");
  /** @type {number} */
  const key = (free ? hover.key : null) ?? get("key");
  const isolated = free ? (hover.query === undefined ? "key" : "query") : get("locked") ? side : null;
  /** @type {Set<number>} */
  const maskedKeys = new Set(get("masked_keys"));
  /** @type {(q: number, k: number) => boolean} */
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
    colours: frame.colours,
    mode: get("mode"),
    order: get("order"),
    predicting: get("predicting"),
    maskedKeys,
    dark: frame.dark,
    locked: get("locked"),
    headWeights: attention.head(layer, head),
    touched: attention.touched,
    covered: coverer(model),
    top: facts.keys.length <= 16 ? 1 : Math.max(scaleTop(plain), scaleTop(weights)),
    gold: get("gold_shown") ? facts.gold : [],
    anyMasked: maskedKeys.size > 0 || !!attention.mask,
    masked: (/** @type {number} */ q, /** @type {number} */ k) =>
      show !== "rollout" && (maskedKeys.has(k) || forbids(q, k)),
    predicted: get("predicting")
      ? /** @type {Prediction[]} */ (get("predictions"))
          .filter((p) => p[0] === layer && p[1] === head)
          .map(([, , q, k]) => ({ query: q, key: k, right: isRight(attention, layer, head, q, k) }))
      : [],
    output:
      attention.value && show === "head" && attention.holds(layer, head)
        ? { now: attention.output(layer, head, query), before: attention.output(layer, head, query, true) }
        : null,
    emptyRow: (/** @type {number} */ q) =>
      `Every key of “${shownToken(facts.queries[q], 20)}” is masked: softmax has nothing to share out, so the row is all zeros ` +
      "and its output is the zero vector. A softmax that does not look after this case returns NaN.",
  };
}

/**
 * Whether a key is the one that a query attends to most, as recorded.
 *
 * @param {Attention} attention
 * @param {number} layer
 * @param {number} head
 * @param {number} query
 * @param {number} key
 */
export function isRight(attention, layer, head, query, key) {
  const { keys } = attention;
  return argmax(attention.head(layer, head, true).subarray(query * keys, (query + 1) * keys)) === key;
}
