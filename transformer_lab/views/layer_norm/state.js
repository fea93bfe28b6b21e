// LayerNormView's state: everything that one frame draws, computed in one pass from the traits and the stored tensors.

import { readTensor } from "../common/dom.js";
import { clamp } from "../common/math.js";
import {
  barAxis,
  bounds,
  depthOf,
  editedRows,
  epsBite,
  groupStatistics,
  groupValues,
  largest,
  niceAbove,
  normalise,
  rowChanges,
  STAGES,
  withEdits,
} from "./compute.js";

const eachStage = (make) => Object.fromEntries(STAGES.map((stage) => [stage, make(stage)]));

// The stored norms, in the order in which they ran.
export function readNorms(model) {
  return model.get("_facts").norms.map(({ name }, i) => {
    const { data: x, shape } = readTensor(model, `input/${i}`),
      vector = (of) => readTensor(model, `${of}/${i}`)?.data ?? null;
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
    };
  });
}

export function stateOf(model, norms) {
  const get = (name) => model.get(name),
    facts = get("_facts"),
    at = Math.max(
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
  const [kind, eps, shift, gain, edits] = ["kind", "eps", "shift", "gain", "edits"].map(get),
    how = { kind, eps, weight, bias };
  const key = `${kind} ${eps}`;
  if (norm.key !== key) Object.assign(norm, { key, untouched: normalise(x, d, how), scales: null });
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
  const axesFor = (pick) => {
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
    stage: get("stage"),
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

// Colour scales come from the untouched input, so that a moved input changes its colour and a still output does not. Axes
// are stretched to hold what is drawn. A raw input far from zero (an offset of 10,000) has no part in the common scale.
function untouchedScales(untouched) {
  const own = eachStage((stage) => niceAbove(bounds(untouched[stage]).size)),
    far = barAxis(untouched.raw).broken;
  return {
    own,
    far,
    shared: Math.max(...STAGES.filter((stage) => !(far && stage === "raw")).map((stage) => own[stage])),
  };
}

function scalesOf({ own, far, shared }, run, common) {
  const axes = eachStage((stage) => barAxis(run[stage], far && stage === "raw" ? 0 : common ? shared : own[stage]));
  return { scales: common ? eachStage(() => shared) : own, axes, shared: common ? shared : null };
}
