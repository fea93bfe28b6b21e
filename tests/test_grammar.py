"""The grammar's machinery: the files are what it makes, each template has its place, and a broken one is reported."""

import re
from collections import Counter

import build_corpus
import pytest
from grammar.dice import Dice, redrawn, sensible, until
from grammar.generate import sentences, split
from grammar.phrase import Phrase, join, word
from grammar.splits import ADJECTIVE_NOUN, NUMBER_NOUN, VERB_OBJECT, held_out
from grammar.tables import listed, rows, table
from grammar.templates import TEMPLATES, Template

from transformer_lab.corpus import SPLITS, data_dir


@pytest.fixture(scope="module")
def made():
    """Every sentence with the name of its template: the grammar runs once for all tests here."""
    return list(sentences())


def test_a_rebuild_gives_the_committed_bytes(made, tmp_path):
    build_corpus.build(made, tmp_path / "corpus", tmp_path / "lexicon.tsv")
    names = [f"corpus/{name}.tsv" for name in SPLITS] + ["corpus/SHA256SUMS", "lexicon.tsv"]
    for name in names:
        assert (tmp_path / name).read_bytes() == (data_dir() / name).read_bytes(), name


def test_every_template_is_listed_once_and_is_in_training(made):
    names = [template.name for template in TEMPLATES]
    assert len(set(names)) == len(names)
    assert {name for name, _ in split(made)["train"]} == set(names)
    assert list(dict.fromkeys(name for name, _ in made)) == names  # in the order of the list


def test_no_template_gives_more_than_its_quota(made):
    counts = Counter(name for name, phrase in made if not held_out(phrase.en))
    assert all(counts[template.name] <= template.quota for template in TEMPLATES)
    assert sum(counts[template.name] == template.quota for template in TEMPLATES) >= 0.9 * len(TEMPLATES)


@pytest.mark.parametrize("side", [0, 1], ids=["English", "Chinese"])
def test_a_row_leads_to_the_template_that_made_it(made, splits, side):
    """Walk from a sentence to the line of the file where its template stands."""
    pair = splits["train"][0]
    text = build_corpus.explain(made, " ".join((pair.source, pair.target)[side]))
    name, file, line = re.search(r"made by +(\w+)\(.*\) in (\S+):(\d+)", text).groups()
    assert (build_corpus.ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].startswith(f"def {name}(")
    listed_as = re.search(r"template (\w+)", text)[1]
    assert (listed_as, pair.source) in {(name, phrase.en) for name, phrase in made}


def test_a_whole_row_is_explained_and_a_strange_sentence_refused(made):
    row = (data_dir() / "corpus" / "train.tsv").read_text(encoding="utf-8").splitlines()[0]
    assert " ".join(row.split("\t")[0].split()) in build_corpus.explain(made, row)
    assert "clause(dice, tense='prog', mode='+', timed=0.2) in" in build_corpus.explain(made, "they are singing")
    with pytest.raises(ValueError, match="sentence is 'colourless green ideas'; expected one that the grammar makes"):
        build_corpus.explain(made, "colourless green ideas")


def test_splits_are_disjoint_on_both_sides_and_repeat_nothing(splits):
    for side in ("source", "target"):
        home: dict[tuple[str, ...], str] = {}
        for name, pairs in splits.items():
            for p in pairs:
                assert home.setdefault(getattr(p, side), name) == name, p
    for pairs in splits.values():
        assert len({p.source for p in pairs}) == len(pairs)


def test_english_has_one_translation(every):
    assert len({p.source for p in every}) == len({(p.source, p.target) for p in every})


def test_every_word_is_known_from_training(splits):
    for side in ("source", "target"):
        known = {t for p in splits["train"] for t in getattr(p, side)}
        assert {t for pairs in splits.values() for p in pairs for t in getattr(p, side)} == known


def test_lengths_and_links(every):
    for p in every:
        assert len(p.source) <= 16
        assert len(p.target) <= 16
        assert p.alignment
        assert all(i < len(p.source) and j < len(p.target) for i, j in p.alignment)
        content = {j for j, t in enumerate(p.target) if t not in ("给", "在")}
        assert content <= {j for _, j in p.alignment}, p


def test_compositional_pairs_never_meet_in_training(splits):
    for name in ("train", "validation", "test"):
        assert not [p for p in splits[name] if held_out(p.source)]
    counts = Counter(pair for p in splits["compositional"] for pair in held_out(p.source))
    expected = {f"{v}+{o}" for v, o in VERB_OBJECT} | {" ".join(x) for x in (*NUMBER_NOUN, *ADJECTIVE_NOUN)}
    assert set(counts) == expected


def test_held_out_on_plain_text(splits):
    """The same rule without the grammar's own tables, for one pair of each kind."""
    for p in splits["train"]:
        text = " ".join(p.source)
        assert not (re.search(r"\b(eat|eats|ate|eaten|eating)\b", text) and re.search(r"\bpeach(es)?\b", text))
        assert "two books" not in text
        assert not re.search(r"\bred bags?\b", text)


def test_join_reports_a_broken_template():
    with pytest.raises(ValueError, match="slots"):
        join("{s} runs", "跑步", s=word("anna", "安娜"))
    with pytest.raises(ValueError, match="labels"):
        join("runs~1", "跑步~2")
    with pytest.raises(ValueError, match="twice"):
        join("{s} {s}", "{s}", s=word("anna", "安娜"))
    phrase = join("{s} ran~v in~p london~l", "{s} 在~p 伦敦~l 跑步~v", s=word("li ming", "李明"))
    assert sorted(phrase.links) == [(0, 0), (1, 0), (2, 3), (3, 1), (4, 2)]


def test_a_draw_is_repeated_until_it_fits():
    dice, again = Dice("until"), Dice("until")
    drawn = [again.below(6) for _ in range(50)]
    six = drawn.index(5)
    assert until(lambda n: n == 5, dice.below, 6) == 5
    assert dice.below(6) == drawn[six + 1]  # it stopped at the first that fits
    assert redrawn(5, lambda n: n == 5, pytest.fail, "a fitting value is not drawn again") == 5
    assert redrawn(4, lambda n: n == 5, Dice("until").below, 6) == 5


def test_a_template_may_say_that_its_draw_makes_no_sense():
    def even(d: Dice, below: int) -> Phrase | None:
        n = d.below(below)
        return None if n % 2 else word(str(n), str(n))

    dice = Dice("even")
    assert {Template("even", 1, even, (6,)).draw(dice).en for _ in range(60)} == {("0",), ("2",), ("4",)}
    assert sensible(even, dice, 2).en == ("0",)


def test_one_english_sentence_has_one_translation_and_no_side_is_too_long():
    def saying(name: str, en: str, zh: str) -> Template:
        return Template(name, 2, lambda d: word(en, zh))

    anna, long = saying("anna", "anna", "安娜"), saying("long", "a " * 17, "一")
    assert list(sentences([anna, long, saying("again", "anna", "安娜")])) == [("anna", word("anna", "安娜"))]
    assert len(list(sentences([saying("short", "a " * 16, "一")]))) == 1
    with pytest.raises(ValueError, match=r"template tom translates anew: .*安娜.* is now .*汤姆"):
        list(sentences([anna, saying("tom", "anna", "汤姆")]))


def test_tables_of_words():
    assert listed(" cat  dog\n") == ("cat", "dog")
    assert rows("go~v home~o = 回~v 家~o | =") == (("go~v home~o", "回~v 家~o"), ("", ""))
    assert table("rain = 下雨 | snow = 下雪") == {"rain": "下雨", "snow": "下雪"}
