"""Reading pairs: formats, tokens, errors, the shipped files, batches shared among ranks."""

import hashlib

import pytest
import torch

from transformer_lab import corpus
from transformer_lab.corpus import (
    CorpusError,
    CorpusWarning,
    Pair,
    data_dir,
    join_chinese,
    load_corpus,
    load_lexicon,
    load_pairs,
    sentence_type,
    split_pairs,
    tokenize_chinese,
    tokenize_english,
)
from transformer_lab.vocabulary import BOS, EOS, PAD, UNK, Batches, Vocabulary


def write(tmp_path, data, name="pairs.tsv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_sizes_and_word_forms(splits):
    assert 38_000 <= len(splits["train"]) <= 45_000
    assert {len(splits[name]) for name in ("validation", "test", "compositional")} == {1000}
    assert len({t for p in splits["train"] for t in p.source}) >= 450
    assert len({t for p in splits["train"] for t in p.target}) >= 450


def test_files_match_their_checksums():
    folder = data_dir() / "corpus"
    listed = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert set(listed) == {f"{name}.tsv" for name in corpus.SPLITS}
    for name, expected in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected


def test_every_token_is_in_the_lexicon_and_nothing_else(splits):
    lexicon = load_lexicon()
    assert set(lexicon) == {t for pairs in splits.values() for p in pairs for t in p.target}
    assert all(e.pinyin and e.gloss and e.category for e in lexicon.values())
    assert lexicon["图书馆"].pinyin == "túshūguǎn"
    assert {lexicon[t].category for t in ("安娜", "北京", "昨天")} == {"person", "place", "time"}


def test_tones_of_the_lexicon_are_those_of_the_dictionary():
    """一 yī and 不 bù keep their tones inside every word, whatever stands behind them."""
    entries = load_lexicon()
    first = {"一": "yī", "不": "bù"}
    words = [token for token in entries if set(token) & set(first)]
    assert len(words) >= 8
    for token in words:
        for sign, sound in first.items():
            assert (sign not in token) or sound in entries[token].pinyin, token


def test_tokenizers_leave_the_corpus_as_it_is(splits):
    for pairs in splits.values():
        for p in pairs:
            assert tuple(tokenize_english(" ".join(p.source))) == p.source
            assert tuple(tokenize_chinese(" ".join(p.target))) == p.target


def test_sentence_type_agrees_with_the_chinese(splits):
    for p in splits["train"]:
        kind = sentence_type(p)
        # "how are you ?" is 你 好 吗 ？
        assert (kind == "yes-no question" or (p.target[-3:] == ("好", "吗", "？") and p.source[0] == "how")) == (
            "吗" in p.target
        )
        assert (kind in ("yes-no question", "wh-question")) == (p.target[-1] == "？")
        assert (kind == "request") == (p.target[0] == "请" or p.target[-1] == "吧")
        if kind == "negation":
            assert {"不", "没", "没有", "不要"} & set(p.target)


def test_unknown_split_is_an_error():
    with pytest.raises(ValueError, match="train, validation, test, compositional"):
        load_corpus("dev")


def test_missing_data_names_both_places(monkeypatch, tmp_path):
    monkeypatch.setattr(corpus, "__file__", str(tmp_path / "package" / "corpus.py"))
    with pytest.raises(FileNotFoundError, match="_data"):
        data_dir()
    for folder in (tmp_path / "data", tmp_path / "package" / "_data"):  # an installed package wins over a checkout
        folder.mkdir(parents=True)
        (folder / "lexicon.tsv").touch()
        assert data_dir() == folder


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don’t go!", "do not go !"),
        ("I can't swim. ", "i can not swim"),
        ("Anna's book, please...", "anna 's book , please"),
        ("He's at Mr. Wang's at 7:30 o'clock?", "he is at mr wang 's at 7:30 o'clock ?"),
        ("Ｗｈｏ？", "who ?"),
        ("<pad> <img onerror=x>", "< pad > < img onerror = x >"),
    ],
)
def test_tokenize_english(text, tokens):
    assert tokenize_english(text) == tokens.split()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("我喜欢茶。", "我 喜 欢 茶"),
        ("我 喜欢 茶。", "我 喜欢 茶"),
        ("Tom 喜欢iPhone12吗?", "Tom 喜 欢 iPhone12 吗 ？"),
        ("茶，3.5元！", "茶 ， 3.5 元 ！"),
        ("我　喜欢　茶", "我 喜欢 茶"),
    ],
)
def test_tokenize_chinese(text, tokens):
    assert tokenize_chinese(text) == tokens.split()


def test_join_chinese():
    assert join_chinese(["我", "用", "iPhone", "12", "吗", "？"]) == "我用iPhone 12吗？"


TATOEBA = "I run.\t我跑步。\tCC-BY 2.0 (France) Attribution: tatoeba.org #123 (CK)\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("I run.\t我跑步。\n", []),
        ("I run.\t我跑步。", []),
        ("\ufeffI run.\t我跑步。\r\n\r\n", [", line 2: blank, not read"]),
        (TATOEBA, [": column 3 holds attributions: not read"]),
        (
            TATOEBA.rstrip("\n") + "\tmore\n",
            [": column 3 holds attributions: not read", ": column 4 holds text: not read"],
        ),
    ],
)
def test_plain_tsv_formats(tmp_path, recwarn, data, told):
    path = write(tmp_path, data)
    assert load_pairs(path) == [Pair(("i", "run"), ("我", "跑", "步"), None)]
    assert [str(each.message) for each in recwarn] == [f"{path}{note}" for note in told]


def test_alignments_and_moses(tmp_path):
    with pytest.warns(CorpusWarning, match="line 1: capitals of the source are kept"):
        pairs = load_pairs(write(tmp_path, "I run\t我 跑步\t0-0 1-1\n"))
    assert pairs == [Pair(("I", "run"), ("我", "跑步"), frozenset({(0, 0), (1, 1)}))]
    english, chinese = write(tmp_path, "I run.\n\nHi\n", "a.en"), write(tmp_path, "我 跑步\r\n\r\n你好", "a.zh")
    with (
        pytest.warns(CorpusWarning, match=r"line 1: target: blanks between words"),
        pytest.warns(CorpusWarning, match=r"line 2: blank"),
    ):
        pairs = load_pairs(english, chinese)
    assert [p.target for p in pairs] == [("我", "跑步"), ("你", "好")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("a\t我\nno tab here\n", "line 2: 1 column"),
        (b"a\t\xe6\x88\x91\nb\t\xff\n", "line 2: not valid UTF-8"),
        ("a\t我\n".encode("utf-16-le"), "line 1"),
        ("a\t我\n\n\t我\n", "line 3: the source side is empty"),
        ("a\t。\n", "line 1: the target side is empty"),
        ("a\t我\t0-0\na\t我\t0-1\n", "line 2: link 0-1 is out of range"),
        ("a\t我\t0-0\na\t我\t0=0\n", "line 2: '0=0' is not an alignment"),
        ("a\t我\t0-0\na\t我\n", "line 2: 2 column"),
        ("a\t我\t0-0\tmore\n", "line 1: 4 column"),
        ("", "no sentence pairs"),
        ("\n \n", "no sentence pairs"),
    ],
)
def test_a_broken_file_names_line_and_cause(tmp_path, data, message):
    with pytest.raises(CorpusError, match=message) as error:
        load_pairs(write(tmp_path, data))
    assert "pairs.tsv" in str(error.value)


def test_moses_files_of_unequal_length(tmp_path):
    with pytest.raises(CorpusError, match=r"a\.en has 2 lines and .*a\.zh has 1"):
        load_pairs(write(tmp_path, "a\nb\n", "a.en"), write(tmp_path, "我\n", "a.zh"))
    with pytest.raises(CorpusError, match="line 2: the target side is empty"):
        load_pairs(write(tmp_path, "a\nb\n", "a.en"), write(tmp_path, "我\n\n", "a.zh"))


def test_split_pairs_keeps_a_sentence_together():
    pairs = [Pair((str(i // 2),), (str(i),)) for i in range(40)]
    train, validation = split_pairs(pairs, 0.25, seed=3)
    assert len(train) == 30
    assert len(validation) == 10
    assert not {p.source for p in train} & {p.source for p in validation}
    assert (train, validation) == split_pairs(pairs, 0.25, seed=3) != split_pairs(pairs, 0.25, seed=4)
    with pytest.raises(ValueError, match="empty"):
        split_pairs(pairs[:2], 0.1)
    with pytest.raises(ValueError, match="validation_share"):
        split_pairs(pairs, 1.0)


def test_two_ranks_see_what_one_process_sees(splits):
    pairs = splits["test"][:101]
    vocabularies = Vocabulary.build(p.source for p in pairs), Vocabulary.build(p.target for p in pairs)
    whole = list(Batches(pairs, *vocabularies, 16).epoch(1))
    ranks = [list(Batches(pairs, *vocabularies, 8, rank=r, world_size=2).epoch(1)) for r in (0, 1)]
    assert len(whole) == len(ranks[0]) == len(ranks[1])
    for together, first, second in zip(whole, *ranks, strict=True):
        for name in ("source", "target_input", "target_output"):
            assert torch.equal(getattr(together, name), torch.cat([getattr(first, name), getattr(second, name)]))
        assert (together.target_input[:, 0] == BOS).all()
        assert ((together.target_output == EOS).sum(dim=1) == 1).all()
        assert together.num_tokens == int((together.target_output != PAD).sum())


def test_hostile_tokens_are_unknown_words():
    vocabulary = Vocabulary.build([["<pad>", "a", "<img onerror=x>"]])
    assert vocabulary.encode(["<pad>", "<eos>", "a"]) == [UNK, UNK, vocabulary.encode(["a"])[0]]
    assert "<img onerror=x>" in vocabulary.tokens
