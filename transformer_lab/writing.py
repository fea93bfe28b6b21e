"""Text to tokens and back, as each writing wants it: with blanks between words, or without.

Most languages write blanks (English, German, Arabic, Korean, …): ``SPACED``. Chinese, Japanese, Thai, Lao, Burmese,
Khmer and Tibetan do not: ``UNSPACED``. Which one a text is in is read off its letters.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable

from transformer_lab.punctuation import join_spaced, split_spaced
from transformer_lab.signs import normalise

SPACED, UNSPACED = "spaced", "unspaced"
WRITINGS = (SPACED, UNSPACED)

# Chinese characters, kana and bopomofo; then Thai, Lao, Tibetan, Burmese, Khmer.
_CJK = (
    r"\u3005-\u3007\u3041-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_ASIAN = r"\u0e01-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"
_RUN = re.compile(rf"[{_CJK}{_ASIAN}]|[^\W\d_{_CJK}{_ASIAN}]+")
_UNSPACED_LETTER, _CJK_LETTER = re.compile(f"[{_CJK}{_ASIAN}]"), re.compile(f"[{_CJK}]")
_BETWEEN = re.compile(rf"[{_CJK}{_ASIAN}]\s+[{_CJK}{_ASIAN}]")
_PHRASE = 10  # a run of Thai letters longer than this, on average, is a phrase and no word
_NUMBER = r"\d+(?:[.,:]\d+)*"
_FULL_WIDTH = str.maketrans(",?!;:", "，？！；：")
_STOPS = ("。", ".", "｡")
_STRAIGHT = str.maketrans({**dict.fromkeys("’‘‛`´ʼ′", "'"), **dict.fromkeys("“”„‟″«»", '"'), "…": "..."})
_CONTRACTIONS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\w) (?=(?:n't|'(?:t|re|ve|ll|m))(?:\s|$))", ""),  # don 't and do n't, as tokenizers leave them
        (r"\b(mr|mrs|ms|dr)\.", r"\1"),
        (r"\bcannot\b|\bcan't\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"\bshan't\b", "shall not"),
        (r"(\w)n't\b", r"\1 not"),
        (r"\blet's\b", "let us"),
        (r"\b(it|he|she|that|there|what|where|who|how|here) ?'s\b", r"\1 is"),
        (r"\bi'm\b", "i am"),
        (r"(\w)'re\b", r"\1 are"),
        (r"(\w)'ve\b", r"\1 have"),
        (r"(\w)'ll\b", r"\1 will"),
        (r"(\w)'s\b", r"\1 's"),
    )
)


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The expressions that need to know every accent and vowel sign of Unicode, which ``\\w`` leaves out."""
    marks = "".join(chr(c) if unicodedata.category(chr(c))[0] == "M" else " " for c in range(0x300, 0x1F000))
    mark = f"[{''.join(f'{run[0]}-{run[-1]}' for run in marks.split())}\u200c\u200d]*"
    letter, spaced, unspaced = rf"\w{mark}", rf"[^\W{_CJK}{_ASIAN}]{mark}", rf"[{_CJK}{_ASIAN}]{mark}"
    return {
        "english": re.compile(rf"'s\b|{_NUMBER}|(?:{letter})+(?:['-](?:{letter})+)*|[^\w\s]{mark}"),
        "characters": re.compile(rf"\d+[.,:]\d+(?:[.,:]\d+)*(?:{spaced})*|(?:{spaced})+|{unspaced}|\S{mark}"),
        "words": re.compile(rf"(?:[^\W_]{mark})+(?:[.,:'-](?:{letter})+)*|_|[^\w\s]{mark}"),
        "spaced end": re.compile(rf"[^\W_{_CJK}{_ASIAN}]{mark}$"),
        "spaced start": re.compile(rf"[^\W_{_CJK}{_ASIAN}]"),
    }


def writing_of(texts: Iterable[str], default: str = UNSPACED) -> str:
    """``UNSPACED`` when the texts hold at least as many letters of such a script as words of others, else ``SPACED``.

    So a Chinese sentence with English names in it is Chinese. Texts without any letter are what ``default`` says.
    """
    words = letters = 0
    for text in texts:
        if text.isascii():
            words += len(_RUN.findall(text))
            continue
        for run in _RUN.findall(text):
            if _UNSPACED_LETTER.match(run):
                letters += 1
            else:
                words += 1
    return default if letters == words == 0 else UNSPACED if letters >= words else SPACED


def tokenize_english(text: str) -> list[str]:
    """Lower-case words and punctuation marks, as the corpus writes them.

    ``don't`` becomes ``do not``, ``anna's`` becomes ``anna 's``, ``he's`` becomes ``he is``. Full stops at the end are
    dropped, because the corpus has none; ``?`` and ``!`` stay. Look-alike and invisible signs are what
    :func:`~transformer_lab.signs.normalise` makes of them, and quotes are made straight.
    """
    text = normalise(text).lower().translate(_STRAIGHT)
    for pattern, replacement in _CONTRACTIONS:
        text = pattern.sub(replacement, text)
    return _without_stops(_patterns()["english"].findall(text))


def tokenize(text: str, writing: str) -> list[str]:
    """The tokens of a text in this writing. Case and accents stay; :func:`join` puts them together again.

    ``SPACED``: what blanks separate, with the punctuation and brackets around a word as tokens of their own; nothing
    inside a word is cut (``z.B.``, ``l'eau``). Full stops stay.

    ``UNSPACED``: words where blanks separate them, else single characters; runs of other letters or digits stay
    together. Blanks count as word boundaries when one of them stands between two such characters (in Thai and its
    like: and what they separate is as short as words): ``我 喜欢 茶`` is three words, ``Tom 喜欢茶`` is
    ``Tom 喜 欢 茶``. Beside Chinese and Japanese, commas, question and exclamation marks become full-width; ``。`` at
    the end is dropped as the English full stop is.

    Look-alike and invisible signs are what :func:`~transformer_lab.signs.normalise` makes of them.
    """
    check_writing(writing)
    text = normalise(text).strip()
    return split_spaced(text) if writing == SPACED else _split_unspaced(text)


def join(tokens: Iterable[str], writing: str) -> str:
    """Tokens as a text in this writing.

    ``SPACED``: with blanks, but none before a closing sign and after an opening one. ``UNSPACED``: without blanks,
    except between two words or numbers of another script.
    """
    check_writing(writing)
    return join_spaced(tokens) if writing == SPACED else _join_unspaced(tokens)


def tokenize_chinese(text: str) -> list[str]:
    """:func:`tokenize` in the writing that the text's own letters are in; Chinese where there are none."""
    return tokenize(text, writing_of([text]))


def join_chinese(tokens: Iterable[str]) -> str:
    """:func:`join` in the writing that the tokens' own letters are in; Chinese where there are none."""
    tokens = list(tokens)
    return join(tokens, writing_of(tokens))


def tokenize_source(text: str, writing: str) -> list[str]:
    """What the encoder reads: :func:`tokenize_english` where there are blanks, else :func:`tokenize`."""
    check_writing(writing)
    return tokenize_english(text) if writing == SPACED else tokenize(text, writing)


def check_writing(writing: str) -> None:
    """Raise ValueError for what is no writing."""
    if writing not in WRITINGS:
        raise ValueError(f"writing must be one of {', '.join(WRITINGS)}, got {writing!r}")


def _without_stops(tokens: list[str]) -> list[str]:
    while tokens and tokens[-1] in _STOPS:
        tokens.pop()
    return tokens


def blanks_between(text: str) -> str:
    """What blanks between letters of an unspaced writing separate: ``words``, ``phrases`` (Thai), or ``""``."""
    if not _BETWEEN.search(text):
        return ""
    asian = re.findall(f"[{_ASIAN}]+", text)
    return "phrases" if sum(map(len, asian)) > _PHRASE * len(asian) else "words"


def _split_unspaced(text: str) -> list[str]:
    tokens = _patterns()["words" if blanks_between(text) == "words" else "characters"].findall(text)
    if _CJK_LETTER.search(text) or not _UNSPACED_LETTER.search(text):
        tokens = _without_stops([t.translate(_FULL_WIDTH) if len(t) == 1 else t for t in tokens])
    return tokens


def _join_unspaced(tokens: Iterable[str]) -> str:
    end, start, text = _patterns()["spaced end"], _patterns()["spaced start"], ""
    for token in tokens:
        text += (" " if start.match(token) and end.search(text[-8:]) else "") + token
    return text
