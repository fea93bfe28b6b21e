"""Checkpoints of the BERT family, read into this package's own :class:`Encoder` (Devlin et al. 2019).

BERT is a post-LN encoder with GELU. What it adds to a token's embedding is learned: a vector for its position and one
for its segment; and the sum is normalised. Only the names of its weights differ from ours.
"""

import re
from pathlib import Path

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from transformer_lab.config import TransformerConfig
from transformer_lab.files import shortened
from transformer_lab.masks import padding_mask
from transformer_lab.models import Encoder, check_token_ids
from transformer_lab.normalization import LayerNorm
from transformer_lab.storage import CheckpointError, load_weights, read_json, read_weights

# Our name of a module inside a layer → BERT's.
LAYER_NAMES = {
    "self_attention.q_proj": "attention.self.query",
    "self_attention.k_proj": "attention.self.key",
    "self_attention.v_proj": "attention.self.value",
    "self_attention.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "feed_forward.linear1": "intermediate.dense",
    "feed_forward.linear2": "output.dense",
    "norm2": "output.LayerNorm",
}
EMBEDDING_NAMES = {
    "tokens.weight": "word_embeddings.weight",
    "positions.weight": "position_embeddings.weight",
    "segments.weight": "token_type_embeddings.weight",
    "norm.weight": "LayerNorm.weight",
    "norm.bias": "LayerNorm.bias",
}


# BERT's name of a function → ours. Models of 2018 and 2019 leave out of their configs what was the rule then.
ACTIVATIONS = {"gelu": "gelu", "relu": "relu"} | dict.fromkeys(
    ("gelu_new", "gelu_pytorch_tanh", "gelu_fast"), "gelu_tanh"
)
DEFAULTS = {"hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0, "type_vocab_size": 2}
# What was trained on top of the encoder (and its list of positions 0, 1, 2 …) has no place here.
LEFT_OUT = ("pooler.", "cls.", "classifier.", "qa_outputs.", "embeddings.position_ids")


class PretrainedEncoder(nn.Module):
    """Embeddings, their norm, and an :class:`Encoder`: a vector of context for each token."""

    def __init__(self, config: TransformerConfig, num_segments: int = 2):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.vocab_size, config.d_model)
        self.positions = nn.Embedding(config.max_length, config.d_model)
        self.segments = nn.Embedding(num_segments, config.d_model)
        self.norm = LayerNorm(config.d_model, config.eps)
        self.encoder = Encoder(config)

    def forward(self, tokens: Int[Tensor, "batch length"]) -> Float[Tensor, "batch length d_model"]:
        """Hidden states of the last layer; padding is recognised by ``config.pad_id``."""
        return self.hidden_states(tokens)[-1]

    def hidden_states(self, tokens: Int[Tensor, "batch length"]) -> list[Tensor]:
        """The normalised embeddings, and the output of every layer: ``num_layers + 1`` tensors.

        Raises ValueError for an empty sequence, one that is longer than ``config.max_length``, and a token that is not
        in the vocabulary.
        """
        length = tokens.shape[1]
        if not 0 < length <= self.config.max_length:
            raise ValueError(f"tokens: {length} in a sequence; this model takes 1 to {self.config.max_length}")
        check_token_ids(tokens, self.config.vocab_size)
        # A sentence alone is segment 0 throughout.
        places = torch.arange(length, device=tokens.device)
        x = self.norm(self.tokens(tokens) + self.segments.weight[0] + self.positions(places))
        mask, states = padding_mask(tokens, self.config.pad_id), [x]
        for layer in self.encoder.layers:
            states.append(layer(states[-1], mask))
        return states


def load_bert(folder: Path) -> PretrainedEncoder:
    """Read ``config.json`` and the weights of a BERT encoder; the model comes in evaluation mode.

    The weights are ``model.safetensors`` or shards with their index. Configs and names of the first BERTs are read too
    (``bert.`` before every name, a norm's ``gamma`` and ``beta``); heads above the encoder are left out
    (:data:`LEFT_OUT`). Raises CheckpointError when a file is missing or damaged, or the model is not of this kind.
    """
    given = DEFAULTS | read_json(folder / "config.json")
    wanted = {"model_type": ["bert"], "hidden_act": list(ACTIVATIONS), "position_embedding_type": ["absolute"]}
    for field, values in wanted.items():
        if given.get(field, values[0]) not in values:
            raise CheckpointError(
                f"{folder / 'config.json'}: {field} is {given[field]!r}; only {shortened(values, 9)} is supported"
            )
    try:
        config = TransformerConfig(
            vocab_size=given["vocab_size"],
            d_model=given["hidden_size"],
            num_heads=given["num_attention_heads"],
            num_layers=given["num_hidden_layers"],
            d_ff=given["intermediate_size"],
            max_length=given["max_position_embeddings"],
            eps=given["layer_norm_eps"],
            pad_id=given["pad_token_id"],
            activation=ACTIVATIONS[given["hidden_act"]],
            norm_first=False,
            positions="none",
        )
        model = PretrainedEncoder(config, given["type_vocab_size"])
    except KeyError as error:
        raise CheckpointError(f"{folder / 'config.json'}: no field {error}") from error
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{folder / 'config.json'}: {error}") from error
    stored, path = read_weights(folder)
    try:
        renamed = rename(stored, config.num_layers)
    except ValueError as error:
        raise CheckpointError(f"{path}: {error}") from error
    load_weights(model, renamed, path)
    return model.eval()


def rename(theirs: dict[str, Tensor], num_layers: int) -> dict[str, Tensor]:
    """BERT's tensors under our names, without those of :data:`LEFT_OUT`; a name that is not known stays as it is.

    Raises ValueError when two tensors come to have one name.
    """
    names = {f"embeddings.{theirs_}": ours for ours, theirs_ in EMBEDDING_NAMES.items()}
    for layer in range(num_layers):
        for ours, name in LAYER_NAMES.items():
            for part in ("weight", "bias"):
                names[f"encoder.layer.{layer}.{name}.{part}"] = f"encoder.layers.{layer}.{ours}.{part}"
    renamed: dict[str, Tensor] = {}
    for name, tensor in theirs.items():
        usual = re.sub(r"LayerNorm\.(gamma|beta)$", _newer, name.removeprefix("bert."))
        ours = names.get(usual, name)
        if usual.startswith(LEFT_OUT):
            continue
        if ours in renamed:
            raise ValueError(f"two tensors for {usual}, one of them under the name {name}")
        renamed[ours] = tensor
    return renamed


def _newer(norm: re.Match[str]) -> str:
    return "LayerNorm." + {"gamma": "weight", "beta": "bias"}[norm[1]]
