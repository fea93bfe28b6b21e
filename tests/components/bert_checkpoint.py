"""A small random checkpoint under the names that BERT files have, and a WordPiece tokenizer for it."""

import json

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

CONFIG = {
    "model_type": "bert", "hidden_act": "gelu", "vocab_size": 30, "hidden_size": 12, "num_attention_heads": 3,
    "num_hidden_layers": 2, "intermediate_size": 20, "max_position_embeddings": 16, "layer_norm_eps": 1e-12,
    "pad_token_id": 0, "type_vocab_size": 2,
}  # fmt: skip


def make_checkpoint(folder, **changes):
    """A random checkpoint; returns its tensors."""
    d, ff = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    shapes = {
        "embeddings.word_embeddings.weight": (30, d), "embeddings.position_embeddings.weight": (16, d),
        "embeddings.token_type_embeddings.weight": (2, d), "embeddings.LayerNorm.weight": (d,),
        "embeddings.LayerNorm.bias": (d,), "pooler.dense.weight": (d, d), "pooler.dense.bias": (d,),
    }  # fmt: skip
    for layer in range(2):
        for name, rows, columns in (
            ("attention.self.query", d, d), ("attention.self.key", d, d), ("attention.self.value", d, d),
            ("attention.output.dense", d, d), ("intermediate.dense", ff, d), ("output.dense", d, ff),
        ):  # fmt: skip
            shapes[f"encoder.layer.{layer}.{name}.weight"] = (rows, columns)
            shapes[f"encoder.layer.{layer}.{name}.bias"] = (rows,)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"encoder.layer.{layer}.{name}.weight"] = shapes[f"encoder.layer.{layer}.{name}.bias"] = (d,)
    tensors = {name: torch.randn(shape) / 2 for name, shape in shapes.items()}
    save_file(tensors | {"embeddings.position_ids": torch.arange(16)[None]}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(CONFIG | changes))
    return tensors


WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "the",
    "bank",
    "of",
    "river",
    "##s",
    "##ing",
    "open",
    "a",
    "light",
    "is",
    "?",
]
WORDS += [f"word{i}" for i in range(15)]


def make_tokenizer(folder, words=WORDS):
    """A ``tokenizer.json`` that, as the real one, asks for cutting and filling up."""
    ids = {word: i for i, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = [(word, ids[word]) for word in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=special)
    tokenizer.enable_truncation(6)
    tokenizer.enable_padding(length=6)
    tokenizer.save(str(folder / "tokenizer.json"))
