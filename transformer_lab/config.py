"""The sizes and choices of a model, checked when they are made."""

from dataclasses import asdict, dataclass
from typing import Any

from transformer_lab.feedforward import ACTIVATIONS
from transformer_lab.positions import SCHEMES

OPTIONAL = ("target_vocab_size", "num_decoder_layers", "num_kv_heads")


@dataclass(frozen=True, kw_only=True)
class TransformerConfig:
    """Everything that decides a model's shape. Raises ValueError, naming the field, when the choices do not fit.

    Attributes:
        vocab_size: number of source tokens (of all tokens, for a language model).
        target_vocab_size: number of target tokens; None means the same as ``vocab_size``.
        d_model: features per token, a multiple of ``num_heads``.
        num_kv_heads: key and value heads; None means ``num_heads``, fewer is grouped-query attention.
        num_layers: encoder layers (decoder layers of a language model).
        num_decoder_layers: decoder layers; None means the same as ``num_layers``.
        d_ff: hidden units of the feed-forward network; 0 leaves it out (encoder and language model only).
        positions: one of ``none, sinusoidal, learned, rotary, alibi, relative``.
        activation: one of ``relu, gelu, gelu_tanh, swiglu`` (:class:`FeedForward`).
        max_length: longest sequence that the model accepts, in tokens.
        norm_first: pre-LN (True) or post-LN (False).
        final_norm: a norm after the last layer; None means "when norm_first", which needs it.
        tie_embeddings: the output projection is the (target) embedding table, transposed.
        pad_id: the token that is padding.
    """

    vocab_size: int
    target_vocab_size: int | None = None
    d_model: int = 128
    num_heads: int = 4
    num_kv_heads: int | None = None
    num_layers: int = 2
    num_decoder_layers: int | None = None
    d_ff: int = 512
    activation: str = "relu"
    norm: str = "layer"
    norm_first: bool = True
    final_norm: bool | None = None
    eps: float = 1e-5
    positions: str = "sinusoidal"
    max_length: int = 128
    dropout: float = 0.0
    tie_embeddings: bool = True
    pad_id: int = 0

    def __post_init__(self) -> None:
        self._check_types()
        for field in ("vocab_size", "d_model", "num_heads", "num_layers", "max_length", *OPTIONAL):
            if getattr(self, field) is not None and getattr(self, field) < 1:
                raise ValueError(f"{field} must be at least 1, got {getattr(self, field)}")
        if self.d_model % self.num_heads:
            raise ValueError(f"d_model must be a multiple of num_heads, got {self.d_model} and {self.num_heads}")
        if self.num_kv_heads is not None and (self.num_kv_heads < 1 or self.num_heads % self.num_kv_heads):
            raise ValueError(f"num_kv_heads must divide num_heads = {self.num_heads}, got {self.num_kv_heads}")
        if self.d_ff < 0:
            raise ValueError(f"d_ff must not be negative, got {self.d_ff}")
        if self.eps < 0:
            raise ValueError(f"eps must not be negative, got {self.eps}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be in [0, 1), got {self.dropout}")
        choices = {"activation": ACTIVATIONS, "norm": ("layer", "rms"), "positions": SCHEMES}
        for field, accepted in choices.items():
            if getattr(self, field) not in accepted:
                raise ValueError(f"{field} must be one of {', '.join(accepted)}; got {getattr(self, field)!r}")
        if self.positions == "rotary" and (self.d_model // self.num_heads) % 2:
            raise ValueError(f"rotary positions need an even d_head, got {self.d_model // self.num_heads}")
        smaller = min(self.vocab_size, self.target_vocab_size or self.vocab_size)
        if not 0 <= self.pad_id < smaller:
            raise ValueError(f"pad_id must be a token id from 0 to {smaller - 1}, got {self.pad_id}")

    def _check_types(self) -> None:
        """A config can come from a file, where a number may have become a text."""
        for field, kind in self.__annotations__.items():
            value = getattr(self, field)
            fits = isinstance(value, int | float if kind is float else kind)
            # A bool is an int to Python, but True is no number of layers.
            if not fits or (isinstance(value, bool) and kind not in (bool, bool | None)):
                name = getattr(kind, "__name__", str(kind))
                raise TypeError(f"{field} must be {name}, got {value!r}")

    @property
    def has_final_norm(self) -> bool:
        """Whether a stack ends with a norm."""
        return self.norm_first if self.final_norm is None else self.final_norm

    def layer_options(self) -> dict[str, Any]:
        """The keyword arguments of one encoder or decoder layer."""
        fields = (
            "d_model",
            "num_heads",
            "d_ff",
            "dropout",
            "activation",
            "norm_first",
            "norm",
            "eps",
            "num_kv_heads",
        )
        return {field: getattr(self, field) for field in fields}

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TransformerConfig":
        """From JSON. Raises ValueError on a field that is not known."""
        if not isinstance(values, dict):
            raise ValueError(f"config must be an object with fields, got {values!r}")
        unknown = sorted(set(values) - set(cls.__dataclass_fields__))
        if unknown:
            raise ValueError(f"config has unknown fields: {', '.join(unknown)}")
        return cls(**values)
