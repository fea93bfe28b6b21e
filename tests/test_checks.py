"""Every check: right answers pass, also when written another way; every known mistake is called by its name."""

import math
import re
from dataclasses import replace

import pytest
import torch
from right_answers import ANOTHER_WAY
from right_answers.layer_normalization import layer_norm

import transformer_lab
from transformer_lab import check
from transformer_lab.checks import EXERCISES
from transformer_lab.checks.exercise import Case, Exercise, Mistake, difference

VARIANTS = [(e.name, m.name) for e in EXERCISES.values() for m in e.mistakes if m.variant is not None]


def test_every_exercise_has_a_second_right_answer_here():
    assert set(ANOTHER_WAY) == set(EXERCISES)
    rooms = {name: answer.__module__.removeprefix("right_answers.") for name, answer in ANOTHER_WAY.items()}
    assert rooms == {name: exercise.notebook[3:] for name, exercise in EXERCISES.items()}


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_passes(name):
    """Beyond what its text forbids, which the reference may well use."""
    exercise = replace(EXERCISES[name], forbidden=())
    result = exercise.check(exercise.reference)
    assert result.passed, result


@pytest.mark.parametrize("name", EXERCISES)
def test_an_equivalent_answer_passes(name):
    result = getattr(check, name)(ANOTHER_WAY[name])
    assert result.passed, result
    assert result.mistake is None


@pytest.mark.parametrize(("name", "mistake"), VARIANTS)
def test_every_known_mistake_is_called_by_its_name(name, mistake):
    variant = next(m.variant for m in EXERCISES[name].mistakes if m.name == mistake)
    result = EXERCISES[name].check(variant)
    assert not result.passed
    assert result.mistake == mistake
    assert len(result.message) > 20


def test_lost_digits_are_recognised():
    """The one mistake that is recognised by where it fails; E[x²] − E[x]² may also be negative there, and give NaN."""

    def cancelling(x, weight, bias, eps):
        def mean(values):
            return values.mean(tuple(range(-weight.dim(), 0)), keepdim=True)

        return (x - mean(x)) / (mean(x**2) - mean(x) ** 2 + eps).sqrt() * weight + bias

    result = check.layer_norm(cancelling)
    assert result.mistake == "cancellation"


def test_a_capped_divergence_is_recognised():
    """Recognised by where it fails too: no two people add the same small number to a probability."""

    def capped(small):
        return lambda z, y: (torch.special.xlogy(y, y) - y * (z.softmax(-1) + small).log()).sum(-1)

    for small in (1e-8, 1e-9, 1e-12):
        assert check.divergence(capped(small)).mistake == "capped"


def test_an_overflow_is_recognised():
    """By where it fails: infinity over infinity comes out alike however it is written."""

    def head(share):
        def attend(x, w_q, w_k, w_v):
            return share((x @ w_q) @ (x @ w_k).mT / math.sqrt(w_q.shape[-1])) @ (x @ w_v)

        return attend

    def added_up(scores):
        return scores.exp() / (1 + scores.exp().sum(-1, keepdim=True))

    def with_a_column(scores):
        powers = torch.cat([scores.exp(), torch.ones_like(scores[..., :1])], -1)
        return (powers / powers.sum(-1, keepdim=True))[..., :-1]

    for share in (added_up, with_a_column):
        assert check.abstaining_head(head(share)).mistake == "overflow"


def test_every_mistake_that_is_recognised_by_where_it_fails_has_a_test_here():
    pattern_only = {(e.name, m.name) for e in EXERCISES.values() for m in e.mistakes if m.variant is None}
    assert pattern_only == {("layer_norm", "cancellation"), ("divergence", "capped"), ("abstaining_head", "overflow")}


def stub_with_docstring(x, weight, bias, eps):
    """Normalise."""
    ...


def stub_that_passes(x, weight, bias, eps):
    pass


def stub_that_returns_dots(x, weight, bias, eps):
    return ...


def stub_that_raises(x, weight, bias, eps):
    raise NotImplementedError


def stub_that_raises_with_words(x, weight, bias, eps):
    raise NotImplementedError("your turn")


@pytest.mark.parametrize(
    "stub",
    [
        stub_with_docstring,
        stub_that_passes,
        stub_that_returns_dots,
        stub_that_raises,
        stub_that_raises_with_words,
    ],
)
def test_a_stub_is_not_attempted_yet(stub):
    result = check.layer_norm(stub)
    assert (result.status, result.passed, result.mistake) == ("not attempted", False, None)


def no_return(x, weight, bias, eps):
    x.mean()


def raises(x, weight, bias, eps):
    raise KeyError("oops")


def in_place(x, weight, bias, eps):
    x -= x.mean(-1, keepdim=True)
    return layer_norm(x, weight, bias, eps)


def detached(x, weight, bias, eps):
    return layer_norm(x.detach(), weight, bias, eps)


def through_numpy(x, weight, bias, eps):
    return torch.from_numpy(layer_norm(x, weight, bias, eps).detach().numpy())


def wrong_shape(x, weight, bias, eps):
    return layer_norm(x, weight, bias, eps)[..., :-1]


def a_list(x, weight, bias, eps):
    return layer_norm(x, weight, bias, eps).tolist()


def too_few_arguments(x):
    return x


def something_else(x, weight, bias, eps):
    return x + 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (no_return, "None"),
        (raises, "KeyError"),
        (in_place, "x in place"),
        (detached, "no gradient reaches x"),
        (through_numpy, "no gradient reaches x, weight, bias"),
        (wrong_shape, "shape"),
        (a_list, "tensor"),
        (too_few_arguments, "4 arguments"),
        (something_else, r"expected -0.57.* at \[1\], got 1"),
        (42, "function"),
    ],
)
def test_an_unknown_mistake_is_explained(answer, words):
    result = check.layer_norm(answer)
    assert result.status == "wrong"
    assert re.search(words, result.message), result


def test_results_show_well_and_always_the_same():
    result = check.layer_norm(something_else)
    assert repr(result) == repr(check.layer_norm(something_else))
    assert repr(result).startswith("✗ Not yet: LayerNorm by hand")
    assert repr(check.layer_norm(layer_norm)).startswith("✓ Passed")
    assert " at 0x" not in check.layer_norm(lambda *a: object()).message


def test_markup_in_an_answer_stays_text():
    def hostile(x, weight, bias, eps):
        raise ValueError("<img src=x onerror=alert(1)>")

    page = check.layer_norm(hostile)._repr_html_()
    assert "<img" not in page
    assert "&lt;img" in page


def test_exercises_list_their_notebook_title_and_difficulty():
    for name, exercise in EXERCISES.items():
        assert exercise.name == name
        assert exercise.notebook[:2].isdigit()
        assert exercise.title
        assert exercise.difficulty in (1, 2, 3)
        assert len({m.name for m in exercise.mistakes}) == len(exercise.mistakes)
    assert set(dir(check)) == set(EXERCISES)
    assert transformer_lab.check is check


def test_an_unknown_exercise_lists_those_there_are():
    with pytest.raises(AttributeError, match="layer_norm"):
        check.no_such_exercise  # noqa: B018


def test_a_mistake_needs_all_cases_to_agree():
    """An answer that agrees with a wrong variant on one case only is not called by its name."""
    exercise = Exercise(
        name="double",
        notebook="00",
        title="Double",
        difficulty=1,
        reference=lambda x: 2 * x,
        cases=lambda: [Case("two", (2,)), Case("three", (3,))],
        mistakes=[Mistake("squared", "This squares: add the number to itself instead.", lambda x: x * x)],
    )
    assert exercise.check(lambda x: x * x).mistake == "squared"
    assert exercise.check(lambda x: 9).mistake is None
    assert exercise.check(lambda x: 2.0 * x).passed


@pytest.mark.parametrize(
    ("got", "want"),
    [
        ((1, 2), (1, 3)),
        ((1,), (1, 2)),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 2}),
        ({1}, {2}),
        (True, False),
        ("a", "b"),
        (float("nan"), 1.0),
        (True, 1),
        (torch.ones(2), torch.zeros(2)),
        (torch.tensor([float("nan")]), torch.zeros(1)),
        (None, 1.0),
    ],
)
def test_differences_are_noticed(got, want):
    assert difference(got, want, 1e-6)
    assert not difference(want, want, 1e-6)
