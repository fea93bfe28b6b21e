"""Searches against brute force over a tiny vocabulary, filters against their definitions, cache against no cache."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from transformer_lab import decoding
from transformer_lab.config import TransformerConfig
from transformer_lab.decoding import (
    NextToken,
    beam_search,
    greedy,
    greedy_scored,
    length_factor,
    sample,
    top_k_filter,
    top_p_filter,
)
from transformer_lab.models import CausalLanguageModel, Transformer

EOS, BOS = 0, 1


class Table:
    """A model that is nothing but a table: the next token depends on the last two."""

    def __init__(self, vocab_size: int = 4, seed: int = 0, spread: float = 2.0):
        generator = torch.Generator().manual_seed(seed)
        shape = (vocab_size, vocab_size, vocab_size)
        self.logits = torch.randn(*shape, generator=generator, dtype=torch.float64) * spread
        self.vocab_size = vocab_size

    def __call__(self, tokens):
        before = tokens[:, -2] if tokens.shape[1] > 1 else torch.full_like(tokens[:, -1], BOS)
        return self.logits[before, tokens[:, -1]]

    def reorder(self, rows):
        pass


def log_probability(table, tokens):
    prefix, total = [BOS], 0.0
    for token in tokens:
        total += float(table(torch.tensor([prefix])).log_softmax(-1)[0, token])
        prefix.append(token)
    return total


def all_sequences(vocab_size, max_new_tokens):
    """Every sequence that ends with EOS, or has the maximal length without it."""
    words = [t for t in range(vocab_size) if t != EOS]
    for length in range(max_new_tokens + 1):
        for middle in itertools.product(words, repeat=length):
            if length < max_new_tokens:
                yield (*middle, EOS)
            else:
                yield middle


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.0])
def test_beam_search_with_enough_beams_is_brute_force(seed, alpha):
    table = Table(seed=seed)
    sequences = list(all_sequences(4, 4))
    scores = {s: log_probability(table, s) / length_factor(len(s), alpha) for s in sequences}
    best = sorted(sequences, key=lambda s: -scores[s])
    found = beam_search(
        table, torch.tensor([[BOS]]), eos_id=EOS, max_new_tokens=4, num_beams=len(sequences), alpha=alpha
    )
    # By score, not by tokens: two orders of the same transitions are equally probable up to rounding.
    assert [scores[h.tokens] for h in found] == pytest.approx([scores[s] for s in best], abs=1e-10)
    assert {h.tokens for h in found} == set(sequences)
    for hypothesis in found:
        assert hypothesis.log_probability == pytest.approx(log_probability(table, hypothesis.tokens), abs=1e-10)
        assert hypothesis.score == pytest.approx(scores[hypothesis.tokens], abs=1e-10)
        assert hypothesis.finished == (hypothesis.tokens[-1] == EOS)


@pytest.mark.parametrize("seed", range(10))
def test_one_beam_is_greedy(seed):
    table = Table(vocab_size=6, seed=seed)
    (best,) = beam_search(table, torch.tensor([[BOS]]), eos_id=EOS, max_new_tokens=9, num_beams=1, alpha=1.0)
    row = greedy(table, torch.tensor([[BOS]]), eos_id=EOS, max_new_tokens=9)[0, 1:].tolist()
    assert list(best.tokens) == row


def test_a_beam_finds_what_greedy_misses():
    """A classic garden path: the best first token leads to improbable second ones."""
    table = Table(vocab_size=4)
    table.logits.fill_(-20.0)
    table.logits[BOS, BOS, 2], table.logits[BOS, BOS, 3] = math.log(0.6), math.log(0.4)
    table.logits[BOS, 2, :] = math.log(0.25)  # after 2: four equal continuations
    table.logits[BOS, 3, EOS] = 0.0  # after 3: certain
    row = greedy(table, torch.tensor([[BOS]]), eos_id=EOS, max_new_tokens=2)[0, 1].item()
    best = beam_search(table, torch.tensor([[BOS]]), eos_id=EOS, max_new_tokens=2, num_beams=2, alpha=0.0)[0]
    assert row == 2
    assert best.tokens == (3, EOS)


def test_early_ends_do_not_stop_a_better_sentence():
    """Two improbable ends have been seen when the best sentence still lacks its last token."""
    table = Table(vocab_size=4)
    table.logits.fill_(-20.0)
    table.logits[BOS, BOS, 2], table.logits[BOS, BOS, EOS] = math.log(0.9), math.log(0.1)
    table.logits[BOS, 2, 2], table.logits[BOS, 2, EOS] = math.log(0.95), math.log(0.05)
    table.logits[2, 2, EOS] = 0.0
    best = beam_search(table, torch.tensor([[BOS]]), eos_id=EOS, max_new_tokens=6, num_beams=2, alpha=0.0)[0]
    assert best.tokens == (2, 2, EOS)
    assert best.log_probability == pytest.approx(math.log(0.9 * 0.95), abs=1e-6)


def beams_to_the_last_token(table, longest, num_beams, alpha):
    """Beam search that never stops early, as plainly as it can be written: the scores of what it finds, best first."""
    beams, done = [((), 0.0)], []
    for length in range(1, longest + 1):
        ranked = []
        for tokens, total in beams:
            row = table(torch.tensor([[BOS, *tokens]]))[0].log_softmax(-1).tolist()
            ranked += [(total + log_p, (*tokens, token)) for token, log_p in enumerate(row)]
        ranked = sorted(ranked, reverse=True)[: 2 * num_beams]
        done += [total / length_factor(length, alpha) for total, tokens in ranked[:num_beams] if tokens[-1] == EOS]
        beams = [(tokens, total) for total, tokens in ranked if tokens[-1] != EOS][:num_beams]
    return sorted(done + [total / length_factor(longest, alpha) for _, total in beams], reverse=True)[:num_beams]


@pytest.mark.parametrize("alpha", [-2.0, -0.5, 0.0, 0.6, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("num_beams", [1, 2, 3])
def test_no_search_stops_while_a_longer_sentence_can_overtake(num_beams, alpha):
    for seed in range(12):
        table = Table(vocab_size=5, seed=seed, spread=2.5)
        options = {"eos_id": EOS, "max_new_tokens": 11, "num_beams": num_beams, "alpha": alpha}
        expected = beams_to_the_last_token(table, 11, num_beams, alpha)
        for num_results in (1, num_beams):
            found = beam_search(table, torch.tensor([[BOS]]), num_results=num_results, **options)
            assert [h.score for h in found] == pytest.approx(expected[:num_results], abs=1e-9)


def test_a_search_that_is_certain_stops():
    """Nothing can overtake a sentence of probability near 1: the model is not asked any further."""
    table, asked = Table(vocab_size=4), []
    table.logits.fill_(-20.0)
    table.logits[BOS, BOS, 2] = table.logits[BOS, 2, EOS] = table.logits[2, 2, EOS] = 0.0

    def next_token(tokens):
        asked.append(tokens.shape[1])
        return table(tokens)

    next_token.reorder = lambda rows: None
    best = beam_search(next_token, torch.tensor([[BOS]]), eos_id=EOS, max_new_tokens=60, num_results=1)[0]
    assert best.tokens == (2, EOS)
    assert asked == [1, 2]


def test_asking_seldom_whether_all_have_ended_changes_nothing(monkeypatch):
    table, prefix = Table(vocab_size=5, seed=3), torch.tensor([[BOS, 1], [BOS, 2], [BOS, 3]])
    options = {"eos_id": EOS, "max_new_tokens": 12, "pad_id": 4}
    expected = greedy_scored(table, prefix, **options)
    assert torch.equal(greedy(table, prefix[:0], **options), prefix[:0].new_empty(0, 3))
    monkeypatch.setattr(decoding, "ASK_EVERY", {})
    for found, wanted in zip(greedy_scored(table, prefix, **options), expected, strict=True):
        assert torch.equal(found, wanted)


def test_greedy_scores_are_those_of_its_tokens():
    table = Table(vocab_size=5, seed=3)
    prefix = torch.tensor([[BOS, 1], [BOS, 2], [BOS, 3]])
    tokens, scores = greedy_scored(table, prefix, eos_id=EOS, max_new_tokens=12, pad_id=4)
    assert torch.equal(tokens, greedy(table, prefix, eos_id=EOS, max_new_tokens=12, pad_id=4))
    for row, score in zip(tokens.tolist(), scores.tolist(), strict=True):
        end = row.index(EOS) + 1 if EOS in row else len(row)
        steps = [table(torch.tensor([row[:n]])).log_softmax(-1)[0, row[n]] for n in range(2, end)]
        assert score == pytest.approx(float(sum(steps)), abs=1e-12)
    assert any(EOS in row[:-1] for row in tokens.tolist()), "a row ends before the others"


@pytest.mark.parametrize("use_cache", [True, False])
def test_forbidden_tokens_are_never_written(use_cache):
    model = CausalLanguageModel(small_config("rotary")).eval()
    prefix = torch.tensor([[1, 5, 3], [1, 2, 2]])
    free = NextToken(model, use_cache=use_cache)(prefix)
    bound = NextToken(model, use_cache=use_cache, forbidden=(3, 7))(prefix)
    assert bound[:, [3, 7]].isneginf().all()
    others = [token for token in range(free.shape[1]) if token not in (3, 7)]
    assert torch.equal(bound[:, others], free[:, others])


def test_greedy_takes_the_most_probable_token_and_pads_after_the_end():
    table = Table(vocab_size=5, seed=3)
    prefix = torch.tensor([[BOS, 1], [BOS, 2], [BOS, 3]])
    rows = greedy(table, prefix, eos_id=EOS, max_new_tokens=12, pad_id=4).tolist()
    for start, row in zip(prefix.tolist(), rows, strict=True):
        tokens = list(start)
        while len(tokens) < len(row) and EOS not in tokens[2:]:
            tokens.append(int(table(torch.tensor([tokens])).argmax()))
        assert row == tokens + [4] * (len(row) - len(tokens))


def test_sampling_follows_the_distribution():
    table = Table(vocab_size=4, seed=1, spread=1.0)
    generator = torch.Generator().manual_seed(0)
    prefix = torch.full((40_000, 1), BOS)
    for temperature in (0.5, 1.0, 2.0):
        options = {"eos_id": EOS, "max_new_tokens": 1, "generator": generator}
        drawn = sample(table, prefix, temperature=temperature, **options)[:, 1]
        expected = (table(torch.tensor([[BOS]]))[0] / temperature).softmax(-1)
        frequency = torch.bincount(drawn, minlength=4) / len(drawn)
        # Five standard deviations of a share of 40,000 draws: 5 * 0.5 / 200.
        torch.testing.assert_close(frequency.double(), expected, atol=0.0125, rtol=0)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=8), st.integers(1, 9))
def test_top_k_is_its_definition(values, k):
    logits = torch.tensor(values, dtype=torch.float64)
    kept = top_k_filter(logits, k).isfinite()
    ranked = sorted(range(len(values)), key=lambda i: (-values[i], i))
    assert set(kept.nonzero()[:, 0].tolist()) == set(ranked[:k])


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=8), st.floats(0.01, 0.999))
def test_top_p_is_the_smallest_set_that_reaches_p(values, p):
    logits = torch.tensor(values, dtype=torch.float64)
    filtered = top_p_filter(logits, p)
    kept = filtered.isfinite()
    probabilities = logits.softmax(-1)
    mass = float(probabilities[kept].sum())
    assert mass >= p - 1e-9
    # Without its least probable member the set would not reach p.
    assert mass - float(probabilities[kept].min()) < p + 1e-9
    # Nothing outside is more probable than anything inside.
    if not kept.all():
        assert float(probabilities[~kept].max()) <= float(probabilities[kept].min())
    assert torch.equal(filtered[kept], logits[kept])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_sixteen_bits_choose_as_thirty_two_do(dtype, monkeypatch):
    """In 16 bits, the running sum of thousands of small probabilities ends far below 1, and few tokens can be drawn."""
    logits = (torch.randn(2, 5000) / 4).to(dtype)
    assert torch.equal(top_p_filter(logits, 0.9), top_p_filter(logits.float(), 0.9).to(dtype))
    table, drawn_from, draw = Table(), [], torch.multinomial
    table.logits = table.logits.to(dtype)
    monkeypatch.setattr(torch, "multinomial", lambda p, *args, **kw: drawn_from.append(p.dtype) or draw(p, *args, **kw))
    sample(table, torch.tensor([[BOS]]), eos_id=EOS, max_new_tokens=2, temperature=0.7, top_k=3)
    assert set(drawn_from) == {torch.float32}


def test_top_p_of_one_keeps_everything_with_any_mass():
    assert top_p_filter(torch.tensor([0.0, -5.0, -10.0, -15.0]), 1.0).isfinite().all()


SCHEMES = ["none", "sinusoidal", "learned", "rotary", "alibi", "relative"]


def small_config(positions):
    return TransformerConfig(
        vocab_size=11, target_vocab_size=13, d_model=16, num_heads=4, num_kv_heads=2, d_ff=32, positions=positions
    )


@pytest.mark.parametrize("positions", SCHEMES)
def test_cached_decoding_equals_uncached_token_for_token(positions):
    model = Transformer(small_config(positions)).eval()
    source = torch.randint(1, 11, (5, 7))
    source[1, 4:] = 0
    prefix = torch.ones(5, 1, dtype=torch.long)
    results = []
    for use_cache in (True, False):
        next_token = NextToken(model, source, use_cache=use_cache)
        results.append(greedy(next_token, prefix, eos_id=2, max_new_tokens=20))
    assert torch.equal(*results)
    beams = []
    for use_cache in (True, False):
        next_token = NextToken(model, source[1:2], use_cache=use_cache)
        beams.append(beam_search(next_token, prefix[:1], eos_id=2, max_new_tokens=12, num_beams=5))
    assert [h.tokens for h in beams[0]] == [h.tokens for h in beams[1]]
    for cached, full in zip(*beams, strict=True):
        assert cached.log_probability == pytest.approx(full.log_probability, abs=1e-4)


@pytest.mark.parametrize("positions", SCHEMES)
def test_a_language_model_samples_the_same_with_and_without_its_cache(positions):
    model = CausalLanguageModel(small_config(positions)).eval()
    prefix = torch.tensor([[1, 5, 3], [1, 2, 2]])
    rows = [
        sample(
            NextToken(model, use_cache=use_cache),
            prefix,
            eos_id=0,
            max_new_tokens=15,
            top_k=5,
            generator=torch.Generator().manual_seed(0),
        )
        for use_cache in (True, False)
    ]
    assert torch.equal(*rows)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t, x: greedy(t, x[:, :0], eos_id=0, max_new_tokens=3), "prefix"),
        (lambda t, x: greedy(t, x, eos_id=0, max_new_tokens=0), "max_new_tokens"),
        (lambda t, x: sample(t, x, eos_id=0, max_new_tokens=3, temperature=0.0), "temperature"),
        (lambda t, x: sample(t, x, eos_id=0, max_new_tokens=3, top_k=0), "k must"),
        (lambda t, x: sample(t, x, eos_id=0, max_new_tokens=3, top_p=0.0), "p must"),
        (lambda t, x: beam_search(t, x, eos_id=0, max_new_tokens=3, num_beams=0), "num_beams"),
        (lambda t, x: beam_search(t, x, eos_id=0, max_new_tokens=3, num_results=5), "num_results must be from 1 to"),
        (lambda t, x: beam_search(t, x, eos_id=0, max_new_tokens=3, num_results=0), "num_results must be from 1 to"),
        (lambda t, x: beam_search(t, x, eos_id=0, max_new_tokens=3, alpha=math.nan), "alpha must be a number"),
        (lambda t, x: beam_search(t, x, eos_id=0, max_new_tokens=99, alpha=1000.0), "alpha must be a number"),
        (lambda t, x: beam_search(t, x, eos_id=0, max_new_tokens=99, alpha=-1000.0), "alpha must be a number"),
        (lambda t, x: NextToken(CausalLanguageModel(small_config("none")), x), "source"),
        (lambda t, x: NextToken(Transformer(small_config("none"))), "source"),
        (lambda t, x: NextToken(CausalLanguageModel(small_config("none"))).memory, "model"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(Table(), torch.tensor([[BOS]]))
