"""Each computed sentence about a wrong answer: said of an answer of which it is true, not of one that nearly is."""

import math

import pytest
import torch

from transformer_lab.checks.exercise import Case, Exercise
from transformer_lab.checks.samples import draw


def exercise(reference, *arguments, **options):
    cases = [Case(f"number {i + 1}", one) for i, one in enumerate(arguments)]
    return Exercise("sample", "00", "Sample", 1, reference, lambda: cases, [], **options)


def spoilt(value):
    """One number of it changed."""
    other = value.clone()
    other.view(-1)[0] += 0.37 if other.is_floating_point() else 1
    return other


def written(text, **names):
    """A function without a text of its own, so that no change of it can be tried."""
    return eval(text, {"torch": torch, "math": math, **names})


def wanted(x):
    return 2 * x.tanh() + x.roll(1, -1)


TABLES = exercise(wanted, (draw(2, 3),), (draw(3, 5, seed=1),), (draw(4, 2, seed=2),))
CHANGED_RESULTS = [
    ("wrong sign", lambda w: -w),
    ("1 minus the result", lambda w: 1 - w),
    ("upside down", lambda w: 1 / w),
    ("squared", lambda w: w * w),
    ("root taken", lambda w: w.sqrt()),
    ("logarithm missing", lambda w: w.exp()),
    ("logarithm taken", lambda w: w.log()),
    ("two to the power", lambda w: w.exp2()),
    ("base-2 logarithm taken", lambda w: w.log2()),
    ("sign lost", lambda w: w.abs()),
    ("negatives cut off", lambda w: w.clamp(min=0)),
    ("positives cut off", lambda w: w.clamp(max=0)),
    ("rounded", lambda w: w.round()),
    ("rounded down", lambda w: w.floor()),
    ("rounded up", lambda w: w.ceil()),
    ("all zeros", lambda w: 0 * w),
    ("all ones", lambda w: 0 * w + 1),
    ("float16", lambda w: w.half().double()),
    ("bfloat16", lambda w: w.bfloat16().double()),
    ("two decimals", lambda w: w.round(decimals=2)),
    ("three decimals", lambda w: w.round(decimals=3)),
    ("four decimals", lambda w: w.round(decimals=4)),
    ("reversed order", lambda w: w.flip(-1)),
    ("shifted by one", lambda w: w.roll(1, 0)),
    ("transposed", lambda w: w.mT),
    ("sum taken", lambda w: w.sum(-1)),
    ("mean taken", lambda w: w.mean(0)),
    ("maximum taken", lambda w: w.amax(-1, keepdim=True)),
    ("sum for all", lambda w: w.sum(-1, keepdim=True).expand_as(w)),
    ("mean for all", lambda w: w.mean(0, keepdim=True).expand_as(w)),
    ("maximum for all", lambda w: w.amax(0, keepdim=True).expand_as(w)),
    ("only the first", lambda w: w[0]),
    ("only the last", lambda w: w[:, -1]),
    ("the first for all", lambda w: w[:1].expand_as(w)),
    ("the last for all", lambda w: w[:, -1:].expand_as(w)),
    ("normalised to sum 1", lambda w: w / w.sum(-1, keepdim=True)),
    ("normalised to length 1", lambda w: w / w.norm(dim=-1, keepdim=True)),
    ("mean subtracted", lambda w: w - w.mean(-1, keepdim=True)),
    ("softmax taken", lambda w: w.softmax(-1)),
    ("added up", lambda w: w.cumsum(-1)),
    ("an axis of size 1", lambda w: w[:, None]),
    ("wrong shape", lambda w: w.flatten()),
    ("reshaped without a transposition", lambda w: w.mT.reshape(w.shape)),
    ("transposed and reshaped", lambda w: w.reshape(w.mT.shape).mT),
    ("constant factor", lambda w: 3 * w),
    ("constant added", lambda w: w + 2),
]


@pytest.mark.parametrize(("name", "change"), CHANGED_RESULTS, ids=[name for name, _ in CHANGED_RESULTS])
def test_what_became_of_the_wanted_result(name, change):
    assert TABLES.check(written("lambda x: change(f(x))", change=change, f=wanted)).mistake == name
    nearly = written("lambda x: spoilt(change(f(x)))", change=change, f=wanted, spoilt=spoilt)
    assert TABLES.check(nearly).mistake != name


def test_a_batch_that_is_flattened_is_not_told_that_an_axis_of_size_1_is_missing():
    """In the first case that fails it is one of size 1, in the second it is not."""
    rows = exercise(wanted, (draw(3, 1, 4),), (draw(2, 3, 4, seed=1),))
    result = rows.check(written("lambda x: f(x).flatten(0, 1)", f=wanted))
    assert result.mistake == "wrong shape"
    assert "keepdim" not in result.message


def test_several_results_in_another_order_or_alone():
    pair = exercise(lambda x: (x.sin(), x.cumsum(-1)), (draw(2, 3),), (draw(3, 4, seed=1),))
    assert pair.check(written("lambda x: (x.cumsum(-1), x.sin())")).mistake == "results in another order"
    assert pair.check(written("lambda x: x.cumsum(-1)")).mistake == "one result only"
    assert pair.check(written("lambda x: (x.cumsum(-1), x.cos())")).mistake != "results in another order"
    assert pair.check(written("lambda x: x.cumsum(-1) + x.cos()")).mistake != "one result only"


# Arguments ------------------------------------------------------------------------------------------------------------
def product(a, b):
    return (a @ b + a).sin() + b.cumsum(0)


def running(x):
    return (x.cumsum(-1) * x.cumsum(0)).sin() + x.square()


def powered(x, n):
    return x.sign() * x.abs() ** (0.5 + 1 / n) + n * x.cumsum(-1)


def turned(x, up):
    return x.cumsum(-1).tanh() if up else x.cumprod(-1).sin()


def gathered(items):
    return sum((i + 1.3) * item.sin() for i, item in enumerate(items)) / len(items) ** 2


def applied(x, f):
    return f(x).sin() + x.cumsum(-1)


SQUARES = (draw(3, 3), draw(3, 3, seed=1)), (draw(4, 4, seed=2), draw(4, 4, seed=3))
ONE_SQUARE = tuple((a,) for a, _ in SQUARES)
NUMBERS = (draw(3, 3), 3), (draw(4, 4, seed=1), 4)
FLAGS = (draw(3, 3), True), (draw(4, 4, seed=1), False)
LISTS = ([draw(3), draw(3, seed=1)],), ([draw(4, seed=2), draw(4, seed=3), draw(4, seed=4)],)
FUNCTIONS = (draw(3, 3), lambda h: h.tanh() + 0.1), (draw(4, 4, seed=1), lambda h: h.sigmoid() * 2)
CHANGED_ARGUMENTS = [
    ("arguments exchanged", product, SQUARES, "lambda a, b: f(b, a)"),
    ("one argument for another", product, SQUARES, "lambda a, b: f(a, a)"),
    ("argument transposed", running, ONE_SQUARE, "lambda x: f(x.mT.square())"),
    ("argument reversed", running, ONE_SQUARE, "lambda x: f(x.flip(-1))"),
    ("argument shifted by one", running, ONE_SQUARE, "lambda x: f(x.roll(1, 0))"),
    ("one entry for all", running, ONE_SQUARE, "lambda x: f(x[:, :1].expand_as(x).clone())"),
    ("mean for all", running, ONE_SQUARE, "lambda x: f(x.mean(-1, keepdim=True).expand_as(x).clone())"),
    ("softmax of an argument", running, ONE_SQUARE, "lambda x: f(x.softmax(-1))"),
    ("argument normalised", running, ONE_SQUARE, "lambda x: f(x / x.sum(-1, keepdim=True))"),
    ("a number changed", powered, NUMBERS, "lambda x, n: f(x, n + 1)"),
    ("argument not used", powered, NUMBERS, "lambda x, n: f(x, 2)"),
    ("flag inverted", turned, FLAGS, "lambda x, up: f(x, not up)"),
    ("flag not used", turned, FLAGS, "lambda x, up: f(x, True)"),
    ("list reversed", gathered, LISTS, "lambda items: f(items[::-1])"),
    ("first item skipped", gathered, LISTS, "lambda items: f(items[1:])"),
    ("last item skipped", gathered, LISTS, "lambda items: f(items[:-1])"),
    ("only the first item", gathered, LISTS, "lambda items: f(items[:1])"),
    ("only the last item", gathered, LISTS, "lambda items: f(items[-1:])"),
    ("function not used", applied, FUNCTIONS, "lambda x, g: f(x, lambda h: h)"),
    ("applied twice", applied, FUNCTIONS, "lambda x, g: f(x, lambda h: g(g(h)))"),
]


@pytest.mark.parametrize(
    ("name", "reference", "arguments", "text"), CHANGED_ARGUMENTS, ids=[row[0] for row in CHANGED_ARGUMENTS]
)
def test_what_became_of_an_argument(name, reference, arguments, text):
    judged = exercise(reference, *arguments)
    if name == "argument transposed":
        judged = exercise(lambda x: reference(x.square() * torch.arange(len(x))), *arguments)
        text = "lambda x: f(x.mT.square() * torch.arange(len(x)))"
    assert judged.check(written(text, f=reference)).mistake == name
    nearly = text.replace(": f(", ": spoilt(f(", 1) + ")"
    nearly = "lambda x, n: f(x, 2 + n % 2 / 2)" if name == "argument not used" else nearly
    assert judged.check(written(nearly, f=reference, spoilt=spoilt)).mistake != name


# Experiments ----------------------------------------------------------------------------------------------------------
def test_right_for_a_batch_of_one_is_said_where_one_is_right():
    batch = exercise(lambda x: x.cumsum(-1).sin(), (draw(2, 3),), (draw(3, 5, seed=1),), (draw(1, 4, seed=2),))
    mixed = "lambda x: x.cumsum(-1).sin() + (len(x) > 1) * x.cumsum(-1).cos()"
    assert batch.check(written(mixed)).mistake == "right for a batch of one"
    assert (
        batch.check(written("lambda x: x.cumsum(-1).sin() + x.cumsum(-1).cos()")).mistake != "right for a batch of one"
    )


def test_right_with_one_setting_is_said_where_it_is_right():
    kinds = exercise(lambda x, up: turned(x, up), *FLAGS, (draw(2, 5, seed=2), False))
    assert (
        kinds.check(written("lambda x, up: f(x, up) + (not up) * x.exp().sin()", f=turned)).mistake
        == "right for one setting"
    )
    assert kinds.check(written("lambda x, up: f(x, up) + x.exp().sin()", f=turned)).mistake != "right for one setting"


def test_right_for_one_is_said_where_one_is_right():
    heads = exercise(lambda x, num_heads: x.sin() / (1 + num_heads), (draw(2, 3), 1), (draw(3, 4), 2), (draw(2, 5), 3))
    wrong = "lambda x, num_heads: x.sin() / (1 + num_heads) + (num_heads > 1) * x.exp().cos()"
    assert heads.check(written(wrong)).mistake == "right for one"
    assert (
        heads.check(written("lambda x, num_heads: x.sin() / (1 + num_heads) + x.exp().cos()")).mistake
        != "right for one"
    )


def test_right_with_one_item_is_said_where_one_is_right():
    lists = exercise(gathered, *LISTS, ([draw(2, seed=5)],))
    assert (
        lists.check(written("lambda x: f(x) + (len(x) > 1) * x[0].exp().cos()", f=gathered)).mistake
        == "right for one item"
    )
    assert lists.check(written("lambda x: f(x) + x[0].exp().cos()", f=gathered)).mistake != "right for one item"


def test_nan_on_both_sides_is_no_proof_that_a_mask_is_at_fault():
    """A softmax of nothing is NaN, whatever else is wrong."""

    def attend(x, mask):
        return x.masked_fill(~mask, -math.inf).softmax(-1) @ x

    masks = [
        torch.tensor([[True, False, False], [True, True, False], [True, True, True]]),
        torch.ones(4, 4).bool().tril(),
    ]
    masked = exercise(attend, *[(draw(len(m), len(m), seed=len(m)), m) for m in masks])
    assert masked.check(written("lambda x, mask: f(x, mask).sin() * 1.7 + x", f=attend)).mistake != "right for one mask"


# Influence and places -------------------------------------------------------------------------------------------------
def test_a_place_that_changes_with_itself_and_should_not_is_not_called_mixed_up():
    fixed = exercise(lambda x: torch.cat([0 * x[:1], x[1:]]) + 1, (draw(3, 4),), (draw(4, 5, seed=1),))
    result = fixed.check(written("lambda x: torch.cat([x[:1].sin(), x[1:]]) + 1"))
    assert result.mistake == "no influence wanted"
    assert "`result[0]` changes with `x[0]`" in result.message
    assert fixed.check(written("lambda x: torch.cat([0 * x[:1], x[1:].sin()]) + 1")).mistake != "no influence wanted"


def test_places_that_should_stay_apart_and_do_not():
    apart = exercise(lambda x: x.sin(), (draw(3, 4),), (draw(4, 5, seed=1),))
    assert apart.check(written("lambda x: x.sin() + x.cos().sum(0)")).mistake == "places mixed up"
    assert apart.check(written("lambda x: x.sin() + x.cos()")).mistake != "places mixed up"
    together = exercise(lambda x: x.sin() + x.cos().sum(0), (draw(3, 4),), (draw(4, 5, seed=1),))
    assert together.check(written("lambda x: x.exp().sin()")).mistake == "each place alone"
    assert together.check(written("lambda x: x.sin() - x.cos().sum(0)")).mistake != "each place alone"


@pytest.mark.parametrize(("word", "value"), [("NaN", math.nan), ("infinity", math.inf)])
def test_nan_and_infinity_are_named_where_all_else_is_right(word, value):
    roots = exercise(lambda x: x.exp().sin(), (draw(3, 4),), (draw(4, 5, seed=1),))
    hole = written("lambda x: torch.where(x > 0.8, value, x.exp().sin())", value=value)
    assert roots.check(hole).mistake == f"{word} instead of a number"
    more = written("lambda x: torch.where(x > 0.8, value, torch.where(x < -0.5, 0.0, x.exp().sin()))", value=value)
    assert roots.check(more).mistake != f"{word} instead of a number"


def test_a_triangle_that_is_wrong_is_named_though_some_of_its_numbers_are_right():
    tables = exercise(lambda x: torch.outer(x, x), (torch.tensor([0.0, 1, 2]).double(),), (draw(4),))
    result = tables.check(written("lambda x: torch.outer(x, x).triu()"))
    assert "Only the places below the diagonal are wrong" in result.message
    assert "below the diagonal" not in tables.check(written("lambda x: torch.outer(x, x).sin()")).message


# Forms ----------------------------------------------------------------------------------------------------------------
def test_the_form_of_a_result_is_named():
    named = exercise(lambda x: x.sin(), (draw(3, 4),), (draw(2, seed=1),), tensors=True)
    assert named.check(written("lambda x: x.sin().tolist()")).mistake == "not a tensor"
    assert named.check(written("lambda x: x.cos().tolist()")).mistake != "not a tensor"
    assert named.check(written("lambda x: print(end='')")).mistake == "nothing returned"
    assert named.check(written("lambda x: x.sin_()")).mistake == "changed in place"
    assert TABLES.check(written("lambda x: f(x).tolist()", f=wanted)).passed


def test_a_number_of_pythons_is_no_scalar_tensor_where_the_text_wants_one():
    mean = exercise(lambda x: x.mean(), (draw(3, 4),), (draw(2, seed=1),), tensors=True)
    assert mean.check(written("lambda x: x.mean().item()")).mistake == "not a tensor"
    assert mean.check(written("lambda x: torch.tensor(x.mean().item()).double()")).passed


def test_tensors_are_no_numbers_in_a_set():
    links = exercise(lambda x: set(enumerate(x.argmax(-1).tolist())), (draw(3, 4),), (draw(5, 2, seed=1),))
    assert links.check(written("lambda x: set(enumerate(x.argmax(-1)))")).mistake == "tensors in a set"
    assert links.check(written("lambda x: set(enumerate(x.argmax(-1).numpy()))")).passed


def test_numbers_in_float32_among_float64_are_said_before_what_else_is_wrong():
    product = exercise(lambda x: x @ torch.ones(x.shape[-1], 2).to(x), (draw(3, 4),), (draw(2, 5, seed=1),))
    result = product.check(written("lambda x: x @ torch.full((x.shape[-1], 2), 2.0)"))
    assert result.mistake == "float32 among float64"
    assert "dtype=x.dtype" in result.message
    assert "Apart from that: With number" in result.message
    assert product.check(written("lambda x: x @ torch.ones(x.shape[-1], 2)")).passed


# A listed mistake, in part --------------------------------------------------------------------------------------------
def test_a_listed_mistake_is_said_where_all_wrong_places_come_from_it():
    masks = [torch.tensor([[1, 0, 1], [0, 0, 0], [1, 1, 1]]).bool(), torch.tensor([[0, 1, 1, 0], [0, 0, 0, 0]]).bool()]
    arguments = [(draw(*mask.shape, seed=i), mask) for i, mask in enumerate(masks)]

    def right(x, mask):
        return torch.nan_to_num(x.masked_fill(~mask, -math.inf).softmax(-1))

    judged = exercise(right, *arguments)
    judged.mistake("score 0", "Hidden scores are 0.")(lambda x, mask: (x * mask).softmax(-1))
    result = judged.check(written("lambda x, mask: (x * mask).softmax(-1) * mask.any(-1, keepdim=True)"))
    assert result.mistake == "score 0"
    assert result.message.startswith("Where your result is wrong")
    other = judged.check(written("lambda x, mask: (x * mask).softmax(-1) * mask.any(-1, keepdim=True) * 0.9 + 0.01"))
    assert other.mistake != "score 0"
