// Pure functions shared by the views. All sums run in double precision on float32 inputs, so that what is drawn agrees
// with torch to 1e-6. Tested against fixtures made by torch in tests/views_js.

// softmax over one row: exp(s − max) / Σ exp(s − max). A score of −Infinity has weight 0; a row without any finite
// score gives zeros, never NaN (the package's convention for a fully masked row).
export function softmaxRow(scores) {
  const out = new Float64Array(scores.length);
  let most = -Infinity,
    total = 0;
  for (const s of scores) if (s > most) most = s;
  if (most === -Infinity) return out;
  for (let j = 0; j < scores.length; j++) total += out[j] = Math.exp(scores[j] - most);
  for (let j = 0; j < scores.length; j++) out[j] /= total;
  return out;
}

export function sum(values) {
  let total = 0;
  for (const v of values) total += v;
  return total;
}

// −Σ p log₂ p in bits; 0 log 0 = 0.
export function entropyBits(row) {
  let total = 0;
  for (const p of row) if (p > 0) total -= p * Math.log2(p);
  return total;
}

export function dot(a, b, length = a.length, aStart = 0, bStart = 0) {
  let total = 0;
  for (let i = 0; i < length; i++) total += a[aStart + i] * b[bStart + i];
  return total;
}

export function norm(values) {
  return Math.sqrt(dot(values, values));
}

// Statistics of one vector, in two passes (E[x²] − E[x]² cancels): mean, biased variance (divide by d),
// unbiased variance (d − 1), root mean square, and 1/√(variance + eps).
export function vectorStatistics(x, eps = 0) {
  const d = x.length,
    mean = sum(x) / d;
  let squares = 0,
    square = 0;
  for (const v of x) {
    squares += (v - mean) * (v - mean);
    square += v * v;
  }
  const variance = squares / d;
  return {
    mean,
    variance,
    unbiased: d > 1 ? squares / (d - 1) : NaN,
    deviation: Math.sqrt(variance),
    rms: Math.sqrt(square / d),
    inverse: 1 / Math.sqrt(variance + eps),
  };
}

// Matrix product of two row-major matrices: [n, k] × [k, m].
export function matmul(a, b, n, k, m) {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let l = 0; l < k; l++) {
      const scale = a[i * k + l];
      if (scale !== 0) for (let j = 0; j < m; j++) out[i * m + j] += scale * b[l * m + j];
    }
  return out;
}

export function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}

export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

// A number as a reader wants it: a real minus sign, a fixed number of decimals, ∞ and NaN spelt out.
export function format(value, digits = 3) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size >= 1e5 || (size > 0 && size < 0.5 * 10 ** -digits) ? size.toExponential(1) : size.toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
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
