// LayerNormView's state: everything that one frame draws, computed in one pass from the traits and the stored tensors.

/** @import { EachStage, Facts, Norm, Run, Stage } from "./types.js" */
/** @import { Model } from "../common/types.js" */

import { readTensor } from "../common/dom.js";
import { clamp } from "../common/math.js";
import {
  depthOf,
  editedRows,
  epsBite,
  groupStatistics,
  groupValues,
  largest,
  normalise,
  rowChanges,
  STAGES,
  withEdits,
} from "./compute.js";
import { barAxis, bounds, niceAbove } from "./scales.js";

/**
 * @template T
 * @param {(stage: Stage) => T} make
 * @returns {EachStage<T>}
 */
const eachStage = (make) => ({
  raw: make("raw"),
  centred: make("centred"),
  scaled: make("scaled"),
  affine: make("affine"),
});

/**
 * The stored norms, in the order in which they ran.
 *
 * @param {Model} model
 * @returns {Norm[]}
 */
export function readNorms(model) {
  /** @type {Facts} */
  const facts = model.get("_facts");
  return facts.norms.map(({ name }, i) => {
    const input = readTensor(model, `input/${i}`),
      vector = (/** @type {string} */ of) => readTensor(model, `${of}/${i}`)?.data ?? null;
    if (!input) throw new Error(`the input of ${name} is not stored`);
    const x = Float32Array.from(input.data),
      { shape } = input;
    const parts = name.replace(/\blayers\./, "").split("."),
      group = parts.length > 1 ? parts[0] : "";
    return {
      name,
      group,
      short: parts.slice(group ? 1 : 0).join("."),
      x,
      shape,
      weight: vector("weight"),
      bias: vector("bias"),
      ...depthOf(x, shape[2]),
      key: "",
      untouched: null,
      scales: null,
    };
  });
}

/**
 * @param {Model} model
 * @param {Norm[]} norms
 */
export function stateOf(model, norms) {
  const get = (/** @type {string} */ name) => model.get(name);
  /** @type {Facts} */
  const facts = get("_facts");
  const at = Math.max(
    0,
    norms.findIndex(({ name }) => name === get("norm")),
  );
  const norm = norms[at],
    {
      x,
      weight,
      bias,
      shape: [batch, length, d],
    } = norm;
  const sentence = clamp(get("batch"), 0, batch - 1),
    token = clamp(get("token"), 0, length - 1),
    feature = clamp(get("feature"), 0, d - 1);
  const [kind, eps, shift, gain, edits] = ["kind", "eps", "shift", "gain", "edits"].map(get);
  /** @type {Stage} */
  const stage = get("stage");
  const how = { kind, eps, weight, bias };
  const key = `${kind} ${eps}`;
  if (norm.key !== key) Object.assign(norm, { key, untouched: null, scales: null });
  norm.untouched ??= normalise(x, d, how);
  norm.scales ??= untouchedScales(norm.untouched);
  // Three runs: the input as given, with the reader's edits, and with edits, gain and shift, which is what is drawn.
  const { untouched } = norm,
    edited = editedRows(edits, at, length),
    values = withEdits(x, edits, at, length, d);
  const still = edited.size ? normalise(values, d, how) : untouched;
  const run =
    shift === 0 && gain === 1
      ? still
      : normalise(
          values.map((v) => v * gain + shift),
          d,
          how,
        );
  const perStage = eachStage((stage) => (stage === "raw" ? run : groupStatistics(run[stage], d, kind)));
  const first = sentence * length,
    row = first + token;
  const standRows = rowChanges(still.affine, run.affine, d),
    editRows = rowChanges(untouched.affine, still.affine, d);
  // The bars' axes hold the chosen token, the histograms' the chosen group, the strips' (below) all tokens.
  const axesFor = (/** @type {(values: Run["raw"]) => Run["raw"]} */ pick) => {
    const [before, now] = [untouched, run].map((each) => eachStage((stage) => pick(each[stage])));
    return scalesOf(untouchedScales(before), now, get("common_scale")).axes;
  };
  const features = facts.features ?? Array.from({ length: d }, (_, j) => String(j)),
    tokens = facts.norms[at].tokens[sentence];
  return {
    at,
    x,
    weight,
    bias,
    batch,
    length,
    d,
    sentence,
    token,
    feature,
    first,
    row,
    group: kind === "batch" ? feature : row,
    stage,
    shift,
    gain,
    edits,
    edited,
    untouched,
    run: { ...run, after: perStage.scaled },
    perStage,
    standRows,
    editRows,
    stand: largest(standRows),
    others: largest(editRows, (r) => !edited.has(r)),
    anyBite: run.power.some((each) => epsBite(each, eps).bites),
    features,
    featureName: features[feature],
    tokens,
    tokenName: tokens[token],
    depth: norms,
    ...scalesOf(norm.scales, run, get("common_scale")),
    barAxes: axesFor((v) => v.subarray(row * d, (row + 1) * d)),
    groupAxes: axesFor((v) => groupValues(v, d, kind, kind === "batch" ? feature : row)),
  };
}

/**
 * Colour scales come from the untouched input, so that a moved input changes its colour and a still output does not. Axes
 * are stretched to hold what is drawn. A raw input far from zero (an offset of 10,000) has no part in the common scale.
 *
 * @param {EachStage<Run["raw"]>} untouched
 */
function untouchedScales(untouched) {
  const own = eachStage((stage) => niceAbove(bounds(untouched[stage]).size)),
    far = barAxis(untouched.raw).broken;
  return {
    own,
    far,
    shared: Math.max(...STAGES.filter((stage) => !(far && stage === "raw")).map((stage) => own[stage])),
  };
}

/**
 * @param {ReturnType<typeof untouchedScales>} scales
 * @param {EachStage<Run["raw"]>} run
 * @param {boolean} common
 */
function scalesOf({ own, far, shared }, run, common) {
  const axes = eachStage((stage) => barAxis(run[stage], far && stage === "raw" ? 0 : common ? shared : own[stage]));
  return { scales: common ? eachStage(() => shared) : own, axes, shared: common ? shared : null };
}
