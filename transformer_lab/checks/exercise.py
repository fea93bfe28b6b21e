"""An exercise, and how a learner's answer is judged: by what it computes, and by which mistake it makes.

The answer runs on every case (``engine/trial.py``). When all results agree with the reference (values, shapes, kinds of
numbers, gradients, and inputs left untouched), it passes. When not, its results are compared with those of every *known
wrong variant*: the one that computes the same is the mistake, and is called by its name. When none does, the engine
looks for *how* the answer differs (``engine/diagnosing``), and says so only if that explains every case.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import Tensor

from transformer_lab.checks.engine import guard
from transformer_lab.checks.engine.calling import Case, Outcome, approachable, described, is_stub
from transformer_lab.checks.engine.comparing import Fault, difference, extra_zeros
from transformer_lab.checks.engine.forbidding import Forbidden
from transformer_lab.checks.engine.receiving import told
from transformer_lab.checks.engine.settings import settled
from transformer_lab.checks.engine.trial import Trial
from transformer_lab.checks.engine.values import tensor_of_lists
from transformer_lab.checks.engine.words import kind_of, printable, raised
from transformer_lab.checks.result import Result


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

    ``gradients`` compares gradients too (without it, nested lists do for tensors), ``forbidden`` lists what the text
    forbids, ``exact_dtype`` is for a text that names the dtype, ``exact_zeros`` for one that says "exactly 0",
    ``tensors`` for one that says "a tensor": lists and Python's numbers are none.
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
    tensors: bool = False

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
        try:
            with settled():
                return self._judged(answer)
        except (Exception, SystemExit) as error:
            if guard.STRICT:
                raise
            logging.getLogger(__name__).debug("no verdict", exc_info=True)
            text = f"The check could not look at this answer without an error (it {raised(told(error)).rstrip('.')}). "
            return self.wrong(text + "Write a plain function that returns tensors, numbers or lists.")

    def _judged(self, answer: Any) -> Result:
        if not callable(answer):
            return self.wrong(f"Give the function itself, without calling it; got {described(answer)}.")
        answer = approachable(answer)
        if is_stub(answer):
            return Result(self.title, "not attempted", "Write your answer in the cell above, run it, and check again.")
        return Trial(self, answer).verdict()

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
        if self.tensors and isinstance(want.value, Tensor) and not isinstance(got.value, Tensor | np.ndarray):
            return Fault(f"expected a tensor, got {kind_of(got.value)}.", "type", got.value, want.value)
        value = got.value if self.gradients or self.tensors else tensor_of_lists(got.value, want.value)
        fault = difference(value, want.value, case.tolerance, self.exact_dtype)
        return fault or (extra_zeros(value, want.value) if self.exact_zeros else None)

    def wrong(self, message: str, mistake: str | None = None, **more: Any) -> Result:
        """A result that says what is wrong."""
        return Result(self.title, "wrong", printable(message), mistake, **more)
