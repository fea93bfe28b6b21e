"""The answer does to its arguments what the reference does to others: exchanged, turned, constant, unused."""

import itertools
import numbers
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding
from transformer_lab.checks.engine.words import axis_name

Change = Callable[[tuple], tuple]


def changed_argument(evidence: Evidence) -> Finding | None:
    """The first change of the arguments under which the reference does on every case what the answer does."""
    if all(outcome.error is not None for outcome in evidence.outcomes):
        return None
    for name, sentence, change in _changes(evidence):
        if evidence.left() < 0.05:
            return None
        if evidence.explains(lambda *a, c=change: evidence.reference(*c(a))):
            return Finding(name, sentence)
    return None


def _changes(evidence: Evidence) -> Iterator[tuple[str, str, Change]]:
    names, examples = evidence.names, evidence.cases[0].arguments
    for i, j in itertools.combinations(range(len(examples)), 2):
        if _alike(examples[i], examples[j]):
            text = f"{names[i]} and {names[j]} are exchanged: this is what comes out when each stands for the other."
            yield "arguments exchanged", text, _exchange(i, j)
    for i, j in itertools.permutations(range(len(examples)), 2):
        if _alike(examples[i], examples[j]):
            text = f"{names[j]} stands where {names[i]} belongs: {names[i]} itself is not used."
            yield "one argument for another", text, _replace(i, lambda value, a, j=j: a[j])
    for i, example in enumerate(examples):
        for name, text, change in _of_one(names[i], example):
            yield name, text, _replace(i, change)


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return a.is_floating_point() == b.is_floating_point() and (a.dtype == torch.bool) == (b.dtype == torch.bool)
    plain = [next((t for t in (bool, numbers.Real, list, set | frozenset) if isinstance(x, t)), None) for x in (a, b)]
    return (callable(a) and callable(b)) or (plain[0] is not None and plain[0] == plain[1])


def _exchange(i: int, j: int) -> Change:
    def change(arguments: tuple) -> tuple:
        swapped = list(arguments)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        return tuple(swapped)

    return change


def _replace(i: int, make: Callable[[Any, tuple], Any]) -> Change:
    return lambda arguments: (*arguments[:i], make(arguments[i], arguments), *arguments[i + 1 :])


def _of_one(name: str, example: Any) -> Iterator[tuple[str, str, Callable[[Any, tuple], Any]]]:
    """What can be wrong with one argument."""
    if isinstance(example, Tensor):
        rules = _of_tensor(name, example)
    elif isinstance(example, bool):
        rules = iter([_rule("flag inverted", f"{name} is taken the wrong way round.", lambda v: not v)])
        rules = itertools.chain(rules, _constant_flags(name))
    elif isinstance(example, numbers.Real):
        rules = _of_number(name)
    elif isinstance(example, list | tuple):
        rules = _of_list(name, example)
    elif callable(example):
        rules = _of_function(name)
    else:
        rules = iter(())
    for title, sentence, change in rules:
        yield title, sentence, lambda value, arguments, c=change: c(value)


def _rule(name: str, sentence: str, change: Callable[[Any], Any]) -> tuple[str, str, Callable[[Any], Any]]:
    return name, sentence, change


def _constant_flags(name: str) -> Iterator[tuple]:
    for flag in (True, False):
        yield _rule("flag not used", f"{name} is not used: this is what comes out for {flag}.", lambda v, f=flag: f)


def _of_tensor(name: str, example: Tensor) -> Iterator[tuple]:
    result = "this is what comes out"
    if example.dtype == torch.bool:
        yield _rule("mask inverted", f"{name} is the wrong way round: True is taken for False.", lambda v: ~v)
        yield _rule("mask not used", f"{name} is not used: {result} if it is True everywhere.", torch.ones_like)
        yield _rule("mask not used", f"{name} is not used: {result} if it is False everywhere.", torch.zeros_like)
    elif example.is_floating_point():
        yield _rule("argument not used", f"{name} is not used: {result} if all its numbers are 0.", torch.zeros_like)
        yield _rule("argument not used", f"{name} is not used: {result} if all its numbers are 1.", torch.ones_like)
        yield _rule("argument with the wrong sign", f"{name} has the wrong sign on its way in.", lambda v: -v)
        yield _rule("argument squared", f"{name} is squared on its way in.", lambda v: v * v)
        yield _rule("absolute value of an argument", f"The signs of {name} are lost on the way in.", torch.abs)
        yield _rule("exponential of an argument", f"e to the power of {name} stands where {name} belongs.", torch.exp)
        yield _rule("logarithm of an argument", f"The logarithm of {name} stands where {name} belongs.", torch.log)
        yield _rule("root of an argument", f"The root of {name} stands where {name} belongs.", torch.sqrt)
    else:
        yield _rule("off by one", f"1 is added to {name} on its way in.", lambda v: v + 1)
        yield _rule("off by one", f"1 is subtracted from {name} on its way in.", lambda v: v - 1)
    if example.dim() >= 2:
        text = f"{name} is transposed, and is not to be: its last two axes are exchanged."
        yield _rule("argument transposed", text, lambda v: v.transpose(-1, -2))
    for axis in range(-1, -example.dim() - 1, -1):
        yield from _along_axis(name, axis, example.is_floating_point())


def _along_axis(name: str, axis: int, floating: bool) -> Iterator[tuple]:
    along = f"along its {axis_name(axis)} axis"
    yield _rule("argument reversed", f"{name} is read in reverse order {along}.", lambda v: v.flip(axis))
    for by, words in ((1, "late"), (-1, "early")):
        text = f"{name} is read one place too {words} {along}."
        yield _rule("argument shifted by one", text, lambda v, b=by: v.roll(b, axis))
    for place, word in ((0, "first"), (-1, "last")):
        text = f"Only the {word} entry of {name} {along} is used, for all of them."
        yield _rule(
            "one entry for all", text, lambda v, p=place: v.select(axis, p).unsqueeze(axis).expand_as(v).clone()
        )
    if floating:
        text = f"The mean of {name} {along} is used for all its entries."
        yield _rule("mean for all", text, lambda v: v.mean(axis, keepdim=True).expand_as(v).clone())
        yield _rule("softmax of an argument", f"A softmax is taken of {name} {along} first.", lambda v: v.softmax(axis))
        text = f"{name} is divided by its sum {along} first."
        yield _rule("argument normalised", text, lambda v: v / v.sum(axis, keepdim=True))


def _of_number(name: str) -> Iterator[tuple]:
    for change, words in (
        (lambda v: v + 1, f"{name} + 1"),
        (lambda v: v - 1, f"{name} − 1"),
        (lambda v: v * 2, f"2 · {name}"),
        (lambda v: v / 2, f"half of {name}"),
        (lambda v: v // 2, f"half of {name}"),
        (lambda v: -v, f"−{name}"),
        (lambda v: v * v, f"{name}²"),
        (lambda v: v**0.5, f"√{name}"),
        (lambda v: 1 / v, f"1 / {name}"),
        (lambda v: 1 - v, f"1 − {name}"),
    ):
        yield _rule("a number changed", f"This is what comes out with {words} in place of {name}.", change)
    for constant in (0, 1, 2, 0.5, 1e-5, 1e-6, 1e-8, 1e-12, 0.1, 0.9, 0.999, 10_000, -1):
        text = f"{name} is not used: this is what comes out if it is {constant:,} in every case."
        yield _rule("argument not used", text, lambda v, c=constant: type(v)(c) if type(v)(c) == c else c)


def _of_list(name: str, example: list | tuple) -> Iterator[tuple]:
    yield _rule("list reversed", f"{name} is read from back to front.", lambda v: type(v)(reversed(v)))
    yield _rule("first item skipped", f"The first item of {name} is not used.", lambda v: v[1:])
    yield _rule("last item skipped", f"The last item of {name} is not used.", lambda v: v[:-1])
    yield _rule("only the first item", f"Only the first item of {name} is used.", lambda v: v[:1])
    yield _rule("only the last item", f"Only the last item of {name} is used.", lambda v: v[-1:])
    if example and all(isinstance(item, Tensor) and item.dim() >= 2 for item in example):
        text = f"The tensors in {name} are transposed, and are not to be."
        yield _rule("argument transposed", text, lambda v: type(v)(item.transpose(-1, -2) for item in v))
    if example and all(callable(item) for item in example):
        for i in range(len(example)):
            text = f"{name}[{i}] stands where each of {name} belongs."
            yield _rule("one function for all", text, lambda v, i=i: type(v)(v[i] for _ in v))
        for i, j in itertools.combinations(range(len(example)), 2):
            text = f"{name}[{i}] and {name}[{j}] are exchanged."
            yield _rule("functions exchanged", text, lambda v, i=i, j=j: _exchange(i, j)(tuple(v)))
        for i in range(len(example)):
            text = f"{name}[{i}] is not used."
            yield _rule("function not used", text, lambda v, i=i: (*v[:i], _first, *v[i + 1 :]))


def _first(value: Any, *rest: Any) -> Any:
    """In place of a function that is left out."""
    return value


def _of_function(name: str) -> Iterator[tuple]:
    yield _rule("function not used", f"{name} is not used: its argument passes as it is.", lambda v: _first)
    text = f"What {name} returns is not used: this is what comes out if it returns 0."
    yield _rule("function not used", text, lambda v: lambda x, *rest: torch.zeros_like(x))
    yield _rule("applied twice", f"{name} is applied twice.", lambda v: lambda x, *rest: v(v(x, *rest), *rest))
