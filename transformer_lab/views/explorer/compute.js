// Explorer's pure functions: numbers and words, axes and ticks, frames that were computed ahead. Tested with node.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// Numbers as Python sends them: NaN and infinity are words there, because JSON has no sign for them.
export function real(value) {
  return Array.isArray(value) ? value.map(real) : Number(value);
}

// A number as a reader wants it: real minus sign, thousands apart, tiny ones as 1.2×10⁻⁷, NaN and ∞ spelt out.
export function said(value, digits = 2, whole = false) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value),
    sign = value < 0 ? "−" : "";
  if (size >= 1e15 || (size > 0 && size < 0.5 * 10 ** -digits && !whole)) return sign + powerText(size, 1);
  const text = size.toFixed(whole || size >= 1e5 ? 0 : digits),
    [units, rest] = text.split(".");
  return (
    (Number(text) ? sign : "") +
    (size >= 1e4 ? units.replace(/\B(?=(\d{3})+$)/g, ",") : units) +
    (rest ? `.${rest}` : "")
  );
}

function powerText(size, digits) {
  const [mantissa, power] = size.toExponential(digits).split("e");
  const raised = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : SUPERSCRIPTS[c])).join("");
  return Number(mantissa) === 1 ? `10${raised}` : `${mantissa}×10${raised}`;
}

// Which of the states that were computed ahead this is, in the order of itertools.product; −1 where it is none.
export function stateIndex(controls, values) {
  let index = 0;
  for (const [i, { positions }] of controls.entries()) {
    const at = positions ? positions.indexOf(values[i]) : -1;
    if (at < 0) return -1;
    index = index * positions.length + at;
  }
  return index;
}

// The inverse of frames.pack (Python): { "$": n } in a template is the frame's n-th entry in the pool.
export function unpackFrame({ templates, frames, pool }, index) {
  const [template, ...leaves] = frames[index];
  const fill = (value) => {
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || typeof value !== "object") return value;
    return "$" in value
      ? pool[leaves[value.$]]
      : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]));
  };
  return fill(templates[template]);
}

export function nearest(positions, value) {
  let best = 0;
  positions.forEach((each, i) => {
    if (Math.abs(each - value) < Math.abs(positions[best] - value)) best = i;
  });
  return best;
}

// Decimals that tell a slider's positions apart.
export function decimalsOf(positions) {
  const step = Math.min(...positions.slice(1).map((each, i) => each - positions[i]));
  for (let digits = 0; digits < 6; digits++)
    if (Math.abs(Math.round(step * 10 ** digits) - step * 10 ** digits) < 1e-6 && step * 10 ** digits >= 0.999)
      return digits;
  return 6;
}

// A slider's number: on a scale that spans many sizes each position keeps its own digits.
export function positionText({ positions, digits, unit }, value) {
  const text = digits == null ? wayOfSaying(positions)(value) : said(value, digits, positions.every(Number.isInteger));
  return unit ? `${text} ${unit}` : text;
}

const ways = new WeakMap();

// The shortest way of writing a slider's numbers in which no two neighbours look alike.
function wayOfSaying(positions) {
  if (!ways.has(positions)) {
    const whole = positions.every(Number.isInteger),
      usual = (value) => said(value, Math.min(decimalsOf(positions), 4), whole);
    const wide = !whole && positions[0] > 0 && positions.at(-1) / positions[0] >= 1000;
    const longer = [6, 9, 12, 17].map((digits) => (value) => value.toPrecision(digits).replace("-", "−"));
    const apart = (way) => positions.every((value, i) => !i || way(value) !== way(positions[i - 1]));
    ways.set(positions, [...(wide ? [] : [usual]), shortText, ...longer].find(apart) ?? usual);
  }
  return ways.get(positions);
}

// Three significant digits; as a power of ten, two, where writing them out is long.
export function shortText(value) {
  if (!Number.isFinite(value) || value === 0) return said(value, 0);
  const size = Math.abs(value),
    sign = value < 0 ? "−" : "";
  if (size < 1e-3 || size >= 1e5)
    return sign + powerText(Number(size.toPrecision(3)), Number(size.toExponential(2).slice(2, 4)) ? 1 : 0);
  return sign + String(Number(size.toPrecision(3)));
}

// 1, 2 or 5 times a power of ten, so that about count steps fill the span.
export function niceStep(span, count) {
  const raw = span / Math.max(1, count),
    power = 10 ** Math.floor(Math.log10(raw)),
    share = raw / power;
  return power * (share < Math.SQRT2 ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10);
}

// An axis that holds the values: { low, high, log, ticks: [[value, text], …] }. range fixes the ends; zero takes 0 in.
export function makeAxis(values, { range = null, log = false, zero = false, count = 5, pad = 0.06 } = {}) {
  const seen = values.filter((v) => Number.isFinite(v) && (!log || v > 0));
  let [low, high] = range
    ? real(range)
    : seen.length
      ? [Math.min(...seen), Math.max(...seen)]
      : log
        ? [0.1, 1]
        : [0, 1];
  if (log) return logAxis(Math.max(low, Number.MIN_VALUE), high, Boolean(range), count);
  if (!range) {
    if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
    if (high - low < 1e-12 * Math.max(1, Math.abs(high)))
      [low, high] = [low - 0.5 * (Math.abs(low) || 1), high + 0.5 * (Math.abs(high) || 1)];
    const room = pad * (high - low);
    [low, high] = [zero && low === 0 ? 0 : low - room, zero && high === 0 ? 0 : high + room];
  }
  const step = niceStep(high - low, count),
    ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return { low, high, log, ticks: ticks.map((v) => [v, tickText(v, step)]) };
}

function logAxis(low, high, fixed, count) {
  if (high / low < 1.01) [low, high] = [low / 2, high * 2];
  else if (!fixed) [low, high] = [low / (high / low) ** 0.04, high * (high / low) ** 0.04];
  const from = Math.ceil(Math.log10(low) - 1e-9),
    to = Math.floor(Math.log10(high) + 1e-9),
    each = Math.max(1, Math.ceil((to - from + 1) / (count + 2)));
  let ticks = [];
  for (let p = from; p <= to; p += each) ticks.push(10 ** p);
  if (ticks.length < 3) {
    ticks = [];
    for (let p = from - 1; p <= to; p++)
      for (const m of [1, 2, 5])
        if (m * 10 ** p >= low * (1 - 1e-9) && m * 10 ** p <= high * (1 + 1e-9)) ticks.push(m * 10 ** p);
  }
  return {
    low,
    high,
    log: true,
    ticks: ticks.map((v) => [
      v,
      v >= 1e5 || v < 1e-3
        ? powerText(v, 0)
        : said(Number(v.toPrecision(3)), v < 1 ? Math.ceil(-Math.log10(v) - 1e-9) : 0),
    ]),
  };
}

function tickText(value, step) {
  if (Math.abs(value) >= 1e6 || (step < 1e-4 && value)) return shortText(value);
  return said(value, step >= 1 ? 0 : Math.ceil(-Math.log10(step) - 1e-9));
}

// Position of a value between two pixels; NaN where it has none (NaN, ∞, or 0 and less on a logarithmic axis).
export function placeOn({ low, high, log }, from, to) {
  return (v) => {
    if (!Number.isFinite(v) || (log && v <= 0)) return NaN;
    const share = log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
    return from + share * (to - from);
  };
}

// Runs of points without a gap: [[[x, y], …], …].
export function runsOf(points) {
  const runs = [[]];
  for (const point of points) {
    if (point.every(Number.isFinite)) runs.at(-1).push(point);
    else if (runs.at(-1).length) runs.push([]);
  }
  return runs.filter((run) => run.length);
}

// The value of a curve at x, by straight lines between points; on steps the value of the last point before x.
export function valueAt(xs, ys, x, steps = false) {
  for (let i = 0; i < xs.length; i++) if (xs[i] === x) return ys[i];
  for (let i = 1; i < xs.length; i++)
    if (xs[i - 1] < x && x < xs[i])
      return steps ? ys[i - 1] : ys[i - 1] + ((x - xs[i - 1]) / (xs[i] - xs[i - 1])) * (ys[i] - ys[i - 1]);
  return NaN;
}

// Corners of the convex hull, counter-clockwise (Andrew's monotone chain).
export function convexHull(points) {
  const sorted = points.filter((p) => p.every(Number.isFinite)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const turn = (o, a, b) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  const half = (list) => {
    const out = [];
    for (const p of list) {
      while (out.length > 1 && turn(out.at(-2), out.at(-1), p) <= 0) out.pop();
      out.push(p);
    }
    return out.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

// What cannot be drawn, in words; empty where all can.
export function gapsText(values, log = false) {
  const nan = values.filter(Number.isNaN).length,
    endless = values.filter((v) => Math.abs(v) === Infinity).length;
  const low = log ? values.filter((v) => v <= 0 && v > -Infinity).length : 0;
  const parts = [
    nan && `${nan} NaN`,
    endless && `${endless} infinite`,
    low && `${low} not above 0, on a logarithmic axis`,
  ].filter(Boolean);
  return parts.length ? `Not drawn: ${parts.join(", ")}.` : "";
}
