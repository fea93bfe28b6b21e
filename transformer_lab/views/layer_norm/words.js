// LayerNormView in words: names of the stages, the live formula, the summary, the verdicts and the tables. Pure functions.

/** @import { Facts, Formula, Kind, Scene, Stage } from "./types.js" */
/** @import { Table } from "../common/types.js" */

import { vectorStatistics } from "../common/math.js";
import { brief, changeText, epsText, format, percent, shownToken, tidy } from "../common/numbers.js";
import { epsBite, groupValues, STAGES } from "./compute.js";

/** @type {Record<Kind, string>} */
export const KIND_NAMES = { layer: "LayerNorm", rms: "RMSNorm", batch: "BatchNorm" };

/**
 * @param {Stage} stage
 * @param {Kind} kind
 * @param {Pick<Scene, "weight" | "bias">} state
 */
export function stageSign(stage, kind, state) {
  const gain = state.weight ? "· γ" : "",
    bias = state.bias && kind !== "rms" ? "+ β" : "";
  return {
    raw: "x",
    centred: kind === "rms" ? "x (not centred)" : "x − μ",
    scaled: kind === "rms" ? "÷ √(mean x² + ε)" : "÷ √(σ² + ε)",
    affine: `${gain} ${bias}`.trim() || "no γ, no β",
  }[stage];
}

/**
 * The formula of one output value, as parts: { symbol, numbers }, each a list of text or { over, under }.
 *
 * @param {Scene} s
 */
export function formulaParts(s) {
  const { run, row, feature, group, weight, bias } = s,
    place = row * run.d + feature,
    rms = run.kind === "rms";
  const signed = (/** @type {number} */ value, digits = 2) =>
    value < 0 ? `(${brief(value, digits)})` : brief(value, digits);
  const x = brief(run.raw[place]),
    power = brief(run.power[group]),
    eps = epsText(run.eps);
  const above = rms ? x : `${x} − ${signed(run.mean[group])}`;
  const tail = [weight ? `· ${signed(weight[feature])}` : "", bias && !rms ? `+ ${signed(bias[feature])}` : ""]
    .filter(Boolean)
    .join(" ");
  const sign = [weight ? "· γ" : "", bias && !rms ? "+ β" : ""].filter(Boolean).join(" ");
  /** @type {{ symbol: Formula, numbers: Formula, result: string }} */
  const parts = {
    symbol: ["y =", { over: rms ? "x" : "x − μ", under: rms ? "√(mean x² + ε)" : "√(σ² + ε)" }, sign],
    numbers: ["=", { over: above, under: `√(${power} + ${eps})` }, tail, "="],
    result: format(run.affine[place], 3),
  };
  return parts;
}

/**
 * The three read-outs at the side. Each: label, number, verdict, and whether the verdict is an alarm.
 *
 * @param {Scene} s
 */
export function readouts(s) {
  const { run, group, stand, others, edited, shift, gain } = s,
    bite = epsBite(run.power[group], run.eps);
  const touched = shift !== 0 || gain !== 1,
    moved = stand > 1e-3,
    name = KIND_NAMES[run.kind];
  const still = !touched
    ? "move these two sliders"
    : !moved
      ? "the output stands still"
      : run.kind === "rms" && shift !== 0
        ? "RMSNorm does not centre: a shift shows"
        : gain < 0
          ? "a negative gain turns the signs"
          : s.anyBite
            ? "eps bites"
            : "the output moved";
  const what = run.kind === "rms" ? "mean square" : "variance";
  return [
    { label: "Shift, gain moved the output by", number: changeText(stand), verdict: still, alarm: touched && moved },
    {
      label: "Eps’s part under the root",
      number: percent(bite.share),
      verdict: Number.isNaN(bite.share)
        ? "0 / 0: eps is there to prevent this"
        : bite.share === 1
          ? `the ${what} is 0: the output is ${s.bias && run.kind !== "rms" ? "β" : "0"}, whatever x is`
          : bite.bites
            ? `eps bites: ${what} only ${brief(run.power[group])}`
            : `${what} ${brief(run.power[group])}`,
      alarm: bite.bites,
    },
    edited.size === 0
      ? { label: "Other tokens’ outputs changed by", number: "–", verdict: "drag a bar, or move Value", alarm: false }
      : {
          label: "Other tokens’ outputs changed by",
          number: changeText(others),
          alarm: others > 0,
          verdict: others > 0 ? `${name} mixes the tokens` : `${name}: each token alone`,
        },
  ];
}

/** @param {Scene} s */
export function groupName(s) {
  return s.run.kind === "batch" ? `feature ${shownToken(s.featureName)}` : `token “${shownToken(s.tokenName)}”`;
}

/** @param {Scene} s */
export function summarise(s) {
  const { run, group, stand } = s,
    bite = epsBite(run.power[group], run.eps),
    rms = run.kind === "rms";
  const over = run.kind === "batch" ? `over ${run.size} tokens` : `over ${run.size} features`;
  const before = rms
    ? `root mean square ${brief(run.rms[group])}`
    : `mean ${brief(run.mean[group])} and deviation ${brief(run.deviation[group])}`;
  const after = rms
    ? `becomes ${brief(run.after.rms[group])}`
    : `become ${brief(tidy(run.after.mean[group]))} and ${brief(run.after.deviation[group])}`;
  const first = `${KIND_NAMES[run.kind]}, ${groupName(s)}: ${before} ${over} ${after} after scaling.`;
  if (Number.isNaN(bite.share))
    return `${first} With eps 0, a group without spread gives 0 ÷ 0, which is not a number.`;
  if (run.size === 1 && !rms) return `${first} A single value is its own mean: whatever it is, the output is the same.`;
  if (bite.bites)
    return (
      `${first} Eps bites: it makes up ${percent(bite.share)} of what stands under the root, and leaves ` +
      `${percent(bite.shrink)} of the output’s size.`
    );
  if (s.shift !== 0 || s.gain !== 1)
    return `${first} Shift ${brief(s.shift)} and gain ${brief(s.gain)} moved the output by at most ${changeText(stand)}.`;
  return first;
}

/**
 * The tables on request, with full precision: the chosen token's features, all tokens, and the norms in their order.
 *
 * @param {Scene} s
 * @returns {Table[]}
 */
export function tablesOf(s) {
  const { run, row, length, sentence } = s,
    d = run.d,
    of = (/** @type {Stage} */ stage) => run[stage].subarray(row * d, (row + 1) * d);
  const parts = STAGES.map(of);
  /** @type {Table[]} */
  const tables = [
    {
      caption: `Token ${s.token} “${shownToken(s.tokenName)}”, every feature at every stage`,
      heads: ["Feature", ...STAGES],
      rows: s.features.map((name, j) => [shownToken(name), ...parts.map((p) => p[j])]),
    },
  ];
  const names = run.kind === "batch" ? s.features : s.tokens;
  const first = run.kind === "batch" ? 0 : sentence * length;
  tables.push({
    caption: `Statistics over ${run.kind === "batch" ? "all tokens of one feature" : "the features of one token"}`,
    heads: [
      run.kind === "batch" ? "Feature" : "Token",
      "mean",
      "deviation",
      "rms",
      "mean after scaling",
      "deviation after scaling",
    ],
    rows: names.map((name, i) => [
      shownToken(name),
      ...[run.mean, run.deviation, run.rms].map((v) => v[first + i]),
      run.after.mean[first + i],
      run.after.deviation[first + i],
    ]),
  });
  tables.push({
    caption: "Largest change of each token’s output",
    heads: ["Token", "by shift and gain", "by edits"],
    rows: s.tokens.map((name, t) => [
      shownToken(name),
      s.standRows[sentence * length + t],
      s.editRows[sentence * length + t],
    ]),
  });
  if (s.depth.length > 1)
    tables.push({
      caption: "Inputs of all norms, averaged over tokens",
      heads: ["Norm", "mean |x|", "deviation", "rms"],
      rows: s.depth.map(({ name, size, deviation, rms }) => [name, size, deviation, rms]),
    });
  return tables;
}

/**
 * The two big numbers of one stage, as text: mean and deviation of the chosen group, or mean and root mean square for RMSNorm.
 *
 * @param {Scene} s
 * @param {Stage} stage
 */
export function stageNumbers(s, stage) {
  const { mean, deviation, rms } = vectorStatistics(groupValues(s.run[stage], s.run.d, s.run.kind, s.group));
  const [name, spread] = s.run.kind === "rms" ? ["rms", rms] : ["σ", tidy(deviation)];
  return [
    ["μ", tidy(mean) !== 0 && Math.abs(mean) < 0.1 && spread > 0.1 ? format(mean, 2) : brief(tidy(mean))],
    [name, brief(spread)],
  ];
}
