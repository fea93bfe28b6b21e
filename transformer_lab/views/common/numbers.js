// Numbers and tokens as a reader wants them. The twin of numbers.py: what the browser writes, Python writes too. One
// rounding for both: to the nearest, a tie away from zero (toFixed: 1/8 is 0.13).

/** @type {string} */
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * A number as a reader wants it: real minus sign, thousands apart, tiny ones as 1.2×10⁻⁷, NaN and ∞ spelt out.
 *
 * @param {number} value
 * @param {number} [digits]
 * @param {boolean} [whole]
 */
export function format(value, digits = 2, whole = false) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value),
    sign = value < 0 ? "−" : "";
  if (size >= 1e15 || (size > 0 && size < 0.5 * 10 ** -digits && !whole)) return sign + powerText(size, 1);
  const text = size.toFixed(whole || size >= 1e5 ? 0 : digits),
    [units, rest] = text.split(".");
  return (
    (Number(text) ? sign : "") +
    (units.length > 4 ? units.replace(/\B(?=(\d{3})+$)/g, ",") : units) +
    (rest ? `.${rest}` : "")
  );
}

/**
 * @param {number} size
 * @param {number} digits
 */
export function powerText(size, digits) {
  const [mantissa, power] = size.toExponential(digits).split("e");
  const raised = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : SUPERSCRIPTS[Number(c)])).join("");
  return Number(mantissa) === 1 ? `10${raised}` : `${mantissa}×10${raised}`;
}

/**
 * Three significant digits; as a power of ten, two, where writing them out is long.
 *
 * @param {number} value
 */
export function shortText(value) {
  if (!Number.isFinite(value) || value === 0) return format(value, 0);
  const size = Math.abs(value),
    sign = value < 0 ? "−" : "";
  if (size < 1e-3 || size >= 1e5)
    return sign + powerText(Number(size.toPrecision(3)), Number(size.toExponential(2).slice(2, 4)) ? 1 : 0);
  return sign + String(Number(size.toPrecision(3)));
}

/**
 * A probability with two decimals, near 0 and near 1 with more; nothing that is possible is called 0 or 1.
 *
 * @param {number} p
 */
export function probability(p) {
  if (p >= 0.9995 && p < 1) return ">0.999";
  if (p > 0 && p < 1e-4) return "<0.0001";
  return format(p, p === 0 ? 2 : p < 0.0095 ? 4 : p < 0.0995 || p > 0.99 ? 3 : 2);
}

/**
 * A number with so many significant digits, and no more of them than it needs: 10000, 0.3.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function plain(value, digits = 6) {
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/**
 * A length in positions: one decimal, from 1,000 on none.
 *
 * @param {number} value
 */
export function lengthText(value) {
  return format(value, value >= 1000 ? 0 : 1);
}

/**
 * A number with a fixed number of decimals, however small: for headlines.
 *
 * @param {number} value
 * @param {number} digits
 */
export function fixedText(value, digits) {
  return (Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value).toFixed(digits).replace("-", "−");
}

/**
 * A number that is zero up to rounding says so.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function smallText(value, digits = 3) {
  return Math.abs(value) < 1e-9 ? "0" : format(value, digits);
}

/**
 * An attention weight with three decimals; what is small but not zero says so.
 *
 * @param {number} weight
 */
export function weightText(weight) {
  return weight > 0 && weight < 0.0005 ? "<0.001" : weight.toFixed(3);
}

/**
 * A number short enough for a classroom: three significant digits or two decimals, a small one as 1.0e−5.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function brief(value, digits = 2) {
  if (value === 0) return "0";
  const size = Math.abs(value),
    power = Math.floor(Math.log10(size));
  if (size >= 1e5 || size < 10 ** -digits)
    return format(value, 0).includes("∞") || Number.isNaN(value)
      ? format(value)
      : `${format(value / 10 ** power, 1)}e${power < 0 ? "−" : ""}${Math.abs(power)}`;
  return format(value, size >= 1000 ? Math.min(digits, 1) : size < 0.1 ? digits + 1 : digits);
}

/**
 * The eps of a norm: one or two digits, as a power of ten below 0.1 (1e−5).
 *
 * @param {number} eps
 */
export function epsText(eps) {
  if (eps === 0) return "0";
  const power = Math.floor(Math.log10(eps) + 1e-9),
    factor = Number((eps / 10 ** power).toPrecision(2));
  if (power >= -1) return String(Number(eps.toPrecision(2)));
  return `${factor === 1 ? "1" : factor}e−${-power}`;
}

/**
 * A change of the output: exact zero is said as such, and rounding errors are not called a change.
 *
 * @param {number} value
 */
export function changeText(value) {
  if (Number.isNaN(value)) return "NaN";
  return value === 0 ? "0" : value < 1e-9 ? "≈ 0" : value < 5e-4 ? brief(value, 4) : format(value, 3);
}

/**
 * A share as a percentage; what is small but not zero says so.
 *
 * @param {number} share
 */
export function percent(share) {
  const value = 100 * share;
  if (Number.isNaN(value)) return "NaN";
  if (value < 1e-3) return value ? "< 0.001 %" : "0 %";
  return `${value < 0.1 ? format(value, -Math.floor(Math.log10(value))) : format(value, value < 10 ? 1 : 0)} %`;
}

/**
 * Zero where only rounding is left of it.
 *
 * @param {number} value
 */
export function tidy(value) {
  return Math.abs(value) < 1e-9 ? 0 : value;
}

/**
 * "1 position", "64 positions".
 *
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

// Letters that are written from right to left, and signs that turn the direction of what follows them.
const TURNS = /[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * A text that may stand in any sentence: one that turns the direction of writing is kept to itself.
 *
 * @param {string} text
 */
export function isolated(text) {
  return TURNS.test(text) ? `\u2068${text}\u2069` : text;
}

/**
 * One token, printable: blank and empty ones get a sign, line breaks too, long ones lose their middle.
 *
 * @param {string} token
 * @param {number} [longest]
 */
export function shownToken(token, longest = 18) {
  /** @type {Record<string, string>} */
  const signs = { "\n": "⏎", "\t": "⇥" };
  let text = [...token].map((c) => signs[c] ?? (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(c) ? "�" : c));
  if (!text.length) return "∅";
  if (text.every((c) => c === " ")) text = text.map(() => "␣");
  const half = (longest - 1) >> 1;
  if (text.length > longest) text = [...text.slice(0, half), "…", ...text.slice(-half)];
  return isolated(text.join(""));
}
