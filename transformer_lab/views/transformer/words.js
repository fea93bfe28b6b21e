// From a typed English sentence to tokens, and from Chinese tokens to a text: signs.py and writing.py. What Python makes
// of a sentence is in tests/views_js/fixtures, and is the same here.

const CJK =
  "\\u3005-\\u3007\\u3041-\\u30ff\\u3105-\\u312f\\u31a0-\\u31bf\\u31f0-\\u31ff\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const ASIAN =
  "\\u0e01-\\u0eff\\u0f00-\\u0fff\\u1000-\\u109f\\u1780-\\u17ff\\u19e0-\\u19ff\\ua9e0-\\ua9ff\\uaa60-\\uaa7f";
// Python's \w, and the accents and vowel signs that go with a letter.
const W = "[\\p{L}\\p{N}_]";
const MARK = "[\\p{M}\\u200c\\u200d]*";
const START = `(?<!${W})(?=${W})`;
const END = `(?<=${W})(?!${W})`;
const EDGE = `(?:${START}|${END})`;
const NUMBER = "\\p{Nd}+(?:[.,:]\\p{Nd}+)*";
const every = (/** @type {string} */ pattern) => new RegExp(pattern, "gu");

/** @type {[RegExp, string][]} */
const CONTRACTIONS = [
  [every(`(?<=${W}) (?=(?:n't|'(?:t|re|ve|ll|m))(?:\\s|$))`), ""],
  [every(`${EDGE}(mr|mrs|ms|dr)\\.`), "$1"],
  [every(`${EDGE}cannot${EDGE}|${EDGE}can't${EDGE}`), "can not"],
  [every(`${EDGE}won't${EDGE}`), "will not"],
  [every(`${EDGE}shan't${EDGE}`), "shall not"],
  [every(`(${W})n't${EDGE}`), "$1 not"],
  [every(`${EDGE}let's${EDGE}`), "let us"],
  [every(`${EDGE}(it|he|she|that|there|what|where|who|how|here) ?'s${EDGE}`), "$1 is"],
  [every(`${EDGE}i'm${EDGE}`), "i am"],
  [every(`(${W})'re${EDGE}`), "$1 are"],
  [every(`(${W})'ve${EDGE}`), "$1 have"],
  [every(`(${W})'ll${EDGE}`), "$1 will"],
  [every(`(${W})'s${EDGE}`), "$1 's"],
];
const ENGLISH = every(`'s${EDGE}|${NUMBER}|(?:${W}${MARK})+(?:['-](?:${W}${MARK})+)*|[^\\p{L}\\p{N}_\\s]${MARK}`);

const JOINED = "\\u0600-\\u08ff\\u0900-\\u0dff\\u1000-\\u109f\\u1780-\\u17ff\\u2600-\\u27bf\\u{1f000}-\\u{1faff}";
const LITTER_JOINERS = every(`(?<![${JOINED}])[\\u200c\\u200d]|[\\u200c\\u200d](?![${JOINED}])`);
const WORDS_OF_ASIA = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff";
const WORD_END = every(`(?<=[${WORDS_OF_ASIA}])\\u200b(?=[${WORDS_OF_ASIA}])`);
const APOSTROPHE = every("(?<=\\p{L}|\\p{Nl}|\\p{No})[’‘‛`´ʼʹ′＇](?=\\p{L}|\\p{Nl}|\\p{No})");
const LITTER = every(
  "[\\u00ad\\u034f\\u061c\\u115f-\\u1160\\u180b-\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff" +
    "\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e01ef}\\u0001-\\u0008\\u000e-\\u001b\\u007f-\\u0084\\u0086-\\u009f]",
);
const HYPHENS = /[\u2010\u2011\u2212\ufe63\uff0d]/gu;
// Forms that differ from the plain sign in width, place or font only: NFKC may have these, and no others. Left out is what
// it would take further than Python does: half-width Korean letters, the mathematicians' Greek, the full-width macron.
const FORMS = every(
  "[\\u00a0\\u00b5\\u0132\\u0133\\u017f\\u01c4-\\u01cc\\u01f1-\\u01f3\\u2000-\\u200a\\u202f\\u205f\\u2102\\u210a-\\u2113\\u2115" +
    "\\u2119-\\u211d\\u2124\\u2128\\u212c\\u212d\\u212f-\\u2131\\u2133\\u2134\\u2139\\u213c-\\u2140\\u2145-\\u2149\\u2160-\\u217f" +
    "\\u2e80-\\u2fdf\\u3000\\ufb00-\\ufb4f\\ufb50-\\ufbdc\\ufbde-\\ufdff\\ufe70-\\ufefc\\uff01-\\uff9f\\uffe0-\\uffe2\\uffe4-\\uffee\\u{1d400}-\\u{1d6a7}\\u{1d7cc}-\\u{1d7ff}\\u0f0c\\u{1ee00}-\\u{1eebb}\\u{1fbf0}-\\u{1fbf9}]",
);
/** @type {Record<string, string>} */
const ESCAPES = {
  "&apos;": "'",
  "&quot;": '"',
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&#91;": "[",
  "&#93;": "]",
  "&#124;": "|",
  "&bar;": "|",
  "&bra;": "[",
  "&ket;": "]",
};
/** @type {Record<string, string>} */
const STRAIGHT = { "…": "..." };
for (const sign of "’‘‛`´ʼ′") STRAIGHT[sign] = "'";
for (const sign of "“”„‟″«»") STRAIGHT[sign] = '"';
const STOPS = new Set(["。", ".", "｡"]);
const LATIN_END = every(`[^\\P{L}${CJK}${ASIAN}]${MARK}$|[^\\P{N}${CJK}${ASIAN}]${MARK}$`);
const LATIN_START = new RegExp(`^(?![${CJK}${ASIAN}])[\\p{L}\\p{N}]`, "u");

/**
 * One spelling for what looks alike, and without what cannot be seen (signs.py).
 *
 * @param {string} text
 */
export function normaliseSigns(text) {
  if (text.includes("\0")) throw new RangeError("text: a zero byte, as in UTF-16");
  const plain = text
    .replace(/&(?:apos|quot|amp|lt|gt|#91|#93|#124|bar|bra|ket);/gu, (found) => ESCAPES[found])
    .replace(every(`(?<=${W}) @([-/:,.])@ (?=${W})`), "$1")
    .replace(WORD_END, " ")
    .replace(LITTER, "")
    .replace(LITTER_JOINERS, "")
    .normalize("NFC");
  return plain
    .replace(FORMS, (sign) => sign.normalize("NFKC"))
    .replace(HYPHENS, "-")
    .replace(APOSTROPHE, "'")
    .normalize("NFC");
}

/**
 * Lower-case words and signs, as the corpus writes them: `don't` becomes `do not`, full stops at the end are dropped.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function tokenizeEnglish(text) {
  let plain = normaliseSigns(text).toLowerCase();
  plain = [...plain].map((sign) => STRAIGHT[sign] ?? sign).join("");
  for (const [pattern, by] of CONTRACTIONS) plain = plain.replace(pattern, by);
  const tokens = plain.match(ENGLISH) ?? [];
  while (tokens.length && STOPS.has(tokens[tokens.length - 1])) tokens.pop();
  return [...tokens];
}

/**
 * Chinese tokens as a text: without blanks, but for those between two words of another script.
 *
 * @param {string[]} tokens
 */
export function joinChinese(tokens) {
  let text = "";
  for (const token of tokens) {
    LATIN_END.lastIndex = 0;
    text += (LATIN_START.test(token) && LATIN_END.test(text) ? " " : "") + token;
  }
  return text;
}
