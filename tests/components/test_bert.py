"""The loader of BERT checkpoints, against an independent reading of the same file with ``torch.nn``'s encoder.

The checkpoint is made here, small and random, with the names that BERT files have.
"""

import json

import pytest
import torch
from bert_checkpoint import CONFIG, make_checkpoint
from safetensors.torch import load_file, save_file
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
        ({"hidden_act": "silu"}, "hidden_act is 'silu'; only 'gelu', 'relu', 'gelu_new'"),
        ({"position_embedding_type": "relative_key"}, "position_embedding_type is 'relative_key'; only 'absolute'"),
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


def rewrite(folder, change):
    """Store the tensors again, under the names that ``change`` gives them."""
    path = folder / "model.safetensors"
    save_file({change(name): tensor.clone() for name, tensor in load_file(path).items()}, path)


def early(name):
    """A tensor's name in the first BERTs."""
    return "bert." + name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


def test_the_first_berts_are_read(tmp_path):
    """No model_type, no eps, no pad_token_id; ``bert.`` before every name, gamma and beta, and heads above."""
    make_checkpoint(tmp_path)
    tokens = torch.tensor([[5, 6, 7]])
    wanted = load_pretrained(tmp_path)(tokens)
    rewrite(tmp_path, early)
    path = tmp_path / "model.safetensors"
    heads = {"cls.predictions.bias": torch.zeros(30), "cls.predictions.transform.LayerNorm.gamma": torch.ones(12)}
    save_file(load_file(path) | heads | {"classifier.weight": torch.zeros(2, 12)}, path)
    left = ("model_type", "layer_norm_eps", "pad_token_id", "type_vocab_size", "hidden_act")
    old = {name: value for name, value in CONFIG.items() if name not in left}
    (tmp_path / "config.json").write_text(json.dumps(old))
    model = load_pretrained(tmp_path)
    assert (model.config.eps, model.config.pad_id) == (1e-12, 0)
    assert model(tokens).equal(wanted)


@pytest.mark.parametrize("act", ["gelu_new", "gelu_pytorch_tanh", "gelu_fast", "relu"])
def test_the_activation_is_the_configs(act, tmp_path):
    make_checkpoint(tmp_path, hidden_act=act)
    activation = load_pretrained(tmp_path).encoder.layers[0].feed_forward.activation
    assert activation == ("relu" if act == "relu" else "gelu_tanh")


def test_two_tensors_of_one_name_are_refused(tmp_path):
    make_checkpoint(tmp_path)
    path = tmp_path / "model.safetensors"
    save_file(load_file(path) | {"bert.embeddings.LayerNorm.gamma": torch.ones(12)}, path)
    with pytest.raises(CheckpointError, match=r"two tensors for embeddings.LayerNorm.(weight|gamma)"):
        load_pretrained(tmp_path)


def test_a_message_about_many_tensors_can_be_read(tmp_path):
    make_checkpoint(tmp_path)
    rewrite(tmp_path, lambda name: f"distilbert.{name}")
    with pytest.raises(
        CheckpointError, match=r"missing: .* and 33 more; not known: .*'distilbert.emb.* more"
    ) as caught:
        load_pretrained(tmp_path)
    assert len(str(caught.value)) < 800


def shard(folder):
    """Cut the checkpoint into two files and an index, as large models come; returns the index."""
    path = folder / "model.safetensors"
    tensors, places = load_file(path), {}
    for number in (1, 2):
        part = dict(list(tensors.items())[number - 1 :: 2])
        name = f"model-0000{number}-of-00002.safetensors"
        save_file(part, folder / name)
        places |= dict.fromkeys(part, name)
    path.unlink()
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": places}))
    return index


def test_shards_are_read_as_one_file(tmp_path):
    make_checkpoint(tmp_path)
    whole = load_pretrained(tmp_path).state_dict()
    shard(tmp_path)
    assert all(tensor.equal(whole[name]) for name, tensor in load_pretrained(tmp_path).state_dict().items())


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
SHARD = "model-00002-of-00002.safetensors"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / SHARD).unlink(), rf"{SHARD}: no such file"),
        (lambda f: (f / SHARD).write_text(POINTER), rf"{SHARD}: a git-lfs pointer, .*git lfs pull"),
        (
            lambda f: save_file({"more": torch.ones(1)}, f / SHARD),
            "not in the shards: .* not in the index",
        ),
        (lambda f: (f / "model.safetensors.index.json").write_text("{}"), "no field 'weight_map'"),
        (
            lambda f: (f / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../x.safetensors"}}'),
            "names files outside its folder: '../x.safetensors'",
        ),
    ],
    ids=["lost", "pointer", "other tensors", "no map", "outside"],
)
def test_damaged_shards_are_named(damage, message, tmp_path):
    make_checkpoint(tmp_path)
    shard(tmp_path)
    damage(tmp_path)
    with pytest.raises(CheckpointError, match=message):
        load_pretrained(tmp_path)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_git_lfs_pointers_are_named(name, tmp_path):
    make_checkpoint(tmp_path)
    (tmp_path / name).write_text(POINTER)
    with pytest.raises(CheckpointError, match=f"{name}: a git-lfs pointer, not the file itself: run `git lfs pull`"):
        load_pretrained(tmp_path)


def test_pickled_files_are_named_and_not_opened(tmp_path):
    make_checkpoint(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"'pytorch_model.bin' is pickled, and nothing is unpickled here; save"):
        load_pretrained(tmp_path)


def test_missing_files_and_fields_are_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"config\.json: no such file"):
        load_pretrained(tmp_path)
    make_checkpoint(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({k: v for k, v in CONFIG.items() if k != "hidden_size"}))
    with pytest.raises(CheckpointError, match="no field 'hidden_size'"):
        load_pretrained(tmp_path)


@pytest.mark.parametrize("token", [30, 31, -1])
def test_tokens_outside_the_vocabulary_are_named(token, tmp_path):
    make_checkpoint(tmp_path)
    with pytest.raises(ValueError, match=f"tokens: {token} is not a token id; this vocabulary has 0 to 29"):
        load_pretrained(tmp_path)(torch.tensor([[5, token]]))


def test_length_is_limited(tmp_path):
    make_checkpoint(tmp_path)
    model = load_pretrained(tmp_path)
    for length in (0, 17):
        with pytest.raises(ValueError, match=f"{length} in a sequence; this model takes 1 to 16"):
            model(torch.ones(1, length, dtype=torch.long))
