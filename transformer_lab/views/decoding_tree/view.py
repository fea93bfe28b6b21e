"""DecodingTreeView: what a model weighs at each step, and which of it greedy search and beam search take."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
import traitlets

from transformer_lab.translation import Translator
from transformer_lab.views.common import check
from transformer_lab.views.common.base import View
from transformer_lab.views.common.numbers import isolated, probability
from transformer_lab.views.decoding_tree import checks, data
from transformer_lab.views.decoding_tree.picture import draw
from transformer_lab.views.decoding_tree.translator import translator_arguments

MOST_PATHS = 6
LEAST_TEMPERATURE, MOST_TEMPERATURE = 0.2, 3.0


class DecodingTreeView(View):
    """The tree of next tokens, from left to right: the mass of a path splits at each step.

    The reader walks (click, or arrow keys and Enter) and sees the path's text, its probability, and how much went
    elsewhere at each step. Everything is computed ahead, so that the view works without Python.

    Args:
        next_token: ``tokens [1, length] → logits [1, vocab]``, such as ``NextToken(model, source, use_cache=False)``.
            It is asked about one sequence at a time, in any order: a cache has no place here.
        vocabulary: the text of every token, in order of ids; or an object with ``len()`` and ``decode(ids)``.
        prefix: the ids to begin with, such as ``[BOS]``.
        eos_id: the token that ends a sequence.
        depth: how many tokens far the tree reaches.
        width: how many tokens are shown at each step; the mass of all others is shown as one number.
        paths: up to six sequences of new ids by name, without the prefix; each is in the tree in full, however deep.
        notes: a note for a token's text, such as ``{"书": "shū book"}``.
        min_probability: a node whose path is less probable is not expanded. The view says how many there are.
        max_nodes: the most nodes; the most probable ones are expanded first, and the view says how many were left.
        title: what stands above the tree. ``source``: a second line there. ``join``: between the tokens of a text.

    States (traits): ``path``, the ids walked so far; ``temperature`` (0.2 to 3), where the logits of every expanded
    node fit into the view (:attr:`has_temperature`).

    Raises:
        ValueError, TypeError: naming the argument or state, what it got and what it accepts.
    """

    _script: ClassVar = "decoding_tree/view.js"
    _touchable: ClassVar = ("path", "temperature")
    _remedy: ClassVar = "choose a smaller depth, width or max_nodes"
    path = traitlets.List(traitlets.Int()).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)

    def __init__(
        self,
        next_token: Any,
        vocabulary: Any,
        *,
        prefix: Any,
        eos_id: Any,
        depth: Any = 6,
        width: Any = 4,
        paths: Any = None,
        notes: Any = None,
        min_probability: float = 0.02,
        max_nodes: Any = 400,
        title: str = "Decoding tree",
        source: str = "",
        join: str = " ",
        **state: Any,
    ):
        for name, value, least, most in (
            ("depth", depth, 1, 64),
            ("width", width, 1, 12),
            ("max_nodes", max_nodes, 2, 400),
        ):
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise ValueError(f"{name} must be a whole number from {least} to {most}, got {value!r}")
        if not 0 < min_probability <= 1:
            raise ValueError(f"min_probability must be in (0, 1], got {min_probability}")
        check.states(self, state)
        if getattr(next_token, "cache", None) is not None:
            raise ValueError("next_token must be made with use_cache=False: the tree asks about prefixes in any order")
        size = len(vocabulary)
        prefix = checks.ids("prefix", prefix, size)
        if not prefix:
            raise ValueError("prefix must hold at least one token (the start token), got none")
        checks.ids("eos_id", [eos_id], size)
        named = {str(name): checks.path_ids(str(name), path, size, eos_id) for name, path in (paths or {}).items()}
        if len(named) > MOST_PATHS:
            raise ValueError(f"paths: at most {MOST_PATHS} can be told apart, got {len(named)}")
        self._tree = tree = data.grow(
            next_token, prefix, size, eos_id=eos_id, depth=depth, width=width, min_probability=min_probability,
            max_nodes=max_nodes, paths=named,
        )  # fmt: skip
        self._size, self._eos, self._join, self._paths = size, eos_id, join, named
        self._text = checks.texts_of(vocabulary, sorted({*prefix, *tree.tokens[1:]}))
        self._note = {i: str(notes[t]) for i, t in self._text.items() if t in notes} if notes else {}
        self.title, self.source = str(title), str(source)
        order = sorted(tree.logits)
        facts = {
            "nodes": [list(row) for row in zip(tree.tokens, tree.parents, tree.log_p, tree.why, strict=True)],
            "children": tree.children,
            "others": [[n, tree.others[n][0], math.exp(tree.others[n][1])] for n in order],
            "texts": [[i, text] for i, text in self._text.items()],
            "notes": [[i, note] for i, note in self._note.items()],
            "paths": [{"name": name, "ids": ids} for name, ids in named.items()],
            "title": self.title, "source": self.source, "join": join, "eos": eos_id, "prefix": prefix,
            "threshold": min_probability, "size": size,
        }  # fmt: skip
        tensors = {"logits": torch.stack([tree.logits[n] for n in order]).float()} if self.has_temperature else {}
        super().__init__(facts=facts, tensors=tensors, **state)

    @classmethod
    def from_translator(
        cls,
        translator: Translator,
        sentence: str,
        *,
        depth: int = 6,
        width: int = 4,
        num_beams: int = 3,
        alpha: float = 0.6,
        **options: Any,
    ) -> "DecodingTreeView":
        """The tree of a translator's Chinese for an English sentence, with greedy search and every beam as paths.

        Pinyin and gloss come from the lexicon; ``num_beams`` (1 to 5) and ``alpha`` are those of ``beam_search``.
        """
        if not 1 <= num_beams < MOST_PATHS:
            raise ValueError(f"num_beams must be from 1 to {MOST_PATHS - 1}, got {num_beams}")
        size: dict[str, Any] = {"depth": depth, "width": width}
        given = translator_arguments(translator, sentence, num_beams=num_beams, alpha=alpha)
        return cls(**(given | size | options))

    # States
    @traitlets.validate("path")
    def _check_path(self, proposal: Mapping[str, Any]) -> list[int]:
        path = list(proposal["value"])
        known = len(self._tree.nodes(path))
        if known < len(path):
            raise ValueError(f"path: {self._say(path[known])} is not in the tree after {self._where(path[:known])}")
        return path

    @traitlets.validate("temperature")
    def _check_temperature(self, proposal: Mapping[str, Any]) -> float:
        value = proposal["value"]
        if not LEAST_TEMPERATURE <= value <= MOST_TEMPERATURE:
            raise ValueError(f"temperature must be from {LEAST_TEMPERATURE} to {MOST_TEMPERATURE}, got {value}")
        if value != 1 and not self.has_temperature:
            raise ValueError(
                f"temperature must stay 1: the logits of {len(self._tree.logits)} nodes are too large to store"
            )
        return value

    @property
    def has_temperature(self) -> bool:
        """Whether the temperature can be changed: whether the logits of all expanded nodes are stored."""
        return len(self._tree.logits) * self._size * 4 <= data.STORED_LOGITS

    # What Python reads back
    def walk(self, path: Sequence[int | str]) -> "DecodingTreeView":
        """Walk from the root along ids or texts; a name of a path (``view.walk("greedy")``) walks that one."""
        if isinstance(path, str):
            if path not in self._paths:
                raise ValueError(f"path {path!r} is not a named one; these are: {', '.join(self._paths) or 'none'}")
            path = self._paths[path]
        ids: list[int] = []
        for step in path:
            if isinstance(step, str):
                at = (self._tree.nodes(ids) or [0])[-1]
                here = {self._text[self._tree.tokens[c]]: self._tree.tokens[c] for c in self._tree.children[at]}
                if step not in here:
                    shown = ", ".join(map(repr, here)) or "nothing"
                    raise ValueError(f"path: {step!r} is not in the tree after {self._where(ids)}; it has {shown}")
                step = here[step]
            ids.append(int(step))
        self.path = ids
        return self

    @property
    def tokens(self) -> list[str]:
        """The texts of the tokens walked."""
        return [self._text[i] for i in self.path]

    @property
    def prefix_text(self) -> str:
        """The text of the root."""
        return " ".join(self._text[i] for i in self._facts["prefix"])

    @property
    def paths(self) -> dict[str, list[int]]:
        """The named paths, as ids."""
        return {name: list(ids) for name, ids in self._paths.items()}

    def log_probability(self) -> float:
        """ln p of the path walked, at the present temperature."""
        log_p, _ = self._tree.at_temperature(self.temperature)
        return sum(log_p[node] for node in self._tree.nodes(self.path))

    def probability(self) -> float:
        """The probability of the path walked, at the present temperature."""
        return math.exp(self.log_probability())

    def steps(self) -> list[tuple[str, float, float]]:
        """For each step: the token, its conditional probability, and the mass that went elsewhere at this step.

        What went elsewhere at all steps and the path's probability add up to 1.
        """
        log_p, _ = self._tree.at_temperature(self.temperature)
        found, left = [], 1.0
        for node in self._tree.nodes(self.path):
            p = math.exp(log_p[node])
            found.append((self._text[self._tree.tokens[node]], p, left * -math.expm1(log_p[node])))
            left *= p
        return found

    def siblings(self) -> dict[str, float]:
        """What the last step chose from: each shown token's conditional probability, and that of all others together.

        Before the first step: what the first one has to choose from.
        """
        return self._choices((self._tree.nodes(self.path[:-1]) or [0])[-1])

    def following(self) -> dict[str, float]:
        """What the next step may choose, as in :meth:`siblings`; empty where the tree ends."""
        return self._choices((self._tree.nodes(self.path) or [0])[-1])

    def _choices(self, node: int) -> dict[str, float]:
        log_p, others = self._tree.at_temperature(self.temperature)
        found = {self._text[self._tree.tokens[c]]: math.exp(log_p[c]) for c in self._tree.children[node]}
        count = self._tree.others[node][0] if node in self._tree.others else 0
        return found | ({f"… {count} others": others[node]} if count else {})

    def _say(self, token: int) -> str:
        return repr(self._text[token]) if token in self._text else f"token {token}"

    def _where(self, path: Sequence[int]) -> str:
        return self._join.join(self._text[i] for i in path) or "the start"

    # What the base asks for
    def describe(self) -> Mapping[str, Any]:
        """Facts for ``repr``; the root is not counted."""
        facts = {"nodes": len(self._tree) - 1, "paths": list(self._paths), "path": self.tokens}
        return facts | ({"temperature": self.temperature} if self.temperature != 1 else {})

    def alt_text(self) -> str:
        """The path walked, its probability, and where the mass splits."""
        of = f" for “{isolated(self.source)}”" if self.source else ""
        told = ", ".join(f"{isolated(text)} {probability(p)}" for text, p in self.siblings().items())
        if not self.path:
            return f"{self.title}{of}: {len(self._tree) - 1} nodes. First step: {told}."
        walked = self._where(self.path)
        reached = f"Walked: {walked}, probability {probability(self.probability())}"
        return f"{self.title}{of}. {reached}. Its last step chose from {told}."

    def figure(self) -> Any:
        """The tree's most probable part as a matplotlib figure, with the path walked."""
        return draw(self)
