"""An exercise, and how a learner's answer is judged: by what it computes, and by which mistake it makes.

The answer runs on every case. When all results agree with the reference (values, shapes, kinds of numbers, gradients,
and inputs left untouched), it passes. When not, its results are compared with those of every *known wrong variant*: the
one that computes the same is the mistake, and is called by its name. When none does, the engine looks for *how* the
answer differs (``engine/diagnosing``), and says so only if that explains every case.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from transformer_lab.checks.engine.calling import (
    LIMIT,
    Case,
    Outcome,
    gradients_all,
    is_stub,
    parameters,
    run_all,
    still_to_write,
    wrong_count,
)
from transformer_lab.checks.engine.comparing import Fault, difference, extra_zeros
from transformer_lab.checks.engine.diagnosing import Evidence, diagnose
from transformer_lab.checks.engine.forbidding import Forbidden, forbidden_way
from transformer_lab.checks.engine.guard import TimeUp, settled
from transformer_lab.checks.engine.picture import draw_pair
from transformer_lab.checks.engine.precision import NOTE, agrees_in_float32, is_float32, single
from transformer_lab.checks.engine.words import first_line, raised, shown
from transformer_lab.checks.result import Result

# Seconds of this thread's own work for a whole verdict; what a slow answer leaves of them is for the diagnosis.
VERDICT = 0.9


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: its name, one sentence that says what is wrong and how to mend it, and how to recognise it.

    Either ``variant`` computes what the mistake computes, or ``only_fails`` names the cases that it (alone) gets wrong:
    for mistakes such as a loss of digits, which no two people make in the same last digit.
    """

    name: str
    message: str
    variant: Callable[..., Any] | None = None
    only_fails: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Exercise:
    """One exercise of one notebook. ``difficulty`` runs from 1 (a line) to 3 (a struggle).

    ``gradients`` compares gradients too, ``forbidden`` lists what the text forbids, ``exact_dtype`` is for a text that
    names the dtype, ``exact_zeros`` for one that says "exactly 0".
    """

    name: str
    notebook: str
    title: str
    difficulty: int
    reference: Callable[..., Any]
    cases: Callable[[], Sequence[Case]]
    mistakes: list[Mistake]
    gradients: bool = False
    praise: str = "Right on every input that was tried."
    adapt: Callable[[Callable[..., Any]], Callable[..., Any]] = field(default=lambda answer: answer)
    forbidden: Sequence[Forbidden] = ()
    exact_dtype: bool = False
    exact_zeros: bool = False

    def __post_init__(self):
        object.__setattr__(self, "mistakes", list(self.mistakes))

    def mistake(self, name: str, message: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """``@EXERCISE.mistake("name", "What is wrong, and how to mend it.")`` above a function that makes it."""

        def add(variant: Callable[..., Any]) -> Callable[..., Any]:
            self.mistakes.append(Mistake(name, message, variant))
            return variant

        return add

    def check(self, answer: Any) -> Result:
        """Judge the learner's answer. Never raises because of what the answer does, and leaves no setting changed."""
        if not callable(answer):
            return self._wrong(f"Give the function itself, without calling it; got {shown(answer)}.")
        if is_stub(answer):
            return Result(self.title, "not attempted", "Write your answer in the cell above, run it, and check again.")
        with settled():
            return _Trial(self, answer).verdict()

    def compare(self, got: Outcome, want: Outcome, case: Case) -> Fault | None:
        """What is wrong with an outcome; None when it is as wanted."""
        if want.error is not None:
            same = type(got.error) is type(want.error)
            return None if same else Fault(f"expected {type(want.error).__name__} to be raised.", "raised")
        if got.error is not None:
            return Fault(f"your function {raised(got.error)}", "raised")
        if got.changed is not None and want.changed is None:
            return Fault(f"your function changed its argument {got.changed}.", "changed")
        if got.value is None and want.value is not None:
            return Fault("your function returned None. Is there a return statement?", "nothing")
        fault = difference(got.value, want.value, case.tolerance, self.exact_dtype)
        return fault or (extra_zeros(got.value, want.value) if self.exact_zeros else None)

    def _wrong(self, message: str, mistake: str | None = None, **more: Any) -> Result:
        return Result(self.title, "wrong", message, mistake, **more)


class _Trial:
    """One answer before one exercise's check."""

    def __init__(self, exercise: Exercise, answer: Callable[..., Any]):
        self.exercise, self.given = exercise, answer
        self.answer = exercise.adapt(answer)
        self.ends = time.thread_time() + VERDICT
        self.names = parameters(exercise.reference)
        self.cases = list(exercise.cases())
        self.expected = run_all(exercise.reference, self.cases, self.names)

    def left(self) -> float:
        return min(LIMIT, max(0.1, self.ends - time.thread_time()))

    def verdict(self) -> Result:
        wrong = self.exercise._wrong
        miscount = wrong_count(self.given, self.cases[0], self.names)
        if miscount:
            return wrong(miscount, "number of arguments")
        outcomes = run_all(self.answer, self.cases, self.names, self.left())
        if any(still_to_write(outcome.error) for outcome in outcomes):
            return Result(self.exercise.title, "not attempted", "Your function still raises NotImplementedError.")
        late = next((c for c, o in zip(self.cases, outcomes, strict=True) if isinstance(o.error, TimeUp)), None)
        if late is not None:
            message = f"With {late.label}: your function was stopped, for it had not finished after about a second"
            return wrong(f"{message}. Is there a loop that does not end?", "does not end")
        return self._judge(outcomes)

    def faults(self, outcomes: Sequence[Outcome]) -> list[Fault | None]:
        return [self.exercise.compare(*trio) for trio in zip(outcomes, self.expected, self.cases, strict=True)]

    def _judge(self, outcomes: list[Outcome]) -> Result:
        faults = self.faults(outcomes)
        known = self._known(outcomes, faults) if any(faults) else None
        if known is not None:
            return self._shown(known.message, known.name, faults)
        way = forbidden_way(self.exercise.forbidden, self.exercise.reference, self.given, self.cases)
        if way is not None:
            message = f"This exercise is to be solved without {way.words}; your function uses it or its like."
            return self.exercise._wrong(message, "forbidden")
        if not any(faults):
            loose = any(map(is_float32, outcomes, self.expected))
            return self._gradients(self.cases, loose) or self._passed(loose)
        if agrees_in_float32(self.answer, self.exercise.reference, self.cases, outcomes, faults, self.names):
            return self._gradients([single(case) for case in self.cases], True) or self._passed(True)
        finding = diagnose(self._evidence(outcomes, faults))
        if finding is not None:
            return self._shown(finding.sentence, finding.name, faults, finding.case, fact=True)
        return self._shown("", None, faults)

    def _passed(self, loose: bool) -> Result:
        exercise, notes, note = self.exercise, [self.exercise.praise], None
        if loose:
            note = "right in float32"
            notes.append(NOTE)
        if self._is_ours():
            note = "not your own"
            notes.append("This is the package's own function, though: the check says nothing about one of yours.")
        return Result(exercise.title, "passed", " ".join(notes), note=note)

    def _is_ours(self) -> bool:
        module = getattr(self.given, "__module__", None) or ""
        return module.partition(".")[0] == __name__.partition(".")[0]

    def _evidence(self, outcomes: list[Outcome], faults: list[Fault | None]) -> Evidence:
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
        )

    def _shown(
        self, sentence: str, name: str | None, faults: list[Fault | None], index: int | None = None, fact: bool = False
    ) -> Result:
        """The sentence, with the case that shows it; without a sentence, what was wanted and what came."""
        index = smallest(self.cases, faults) if index is None else index
        case, fault = self.cases[index], faults[index]
        if fault is None:
            raise ValueError(f"index: case {index} shows nothing wrong, got faults {faults}")
        picture = draw_pair(fault.got, fault.want, case.tolerance)
        fact_of_case = f"With {case.label}: {fault}"
        message = f"{sentence} {fact_of_case}" if sentence and fact else sentence or fact_of_case
        place = f", {fault.where}" if fault.where else ""
        return self.exercise._wrong(message, name, case=case.label + place, picture=picture)

    def _known(self, outcomes: list[Outcome], faults: list[Fault | None]) -> Mistake | None:
        failed = frozenset(case.label for case, fault in zip(self.cases, faults, strict=True) if fault)
        for mistake in self.exercise.mistakes:
            if mistake.variant is None:
                if failed == mistake.only_fails:
                    return mistake
                continue
            theirs = run_all(self.exercise.adapt(mistake.variant), self.cases, self.names)
            if all(map(self._same, outcomes, theirs, self.cases)):
                return mistake
        return None

    def _same(self, outcome: Outcome, theirs: Outcome, case: Case) -> bool:
        return self.exercise.compare(outcome, theirs, case) is None

    def _gradients(self, cases: Sequence[Case], loose: bool) -> Result | None:
        if not self.exercise.gradients:
            return None
        wanted = gradients_all(self.exercise.reference, cases, self.names)
        found = gradients_all(self.answer, cases, self.names, self.left())
        for case, want, got in zip(cases, wanted, found, strict=True):
            fault = self._gradient_fault(replace(case, tolerance=1e-4) if loose else case, want, got)
            if fault is not None:
                return fault
        return None

    def _gradient_fault(self, case: Case, want: Outcome, got: Outcome) -> Result | None:
        wrong = self.exercise._wrong
        if got.error is not None and not _leaves_torch(got.error):
            text = f"With {case.label}: the values are right, but with arguments that want a gradient your function "
            return wrong(text + raised(got.error), "no gradient")
        arrived = got.value or dict.fromkeys(want.value)
        cut = [name for name, gradient in arrived.items() if gradient is None and want.value[name] is not None]
        if cut:
            message = f"The values are right, but no gradient reaches {', '.join(cut)}: did you detach(), or leave "
            return wrong(message + "torch for numpy or Python numbers?", "no gradient")
        for name, wanted in want.value.items():
            fault = None if wanted is None else difference(arrived[name], wanted, case.tolerance)
            if fault:
                text = f"With {case.label}: the values are right, but the gradient of {name} is not: {fault}"
                picture = draw_pair(fault.got, fault.want, case.tolerance)
                return wrong(text, "gradient", case=f"{case.label}, gradient of {name}", picture=picture)
        return None


def smallest(cases: Sequence[Case], faults: Sequence[Fault | None]) -> int:
    """The failing case with the fewest numbers in it."""
    failing = [index for index, fault in enumerate(faults) if fault]
    return min(failing, key=lambda index: _size(cases[index].arguments))


def _size(value: Any) -> int:
    if hasattr(value, "numel"):
        return value.numel()
    return sum(map(_size, value)) if isinstance(value, list | tuple | set | frozenset) else 1


def _leaves_torch(error: BaseException) -> bool:
    """Whether an error is torch's refusal to hand a tensor that wants a gradient to NumPy."""
    return isinstance(error, RuntimeError) and "numpy" in first_line(error) and "grad" in first_line(error)
