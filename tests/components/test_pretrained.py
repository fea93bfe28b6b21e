"""Where a pretrained encoder is found, how it reads text, and what it makes of words and sentences.

On a small random checkpoint; ``tests/test_minilm.py`` has the real one.
"""

import math
import sys

import pytest
import torch
from bert_checkpoint import WORDS, make_checkpoint, make_tokenizer

from transformer_lab import pretrained
from transformer_lab.pretrained import TextEncoder, find_pretrained, load_pretrained, sentence_embedding
from transformer_lab.storage import CheckpointError


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    make_checkpoint(folder)
    make_tokenizer(folder)
    return folder


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine without the model: no variable, no package, an empty cache."""
    for name in (pretrained.VARIABLE, "HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setattr(pretrained, "PACKAGE", "no_such_package_here")
    return tmp_path


@pytest.fixture
def encoder(tmp_path):
    return TextEncoder.load(make(tmp_path))


def test_a_machine_without_it_says_how_to_get_it(nowhere):
    for load in (find_pretrained, load_pretrained, TextEncoder.load):
        with pytest.raises(FileNotFoundError, match="not installed: run `make pretrained`"):
            load()


def test_the_variable_decides_alone(nowhere, monkeypatch):
    there = make(nowhere / "home/.cache/huggingface/hub" / pretrained.CACHED / "snapshots/abc")
    assert find_pretrained() == there
    monkeypatch.setenv(pretrained.VARIABLE, str(nowhere / "empty"))
    with pytest.raises(
        FileNotFoundError,
        match=r"TRANSFORMER_LAB_PRETRAINED says \(.*empty lacks config.json, tokenizer.json, model.safetensors\): "
        "unset it, run `make pretrained`",
    ):
        find_pretrained()
    monkeypatch.setenv(pretrained.VARIABLE, str(make(nowhere / "mine")))
    assert find_pretrained() == nowhere / "mine"
    assert load_pretrained().config.d_model == 12


def test_the_package_is_found_and_never_imported(nowhere, monkeypatch):
    package = nowhere / "a_model_package"
    folder = make(package / "model")
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(nowhere)
    monkeypatch.setattr(pretrained, "PACKAGE", package.name)
    make(nowhere / "home/.cache/huggingface/hub" / pretrained.CACHED / "snapshots/abc")
    assert find_pretrained() == folder
    assert package.name not in sys.modules


@pytest.mark.parametrize(
    ("variables", "hub"),
    [
        ({}, "home/.cache/huggingface/hub"),
        ({"XDG_CACHE_HOME": "xdg"}, "xdg/huggingface/hub"),
        ({"XDG_CACHE_HOME": "xdg", "HF_HOME": "hf"}, "hf/hub"),
        ({"HF_HOME": "hf", "HF_HUB_CACHE": "elsewhere"}, "elsewhere"),
    ],
)
def test_the_hugging_face_cache(nowhere, monkeypatch, variables, hub):
    for name, folder in variables.items():
        monkeypatch.setenv(name, str(nowhere / folder))
    model = nowhere / hub / pretrained.CACHED
    second = make(model / "snapshots/bbb")
    (model / "snapshots/aaa").mkdir()  # a download of another file only
    assert find_pretrained() == second
    third = make(model / "snapshots/ccc")
    assert find_pretrained() == second
    (model / "refs").mkdir()
    (model / "refs/main").write_text("ccc\n")
    assert find_pretrained() == third


def test_without_the_tokenizers_library_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(FileNotFoundError, match="make pretrained"):
        TextEncoder.load(make(tmp_path))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: path.unlink(), r"tokenizer\.json: no such file"),
        (lambda path: path.write_text("{}"), r"tokenizer\.json: not a tokenizer"),
        (lambda path: make_tokenizer(path.parent, WORDS[:-1]), "the tokenizer has 29 tokens, but the model 30"),
    ],
)
def test_a_broken_tokenizer_is_named(tmp_path, spoil, message):
    spoil(make(tmp_path) / "tokenizer.json")
    with pytest.raises(CheckpointError, match=message):
        TextEncoder.load(tmp_path)


def test_text_becomes_pieces_padded_and_never_cut(encoder):
    assert encoder.pieces("The rivers opening?") == ("[CLS]", "the", "river", "##s", "open", "##ing", "?", "[SEP]")
    assert encoder.pieces(["the", "rivers"]) == ("[CLS]", "the", "river", "##s", "[SEP]")
    ids = encoder.encode(["the bank of the river is open", "a light"])
    assert ids.tolist() == [[2, 4, 5, 6, 4, 7, 13, 10, 3], [2, 11, 12, 3, 0, 0, 0, 0, 0]]


def test_ids_become_pieces_again(encoder):
    ids = encoder.encode(["the rivers"])[0]
    assert encoder.pieces_of(ids) == encoder.pieces("the rivers")
    with pytest.raises(ValueError, match=str(encoder.model.config.vocab_size)):
        encoder.pieces_of(torch.tensor([encoder.model.config.vocab_size]))


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        ([], ValueError, "texts is empty"),
        (["the", ""], ValueError, r"texts\[1\] is empty"),
        (["the", []], ValueError, r"texts\[1\] is empty"),
        ("the bank", TypeError, "list of texts, got one string"),
        (["a " * 15], ValueError, r"texts\[0\] \(a a .* …\) has 17 word pieces; this model takes at most 16"),
        ([["the"], ["rivers"] * 8], ValueError, r"texts\[1\] \(rivers .* …\) has 18 word pieces"),
    ],
)
def test_texts_that_cannot_be_read_are_named(encoder, texts, error, message):
    for read in (encoder.encode, encoder.hidden_states, encoder.embed):
        with pytest.raises(error, match=message):
            read(texts)
    assert encoder.encode(["a " * 14]).shape == (1, 16)


def test_a_sentence_is_the_mean_of_its_tokens_whatever_stands_beside_it(encoder):
    texts = ["the bank of the river", "light", "is the bank open?"]
    together, alone = encoder.embed(texts, batch_size=2), torch.cat([encoder.embed([text]) for text in texts])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(together.norm(dim=-1), torch.ones(3))
    states = encoder.hidden_states([texts[1]])[-1][0]
    by_hand = sum(states) / len(states)
    torch.testing.assert_close(alone[1], by_hand / math.sqrt(float(by_hand @ by_hand)), atol=1e-6, rtol=1e-5)


def test_sentence_embedding_sees_real_tokens_only():
    states = torch.randn(2, 4, 3, dtype=torch.float64, requires_grad=True)
    real = torch.tensor([[True, True, False, False], [True, True, True, True]])
    found = sentence_embedding(states, real)
    first = states[0, :2].mean(0)
    torch.testing.assert_close(found[0], first / first.norm())
    [gradient] = torch.autograd.grad(found[:, 0].sum(), states)
    assert gradient[0, 2:].abs().sum() == 0
    with pytest.raises(ValueError, match="sentence 1 has no token"):
        sentence_embedding(states, torch.tensor([[True] * 4, [False] * 4]))


def test_a_word_is_the_mean_of_its_pieces_at_every_depth(encoder):
    sentences = [["the", "rivers", "?"], ["opening", "a", "bank"], ["light"]]
    found = encoder.word_states(sentences, batch_size=2)
    assert [tuple(states.shape) for states in found] == [(3, 3, 12), (3, 3, 12), (3, 1, 12)]
    states = torch.stack(encoder.hidden_states([["the", "rivers", "?"]]))[:, 0]
    expected = torch.stack([states[:, 1], (states[:, 2] + states[:, 3]) / 2, states[:, 4]], dim=1)
    torch.testing.assert_close(found[0], expected, atol=1e-5, rtol=1e-5)
    with pytest.raises(ValueError, match="' ' is not a word"):
        encoder.word_states([["the", " ", "bank"]])


@pytest.mark.parametrize("word", ["[PAD]", "[SEP]", "[CLS]", "[MASK]", "[UNK]"])
def test_special_tokens_that_are_typed_are_text(encoder, word):
    special = ("[PAD]", "[SEP]", "[CLS]", "[MASK]")
    for text in (f"the {word} rivers", ["the", word, "rivers"]):
        first, *pieces, last = encoder.pieces(text)
        assert (first, last) == ("[CLS]", "[SEP]")
        assert not set(pieces) & set(special)
        assert len(pieces) == len(encoder.pieces("the ( pad ) rivers")) - 2
    assert encoder.word_states([["the", word, "rivers"]])[0].shape[1] == 3
