// AttentionView's scene: everything that one frame draws, and what the reader has not seen yet.

import { argmax } from "../common/math.js";
import { shownToken } from "../common/numbers.js";
import { scaleTop } from "./compute.js";

// Rows whose weights the reader has not seen yet.
export function coverer(model) {
  const get = (name) => model.get(name);
  if (!get("predicting")) return () => false;
  const [layer, head] = [get("layer"), get("head")];
  const open = new Set(
    get("predictions")
      .filter((p) => p[0] === layer && p[1] === head)
      .map((p) => p[2]),
  );
  return (query) => !open.has(query);
}

// hover: what is under the pointer; side: whether a locked choice is a query's or a key's.
export function makeScene(frame, attention, { hover, side }) {
  const { model } = frame,
    facts = model.get("_facts"),
    get = (name) => model.get(name);
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
    masked: (q, k) => show !== "rollout" && (maskedKeys.has(k) || forbids(q, k)),
    predicted: get("predicting")
      ? get("predictions")
          .filter((p) => p[0] === layer && p[1] === head)
          .map(([, , q, k]) => ({ query: q, key: k, right: isRight(attention, layer, head, q, k) }))
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

// Whether a key is the one that a query attends to most, as recorded.
export function isRight(attention, layer, head, query, key) {
  const { keys } = attention;
  return argmax(attention.head(layer, head, true).subarray(query * keys, (query + 1) * keys)) === key;
}
