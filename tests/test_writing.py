"""Text to tokens and back: nothing is lost, and what looks alike is alike, in every writing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformer_lab.signs import normalise
from transformer_lab.writing import (
    SPACED,
    UNSPACED,
    WRITINGS,
    join,
    join_chinese,
    tokenize,
    tokenize_chinese,
    tokenize_english,
    tokenize_source,
    writing_of,
)

ARABIC, KOREAN, HINDI, THAI = "أنا أحب الشاي كثيرا", "나는 차를 좋아한다", "मैं हिन्दी में लिखती हूँ", "ฉันรักชาที่นี่"
# Letters of many writings, with marks that are no letters to \w (vowel signs, accents that do not compose).
_MIXED = """ich über Größe l'eau z.B. e-mail 3,5 18 naïve х̌ей слово لا شاي مُحَمَّد می‌خواهم 차를 좋아 हूँ लिखती שלום
    chữ việt Ünver ΑΒΓ"""
WORDS = st.sampled_from(_MIXED.split())
HAN = st.text(alphabet="我你他喜欢茶的了吗不在三本书", min_size=1, max_size=6)


@pytest.mark.parametrize(
    "text",
    [
        "Ich bin übermüdet, aber glücklich.",
        "Er sagte: „Guten Tag“ (und ging um 18.30 Uhr).",
        "«Bonjour», dit-il; l'eau, c'est bon!",
        "¿Qué tal? ¡Bien! Son 3,5 km.",
        "She said \"no\" and 'yes'.",
        "die Jungs' Haus",
        "»Ja«, rief sie.",
        "Цена: 5% – не больше…",
        ARABIC + "؟",
        "نعم، ربما؛ لا.",
        KOREAN + ".",
        HINDI + "।",
        "می‌خواهم بنویسم",
        'eine 3" Schraube',
        "Das kostet 5 € / 6 $.",
    ],
)
def test_words_between_blanks_come_back_as_they_were(text):
    assert writing_of([text]) == SPACED
    assert join(tokenize(text, SPACED), SPACED) == text == join_chinese(tokenize_chinese(text))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("我喜欢茶。", "我喜欢茶"),
        ("我 喜欢 茶", "我喜欢茶"),
        ("Tom 喜欢 iPhone 12 吗?", "Tom喜欢iPhone 12吗？"),
        ("他住在 São Paulo，不在 Zürich", "他住在São Paulo，不在Zürich"),
        ("私はコーヒーが好きです。", "私はコーヒーが好きです"),
        (THAI, THAI),
        ("ខ្ញុំស្រលាញ់តែ", "ខ្ញុំស្រលាញ់តែ"),
        ("喜歡（紅）茶", "喜歡(紅)茶"),
    ],
)
def test_writings_without_blanks_get_none(text, printed):
    assert writing_of([text]) == UNSPACED
    assert join(tokenize(text, UNSPACED), UNSPACED) == printed == join_chinese(tokenize_chinese(text))


@given(st.lists(WORDS, min_size=1), st.sampled_from(["{}", "{}!", "({}).", "„{}“", '"{}"', "«{}»,", "¿{}?"]))
def test_any_sentence_of_words_comes_back(words, frame):
    text = unicodedata.normalize("NFC", frame.format(" ".join(words)))
    assert join(tokenize(text, SPACED), SPACED) == text


@given(st.lists(st.one_of(HAN, st.sampled_from(["Tom", "São", "12", "3.5"])), min_size=1))
def test_chinese_with_other_words_in_it_comes_back(parts):
    text = "".join(parts)
    back = join(tokenize(text, UNSPACED), UNSPACED)
    assert back == text == join(tokenize(back, UNSPACED), UNSPACED)


@given(st.text(), st.sampled_from(WRITINGS))
def test_no_letter_is_lost_whatever_the_text(text, writing):
    """Every letter, mark and digit that is left after normalising is in exactly one token, in order."""
    try:
        wanted = normalise(text)
    except ValueError:
        assert "\0" in text
        return
    kept = "".join(c for c in "".join(tokenize(text, writing)) if unicodedata.category(c)[0] in "LMN")
    assert kept == "".join(c for c in wanted if unicodedata.category(c)[0] in "LMN")


@given(st.text(alphabet="ab ü'\"„“«»().,!?-¿'茶 ", max_size=14))
def test_what_was_printed_is_read_as_the_same_tokens(text):
    tokens = tokenize(text, SPACED)
    assert tokenize(join(tokens, SPACED), SPACED) == tokens


@pytest.mark.parametrize("sign", "'’‘`´ʼʹ′＇‛")
def test_every_apostrophe_keeps_the_negation(sign):
    assert tokenize_english(f"She doesn{sign}t like Anna{sign}s tea") == [
        "she",
        "does",
        "not",
        "like",
        "anna",
        "'s",
        "tea",
    ]
    assert tokenize(f"l{sign}eau", SPACED) == ["l'eau"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\ufeffthe tea\u00adcher", "the teacher"),
        ("the\u200b \u2060teach\u200der\u200f", "the teacher"),
        ("ｔｈｅ　ｔｅａ １２", "the tea 12"),
        ("the\u00a0tea\u202fis", "the tea is"),
        ("ﬁnd oﬃce", "find office"),
        ("well\u2011known", "well-known"),
        ("cafe\u0301", "café"),
        ("ﻻ", "لا"),
        ("⼈", "人"),
        ("5 µs", "5 μs"),
        ("x\x07y", "xy"),
        ("anna &apos;s &quot;tea&quot; &amp; &lt;milk&gt; &#91;hot&#93; &#124;", 'anna \'s "tea" & <milk> [hot] |'),
        ("well @-@ known", "well-known"),
        ("&amp;apos;", "&apos;"),
    ],
)
def test_look_alike_and_invisible_signs(text, plain):
    assert normalise(text) == plain


@pytest.mark.parametrize(
    "text", ["m²", "3½", "①", "ㅋㅋ", "ที่น้ำ", "می‌خواهم", "क्‍ष", "naïve", "AT&T", "a@b.c", "&nbsp;", "R&D; x"]
)
def test_what_means_something_stays(text):
    assert normalise(text) == text


def test_a_blank_of_width_zero_between_thai_words_is_a_word_boundary():
    assert tokenize("ฉัน\u200bรัก\u200bชา", UNSPACED) == ["ฉัน", "รัก", "ชา"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\udcffb", "the byte 0xff at position 1"),
        ("\ud800", "lone surrogate 0xd800"),
        ("t\0h", "zero byte at position 1"),
    ],
)
def test_bytes_that_are_no_text_are_refused(text, message):
    for read in (tokenize_english, tokenize_chinese):
        with pytest.raises(ValueError, match=message):
            read(text)


def test_moses_contractions_are_read_as_they_were_typed():
    assert tokenize_english("I do n't know , it &apos;s Anna &apos;s and we &apos;ll see .") == tokenize_english(
        "I don't know, it's Anna's and we'll see."
    )


def test_quoted_letters_are_no_contractions():
    assert tokenize_english("the letters 'm' and 't', say 're-do'") == (
        ["the", "letters", "'", "m", "'", "and", "'", "t", "'", ",", "say", "'", "re-do", "'"]
    )


@pytest.mark.parametrize("call", [tokenize, tokenize_source, lambda text, writing: join([text], writing)])
def test_a_writing_has_a_name(call):
    with pytest.raises(ValueError, match="writing must be one of spaced, unspaced, got 'chinese'"):
        call("a", "chinese")


@pytest.mark.parametrize(
    ("texts", "writing"),
    [
        (["Ich bin", "茶"], SPACED),
        (["Tom 喜欢茶", "OK"], UNSPACED),
        ([], UNSPACED),
        (["12 ?"], UNSPACED),
        ([ARABIC], SPACED),
        ([KOREAN], SPACED),
        ([HINDI], SPACED),
        ([THAI], UNSPACED),
    ],
)
def test_the_writing_is_read_off_the_letters(texts, writing):
    assert writing_of(texts) == writing


def test_what_was_made_plain_stays_so():
    """U+2000 is U+2002's double, whose plain form is a blank; a full-width grave accent may be an apostrophe."""
    for code in [*range(0x80, 0x3400), *range(0xA000, 0xD800), *range(0xF900, 0x10000), *range(0x1D400, 0x1FC00)]:
        once = normalise(f"q{chr(code)}q")
        assert normalise(once) == once, hex(code)
    assert normalise("two\u2000words isn\uff40t") == "two words isn't"
