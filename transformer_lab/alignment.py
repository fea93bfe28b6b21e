"""Word alignments: read off attention weights, and compared with gold ones.

An alignment is a set of links ``(source index, target index)``. In the Pharaoh format it is written ``0-0 1-2 2-1``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from jaxtyping import Float
from torch import Tensor

Alignment = frozenset[tuple[int, int]]


def alignment_from_weights(weights: Float[Tensor, "target source"], threshold: float | None = None) -> Alignment:
    """Link every target token to the source token that it attends to most; on a tie, to the first.

    With ``threshold``, link it to *every* source token with at least this weight instead (none, one or several).
    """
    if threshold is None:
        return frozenset((source, target) for target, source in enumerate(weights.argmax(dim=-1).tolist()))
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be in (0, 1], got {threshold}")
    return frozenset((source, target) for target, source in (weights >= threshold).nonzero().tolist())


@dataclass(frozen=True)
class AlignmentScore:
    """Counts over one sentence or many; scores of several sentences add up with ``+``.

    ``tolerated`` are predicted links that are not gold but possible: no mistake, and not asked for.
    """

    predicted: int
    gold: int
    correct: int
    tolerated: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted links that are gold or possible; 1 when nothing was predicted."""
        return (self.correct + self.tolerated) / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold links that were predicted; 1 when there are none."""
        return self.correct / self.gold if self.gold else 1.0

    @property
    def error_rate(self) -> float:
        """``AER = 1 − (|A ∩ S| + |A ∩ P|) / (|A| + |S|)`` (Och & Ney 2003); 0 is perfect.

        ``P`` holds the sure links ``S`` and the possible ones; where all are sure, ``1 − 2·|A ∩ G| / (|A| + |G|)``.
        """
        links = self.predicted + self.gold
        return 1 - (2 * self.correct + self.tolerated) / links if links else 0.0

    def __add__(self, other: "AlignmentScore") -> "AlignmentScore":
        sums = (getattr(self, field.name) + getattr(other, field.name) for field in fields(self))
        return AlignmentScore(*sums)


def score_alignment(
    predicted: Iterable[tuple[int, int]], gold: Iterable[tuple[int, int]], possible: Iterable[tuple[int, int]] = ()
) -> AlignmentScore:
    """Count the links of one sentence; several sentences are scored by adding the counts, not by averaging rates.

    ``gold`` are the sure links, ``possible`` those that an annotator would also accept.
    """
    predicted, gold = frozenset(predicted), frozenset(gold)
    tolerated = predicted & (frozenset(possible) - gold)
    return AlignmentScore(len(predicted), len(gold), len(predicted & gold), len(tolerated))


def alignment_error_rate(predicted: Iterable[tuple[int, int]], gold: Iterable[tuple[int, int]]) -> float:
    """``1 − 2·|A ∩ G| / (|A| + |G|)`` of one sentence, see :class:`AlignmentScore`."""
    return score_alignment(predicted, gold).error_rate
