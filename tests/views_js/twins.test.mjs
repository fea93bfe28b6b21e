// What Python and the browser must say and colour alike, from one file that Python writes (fixtures/make_twins.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { format, lengthText, plain, probability, shownToken } from "../../transformer_lab/views/common/numbers.js";
import { PALETTES } from "../../transformer_lab/views/common/theme.js";
import { seriesDash } from "../../transformer_lab/views/explorer/axes.js";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const twins = JSON.parse(read("./fixtures/twins.json"));
const style = (room) => read(`../../transformer_lab/views/${room}/style.css`);
// The first declaration of a custom property: the light theme's.
const declared = (css, name) => new RegExp(`--tl-${name}: (#[0-9a-f]{3,6})`).exec(css)[1];

test("numbers are written alike, ties too", () => {
  for (const [value, digits, whole, text] of twins.numbers)
    assert.equal(format(Number(String(value).replace("inf", "Infinity")), digits, whole), text, `${value}, ${digits}`);
  assert.equal(format(1 / 8), "0.13");
});

test("probabilities are written alike", () => {
  for (const [p, text] of twins.probabilities) assert.equal(probability(p), text);
});

test("numbers without needless digits, and lengths, are written alike", () => {
  for (const [value, digits, text] of twins.plain) assert.equal(plain(value, digits), text, `${value}, ${digits}`);
  for (const [value, text] of twins.lengths) assert.equal(lengthText(value), text, `${value}`);
});

test("tokens are shown alike", () => {
  for (const [token, longest, text] of twins.tokens)
    assert.equal(shownToken(token, longest), text, JSON.stringify(token));
});

test("palettes, named colours and line styles are one", () => {
  for (const [name, anchors] of Object.entries(twins.palettes)) assert.deepEqual(PALETTES[name], anchors);
  for (const [name, colour] of Object.entries(twins.colours))
    assert.equal(declared(style("common"), name), colour, name);
  twins.series.forEach(([colour, pattern], i) => {
    assert.equal(declared(style("explorer"), `s${i}`), colour);
    assert.equal(seriesDash(i), pattern.length ? pattern.join(" ") : null);
  });
  twins.paths.forEach(([colour, pattern], i) => {
    const css = style("decoding_tree"),
      rule = new RegExp(
        `\\.tl-dt-line-${i} \\{ stroke: var\\(--tl-path${i}\\);(?: stroke-dasharray: ([^;]+);)? \\}`,
      ).exec(css);
    assert.equal(declared(css, `path${i}`), colour);
    assert.equal(rule[1] ?? "", pattern.join(" "));
  });
});
