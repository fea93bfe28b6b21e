"""The corruption of a masked language model: shares, what is spared, what is refused."""

import pytest
import torch

from transformer_lab.masks import corrupt_tokens

VOCAB, MASK, PAD = 50, 49, 0


def text(rows=200, length=500, seed=0):
    return torch.randint(1, MASK, (rows, length), generator=torch.Generator().manual_seed(seed))


def corrupt(tokens, seed=1, **options):
    return corrupt_tokens(tokens, VOCAB, MASK, generator=torch.Generator().manual_seed(seed), **options)


@pytest.mark.parametrize("rate", [0.15, 0.4])
def test_the_shares_are_those_of_the_paper(rate):
    tokens = text()
    corrupted, chosen = corrupt(tokens, rate=rate)
    assert chosen.float().mean() == pytest.approx(rate, abs=0.01)
    masked, changed = corrupted[chosen] == MASK, corrupted[chosen] != tokens[chosen]
    assert masked.float().mean() == pytest.approx(0.8, abs=0.02)
    # A random token is the same as the old one once in 48 times.
    assert (changed & ~masked).float().mean() == pytest.approx(0.1 * 47 / 48, abs=0.01)
    assert (~changed).float().mean() == pytest.approx(0.1 * 49 / 48, abs=0.01)


def test_nothing_else_changes():
    tokens = text()
    before = tokens.clone()
    corrupted, chosen = corrupt(tokens)
    assert torch.equal(corrupted[~chosen], tokens[~chosen])
    assert torch.equal(tokens, before)
    assert corrupted.dtype == tokens.dtype


def test_random_tokens_are_ordinary_and_cover_the_vocabulary():
    tokens = torch.full((100, 500), 7)
    corrupted, chosen = corrupt(tokens, special_ids=(PAD, 3), rate=1.0)
    drawn = set(corrupted[chosen].tolist()) - {MASK}
    assert drawn == set(range(VOCAB)) - {PAD, 3, MASK}


@pytest.mark.parametrize("special", [(PAD,), (PAD, 3)])
def test_special_tokens_are_never_chosen(special):
    tokens = torch.randint(0, VOCAB, (50, 50), generator=torch.Generator().manual_seed(2))
    corrupted, chosen = corrupt(tokens, special_ids=special, rate=1.0)
    spared = torch.isin(tokens, torch.tensor([*special, MASK]))
    assert torch.equal(chosen, ~spared)
    assert torch.equal(corrupted[spared], tokens[spared])


def test_rate_zero_changes_nothing():
    tokens = text(5, 5)
    corrupted, chosen = corrupt(tokens, rate=0.0)
    assert torch.equal(corrupted, tokens)
    assert not chosen.any()


def test_a_generator_repeats_it():
    tokens = text(5, 40)
    assert all(torch.equal(a, b) for a, b in zip(corrupt(tokens), corrupt(tokens), strict=True))
    assert not torch.equal(corrupt(tokens)[0], corrupt(tokens, seed=2)[0])


def test_short_sentences_are_corrupted_too():
    """Each token has its own chance; a count of int(0.15 * length) would spare every sentence below 7 words."""
    _, chosen = corrupt(text(4000, 3))
    assert chosen.float().mean() == pytest.approx(0.15, abs=0.02)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate": 1.5}, r"rate must be in \[0, 1\], got 1.5"),
        ({"mask_id": 50}, r"mask_id must be in \[0, vocab_size = 50\), got 50"),
        ({"vocab_size": 9, "mask_id": 8}, r"tokens must be in \[0, vocab_size = 9\)"),
        ({"special_ids": range(50)}, "leaves no ordinary token"),
    ],
)
def test_impossible_settings_are_refused(options, message):
    arguments = {"vocab_size": VOCAB, "mask_id": MASK, **options}
    with pytest.raises(ValueError, match=message):
        corrupt_tokens(text(2, 20), **arguments)
