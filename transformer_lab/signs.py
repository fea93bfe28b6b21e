"""Signs that look alike, or that cannot be seen, as one sign: what every text goes through before it is tokenized."""

import re
import unicodedata

# Letters of these scripts may need the joiners U+200C and U+200D (Persian, the scripts of India, Burmese, Khmer), and
# emoji are glued by the second; anywhere else the two are invisible litter.
_JOINED = r"\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u2600-\u27bf\U0001f000-\U0001faff"
_LITTER_JOINERS = re.compile(rf"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])")
# In Thai, Lao, Burmese and Khmer the blank of width zero stands between words; elsewhere it is litter.
_WORD_END = re.compile(
    r"(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b(?=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])"
)
_APOSTROPHES = "’‘‛`´ʼʹ′＇"
_APOSTROPHE = re.compile(rf"(?<=[^\W\d_])[{_APOSTROPHES}](?=[^\W\d_])")
_HYPHENS = "\u2010\u2011\u2212\ufe63\uff0d"
# Soft hyphen, combining grapheme joiner, Hangul fillers, Mongolian vowel separator, blank of width zero, signs of
# direction, invisible operators, variation selectors, byte order mark, annotation marks, tags.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f-\u1160\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U000e0000-\U000e01ef"
)
_LITTER = re.compile(f"[{_INVISIBLE}\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
# What is replaced by what it stands for: forms that differ in width or place only. Superscripts, fractions and circled
# numbers are left alone: m² is not m2, and 3½ is not 31⁄2. So are Korean letters that stand alone (ㅋㅋ), and Thai.
_FORMS = ("<wide>", "<narrow>", "<noBreak>", "<initial>", "<medial>", "<final>", "<isolated>", "<font>")
_COMPATIBLE = re.compile(
    r"[\u00a0\u00b5\u0132\u0133\u017f\u01c4-\u01cc\u01f1-\u01f3\u2000-\u200a\u202f\u205f\u2160-\u217f\u2e80-\u2fdf\ufb00-\ufb4f]"
)
_ESCAPES = {
    **{"&apos;": "'", "&quot;": '"', "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#91;": "[", "&#93;": "]"},
    **{"&#124;": "|", "&bar;": "|", "&bra;": "[", "&ket;": "]"},
}
_ESCAPE = re.compile("|".join(map(re.escape, _ESCAPES)))
_HTML = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,6});")
_PIECES = re.compile(r"@@(?:\s|$)|\u2581")
_SPLIT_HYPHEN = re.compile(r"(?<=\w) @([-/:,.])@ (?=\w)")


class _Forms(dict):
    """For ``str.translate``: the plain form of a character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        tag, _, plain = unicodedata.decomposition(chr(code)).partition(" ")
        if tag in _FORMS or (tag == "<compat>" and _COMPATIBLE.match(chr(code))):
            self[code] = "".join(chr(int(each, 16)) for each in plain.split()).translate(self)
        else:
            self[code] = "-" if chr(code) in _HYPHENS else chr(code)
        return self[code]


_forms = _Forms()


def has_moses_escapes(text: str) -> bool:
    """Whether a text holds ``&apos;``, ``&#91;``, ``@-@`` or another sign as the Moses tokenizer writes it."""
    return ("&" in text and _ESCAPE.search(text) is not None) or (
        "@" in text and _SPLIT_HYPHEN.search(text) is not None
    )


def unread_marks(text: str) -> str:
    """What a text holds that some other tool wrote and that is read sign by sign here; an empty text for nothing."""
    if "&" in text and any(found not in _ESCAPES for found in _HTML.findall(text)):
        return "what look like escapes of HTML (&nbsp; …)"
    if "\ufffd" in text:
        return "�, which some program left where it could not read a sign"
    return "what look like marks of pieces of words (@@, ▁)" if _PIECES.search(text) else ""


def normalise(text: str) -> str:
    """The text with one spelling for what looks alike, and without what cannot be seen.

    - What the Moses tokenizer escapes is read as the sign: ``&apos;``, ``&quot;``, ``&amp;``, ``&lt;``, ``&gt;``,
      ``&#91;``, ``&#93;``, ``&#124;``; ``@-@`` between two words is the hyphen that it was.
    - An apostrophe between two letters is ``'``, whichever of ``’ ‘ ‛ ` ´ ʼ ʹ ′ ＇`` was typed.
    - Full-width and half-width forms, ligatures (``ﬁ``), presentation forms of Arabic, blanks that do not break, and
      hyphens become the plain sign: what NFKC does for them. NFKC is not applied where it would change what is said:
      ``m²``, ``3½``, ``①`` and ``ㅋㅋ`` stay.
    - Soft hyphens, blanks of width zero, byte order marks, signs of direction, variation selectors and control
      characters vanish. A blank of width zero between two words of Thai, Lao, Burmese or Khmer becomes a blank; the
      joiners that Persian and the scripts of India need stay.
    - Accents are composed (NFC).

    Raises ValueError for half a surrogate pair, which is how Python marks a byte that is not UTF-8, and for a zero
    byte.
    """
    if not text.isascii():
        bad = re.search("[\ud800-\udfff]", text)
        if bad:
            code = ord(bad[0])
            what = f"the byte {code - 0xDC00:#04x}" if 0xDC80 <= code <= 0xDCFF else f"the lone surrogate {code:#06x}"
            raise ValueError(f"text: {what} at position {bad.start()} is not UTF-8")
    if "\0" in text:
        raise ValueError(f"text: a zero byte at position {text.index(chr(0))}, as in UTF-16")
    if "&" in text:
        text = _ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)
    if "@" in text:
        text = _SPLIT_HYPHEN.sub(r"\1", text)
    if text.isascii():
        return _APOSTROPHE.sub("'", _LITTER.sub("", text))
    # Composed before too: a blank may be another blank's double (U+2000), whose own plain form is wanted.
    text = unicodedata.normalize("NFC", _LITTER_JOINERS.sub("", _LITTER.sub("", _WORD_END.sub(" ", text))))
    return unicodedata.normalize("NFC", _APOSTROPHE.sub("'", text.translate(_forms)))
