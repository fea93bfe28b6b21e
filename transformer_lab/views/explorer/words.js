// Explorer in words: one sentence and one table for each panel, made from its numbers.

import { format, isolated, shortText, shownToken } from "../common/numbers.js";
import { gapsText, real, valueAt } from "./compute.js";

const MANY = 6;

// A name inside a sentence.
function name(text) {
  return shownToken(text, 80);
}

export function entryText({ text, number, whole }, digits) {
  return text ?? format(real(number), digits, whole);
}

function named(panel, rest) {
  return panel.title ? `${name(panel.title)}: ${rest}` : rest;
}

function rangeText(values, labels) {
  const seen = values
    .map((v, i) => [v, labels[i]])
    .filter(([v]) => Number.isFinite(v))
    .sort((a, b) => a[0] - b[0]);
  if (!seen.length) return "no finite value";
  return `${values.length} values, from ${format(seen[0][0])} (${name(seen[0][1])}) to ${format(seen.at(-1)[0])} (${name(seen.at(-1)[1])})`;
}

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
              : `from ${shortText(up[0])} to ${shortText(up.at(-1))}`;
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

export function panelSentence(panel) {
  const sentence = SENTENCES[panel.kind](panel),
    gaps = panelGaps(panel);
  return [sentence && (/[.!?。]$/.test(sentence) ? sentence : `${sentence}.`), gaps].filter(Boolean).join(" ");
}

// A note on what is left out of the picture.
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

const column = (panel, label) => label || panel.title;

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
        [
          ["from", 0],
          ["to", 1],
        ].map(([end, i]) => [`${key}, ${end}`, ...real(ends[i])]),
      ),
    ],
  ],
  numbers: (p) => [["read-out", "value"], p.items.map(({ label, text, number }) => [label, text ?? real(number)])],
  table: (p) => [
    p.heads,
    p.rows.map((row) => row.map(({ text, number }, i) => text ?? (i ? real(number) : format(real(number), p.digits)))),
  ],
  cells: (p) => [
    ["row", "cells", ...(p.notes ? ["note"] : [])],
    p.labels.map((label, i) => [label, p.cells[i].join(" "), ...(p.notes ? [p.notes[i]] : [])]),
  ],
};

export function panelTable(panel) {
  if (!TABLES[panel.kind]) return [];
  const [heads, rows] = TABLES[panel.kind](panel);
  return [{ caption: panel.title || "Read-outs", heads, rows }];
}
