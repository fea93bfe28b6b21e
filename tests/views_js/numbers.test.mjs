// Numbers as the browser writes them, where Python writes none; what both write is held by twins.test.mjs.
import assert from "node:assert/strict";
import test from "node:test";
import {
  brief,
  changeText,
  epsText,
  format,
  percent,
  tidy,
  weightText,
} from "../../transformer_lab/views/common/numbers.js";

const say = (how, ...values) => values.map((value) => how(value));

test("a number has a real minus sign, thousands apart, and says what is no number", () => {
  assert.deepEqual(
    [format(-1.5, 1), format(-0.0001, 2), format(0, 3), format(-Infinity), format(NaN), format(123456)],
    ["−1.5", "−10⁻⁴", "0.000", "−∞", "NaN", "123,456"],
  );
});

test("a number for a classroom is short", () => {
  assert.deepEqual(say(brief, 0, -1.5, 2e-4, 123456, NaN), ["0", "−1.50", "2.0e−4", "1.2e5", "NaN"]);
});

test("eps is one or two digits", () => {
  assert.deepEqual(say(epsText, 1e-5, 1.78e-6, 1, 0), ["1e−5", "1.8e−6", "1", "0"]);
});

test("what is small is neither called nothing nor a change", () => {
  assert.deepEqual(say(weightText, 0, 0.0004, 0.0005, 1), ["0.000", "<0.001", "0.001", "1.000"]);
  assert.deepEqual(say(changeText, 0, 3e-16, 0.25, NaN), ["0", "≈ 0", "0.250", "NaN"]);
  assert.deepEqual(say(percent, 0.5, 1.2e-5, 1e-6, 0, NaN), ["50 %", "0.001 %", "< 0.001 %", "0 %", "NaN"]);
  assert.deepEqual(say(tidy, 3e-16, -2), [0, -2]);
});
