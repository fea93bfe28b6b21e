"""How an answer differs, where no known mistake matches: computed, checked on every case, and said in one sentence.

Each rule takes the :class:`Evidence` and returns a :class:`Finding`, or None. What a finding says holds on *every*
case and on the same cases with other numbers; where no rule can say that much, the check shows what was wanted and what
came, and says no more.
"""

from collections.abc import Callable
from dataclasses import replace

from transformer_lab.checks.engine.diagnosing.arguments import changed_argument
from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding
from transformer_lab.checks.engine.diagnosing.experiments import right_once_simpler
from transformer_lab.checks.engine.diagnosing.forms import wrong_form
from transformer_lab.checks.engine.diagnosing.ignored import ignored_argument
from transformer_lab.checks.engine.diagnosing.influence import own_influence, wrong_influence
from transformer_lab.checks.engine.diagnosing.places import where_it_differs
from transformer_lab.checks.engine.diagnosing.repair import one_edit
from transformer_lab.checks.engine.diagnosing.transformed import transformed
from transformer_lab.checks.engine.guard import shielded

RULES: tuple[Callable[[Evidence], Finding | None], ...] = (
    transformed,
    changed_argument,
    one_edit,
    ignored_argument,
    wrong_influence,
    right_once_simpler,
    own_influence,
    where_it_differs,
)


def diagnose(evidence: Evidence) -> Finding | None:
    """The finding of the first rule that has one. A rule that fails has none."""
    plain = shielded(lambda: wrong_form(evidence))
    if plain is not None:
        return plain
    wide = shielded(evidence.widened)
    if wide is None:
        return None
    for rule in RULES:
        if wide.left() < 0.05 and rule is not where_it_differs:  # which runs nothing
            continue
        finding = shielded(lambda rule=rule: rule(wide))
        if finding is not None:
            case = finding.case
            return replace(finding, case=case if case is not None and case < wide.tried else None)
    return None


__all__ = ["RULES", "Evidence", "Finding", "diagnose"]
