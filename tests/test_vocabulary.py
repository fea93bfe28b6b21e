"""Numbering tokens, and batches that several processes can share."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from transformer_lab.corpus import Pair
from transformer_lab.vocabulary import BOS, EOS, PAD, SPECIALS, UNK, Batches, Vocabulary, collate, pad_rows


def pairs_of(lengths):
    return [Pair(tuple(f"s{i}" for i in range(n)), tuple(f"t{i}" for i in range(n + 1)), None) for n in lengths]


def test_ids_are_places_in_the_list_most_frequent_first():
    vocabulary = Vocabulary.build([["b", "a", "b"], ["c", "a", "b"], ["d"]], min_count=1)
    assert vocabulary.tokens == [*SPECIALS, "b", "a", "c", "d"]
    assert vocabulary.encode(["a", "zebra", "b"]) == [5, UNK, 4]
    assert vocabulary.decode([BOS, 4, EOS, PAD]) == ["<bos>", "b", "<eos>", "<pad>"]
    assert vocabulary.unknown(["x", "a", "y", "x"]) == ["x", "y"]
    assert Vocabulary.build([["a", "a", "b"]], min_count=2).tokens == [*SPECIALS, "a"]


@pytest.mark.parametrize("word", SPECIALS)
def test_a_word_spelt_like_a_special_token_is_an_unknown_word(word):
    vocabulary = Vocabulary.build([[word, "a", word]])
    assert vocabulary.tokens == [*SPECIALS, "a"]
    assert vocabulary.encode([word]) == [UNK]
    assert vocabulary.unknown([word]) == [word]


@given(st.lists(st.lists(st.text(min_size=1), max_size=6), max_size=6))
def test_what_is_known_survives_the_way_there_and_back(sentences):
    vocabulary = Vocabulary.build(sentences)
    for sentence in sentences:
        known = [token for token in sentence if token not in SPECIALS]
        assert vocabulary.decode(vocabulary.encode(known)) == known


def test_a_batch_is_shifted_for_teacher_forcing():
    pairs = pairs_of([1, 3])
    source, target = (Vocabulary.build(side) for side in ([p.source for p in pairs], [p.target for p in pairs]))
    batch = collate(pairs, source, target)
    assert batch.source.shape == (2, 4)
    assert batch.target_input.shape == batch.target_output.shape == (2, 5)
    for row, pair in enumerate(pairs):
        n = len(pair.target)
        ids = target.encode(pair.target)
        assert batch.source[row].tolist() == [*source.encode(pair.source), EOS] + [PAD] * (3 - len(pair.source))
        assert batch.target_input[row, : n + 1].tolist() == [BOS, *ids]
        assert batch.target_output[row, : n + 1].tolist() == [*ids, EOS]
    assert batch.num_tokens == (2 + 1) + (4 + 1)


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=40),
    st.integers(1, 5),
    st.integers(2, 3),
    st.integers(0, 3),
)
def test_processes_together_see_the_batches_of_one(lengths, batch_size, world_size, epoch):
    pairs = pairs_of(lengths)
    vocabularies = [Vocabulary.build(side) for side in ([p.source for p in pairs], [p.target for p in pairs])]
    one = Batches(pairs, *vocabularies, batch_size * world_size, seed=3)
    shares = [
        Batches(pairs, *vocabularies, batch_size, seed=3, rank=rank, world_size=world_size)
        for rank in range(world_size)
    ]
    assert len({len(share) for share in [one, *shares]}) == 1
    for whole, *parts in zip(one.epoch(epoch), *(share.epoch(epoch) for share in shares), strict=True):
        for field in ("source", "target_input", "target_output"):
            together = torch.cat([getattr(part, field) for part in parts])
            assert torch.equal(together, getattr(whole, field))
        assert sum(part.num_tokens for part in parts) == whole.num_tokens


def test_every_pair_comes_once_an_epoch_and_every_epoch_differs():
    pairs = pairs_of([2] * 30 + [5] * 31)
    pairs = [Pair((f"w{i}", *p.source), p.target, None) for i, p in enumerate(pairs)]
    vocabularies = [Vocabulary.build(side) for side in ([p.source for p in pairs], [p.target for p in pairs])]
    batches = Batches(pairs, *vocabularies, 8, seed=0)
    epochs = [[tuple(row.tolist()) for batch in batches.epoch(n) for row in batch.source] for n in (1, 2, 1)]
    strip = [sorted(tuple(i for i in row if i != PAD) for row in rows) for rows in epochs]
    assert strip[0] == strip[1] == strip[2]
    assert len(strip[0]) == len(set(strip[0])) == 61
    assert epochs[0] == epochs[2]
    assert epochs[0] != epochs[1]
    ordered = Batches(pairs, *vocabularies, 8, shuffle=False)
    lengths = [batch.target_output.shape[1] for batch in ordered.epoch(0)]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Vocabulary(["a", "b"]), "begin with"),
        (lambda: Vocabulary([*SPECIALS, "a", "a"]), "twice"),
        (lambda: Vocabulary.build([["a"]], min_count=0), "min_count"),
        (lambda: Vocabulary(list(SPECIALS)).decode([4]), "4 is not a token id"),
        (lambda: Batches([], Vocabulary(list(SPECIALS)), Vocabulary(list(SPECIALS)), 0), "batch_size"),
        (lambda: Batches([], Vocabulary(list(SPECIALS)), Vocabulary(list(SPECIALS)), 1, rank=1), "rank"),
        (
            lambda: Batches(pairs_of([2, 9]), Vocabulary(list(SPECIALS)), Vocabulary(list(SPECIALS)), 1, max_length=5),
            r"pairs, number 2 \(s0 s1 .*\): more than 5 tokens on one side, up to 10",
        ),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_no_rows_and_given_length():
    assert pad_rows([]).shape == (0, 0)
    assert pad_rows([[7]], length=3).tolist() == [[7, PAD, PAD]]
