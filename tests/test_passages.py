"""Sentences cut into who, verb, what, where and when: right for each, and questions whose answer is where they say."""

import re

import pytest

from transformer_lab.corpus import load_lexicon
from transformer_lab.pairs import Pair
from transformer_lab.passages import KINDS, PARTS, PartedSentence, ask, five_parts

LEXICON = load_lexicon()


@pytest.fixture(scope="module")
def parted(every):
    return [(pair, found) for pair in every if (found := five_parts(pair, LEXICON))]


def test_there_are_enough_and_the_parts_are_the_sentence(parted):
    assert len(parted) > 1000
    for pair, found in parted:
        assert " ".join(found.part(name) for name in PARTS) == " ".join(pair.source)
        assert all(found.part(name) for name in PARTS)


def test_each_part_is_what_its_name_says(parted):
    """Every distinct place, time and verb, by rules of their own."""
    place = re.compile(r"(in|at|in front of) [a-z' ]+")
    time = re.compile(r"((at [a-z' ]+ )?(yesterday|today|this|the day before|last|every|on|in the) ?[a-z ]*)")
    for _, found in parted:
        assert place.fullmatch(found.part("where")), found.words
        assert time.fullmatch(found.part("when")), found.words
        assert not {"yesterday", "every", "last", "o'clock"} & set(found.part("where").split()), found.words
        assert not {"in", "at", "on", "up", "to"} & set((found.part("who") + " " + found.part("what")).split())
        assert not {"was", "were", "not", "does", "did", "is", "are"} & set(found.words)


def test_time_and_place_stand_before_the_verb_in_chinese(parted):
    """The alignment's word on the same cut: the Chinese order is who, when, where, verb, what."""
    for pair, found in parted:
        where_in_chinese = {
            name: [t for s, t in pair.alignment if found.spans[name][0] <= s < found.spans[name][1]] for name in PARTS
        }
        order = [t for name in ("who", "when", "where", "verb", "what") for t in sorted(where_in_chinese[name])]
        assert order == sorted(order), found.words


def pair_of(english, chinese, links):
    alignment = frozenset(tuple(int(end) for end in link.split("-")) for link in links.split())
    return Pair(tuple(english.split()), tuple(chinese.split()), alignment)


BOUGHT = pair_of("anna bought tea in the shop yesterday", "安娜 昨天 在 商店 买 茶", "0-0 6-1 3-2 5-3 1-4 2-5")


def test_a_sentence_is_cut():
    assert {name: five_parts(BOUGHT, LEXICON).part(name) for name in PARTS} == {
        "who": "anna",
        "verb": "bought",
        "what": "tea",
        "where": "in the shop",
        "when": "yesterday",
    }


def test_a_translation_in_another_order_is_refused():
    assert (
        five_parts(pair_of(" ".join(BOUGHT.source), "安娜 买 茶 昨天 在 商店", "0-0 6-3 3-4 5-5 1-1 2-2"), LEXICON)
        is None
    )


def test_a_pair_without_links_is_refused():
    with pytest.raises(ValueError, match="pair must have an alignment, got none for 'anna bought tea"):
        five_parts(Pair(BOUGHT.source, BOUGHT.target), LEXICON)


@pytest.mark.parametrize(
    "beginning",
    ["we do not sing songs", "he was repairing chairs", "david gets up", "the writer does not study english"],
)
def test_other_forms_are_left_out(every, beginning):
    begun = [pair for pair in every if " ".join(pair.source).startswith(beginning)]
    assert begun, "the corpus has such sentences"
    assert not any(five_parts(pair, LEXICON) for pair in begun)


PASSAGE = [
    PartedSentence.of("the children", "saw", "two cats", "in the garden", "last week"),
    PartedSentence.of("anna", "bought", "tea", "at the market", "yesterday morning"),
]


@pytest.mark.parametrize("asked", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_stands_where_it_says(asked, kind):
    question = ask(PASSAGE, asked, kind)
    first, last = question.answer
    assert " ".join(question.passage[first : last + 1]) == PASSAGE[asked].part(kind)
    assert set(question.sentence[first : last + 1]) == {asked + 1}
    assert question.asking[0] == kind
    assert sorted([*question.asking[1:], *question.passage[first : last + 1]]) == sorted(PASSAGE[asked].words)


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(ValueError, match="kind must be one of who, what, where, when, got 'why'"):
        ask(PASSAGE, 0, "why")
    with pytest.raises(ValueError, match="asked must be a sentence from 0 to 1, got 2"):
        ask(PASSAGE, 2, "who")
    with pytest.raises(ValueError, match="what must have at least one word"):
        PartedSentence.of("anna", "bought", " ", "in the shop", "today")
