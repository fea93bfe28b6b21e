"""TranslationView: type a sentence, read its translation, and see the attention behind it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from transformer_lab.corpus import find_pair, load_lexicon
from transformer_lab.storage import safetensors_bytes, unique_tensors
from transformer_lab.translation import CROSS_ATTENTION, Translation, Translator
from transformer_lab.views.attention.assembly import assemble
from transformer_lab.views.attention.data import QueriesAndKeys
from transformer_lab.views.attention.view import AttentionView
from transformer_lab.views.common import scripts
from transformer_lab.views.common.numbers import isolated
from transformer_lab.writing import SPACED, UNSPACED

# States that mean something for one sentence alone.
OF_THE_WORDS = ("query", "key", "locked", "masked_keys", "nudges", "predictions")
# States that a reader moved and that begin anew with another sentence, as the view began.
MOVED = ("temperature", "scale", "step")


class TranslationView(AttentionView):
    """An :class:`AttentionView` with a box for a sentence above it.

    The reader types English and presses Enter; Python translates, and the view shows the translation with its pinyin
    and the attention of one kind. Where the corpus has the sentence and the model translates it as the corpus does,
    the gold links are outlined. Words that the model does not know are named; a sentence that it cannot read leaves
    the picture as it was and says why.

    Args:
        translator: the model, as :meth:`Translator.load` gives it.
        sentence: what to begin with.
        kind: ``decoder.cross_attention``, ``encoder.self_attention`` or ``decoder.self_attention``.
        **options: further arguments and states of :class:`AttentionView`.

    ``view.sentence = "…"`` types from Python; ``view.translation`` is the answer.
    """

    _script: ClassVar = "translation/view.js"
    sentence = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)

    def __init__(self, translator: Translator, sentence: str, *, kind: str = CROSS_ATTENTION, **options: Any) -> None:
        self._translator, self._kind = translator, kind
        # A state is what the reader begins with; "scale" is an argument, as in AttentionView.
        state = {name: options.pop(name) for name in (*self._touchable, "theme") if name in options and name != "scale"}
        self._options, self._lexicon = options, load_lexicon()
        prompt, arguments = self._prepare(sentence)
        super().__init__(**arguments, **state)
        self._facts = self._facts | {"prompt": prompt}
        self.sentence = prompt["sentence"]

    @property
    def translation(self) -> str:
        """The Chinese that is shown now."""
        return self._facts["prompt"]["translation"]

    def _prepare(self, sentence: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """What to say about a sentence, and the arguments of an AttentionView for it."""
        found, traced = self._translator.translate_traced(sentence)
        queries, keys = traced.tokens_of(self._kind)
        lexicon = self._lexicon
        pinyin = {token: lexicon[token].pinyin for token in traced.target_tokens if token in lexicon}
        glosses = {token: lexicon[token].gloss for token in traced.target_tokens if token in lexicon}
        prompt = {
            "sentence": sentence,
            "language": "English" if self._translator.source_writing == SPACED else "Sentence",
            "translation": found.text,
            "pinyin": " ".join(pinyin.get(token, token) for token in found.target_tokens) if pinyin else "",
            "unknown": list(found.unknown),
            "finished": found.finished,
        }
        data = {"queries": queries, "keys": keys, "pinyin": pinyin, "glosses": glosses}
        return prompt, AttentionView.trace_arguments(
            traced.trace, self._kind, **data, gold=self._gold_of(found), **self._options
        )

    def _gold_of(self, found: Translation) -> list[tuple[int, int]] | None:
        """The gold links, where cross-attention is shown of a translation that is the corpus's."""
        pair = find_pair(found.source_tokens)
        if (
            self._kind != CROSS_ATTENTION
            or pair is None
            or pair.alignment is None
            or pair.target != found.target_tokens
        ):
            return None
        return sorted((target, source) for source, target in pair.alignment)

    @traitlets.observe("sentence")
    def _translate(self, change: Mapping[str, Any]) -> None:
        prompt = self._facts.get("prompt")
        if prompt is None or change["new"] == prompt["sentence"]:
            return
        try:
            prompt, arguments = self._prepare(change["new"])
            made = assemble(**arguments)
        except ValueError as error:
            self.problem = f"{error}."
            return
        # What belongs to the words begins anew; the layer, head and mode that the reader chose are still there.
        with self.hold_sync():
            self.problem = ""
            self._hold(made)
            self._facts, self._tensors = made.facts | {"prompt": prompt}, self._brief()
            self._initial = self._initial | self._unsaid()
            for name in (*OF_THE_WORDS, *MOVED):
                setattr(self, name, self._initial[name])

    def _unsaid(self) -> dict[str, Any]:
        """The states of the words, as they are while nothing has been touched."""
        return {name: self.trait_defaults(name) for name in OF_THE_WORDS}

    # A typed sentence is answered with what is drawn now. The vectors of the other heads follow when one of them is
    # chosen, and whenever the view is to stand without Python.
    def _brief(self) -> dict[str, Any]:
        data = self._data
        if not isinstance(data, QueriesAndKeys):
            return self._stored()
        return self._packed(data.tensors_for(self.layer, self.head))

    def _complete(self) -> None:
        if "only" in self._tensors:
            self._tensors = self._stored()

    def to_html(self, path: str | Path | None = None, *, translator: bool = True) -> str:
        """Return one HTML file, interactive without kernel or network; write it to ``path`` when given.

        With ``translator`` the page carries the model (as many bytes again as its safetensors file, and a third): other
        sentences can be typed there. Without, and for languages other than English to Chinese, it shows this one.
        """
        model = self._translator
        here = translator and (model.source_writing, model.target_writing) == (SPACED, UNSPACED)
        if not here:
            return super().to_html(path)
        return self._page(path, scripts.join("translation/page.js"), {"_translator": self._carried()})

    def _carried(self) -> dict[str, Any]:
        """What the page translates with: the checkpoint's two files, and how its target tokens are read."""
        model, words = self._translator.model, self._translator.target_vocabulary.tokens
        # The format of 32 bits holds 16 too; float64 is what nobody trains in.
        tensors = {name: tensor.float() for name, tensor in unique_tensors(model).items()}
        return {
            "content": {
                "config": model.config.to_dict(),
                "source_vocabulary": self._translator.source_vocabulary.tokens,
                "target_vocabulary": words,
            },
            "weights": safetensors_bytes(tensors),
            "lexicon": {word: [e.pinyin, e.gloss] for word in words if (e := self._lexicon.get(word)) is not None},
            "kind": self._kind,
            "words": self._unsaid(),
            "moved": MOVED,
        }

    @traitlets.observe("layer", "head")
    def _another_head(self, change: object) -> None:
        self._complete()

    def describe(self) -> Mapping[str, Any]:
        """The sentence, its translation, and what AttentionView says."""
        prompt = self._facts["prompt"]
        return {"sentence": prompt["sentence"], "translation": prompt["translation"], **super().describe()}

    def alt_text(self) -> str:
        """The sentence, its translation, and what AttentionView says."""
        prompt = self._facts["prompt"]
        said = f" ({isolated(prompt['pinyin'])})" if prompt["pinyin"] else ""
        answer = f"{isolated(prompt['translation'])}{said}"
        return f"“{isolated(prompt['sentence'])}” translated as {answer}. {super().alt_text()}"
