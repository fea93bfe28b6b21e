"""How an answer differs, where no known mistake matches: computed, checked on every case, and said in one sentence.

Each rule takes the :class:`Evidence` and returns a :class:`Finding`, or None. What a finding says holds on *every*
case; where no rule can say that much, the check shows what was wanted and what came, and says no more.
"""

import warnings
from collections.abc import Callable

from transformer_lab.checks.engine.calling import run
from transformer_lab.checks.engine.diagnosing.arguments import changed_argument, ignored_argument
from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding
from transformer_lab.checks.engine.diagnosing.forms import wrong_form
from transformer_lab.checks.engine.diagnosing.places import where_it_differs
from transformer_lab.checks.engine.diagnosing.repair import one_edit
from transformer_lab.checks.engine.diagnosing.transformed import transformed

RULES: tuple[Callable[[Evidence], Finding | None], ...] = (
    wrong_form,
    transformed,
    changed_argument,
    one_edit,
    ignored_argument,
    where_it_differs,
)


def diagnose(evidence: Evidence) -> Finding | None:
    """The finding of the first rule that has one."""
    for rule in RULES:
        if evidence.left() < 0.05:
            return None
        try:
            finding = rule(evidence)
        except Exception as error:  # what an answer returns may misbehave wherever it is touched
            warnings.warn(f"{rule.__name__} could not look at this answer: {error!r}", stacklevel=2)
            continue
        if finding is not None:
            return finding
    return None


__all__ = ["RULES", "Evidence", "Finding", "diagnose", "run"]
