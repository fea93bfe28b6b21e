// Explorer in words: one sentence and one table for each panel, made from its numbers.

/** @import { BarsPanel, CellsPanel, Entry, HeatPanel, LinesPanel, NumbersPanel, Panel, PointsPanel, TablePanel, TextPanel } from "./types.js" */
/** @import { Table } from "../common/types.js" */

import { format, isolated, shortText, shownToken } from "../common/numbers.js";
import { gapsText, real, valueAt } from "./compute.js";

const MANY = 6;

/**
 * A name inside a sentence.
 *
 * @param {string} text
 */
function name(text) {
  return shownToken(text, 80);
}

/**
 * @param {Entry} entry
 * @param {number} digits
 */
export function entryText({ text, number, whole }, digits) {
  return text ?? format(Number(number), digits, whole);
}

/**
 * @param {Panel} panel
 * @param {string} rest
 */
function named(panel, rest) {
  return panel.title ? `${name(panel.title)}: ${rest}` : rest;
}

/**
 * @param {number[]} values
 * @param {string[]} labels
 */
function rangeText(values, labels) {
  const seen = values
    .map((v, i) => ({ v, label: labels[i] }))
    .filter(({ v }) => Number.isFinite(v))
    .sort((a, b) => a.v - b.v);
  if (!seen.length) return "no finite value";
  const least = seen[0],
    most = seen[seen.length - 1];
  return `${values.length} values, from ${format(least.v)} (${name(least.label)}) to ${format(most.v)} (${name(most.label)})`;
}

/** @type {{ [P in Panel as P["kind"]]: (p: P) => string }} */
const SENTENCES = {
  bars: (p) =>
    named(
      p,
      p.series
        .map(({ name: key, values }) => {
          const each = real(values),
            list =
              each.length <= MANY
                ? each.map((v, i) => `${name(p.labels[i])} ${format(v, p.digits)}`).join(", ")
                : rangeText(each, p.labels);
          return key ? `${name(key)} ${list}` : list;
        })
        .join("; "),
    ),
  lines: (p) =>
    named(
      p,
      p.series
        .slice(0, MANY)
        .map(({ name: key, x, y }) => {
          const up = real(y),
            across = real(x),
            at = p.marker === null ? null : real(p.marker),
            here = at === null ? NaN : valueAt(across, up, at, p.steps);
          const line =
            at !== null && Number.isFinite(here)
              ? `${shortText(here)} at ${shortText(at)}`
              : `from ${shortText(up[0])} to ${shortText(up[up.length - 1])}`;
          return key ? `${name(key)} ${line}` : line;
        })
        .join(", "),
    ),
  heat: (p) =>
    named(
      p,
      `${p.rows.length} by ${p.columns.length} cells, ${rangeText(
        real(p.values).flat(),
        p.rows.flatMap((r) => p.columns.map((c) => `${r}, ${c}`)),
      )}`,
    ),
  points: (p) =>
    named(
      p,
      [
        ...p.series.map(({ name: key, x, y }) =>
          x.length === 1
            ? `${name(key)} at (${format(real(x[0]))}, ${format(real(y[0]))})`
            : `${name(key)}, ${x.length} points`,
        ),
        ...p.arrows.map(
          ({ name: key, ends }) =>
            `${name(key)} to (${real(ends[1])
              .map((v) => format(v))
              .join(", ")})`,
        ),
      ].join("; "),
    ),
  numbers: (p) => named(p, p.items.map((each) => `${name(each.label)} ${entryText(each, p.digits)}`).join(", ")),
  text: (p) => named(p, p.lines.map(isolated).join(" ")),
  table: () => "",
  cells: (p) =>
    named(
      p,
      p.labels
        .map((label, i) =>
          [
            name(label),
            p.cells[i].length <= 40
              ? p.cells[i].join(p.cells[i].some((word) => word.length > 1) ? " " : "")
              : `${p.cells[i].length} cells`,
            p.notes?.[i],
          ]
            .filter(Boolean)
            .join(" "),
        )
        .join("; "),
    ),
};

/** @param {Panel} panel */
export function panelSentence(panel) {
  const sentence = /** @type {(p: Panel) => string} */ (SENTENCES[panel.kind])(panel),
    gaps = panelGaps(panel);
  return [sentence && (/[.!?。]$/.test(sentence) ? sentence : `${sentence}.`), gaps].filter(Boolean).join(" ");
}

/**
 * A note on what is left out of the picture.
 *
 * @param {Panel} p
 */
export function panelGaps(p) {
  if (p.kind === "bars")
    return gapsText(
      p.series.flatMap(({ values }) => real(values)),
      p.log,
    );
  if (p.kind === "heat") return gapsText(real(p.values).flat());
  if (p.kind === "points")
    return gapsText([
      ...p.series.flatMap(({ x, y }) => real([...x, ...y])),
      ...p.arrows.flatMap(({ ends }) => real(ends).flat()),
    ]);
  if (p.kind !== "lines") return "";
  const up = [...p.series.map(({ y }) => y), ...p.bands.flatMap(({ low, high }) => [low, high])].flatMap(real),
    across = p.series.flatMap(({ x }) => real(x));
  return [gapsText(up, p.log.includes("y")), p.series.length && gapsText(across, p.log.includes("x"))]
    .filter(Boolean)
    .join(" ");
}

/**
 * @param {Panel} panel
 * @param {string} label
 */
const column = (panel, label) => label || panel.title;

/** @type {{ [P in Panel as P["kind"]]?: (p: P) => [string[], (string | number)[][]] }} */
const TABLES = {
  bars: (p) => [
    [p.x || "bar", ...p.series.map(({ name: key }) => key || column(p, p.y))],
    p.labels.map((label, i) => [label, ...p.series.map(({ values }) => real(values[i]))]),
  ],
  lines: (p) => {
    const same = p.series.every(({ x }) => JSON.stringify(x) === JSON.stringify(p.series[0].x)),
      head = p.x || "x";
    if (same)
      return [
        [head, ...p.series.map(({ name: key }) => key || column(p, p.y))],
        p.series[0].x.map((x, i) => [format(real(x), 4), ...p.series.map(({ y }) => real(y[i]))]),
      ];
    return [
      ["curve", head, p.y || "y"],
      p.series.flatMap(({ name: key, x, y }) => x.map((at, i) => [key, real(at), real(y[i])])),
    ];
  },
  heat: (p) => [[p.y || "", ...p.columns], p.rows.map((row, r) => [row, ...real(p.values[r])])],
  points: (p) => [
    ["point", p.x || "x", p.y || "y"],
    [
      ...p.series.flatMap(({ name: key, x, y, labels }) =>
        x.map((at, i) => [labels ? `${key} ${labels[i]}` : x.length > 1 ? `${key} ${i}` : key, real(at), real(y[i])]),
      ),
      ...p.arrows.flatMap(({ name: key, ends }) =>
        ["from", "to"].map((end, i) => [`${key}, ${end}`, ...real(ends[i])]),
      ),
    ],
  ],
  numbers: (p) => [["read-out", "value"], p.items.map(({ label, text, number }) => [label, text ?? Number(number)])],
  table: (p) => [
    p.heads,
    p.rows.map((row) =>
      row.map(({ text, number }, i) => text ?? (i ? Number(number) : format(Number(number), p.digits))),
    ),
  ],
  cells: (p) => [
    ["row", "cells", ...(p.notes ? ["note"] : [])],
    p.labels.map((label, i) => [label, p.cells[i].join(" "), ...(p.notes ? [p.notes[i]] : [])]),
  ],
};

/**
 * @param {Panel} panel
 * @returns {Table[]}
 */
export function panelTable(panel) {
  const make = /** @type {((p: Panel) => [string[], (string | number)[][]]) | undefined} */ (TABLES[panel.kind]);
  if (!make) return [];
  const [heads, rows] = make(panel);
  return [{ caption: panel.title || "Read-outs", heads, rows }];
}
