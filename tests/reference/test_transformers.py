"""The pretrained encoder against the reference implementation, the ``transformers`` library (`make test-reference`)."""

import pytest
import torch
from minilm import SENTENCES

from transformer_lab.pretrained import TextEncoder, find_pretrained

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def encoder():
    return TextEncoder.load()


@pytest.fixture(scope="module")
def theirs():
    """Their tokenizer and their model, which takes its attention path with explicit weights."""
    with pytest.MonkeyPatch.context() as environment:
        # It would look online for what it does not find in the folder.
        environment.setenv("HF_HUB_OFFLINE", "1")
        from transformers import AutoModel, AutoTokenizer

        model = AutoModel.from_pretrained(find_pretrained(), attn_implementation="eager").eval()
        return AutoTokenizer.from_pretrained(find_pretrained()), model


def read(theirs, texts):
    tokenizer, model = theirs
    given = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        return given, model(**given, output_hidden_states=True, output_attentions=True)


def test_the_same_pieces(encoder, theirs):
    given, _ = read(theirs, SENTENCES)
    assert torch.equal(encoder.encode(SENTENCES), given["input_ids"])
    assert torch.equal(encoder.encode(SENTENCES) != 0, given["attention_mask"].bool())


def test_the_same_hidden_states_after_every_layer(encoder, theirs):
    given, expected = read(theirs, SENTENCES)
    real = given["attention_mask"].bool()
    assert not real.all(), "no padding: the test would prove less"
    states = encoder.hidden_states(SENTENCES)
    assert len(states) == len(expected.hidden_states) == 7
    for ours, wanted in zip(states, expected.hidden_states, strict=True):
        torch.testing.assert_close(ours[real], wanted[real], atol=1e-4, rtol=0)


def test_the_same_attention(encoder, theirs):
    from transformer_lab.recording import record

    _, expected = read(theirs, SENTENCES[:1])
    with record(encoder.model) as trace:
        encoder.hidden_states(SENTENCES[:1])
    ours = trace.weights_of("encoder.self_attention")
    torch.testing.assert_close(ours, torch.stack(expected.attentions), atol=1e-5, rtol=0)


def test_the_same_sentence_embeddings(encoder, theirs):
    given, expected = read(theirs, SENTENCES)
    mask = given["attention_mask"][..., None]
    mean = (expected.last_hidden_state * mask).sum(1) / mask.sum(1)
    wanted = torch.nn.functional.normalize(mean, dim=-1)
    torch.testing.assert_close(encoder.embed(SENTENCES), wanted, atol=1e-5, rtol=0)
