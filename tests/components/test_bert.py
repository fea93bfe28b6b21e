"""The loader of BERT checkpoints, against an independent reading of the same file with ``torch.nn``'s encoder.

The checkpoint is made here, small and random, with the names that BERT files have.
"""

import json

import pytest
import torch
from bert_checkpoint import CONFIG, make_checkpoint
from torch import nn

from transformer_lab.pretrained import load_pretrained
from transformer_lab.storage import CheckpointError


def by_torch(tensors, tokens):
    """Hidden states of every layer, computed by ``nn.TransformerEncoderLayer`` from BERT's names."""
    d = CONFIG["hidden_size"]
    e = {name.removeprefix("embeddings."): t for name, t in tensors.items() if name.startswith("embeddings.")}
    x = e["word_embeddings.weight"][tokens] + e["position_embeddings.weight"][: tokens.shape[1]]
    x = x + e["token_type_embeddings.weight"][0]
    states = [nn.functional.layer_norm(x, (d,), e["LayerNorm.weight"], e["LayerNorm.bias"], 1e-12)]
    for i in range(2):
        layer = nn.TransformerEncoderLayer(d, 3, 20, 0.0, "gelu", 1e-12, batch_first=True)
        own = {name.removeprefix(f"encoder.layer.{i}."): t for name, t in tensors.items() if f"layer.{i}." in name}
        state = {}
        for part in ("weight", "bias"):
            state[f"self_attn.in_proj_{part}"] = torch.cat(
                [own[f"attention.self.{role}.{part}"] for role in ("query", "key", "value")]
            )
            for ours, theirs in (
                ("self_attn.out_proj", "attention.output.dense"), ("norm1", "attention.output.LayerNorm"),
                ("linear1", "intermediate.dense"), ("linear2", "output.dense"), ("norm2", "output.LayerNorm"),
            ):  # fmt: skip
                state[f"{ours}.{part}"] = own[f"{theirs}.{part}"]
        layer.load_state_dict(state)
        states.append(layer(states[-1], src_key_padding_mask=tokens == 0))
    return states


def test_every_layer_equals_torch_with_padding(tmp_path):
    tensors = make_checkpoint(tmp_path)
    model = load_pretrained(tmp_path)
    tokens = torch.randint(1, 30, (3, 7))
    tokens[1, 4:] = 0
    with torch.no_grad():
        states, expected = model.hidden_states(tokens), by_torch(tensors, tokens)
        assert torch.equal(model(tokens), states[-1])
    assert len(states) == 3
    assert not model.training
    real = tokens != 0
    for ours, theirs in zip(states, expected, strict=True):
        torch.testing.assert_close(ours[real], theirs[real], atol=1e-5, rtol=1e-5)


def test_padding_changes_nothing(tmp_path):
    make_checkpoint(tmp_path)
    model, tokens = load_pretrained(tmp_path), torch.randint(1, 30, (1, 5))
    longer = torch.cat([tokens, torch.zeros(1, 6, dtype=torch.long)], dim=1)
    torch.testing.assert_close(model(longer)[:, :5], model(tokens), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "gpt2"}, "model_type is 'gpt2'"),
        ({"hidden_act": "relu"}, "hidden_act is 'relu'"),
        ({"num_attention_heads": 5}, "multiple of num_heads"),
        ({"hidden_size": "12"}, "d_model"),
        ({"num_hidden_layers": 3}, r"model\.safetensors: tensors missing"),
        ({"vocab_size": 31}, r"model\.safetensors: tokens\.weight has shape"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, changes, message):
    make_checkpoint(tmp_path, **changes)
    with pytest.raises(CheckpointError, match=message):
        load_pretrained(tmp_path)


def test_missing_files_and_fields_are_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"config\.json: no such file"):
        load_pretrained(tmp_path)
    make_checkpoint(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({k: v for k, v in CONFIG.items() if k != "hidden_size"}))
    with pytest.raises(CheckpointError, match="no field 'hidden_size'"):
        load_pretrained(tmp_path)


def test_length_is_limited(tmp_path):
    make_checkpoint(tmp_path)
    model = load_pretrained(tmp_path)
    for length in (0, 17):
        with pytest.raises(ValueError, match=f"{length} in a sequence; this model takes 1 to 16"):
            model(torch.ones(1, length, dtype=torch.long))
