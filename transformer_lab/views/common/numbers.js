// Numbers and tokens as a reader wants them. The twin of numbers.py: what the browser writes, Python writes too. One
// rounding for both: to the nearest, a tie away from zero (toFixed: 1/8 is 0.13).

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// A number as a reader wants it: real minus sign, thousands apart, tiny ones as 1.2×10⁻⁷, NaN and ∞ spelt out.
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

export function powerText(size, digits) {
  const [mantissa, power] = size.toExponential(digits).split("e");
  const raised = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : SUPERSCRIPTS[c])).join("");
  return Number(mantissa) === 1 ? `10${raised}` : `${mantissa}×10${raised}`;
}

// Three significant digits; as a power of ten, two, where writing them out is long.
export function shortText(value) {
  if (!Number.isFinite(value) || value === 0) return format(value, 0);
  const size = Math.abs(value),
    sign = value < 0 ? "−" : "";
  if (size < 1e-3 || size >= 1e5)
    return sign + powerText(Number(size.toPrecision(3)), Number(size.toExponential(2).slice(2, 4)) ? 1 : 0);
  return sign + String(Number(size.toPrecision(3)));
}

// A probability with two decimals, near 0 and near 1 with more; nothing that is possible is called 0 or 1.
export function probability(p) {
  if (p >= 0.9995 && p < 1) return ">0.999";
  if (p > 0 && p < 1e-4) return "<0.0001";
  return format(p, p === 0 ? 2 : p < 0.0095 ? 4 : p < 0.0995 || p > 0.99 ? 3 : 2);
}

// A number with so many significant digits, and no more of them than it needs: 10000, 0.3.
export function plain(value, digits = 6) {
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

// A number with a fixed number of decimals, however small: for headlines.
export function fixedText(value, digits) {
  return (Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value).toFixed(digits).replace("-", "−");
}

// A number that is zero up to rounding says so.
export function smallText(value, digits = 3) {
  return Math.abs(value) < 1e-9 ? "0" : format(value, digits);
}

// "1 position", "64 positions".
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

// Letters that are written from right to left, and signs that turn the direction of what follows them.
const TURNS = /[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

// A text that may stand in any sentence: one that turns the direction of writing is kept to itself.
export function isolated(text) {
  return TURNS.test(text) ? `\u2068${text}\u2069` : text;
}

// One token, printable: blank and empty ones get a sign, line breaks too, long ones lose their middle.
export function shownToken(token, longest = 18) {
  const signs = { "\n": "⏎", "\t": "⇥" };
  let text = [...token].map((c) => signs[c] ?? (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(c) ? "�" : c));
  if (!text.length) return "∅";
  if (text.every((c) => c === " ")) text = text.map(() => "␣");
  const half = (longest - 1) >> 1;
  if (text.length > longest) text = [...text.slice(0, half), "…", ...text.slice(-half)];
  return isolated(text.join(""));
}
