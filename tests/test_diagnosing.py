"""What is computed about a wrong answer: said where it is true, and not said of an answer that only looks like it."""

import ast
import copy
import math
import subprocess
import sys

import pytest
import torch

from transformer_lab.checks.engine import guard, source
from transformer_lab.checks.engine.comparing import difference
from transformer_lab.checks.engine.edits.likely import _other_end
from transformer_lab.checks.engine.words import number
from transformer_lab.checks.exercise import Case, Exercise
from transformer_lab.checks.samples import draw


def exercise(reference, cases, **options):
    return Exercise("sample", "00", "Sample", 1, reference, lambda: cases, [], **options)


def rows(*shapes):
    return [Case(f"numbers of shape {list(shape)}", (draw(*shape),)) for shape in shapes]


def unsourced(function):
    """Without a text, so that no change of it can be tried."""
    return lambda *arguments: function(*arguments)


SOFTMAX = exercise(lambda x: x.softmax(-1), rows((2, 3), (3, 5)), gradients=True)
SCALED = exercise(lambda x: x / 2, rows((2, 3), (3, 5)))
BATCHED = exercise(lambda x: x.softmax(-1).cumsum(-1), rows((2, 3, 4), (3, 5, 4)))
SUMS = exercise(lambda x: x.sum(-2, keepdim=True) + x, rows((2, 4, 3), (3, 5, 3)))
LAGGING = exercise(lambda x: x.cumsum(-2), rows((2, 4, 3), (3, 5, 3)))
MASKED = exercise(
    lambda x, mask: (x * mask).cumsum(-1),
    [
        Case("nothing hidden", (draw(3), torch.ones(3, dtype=torch.bool))),
        Case("one hidden", (draw(4), torch.tensor([True, False, True, True]))),
        Case("two hidden", (draw(5), torch.tensor([True, False, True, False, True]))),
    ],
)
PAIR = exercise(
    lambda a, b: (a.argmax(-1) + b.argmax(-1), a + b),
    [Case("two", (draw(2, 3), draw(3, 2).mT)), Case("five", (draw(5, 4), draw(4, 5).mT))],
)


# One change -----------------------------------------------------------------------------------------------------------
def divided_too(x):
    return (x / x.shape[-1] ** 0.5).softmax(-1)


def test_what_may_be_left_out_is_left_out_and_not_exchanged():
    """A softmax forgives a summand as well: with + in place of / it would be right too."""
    assert "leave out `/ x.shape[-1] ** 0.5`" in SOFTMAX.check(divided_too).message


def two_changes(x):
    return (x / x.shape[-1] ** 0.5 * 3).softmax(-1)


def test_two_changes_are_not_told_as_one():
    assert "leave out" not in SOFTMAX.check(two_changes).message


def lowered(x):
    return torch.where(x > 0, x, x - 10.0).softmax(-1)


def test_a_number_that_is_only_large_enough_is_not_named():
    hidden = exercise(lambda x: torch.where(x > 0, x, -math.inf).softmax(-1), rows((2, 6), (3, 7)))
    result = hidden.check(lowered)
    assert result.status == "wrong"
    assert "in place of `10.0`" not in result.message or "inf" in result.message


def off_by_one(x):
    return x[..., 1:].sum(-1) + x.shape[-1]


def test_a_number_beside_the_right_one_is_named():
    result = exercise(lambda x: x[..., 2:].sum(-1) + x.shape[-1], rows((2, 4), (3, 5))).check(off_by_one)
    assert "write `2` in place of `1`" in result.message


def last_rows(x):
    return x[..., -2:] * 3


def test_the_other_end_is_named():
    assert (
        "write `:2` in place of `-2:`"
        in exercise(lambda x: x[..., :2] * 3, rows((2, 4), (3, 5))).check(last_rows).message
    )


def test_the_other_end_of_all_but_one_is_written_as_people_write_it():
    node = ast.parse("x[:-1]", mode="eval").body.slice
    assert {ast.unparse(other) for other in _other_end(node)} == {"1:", "-1:"}


def right_by_luck(x):
    return x * 0 + 7 * x.shape[0]


def test_a_change_that_is_right_on_the_cases_alone_is_not_named():
    """Multiplied by 1 it would be right where the numbers happen to be the sizes."""
    cases = [
        Case("two", (torch.full((2, 2), 2.0, dtype=torch.float64),)),
        Case("three", (torch.full((3, 3), 3.0, dtype=torch.float64),)),
    ]
    result = exercise(lambda x: x + 0.0 * x.shape[0], cases).check(right_by_luck)
    assert "in place of" not in result.message


# Gradients ------------------------------------------------------------------------------------------------------------
def partly_detached(x):
    shares = x.exp()
    return shares / shares.sum(-1, keepdim=True).detach()


def test_a_detached_part_is_named_by_its_place():
    result = SOFTMAX.check(partly_detached)
    assert result.mistake == "gradient cut off"
    assert "leave out `.detach()`" in result.message


def test_a_detached_part_is_named_without_a_source():
    hidden = torch.compiler.disable(partly_detached)
    result = SOFTMAX.check(eval("lambda x: f(x)", {"f": hidden}))
    assert result.mistake == "gradient cut off"
    assert "hidden from the gradient of x" in result.message


def test_another_slope_at_a_corner_is_not_called_cut_off():
    """At a tie torch shares the slope between equals in one function, and gives it to one in another."""
    ties = exercise(
        lambda x: x.amax(-1),
        [Case("a tie", (torch.tensor([[2.0, 2.0, 1.0], [3.0, 1.0, 0.0]]).double(),))],
        gradients=True,
    )
    result = ties.check(eval("lambda x: x.max(-1).values"))
    assert result.mistake != "NaN in the gradient"


def replaced_afterwards(x):
    return torch.nan_to_num((x + torch.where(x > 0, 0.0, -math.inf)).softmax(-1))


def replaced_before(x):
    kept = torch.where((x > 0).any(-1, keepdim=True), torch.where(x > 0, x, -math.inf), 0.0)
    return kept.softmax(-1) * (x > 0)


def test_nan_in_the_gradient_is_told_from_a_wrong_value():
    cases = [Case("an empty row", (torch.tensor([[1.0, 2.0, -1.0], [-1.0, -2.0, -3.0]]).double(),))]
    empty = exercise(lambda x: replaced_before(x), cases, gradients=True)
    assert empty.check(replaced_afterwards).mistake == "NaN in the gradient"
    assert empty.check(lambda x: replaced_before(x).detach()).mistake == "no gradient"


# Influence ------------------------------------------------------------------------------------------------------------
def over_the_batch(x):
    return x.softmax(0).cumsum(-1).flip(0).flip(0)


def test_a_mixed_batch_is_named():
    result = BATCHED.check(unsourced(torch.compiler.disable(over_the_batch)))
    assert result.mistake == "batch mixed up"
    assert "`result[0]`" in result.message


def test_a_batch_that_is_kept_apart_is_not_called_mixed():
    result = BATCHED.check(eval("lambda x: x.softmax(-1).cumsum(-1) * (1 + x.amax(-1, keepdim=True).abs())"))
    assert result.mistake != "batch mixed up"


def test_looking_ahead_and_hiding_are_told_apart():
    ahead = LAGGING.check(eval("lambda x: x.cumsum(-2) + x.flip(-2).cumsum(-2).flip(-2).tanh()"))
    hidden = SUMS.check(eval("lambda x: x.cumsum(-2) + x.tanh()"))
    neither = SUMS.check(eval("lambda x: (x.sum(-2, keepdim=True) + x).tanh()"))
    assert ahead.mistake == "looks ahead"
    assert hidden.mistake == "later places hidden"
    assert neither.mistake not in ("looks ahead", "later places hidden")


def test_an_argument_without_influence_on_one_result_is_named():
    result = PAIR.check(eval("lambda a, b: (a.argmax(-1) * 2 + 7, a + b)"))
    assert "b has no influence on the first of the 2 results" in result.message


def test_an_argument_of_which_the_order_counts_has_influence():
    """Stretched it changes nothing, in another order it does."""
    result = PAIR.check(eval("lambda a, b: (a.argmax(-1) * 2 + b.argmax(-1) + 7, a + b)"))
    assert "influence" not in result.message


# Experiments and places -----------------------------------------------------------------------------------------------
def test_right_without_a_mask_is_said_where_every_mask_is_wrong():
    result = MASKED.check(eval("lambda x, mask: (x * mask).cumsum(-1) + (~mask).sum() * x.tanh()"))
    assert result.mistake == "right for one mask"
    result = MASKED.check(eval("lambda x, mask: (x * mask).cumsum(-1) + ((~mask).sum() == 2) * x.tanh()"))
    assert result.mistake != "right for one mask"


def test_one_row_that_is_wrong_is_written_as_an_index():
    spoilt = eval("lambda x: torch.cat([x[:, :1] / 2, x[:, 1:].tanh()], 1)", {"torch": torch})
    assert "`result[:, 0]` is right, `result[:, 1:]` wrong" in SCALED.check(spoilt).message
    everywhere = eval("lambda x: x.tanh()")
    assert "is right" not in SCALED.check(everywhere).message


# The engine's own faults ----------------------------------------------------------------------------------------------
def broken(*arguments):
    raise ZeroDivisionError("of the engine's own")


def test_a_fault_of_the_engine_reaches_no_reader(monkeypatch):
    monkeypatch.setattr("transformer_lab.checks.engine.diagnosing.RULES", (broken,))
    monkeypatch.setattr("transformer_lab.checks.engine.trial.draw_pair", broken)
    with pytest.raises(ZeroDivisionError):
        SCALED.check(lambda x: x.tanh())
    monkeypatch.setattr(guard, "STRICT", False)
    assert SCALED.check(lambda x: x.tanh()).status == "wrong"


@pytest.mark.parametrize("got", [10**400, [10**400], 10**5000], ids=["large", "in a list", "beyond text"])
def test_whole_numbers_beyond_all_floats_are_judged(got):
    assert "digits" in number(10**5000)
    assert difference(got, [1] if isinstance(got, list) else 1, 1e-6) is not None
    assert exercise(lambda n: n, [Case("three", (3,))]).check(lambda n: (got, n)[0]).status == "wrong"


def test_nested_lists_do_for_a_tensor_where_no_gradient_is_asked():
    assert SCALED.check(lambda x: (x / 2).tolist()).passed
    assert not SCALED.check(lambda x: (x / 3).tolist()).passed
    assert not exercise(lambda x: x / 2, rows((2, 3)), gradients=True).check(lambda x: (x / 2).tolist()).passed


def towering(step, warmup):
    return (step - warmup) * warmup


def test_a_change_that_makes_a_number_of_millions_of_digits_is_given_up():
    """Nothing interrupts Python in such a power: the search for a change took five times its limit."""
    rates = exercise(lambda step, warmup: step / warmup + 7, [Case("late", (16_000, 4_000)), Case("early", (2, 9_000))])
    node = copy.deepcopy(source.node_of(towering))
    power = ast.BinOp(node.body[0].value, ast.Pow(), ast.Name("step", ast.Load()))
    node.body[0].value = ast.BinOp(power, ast.Pow(), ast.Name("step", ast.Load()))
    changed = source.Source(node, towering, lambda made: made).rebuilt()
    with pytest.raises(OverflowError, match="bits"):
        changed(16_000, 4_000)
    assert changed(2, 1) == 1
    assert rates.check(towering).status == "wrong"


def test_a_wrong_number_does_not_wait_for_an_algebra_system():
    """What torch.unravel_index imports at its first call took a second from the first verdict of a session."""
    code = "import sys; from transformer_lab import check; check.swiglu(lambda x, *w: x); print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "False"
