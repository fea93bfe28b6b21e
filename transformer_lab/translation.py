"""A trained translator: text in, text out, with everything behind it open to view."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from transformer_lab.alignment import AlignmentScore, alignment_from_weights, score_alignment
from transformer_lab.corpus import Pair, data_dir
from transformer_lab.decoding import NextToken, beam_search, greedy_scored
from transformer_lab.devices import device_of
from transformer_lab.models import Transformer
from transformer_lab.recording import Trace, record
from transformer_lab.storage import CheckpointError, load_model, save_model
from transformer_lab.vocabulary import BOS, EOS, PAD, SPECIALS, UNK, Vocabulary, collate, pad_rows
from transformer_lab.writing import SPACED, UNSPACED, check_writing, join, tokenize_source

CROSS_ATTENTION = "decoder.cross_attention"


@dataclass(frozen=True)
class Translation:
    """One translated sentence.

    Attributes:
        source_tokens: the words that the model read.
        target_tokens: the words that it wrote.
        log_probability: natural logarithm of the probability that it gives to them, among all that it may write.
        unknown: source words that are not in its vocabulary; it read ``<unk>`` in their place.
        finished: False when it was stopped at its length limit before it ended the sentence.
        writing: how the target language is written, ``spaced`` or ``unspaced``.
    """

    source_tokens: tuple[str, ...]
    target_tokens: tuple[str, ...]
    log_probability: float
    unknown: tuple[str, ...]
    finished: bool
    writing: str = field(default=UNSPACED, repr=False)

    @property
    def text(self) -> str:
        """The translation as its language is written: Chinese without spaces, German with them."""
        return join(self.target_tokens, self.writing)


@dataclass(frozen=True)
class TracedTranslation:
    """A translation, and a recording of the pass that scores it: the decoder reads ``<bos>`` and each word it wrote.

    Attributes:
        source_tokens: the source as the encoder saw it, ending in ``<eos>``.
        input_tokens: what the decoder read, beginning with ``<bos>``.
        target_tokens: what it had to predict at the same places, ending in ``<eos>``.
    """

    trace: Trace
    source_tokens: tuple[str, ...]
    input_tokens: tuple[str, ...]
    target_tokens: tuple[str, ...]

    def tokens_of(self, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Labels for the queries and keys of one kind of attention.

        A row of cross-attention is labelled with the word that it helps to *predict*, not with the one it reads.
        """
        if kind == CROSS_ATTENTION:
            return self.target_tokens, self.source_tokens
        tokens = self.source_tokens if kind.startswith("encoder") else self.input_tokens
        return tokens, tokens


class Translator:
    """A :class:`Transformer` with its two vocabularies, and with how its two languages are written.

    ``spaced`` (words between blanks: English, German, Arabic, Korean, …) or ``unspaced`` (Chinese, Japanese, Thai, …),
    see :mod:`transformer_lab.writing`; from English to Chinese unless said otherwise.
    """

    def __init__(
        self,
        model: Transformer,
        source_vocabulary: Vocabulary,
        target_vocabulary: Vocabulary,
        *,
        source_writing: str = SPACED,
        target_writing: str = UNSPACED,
    ):
        sizes = (model.source_embedding.weight.shape[0], model.target_embedding.weight.shape[0])
        if sizes != (len(source_vocabulary), len(target_vocabulary)):
            raise ValueError(
                f"the model knows {sizes[0]} source and {sizes[1]} target tokens, "
                f"but the vocabularies have {len(source_vocabulary)} and {len(target_vocabulary)}"
            )
        self.model = model
        check_writing(source_writing)
        check_writing(target_writing)
        self.source_vocabulary, self.target_vocabulary = source_vocabulary, target_vocabulary
        self.source_writing, self.target_writing = source_writing, target_writing

    @classmethod
    def load(cls, folder: str | Path | None = None) -> "Translator":
        """The translator in ``folder``, by default the one that is shipped. Raises CheckpointError."""
        folder = data_dir() / "checkpoints" / "translator" if folder is None else Path(folder)
        model, content = load_model(folder)
        try:
            vocabularies = (Vocabulary(content["source_vocabulary"]), Vocabulary(content["target_vocabulary"]))
            if not isinstance(model, Transformer):
                raise ValueError(f"a {type(model).__name__} does not translate")
            # A checkpoint from before other languages were read says nothing: it translates English into Chinese.
            names = ("source_writing", "target_writing")
            return cls(model, *vocabularies, **{name: content[name] for name in names if name in content})
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"{folder / 'model.json'}: not a translator ({error})") from error

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return device_of(self.model)

    def to(self, device: torch.device | str) -> "Translator":
        """Move the model, such as ``translator.to("cuda")``; returns the translator itself."""
        self.model.to(device)
        return self

    def save(self, folder: str | Path, **extra: Any) -> Path:
        """Write the model and its vocabularies; ``extra`` goes into ``model.json`` too."""
        vocabularies = {
            "source_vocabulary": self.source_vocabulary.tokens,
            "target_vocabulary": self.target_vocabulary.tokens,
            "source_writing": self.source_writing,
            "target_writing": self.target_writing,
        }
        return save_model(self.model, folder, **vocabularies, **extra)

    def tokens(self, text: str | Sequence[str]) -> tuple[str, ...]:
        """The words of a source sentence. Raises ValueError when there are none, or more than the model takes."""
        tokens = tuple(tokenize_source(text, self.source_writing) if isinstance(text, str) else text)
        limit = self.model.config.max_length - 1
        if not tokens:
            raise ValueError("text is empty: give at least one word")
        if len(tokens) > limit:
            raise ValueError(f"text has {len(tokens)} tokens; this model takes at most {limit}")
        return tokens

    def translate(
        self, text: str | Sequence[str], *, num_beams: int = 1, alpha: float = 0.6, use_cache: bool = True
    ) -> Translation:
        """The best translation that greedy search (one beam) or beam search finds."""
        if num_beams == 1:
            return self.translate_all([text], use_cache=use_cache)[0]
        tokens = self.tokens(text)
        best = beam_search(
            self.next_token([tokens], use_cache=use_cache),
            self._begin(1),
            eos_id=EOS,
            max_new_tokens=self.model.config.max_length - 1,
            num_beams=num_beams,
            alpha=alpha,
            num_results=1,
        )[0]
        return self._translation(tokens, best.tokens, best.log_probability)

    @torch.no_grad()
    def next_token(self, texts: Sequence[str | Sequence[str]], *, use_cache: bool = True) -> NextToken:
        """What every search asks: the logits of the next target word for each of these sentences.

        ``<pad>`` and ``<bos>`` are no words: their logit is −inf, however little the model has learned.
        """
        source = self._source([self.tokens(text) for text in texts])
        return NextToken(self.model, source, use_cache=use_cache, forbidden=(PAD, BOS))

    @torch.no_grad()
    def translate_all(
        self, texts: Sequence[str | Sequence[str]], *, batch_size: int = 128, use_cache: bool = True
    ) -> list[Translation]:
        """Greedy translations of many sentences, in batches of similar length."""
        sources = [self.tokens(text) for text in texts]
        order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
        found: dict[int, Translation] = {}
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            tokens, log_p = greedy_scored(
                self.next_token([sources[i] for i in rows], use_cache=use_cache),
                self._begin(len(rows)),
                eos_id=EOS,
                max_new_tokens=self.model.config.max_length - 1,
                pad_id=PAD,
            )
            for i, row, total in zip(rows, tokens[:, 1:].tolist(), log_p.tolist(), strict=True):
                found[i] = self._translation(sources[i], row, total)
        return [found[i] for i in range(len(sources))]

    def _source(self, sentences: Sequence[Sequence[str]]) -> torch.Tensor:
        return pad_rows([[*self.source_vocabulary.encode(tokens), EOS] for tokens in sentences]).to(self.device)

    def _begin(self, count: int) -> torch.Tensor:
        return torch.full((count, 1), BOS, device=self.device)

    def _translation(self, source: tuple[str, ...], ids: Sequence[int], log_probability: float) -> Translation:
        written = [i for i in ids if i not in (EOS, PAD)]
        return Translation(
            source_tokens=source,
            target_tokens=tuple(self.target_vocabulary.decode(written)),
            log_probability=log_probability,
            unknown=tuple(self.source_vocabulary.unknown(source)),
            finished=EOS in ids,
            writing=self.target_writing,
        )

    @torch.no_grad()
    def translate_traced(self, text: str | Sequence[str]) -> tuple[Translation, TracedTranslation]:
        """The greedy translation and a recording of it: the source is encoded once, the words are read again once."""
        source = self.tokens(text)
        with record(self.model) as trace:
            next_token = self.next_token([source])
        memory = next_token.memory
        how = {"eos_id": EOS, "max_new_tokens": self.model.config.max_length - 1, "pad_id": PAD}
        tokens, log_p = greedy_scored(next_token, self._begin(1), **how)
        found = self._translation(source, tokens[0, 1:].tolist(), float(log_p[0]))
        return found, self._traced(trace, source, found.target_tokens, memory, self._source([source]))

    @torch.no_grad()
    def trace(self, text: str | Sequence[str], target_tokens: Sequence[str] | None = None) -> TracedTranslation:
        """Record the model on a sentence and its translation: its own (greedy) one, or ``target_tokens``.

        ``<unk>`` among them stands for a word that the model does not have, as in the translations that it writes.
        """
        if target_tokens is None:
            return self.translate_traced(text)[1]
        source, target = self.tokens(text), tuple(target_tokens)
        unknown = [token for token in self.target_vocabulary.unknown(target) if token != SPECIALS[UNK]]
        if unknown:
            raise ValueError(f"target_tokens: not in the vocabulary: {', '.join(map(repr, unknown))}")
        ids = self._source([source])
        with record(self.model) as trace:
            memory = self.model.encode(ids)
        return self._traced(trace, source, target, memory, ids)

    def _traced(
        self, encoder: Trace, source: tuple[str, ...], target: tuple[str, ...], memory: torch.Tensor, ids: torch.Tensor
    ) -> TracedTranslation:
        """Record the decoder as it reads ``<bos>`` and the target, beside what was recorded of the encoder."""
        read = torch.tensor([[BOS, *self.target_vocabulary.encode(target)]], device=self.device)
        with record(self.model) as decoder:
            self.model.decode(read, memory, ids)
        trace = Trace(encoder.attention | decoder.attention, encoder.norms | decoder.norms)
        return TracedTranslation(trace, (*source, "<eos>"), ("<bos>", *target), (*target, "<eos>"))


@torch.no_grad()
def weights_of_pairs(
    translator: Translator, pairs: Sequence[Pair], *, kind: str = CROSS_ATTENTION, batch_size: int = 64
) -> list[torch.Tensor]:
    """Attention of every layer and head on many sentence pairs: one ``[layer, head, query, key]`` for each pair.

    The decoder is given the reference translation (teacher forcing), so that a row of cross-attention stands for a word
    of the pair: the word that it helps to predict. The last row and column belong to ``<eos>``. The weights come on
    the CPU.
    """
    found: list[torch.Tensor] = []
    for start in range(0, len(pairs), batch_size):
        some = pairs[start : start + batch_size]
        batch = collate(some, translator.source_vocabulary, translator.target_vocabulary).to(translator.device)
        with record(translator.model) as trace:
            translator.model(batch.source, batch.target_input)
        weights = trace.weights_of(kind).cpu()
        for row, pair in enumerate(some):
            source, target = len(pair.source) + 1, len(pair.target) + 1
            queries, keys = {
                CROSS_ATTENTION: (target, source),
                "encoder.self_attention": (source, source),
                "decoder.self_attention": (target, target),
            }[kind]
            found.append(weights[:, row, :, :queries, :keys])
    return found


def head_alignment_scores(
    weights: Sequence[torch.Tensor], pairs: Sequence[Pair]
) -> dict[tuple[int, int | None], AlignmentScore]:
    """Compare every cross-attention head (``weights`` from :func:`weights_of_pairs`) with the gold alignments.

    Keys are ``(layer, head)``, and ``(layer, None)`` for the mean over a layer's heads. Counts of all sentences are
    added up. ``<eos>`` is neither linked nor attended.
    """
    scores: dict[tuple[int, int | None], AlignmentScore] = {}
    for pair, stack in zip(pairs, weights, strict=True):
        if pair.alignment is None:
            raise ValueError(f"pairs: no gold alignment for {' '.join(pair.source)!r}")
        for layer, words in enumerate(stack[:, :, :-1, :-1]):
            for head, matrix in [*enumerate(words), (None, words.mean(dim=0))]:
                score = score_alignment(alignment_from_weights(matrix), pair.alignment, pair.possible)
                scores[layer, head] = scores.get((layer, head), AlignmentScore(0, 0, 0)) + score
    return scores
