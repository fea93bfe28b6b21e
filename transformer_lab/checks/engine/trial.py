"""One answer before one exercise's check: run, compared, named or diagnosed, its gradients compared."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from transformer_lab.checks.engine.calling import (
    LIMIT,
    PACKAGE,
    Case,
    Outcome,
    package_of,
    parameters,
    run_all,
    still_to_write,
    wrong_count,
)
from transformer_lab.checks.engine.comparing import Fault
from transformer_lab.checks.engine.diagnosing import Evidence, diagnose
from transformer_lab.checks.engine.diagnosing.evidence import size
from transformer_lab.checks.engine.diagnosing.gradients import wrong_gradient
from transformer_lab.checks.engine.diagnosing.overlap import wrong_elsewhere
from transformer_lab.checks.engine.forbidding import forbidden_way
from transformer_lab.checks.engine.guard import TimeUp, shielded
from transformer_lab.checks.engine.picture import draw_pair
from transformer_lab.checks.engine.precision import MIXED, NOTE, agrees_in_float32, is_float32, mixes, single
from transformer_lab.checks.engine.slopes import cut_off, gradients_all, leaves_torch, wrong_slope
from transformer_lab.checks.engine.words import raised
from transformer_lab.checks.result import Result

if TYPE_CHECKING:
    from transformer_lab.checks.exercise import Exercise, Mistake

# Seconds of this thread's own work for a whole verdict; what a slow answer leaves of them is for the diagnosis.
VERDICT = 1.2
# Seconds after which a verdict says what it has, on a machine that is busy with something else.
LATEST = 8.0
# What the computed findings are called that say where, and not what: a listed mistake says more.
GENERAL = ("right for", "wrong in one place")
PARTLY = "Where your result is wrong, it is what comes out of this mistake:"


class Trial:
    """Judges one answer; :meth:`verdict` is the result."""

    def __init__(self, exercise: "Exercise", answer: Callable[..., Any]):
        self.exercise, self.given = exercise, answer
        self.answer = exercise.adapt(answer)
        self.ends, self.latest = time.thread_time() + VERDICT, time.monotonic() + LATEST
        self.names = parameters(exercise.reference)
        self.cases = list(exercise.cases())
        self.expected = run_all(exercise.reference, self.cases, self.names)
        self._made: dict[str, list[Outcome]] = {}

    def left(self) -> float:
        """Seconds that the answer may still work."""
        return min(LIMIT, max(0.1, self.ends - time.thread_time()))

    def verdict(self) -> Result:
        """Run the answer on every case and judge what it did."""
        miscount = wrong_count(self.given, self.cases[0], self.names)
        if miscount:
            return self.exercise.wrong(miscount, "number of arguments")
        outcomes = run_all(self.answer, self.cases, self.names, self.left())
        if any(still_to_write(outcome.error) for outcome in outcomes):
            return Result(self.exercise.title, "not attempted", "Your function still raises NotImplementedError.")
        late = next((c for c, o in zip(self.cases, outcomes, strict=True) if isinstance(o.error, TimeUp)), None)
        if late is not None:
            message = f"With {late.label}: your function was stopped, for it had not finished after about a second"
            return self.exercise.wrong(f"{message}. Is there a loop that does not end?", "does not end")
        return self._judge(outcomes)

    def _judge(self, outcomes: list[Outcome]) -> Result:
        exercise = self.exercise
        faults = [exercise.compare(*trio) for trio in zip(outcomes, self.expected, self.cases, strict=True)]
        # Before the mistakes: one of them may stumble over float64 in the same words as a right answer.
        single_only = any(faults) and agrees_in_float32(
            self.answer, exercise.reference, self.cases, outcomes, faults, self.names
        )
        known = self._known(outcomes, faults) if any(faults) and not single_only else None
        if known is not None:
            return self._shown(known.message, known.name, faults)
        way = forbidden_way(exercise.forbidden, exercise.reference, self.given, self.cases)
        if way is not None:
            message = f"This exercise is to be solved without {way.words}; your function uses it or its like."
            return exercise.wrong(message, "forbidden")
        if not any(faults):
            loose = any(map(is_float32, outcomes, self.expected))
            return self._gradients(self.cases, outcomes, loose) or self._passed(loose)
        if single_only:
            copies = [single(case) for case in self.cases]
            return self._gradients(copies, outcomes, True) or self._passed(True)
        if all(mixes(outcome) for outcome, fault in zip(outcomes, faults, strict=True) if fault):
            return self._mixed(faults)
        finding = diagnose(self._evidence(outcomes, faults))
        if finding is None or finding.name.startswith(GENERAL):
            partly = self._partly_known(outcomes, faults)
            if partly is not None:
                return self._shown(f"{PARTLY} {partly.message}", partly.name, faults)
        if finding is not None:
            return self._shown(finding.sentence, finding.name, faults, finding.case, fact=True)
        return self._shown("", None, faults)

    def _passed(self, loose: bool) -> Result:
        exercise, notes, note = self.exercise, [self.exercise.praise], None
        if loose:
            note = "right in float32"
            notes.append(NOTE)
        if package_of(self.given) == PACKAGE:
            note = "not your own"
            notes.append("This is the package's own function, though: the check says nothing about one of yours.")
        return Result(exercise.title, "passed", " ".join(notes), note=note)

    def _evidence(self, outcomes: Sequence[Outcome], faults: Sequence[Fault | None]) -> Evidence:
        exercise = self.exercise
        return Evidence(
            compare=exercise.compare,
            reference=exercise.reference,
            adapt=exercise.adapt,
            answer=self.answer,
            given=self.given,
            names=self.names,
            cases=self.cases,
            outcomes=outcomes,
            expected=self.expected,
            faults=faults,
            ends=self.ends,
            latest=self.latest,
            slopes=self._has_right_slopes if exercise.gradients else None,
            tried=len(self.cases),
        )

    def _shown(
        self, sentence: str, name: str | None, faults: list[Fault | None], index: int | None = None, fact: bool = False
    ) -> Result:
        """The sentence, with the case that shows it; without a sentence, what was wanted and what came."""
        index = smallest(self.cases, faults) if index is None or faults[index] is None else index
        case, fault = self.cases[index], faults[index]
        if fault is None:
            raise ValueError(f"index: case {index} shows nothing wrong, got faults {faults}")
        picture = shielded(lambda: draw_pair(fault.got, fault.want, case.tolerance))
        fact_of_case = f"With {case.label}: {fault}"
        message = f"{sentence} {fact_of_case}" if sentence and fact else sentence or fact_of_case
        message += self._besides(case)
        place = f", {fault.where}" if fault.where else ""
        return self.exercise.wrong(message, name, case=case.label + place, picture=picture)

    def _known(self, outcomes: list[Outcome], faults: list[Fault | None]) -> "Mistake | None":
        failed = frozenset(case.label for case, fault in zip(self.cases, faults, strict=True) if fault)
        for mistake in self.exercise.mistakes:
            if mistake.variant is None:
                if failed == mistake.only_fails:
                    return mistake
                continue
            if all(map(self._same, outcomes, self._made_by(mistake.name, mistake.variant), self.cases)):
                return mistake
        return None

    def _made_by(self, name: str, variant: Callable[..., Any]) -> list[Outcome]:
        """What a listed mistake makes of every case: asked for up to twice, run once."""
        if name not in self._made:
            self._made[name] = run_all(self.exercise.adapt(variant), self.cases, self.names)
        return self._made[name]

    def _partly_known(self, outcomes: list[Outcome], faults: list[Fault | None]) -> "Mistake | None":
        """The one mistake whose numbers stand wherever the answer is wrong, though not everywhere where it is right."""
        found = []
        for mistake in self.exercise.mistakes:
            if mistake.variant is not None:
                theirs = self._made_by(mistake.name, mistake.variant)
                more = wrong_elsewhere(outcomes, theirs, self.expected, faults)
                found += [] if more is None else [(more, mistake)]
        fewest = min((more for more, _ in found), default=0)
        best = [mistake for more, mistake in found if more == fewest]
        return best[0] if len(best) == 1 else None

    def _mixed(self, faults: list[Fault | None]) -> Result:
        """An answer that stumbles over the dtype of its own numbers, and is wrong in float32 as well."""
        copies = [single(case) for case in self.cases]
        expected, found = (run_all(f, copies, self.names) for f in (self.exercise.reference, self.answer))
        wrong = [self.exercise.compare(*trio) for trio in zip(found, expected, copies, strict=True)]
        text = next((f"With {c.label}, in float32: {f}" for c, f in zip(copies, wrong, strict=True) if f), None)
        other = f" Apart from that: {text}" if text else ""
        case = self.cases[smallest(self.cases, faults)].label
        return self.exercise.wrong(MIXED + other, "float32 among float64", case=case)

    def _same(self, outcome: Outcome, theirs: Outcome, case: Case) -> bool:
        return self.exercise.compare(outcome, theirs, case) is None

    # Gradients --------------------------------------------------------------------------------------------------------
    def _has_right_slopes(self, function: Callable[..., Any]) -> bool:
        wanted = gradients_all(self.exercise.reference, self.cases, self.names)
        found = gradients_all(function, self.cases, self.names, self.left())
        arrive = all(got.error is None and not cut_off(got, want) for got, want in zip(found, wanted, strict=True))
        return arrive and wrong_slope(self.cases, found, wanted) is None

    def _gradients(self, cases: Sequence[Case], outcomes: Sequence[Outcome], loose: bool) -> Result | None:
        if not self.exercise.gradients:
            return None
        if loose:
            cases = [replace(case, tolerance=1e-4) for case in cases]
        wanted = gradients_all(self.exercise.reference, cases, self.names)
        found = gradients_all(self.answer, cases, self.names, self.left())
        evidence = self._evidence(outcomes, [None] * len(cases))
        for case, want, got in zip(cases, wanted, found, strict=True):
            missing = self._missing_gradient(case, want, got, evidence)
            if missing is not None:
                return missing
        slope = wrong_slope(cases, found, wanted)
        if slope is None:
            return None
        finding = shielded(lambda: wrong_gradient(evidence, slope))
        case, fault = cases[slope.index], slope.fault
        fact = f"With {case.label}: the values are right, but the gradient of {slope.argument} is not: {fault}"
        picture = shielded(lambda: draw_pair(fault.got, fault.want, case.tolerance))
        message, name = (f"{finding.sentence} {fact}", finding.name) if finding else (fact, "gradient")
        where = f"{case.label}, gradient of {slope.argument}"
        return self.exercise.wrong(message, name, case=where, picture=picture)

    def _besides(self, case: Case) -> str:
        """What stays wrong once the values are right: an answer that leaves torch for NumPy has no gradient."""
        if not self.exercise.gradients:
            return ""
        (got,) = gradients_all(self.answer, [case], self.names, self.left())
        left = got.error is not None and leaves_torch(got.error)
        return " Besides, it leaves torch for numpy, where no gradient comes back from." if left else ""

    def _missing_gradient(self, case: Case, want: Outcome, got: Outcome, evidence: Evidence) -> Result | None:
        if got.error is not None and not leaves_torch(got.error):
            text = f"With {case.label}: the values are right, but with arguments that want a gradient your function "
            return self.exercise.wrong(text + raised(got.error), "no gradient")
        missing = cut_off(got, want)
        if not missing:
            return None
        message = f"The values are right, but no gradient reaches {', '.join(missing)}: did you detach(), or leave "
        message += "torch for numpy or Python numbers?"
        finding = None if got.error else shielded(lambda: wrong_gradient(evidence, None))
        if finding is not None:
            message = f"The values are right, but no gradient reaches {', '.join(missing)}. {finding.sentence}"
        return self.exercise.wrong(message, "no gradient")


def smallest(cases: Sequence[Case], faults: Sequence[Fault | None]) -> int:
    """The failing case with the fewest numbers in it."""
    failing = [index for index, fault in enumerate(faults) if fault]
    return min(failing, key=lambda index: size(cases[index].arguments))
