"""The prepared step of decoding: equal to the modules for every architecture, and aside when somebody looks."""

import itertools
import sys

import pytest
import torch
from commands import run

from transformer_lab import stepping
from transformer_lab.config import TransformerConfig
from transformer_lab.decoding import NextToken
from transformer_lab.models import CausalLanguageModel, Transformer
from transformer_lab.positions import SCHEMES
from transformer_lab.recording import record
from transformer_lab.stepping import can_step

CHOICES = [
    {},
    {"num_kv_heads": 2},
    {"num_kv_heads": 1, "norm": "rms", "activation": "swiglu"},
    {"norm_first": False, "activation": "gelu"},
    {"norm_first": False, "final_norm": True, "tie_embeddings": False, "dropout": 0.2},
]


def make(kind, **changes):
    sizes = {"vocab_size": 11, "target_vocab_size": 11, "d_model": 16, "num_heads": 4, "d_ff": 24, "max_length": 40}
    model = kind(TransformerConfig(**(sizes | changes))).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(-0.5, 0.5)
    return model


def given(model, batch=3):
    """A source with padding in one row, or none, and tokens to continue."""
    source = torch.randint(1, 11, (batch, 6))
    source[1:2, 4:] = 0
    tokens = torch.randint(1, 11, (batch, 30))
    return (source if isinstance(model, Transformer) else None), tokens


def steps_taken(monkeypatch):
    """Counts how often the prepared step answers."""
    taken, call = [], stepping.Step.__call__
    monkeypatch.setattr(stepping.Step, "__call__", lambda self, last: taken.append(1) or call(self, last))
    return taken


@pytest.mark.parametrize("devices", [("cuda",), ("cpu",)], ids=["exact", "few lengths"])
@pytest.mark.parametrize("positions", SCHEMES)
@pytest.mark.parametrize("choice", CHOICES, ids=range(len(CHOICES)))
@torch.no_grad()
def test_it_computes_what_the_modules_do(positions, choice, devices, monkeypatch):
    monkeypatch.setattr(stepping, "FEW_LENGTHS", devices)
    for kind in (Transformer, CausalLanguageModel):
        model = make(kind, positions=positions, **choice)
        source, tokens = given(model)
        cached, full = NextToken(model, source), NextToken(model, source, use_cache=False)
        taken = steps_taken(monkeypatch)
        for length in (3, 4, 5, 8, *range(9, 20)):  # several at once in between
            if length == 12:
                rows = torch.tensor([2, 0, 0, 1])
                tokens = tokens[rows]
                cached.reorder(rows)
                full.reorder(rows)
            torch.testing.assert_close(cached(tokens[:, :length]), full(tokens[:, :length]), rtol=0, atol=1e-10)
        assert len(taken) == 13
        monkeypatch.undo()
        monkeypatch.setattr(stepping, "FEW_LENGTHS", devices)


@pytest.mark.parametrize("kind", [Transformer, CausalLanguageModel])
@torch.no_grad()
def test_the_first_token_is_a_step_too(kind, monkeypatch):
    model = make(kind)
    source, tokens = given(model)
    cached, full = NextToken(model, source), NextToken(model, source, use_cache=False)
    rows = torch.tensor([2, 0, 0, 1])
    for next_token in (cached, full):
        next_token.reorder(rows)
    tokens, taken = tokens[rows], steps_taken(monkeypatch)
    for length in (1, 2):
        torch.testing.assert_close(cached(tokens[:, :length]), full(tokens[:, :length]), rtol=0, atol=1e-10)
    assert len(taken) == 2


@pytest.mark.parametrize("before", [0, 1])
@torch.no_grad()
def test_what_does_not_fit_is_refused_by_name(before):
    model = make(Transformer)
    source, tokens = given(model)
    next_token = NextToken(model, source)
    for length in range(1, before + 1):
        next_token(tokens[:, :length])
    tokens[1, before] = 11
    with pytest.raises(ValueError, match="tokens: 11 is not a token id; this vocabulary has 0 to 10"):
        next_token(tokens[:, : before + 1])


@torch.no_grad()
def test_it_serves_one_token_for_every_row():
    model = make(Transformer)
    source, tokens = given(model)
    step = stepping.Step(model, model.new_cache(), model.encode(source))
    assert step.serves(tokens[:, :1])
    assert not step.serves(tokens[:, :2])
    assert not step.serves(tokens[:1, :1])


@torch.no_grad()
def test_one_sentence_serves_all_its_beams():
    model = make(Transformer)
    source, tokens = given(model, batch=1)
    cached, full = NextToken(model, source), NextToken(model, source, use_cache=False)
    tokens = tokens[:, :1]
    for rows in ([0, 0, 0], [2, 0, 1], [1, 1], [1, 0]):
        torch.testing.assert_close(cached(tokens), full(tokens), rtol=0, atol=1e-10)
        cached.reorder(torch.tensor(rows))
        full.reorder(torch.tensor(rows))
        tokens = torch.cat([tokens[rows], torch.randint(1, 11, (len(rows), 1))], dim=1)
    torch.testing.assert_close(cached(tokens), full(tokens), rtol=0, atol=1e-10)


def test_it_steps_aside_for_whoever_looks(monkeypatch):
    model = make(Transformer, dropout=0.2)
    source, tokens = given(model)
    with torch.no_grad():
        next_token = NextToken(model, source)
        next_token(tokens[:, :1])
    taken, seen = steps_taken(monkeypatch), []
    lengths = itertools.count(2)

    def step():
        return next_token(tokens[:, : next(lengths)])

    with torch.no_grad():
        step()
        assert len(taken) == 1
        with record(model) as trace:
            step()
        assert trace.weights_of("decoder.self_attention").shape[-2:] == (1, 3)
        hook = model.decoder.layers[1].feed_forward.hook_hidden.register_forward_hook(lambda *_: seen.append(1))
        step()
        assert seen == [1]
        hook.remove()
        model.train()
        step()
        model.eval()
        assert len(taken) == 1
        step()
    assert step().requires_grad
    assert len(taken) == 2


@torch.no_grad()
def test_other_parts_are_asked_as_they_are():
    class Doubled(torch.nn.Linear):
        def forward(self, x):
            return 2 * super().forward(x)

    model = make(CausalLanguageModel)
    assert can_step(model)
    model.decoder.layers[0].self_attention.v_proj = Doubled(16, 16).double()
    assert not can_step(model)
    _, tokens = given(model)
    cached, full = NextToken(model), NextToken(model, use_cache=False)
    for length in (2, 3, 4):
        torch.testing.assert_close(cached(tokens[:, :length]), full(tokens[:, :length]), rtol=0, atol=1e-10)
    model = make(CausalLanguageModel)
    attention = model.decoder.layers[0].self_attention
    attention.attend = lambda q, k, v, mask, bias: v[:, :, -1:]
    assert not can_step(model)
    del attention.attend
    assert can_step(model)
    model.decoder.layers[0].forward = lambda x, *_, **__: x
    assert not can_step(model)


@torch.no_grad()
def test_it_ends_where_the_model_ends():
    model = make(CausalLanguageModel, max_length=4)
    next_token, tokens = NextToken(model), torch.ones(2, 5, dtype=torch.long)
    for length in range(1, 5):
        next_token(tokens[:, :length])
    with pytest.raises(ValueError, match="the sequence has 5 tokens; this model takes at most 4"):
        next_token(tokens)


def test_a_first_translation_brings_in_no_algebra():
    """Some of PyTorch's conveniences import sympy when they are first called: half a second, in every new kernel."""
    code = """
import sys
from transformer_lab.translation import Translator
translator = Translator.load()
translator.translate_all(["the cat sleeps", "the teacher did not buy three new books"])
translator.translate("the cat sleeps", num_beams=2)
print("sympy" in sys.modules)
"""
    assert run(sys.executable, "-c", code).strip() == "False"
