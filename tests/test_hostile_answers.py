"""A check never raises: answers, results and errors that raise, never end or contain themselves get a sentence too."""

import collections
import fractions
import functools
import itertools
import math
import types

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from transformer_lab import check
from transformer_lab.checks.engine import guard
from transformer_lab.checks.engine.receiving import received
from transformer_lab.checks.exercise import Case, Exercise


def exercise(reference, gradients=False):
    """A small one, so that a verdict costs milliseconds."""
    numbers = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    return Exercise(
        "small", "00", "Small", 1, reference, lambda: [Case("three numbers", (numbers,))], [], gradients=gradients
    )


def double(x):
    return 2 * x


DOUBLE = exercise(double, gradients=True)
WANTED = {
    "tensor": DOUBLE,
    "numbers": exercise(lambda x: (2 * x).tolist()),
    "number": exercise(lambda x: float(x.sum())),
    "dictionary": exercise(lambda x: {"sum": x.sum(), 1: 2}),
    "set": exercise(lambda x: {1, 2}),
    "results": exercise(lambda x: (x, 2 * x, [1])),
    "truth": exercise(lambda x: True),
    "text": exercise(lambda x: "two"),
}


def fails(*names, error=RuntimeError, base=object, value=()):
    """An object of which these methods raise."""

    def failing(self, *arguments, **options):
        raise error("not me")

    return type("Hostile", (base,), dict.fromkeys(names, failing))(*value)


LOOKS = ("__eq__", "__bool__", "__len__", "__repr__", "__iter__", "__float__", "__index__", "__getattribute__")


class NoClass:
    @property
    def __class__(self):
        raise RuntimeError("no class")


class Classes(type):
    def __getattribute__(cls, name):
        raise RuntimeError("no attribute")


def of_a_hostile_class():
    return Classes("OfAHostileClass", (), {})()


class NoFunctions(Tensor):
    @classmethod
    def __torch_function__(cls, function, kinds, arguments=(), options=None):
        raise RuntimeError("no functions")


class NoArithmetic(Tensor):
    @staticmethod
    def __new__(cls):
        return torch.Tensor._make_wrapper_subclass(cls, (3,))

    @classmethod
    def __torch_dispatch__(cls, function, kinds, arguments=(), options=None):
        raise RuntimeError("no arithmetic")


class EndlessMapping(collections.abc.Mapping):
    def __iter__(self):
        return itertools.count()

    def __len__(self):
        return 1

    def __getitem__(self, key):
        return key


def holding_itself():
    found = [1]
    found.append(found)
    return found


def keyed_by_itself():
    found = {}
    found["self"] = found
    return found


def nested(depth):
    return functools.reduce(lambda inner, _: [inner], range(depth), [])


def unfolding():
    """Thirty lists that look like 2³⁰ numbers."""
    return functools.reduce(lambda inner, _: [inner, inner], range(30), [0])


RESULTS = {
    "a list in itself": (holding_itself, "returned a list that contains itself"),
    "a dictionary in itself": (keyed_by_itself, "returned a dictionary that contains itself"),
    "very deep": (lambda: nested(5_000), "more than 32 deep"),
    "many times the same": (unfolding, "10,000 items or more"),
    "raises when looked at": (lambda: fails(*LOOKS), "got a Hostile"),
    "exits when looked at": (lambda: fails(*LOOKS, error=SystemExit), "got a Hostile"),
    "interrupts when looked at": (lambda: fails(*LOOKS, error=KeyboardInterrupt), "got a Hostile"),
    "a class that raises": (NoClass, "got a NoClass"),
    "a class of such a class": (of_a_hostile_class, "got an OfAHostileClass"),
    "several in a list": (lambda: [NoClass(), fails(*LOOKS)], "expected"),
    "keys that raise": (lambda: {fails("__repr__", "__str__"): 1}, "expected"),
    "a list of its own kind": (lambda: fails("__iter__", "__len__", base=list, value=[[1]]), "expected"),
    "a dictionary of its own kind": (lambda: fails("__iter__", "items", base=dict, value=[{1: 2}]), "expected"),
    "a text of its own kind": (lambda: fails("__len__", "__eq__", base=str, value=["two?"]), "expected"),
    "a number of its own kind": (lambda: fails("__eq__", "__float__", base=int, value=[3]), "expected"),
    "a fraction of its own kind": (
        lambda: fails("__float__", base=fractions.Fraction, value=[1, 3]),
        "a Hostile that raises RuntimeError when it is looked at",
    ),
    "a mapping without an end": (EndlessMapping, "10,000 items or more"),
    "a generator without an end": (itertools.count, "10,000 items or more"),
    "a generator that raises": (lambda: (1 / 0 for _ in range(3)), "raised ZeroDivisionError"),
    "a module": (lambda: math, "expected"),
    "a network": (lambda: nn.Linear(2, 2), "expected"),
    "a tensor of its own kind": (lambda: torch.ones(4).as_subclass(NoFunctions), "expected"),
    "a tensor with its own arithmetic": (NoArithmetic, "a NoArithmetic, a tensor with an arithmetic of its own"),
    "one number, spread out": (lambda: torch.zeros(1).expand(10**12), "a tensor of shape [1000000000000]"),
    "one number, spread out, in NumPy": (
        lambda: np.broadcast_to(np.zeros(1), (10**12,)),
        "a NumPy array of shape [1000000000000]",
    ),
    "a tensor without numbers": (lambda: torch.empty(3, device="meta"), "a tensor on the device meta"),
    "a sparse tensor": (lambda: torch.eye(4).to_sparse(), "expected"),
    "a sparse tensor that is too large": (
        lambda: torch.sparse_coo_tensor([[0], [0]], [1.0], (10**6, 10**6), check_invariants=True),
        "a tensor of shape [1000000, 1000000]",
    ),
    "rows of unequal length": (
        lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
        "a nested tensor",
    ),
    "an array of such objects": (lambda: np.array([fails("__eq__", "__repr__"), 1], dtype=object), "expected"),
    "whole numbers beyond all floats": (lambda: [10**400] * 3, "expected"),
    "a fraction beyond all floats": (lambda: fractions.Fraction(10**400), "expected"),
    "half a character": (lambda: "\ud800 \0", "expected"),
}


@pytest.fixture(autouse=True)
def _no_diagnosis(monkeypatch):
    """How a wrong answer differs is looked for elsewhere, and takes a second each time."""
    monkeypatch.setattr("transformer_lab.checks.engine.trial.diagnose", lambda evidence: None)


@pytest.mark.parametrize("name", RESULTS)
def test_whatever_an_answer_returns_gets_a_sentence(name):
    make, words = RESULTS[name]
    for wanted, small in WANTED.items():
        result = small.check(lambda x: make())
        assert result.status == "wrong", wanted
        assert words in result.message, wanted
        assert (repr(result) + result._repr_html_()).encode(), wanted
        assert not set("\0\x1b") & set(repr(result)), wanted


def test_a_forbidden_look_does_not_hide_a_right_value():
    """What comes in another form, and is right, passes as before."""
    assert DOUBLE.check(lambda x: double(x).as_subclass(NoFunctions)).passed
    assert DOUBLE.check(lambda x: double(x).to_sparse()).passed
    assert WANTED["numbers"].check(lambda x: (float(2 * item) for item in x)).passed
    assert WANTED["dictionary"].check(lambda x: collections.OrderedDict({1: 2, "sum": x.sum()})).passed
    assert WANTED["numbers"].check(lambda x: np.array([2, 4, 6], dtype=object)).passed


class Unreadable(Exception):
    @property
    def __class__(self):
        raise RuntimeError("no class")


class Traceless(Exception):
    @property
    def __traceback__(self):
        raise RuntimeError("no traceback")


class Leaving(Exception):
    def __str__(self):
        raise SystemExit


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unreadable, "raised Unreadable, which cannot be read"),
        (Traceless, "raised Traceless, which cannot be read"),
        (Leaving, "raised Leaving: (its text cannot be read)"),
        (ValueError("\ud800\x1b[2J\0"), r"raised ValueError: \ud800\x1b[2J\x00"),
        (ValueError("x" * 10**6), "x …"),
        (ValueError(object()), "raised ValueError: <object object>"),
        (ExceptionGroup("several", [ValueError(1)]), "raised ExceptionGroup: several"),
        (GeneratorExit(), "raised GeneratorExit"),
    ],
    ids=["class", "traceback", "text", "control characters", "long", "address", "group", "exit"],
)
def test_whatever_an_answer_raises_is_told(error, words):
    def answer(x):
        double(x)
        raise error

    result = DOUBLE.check(answer)
    assert result.status == "wrong"
    assert words in result.message
    assert len(result.message) < 1_000


class Right:
    def __call__(self, x):
        return double(x)


class NoAttributes(Right):
    def __getattribute__(self, name):
        raise RuntimeError(f"no {name}")


class Exits(Right):
    def __getattribute__(self, name):
        raise SystemExit


class Asks(Right):
    def __getattr__(self, name):
        return getattr(self, name)


class Ends(Right):
    def __getattribute__(self, name):
        while True:
            pass


class Absent(Right, NoClass):
    pass


def written(**attributes):
    def answer(x):
        return double(x)

    vars(answer).update(attributes)
    return answer


def documented(text):
    answer = written()
    answer.__doc__ = text
    return answer


def wrapped_in_itself():
    answer = written()
    answer.__wrapped__ = answer
    return answer


def in_module(name):
    answer = written()
    answer.__module__ = name
    return answer


def names_hostile_things():
    """A function whose names stand for what cannot be looked at."""
    module = types.ModuleType("hostile")
    module.__getattr__ = lambda name: 1 / 0
    scope = {"double": double, "thing": NoAttributes(), "module": module}
    exec("def answer(x):\n    return double(x) if thing is not None else module.double(x)", scope)
    return scope["answer"]


# Made when they are needed: pytest looks at what stands in a module.
RIGHT = {
    "attributes raise": NoAttributes,
    "attributes exit": Exits,
    "attributes ask for themselves": Asks,
    "attributes do not end": Ends,
    "class raises": Absent,
    "partial": lambda: functools.partial(NoAttributes()),
    "method": lambda: types.MethodType(lambda owner, x: double(x), NoClass()),
    "wrapped in itself": wrapped_in_itself,
    "wraps what raises": lambda: written(__wrapped__=NoAttributes()),
    "signature raises": lambda: written(__signature__=NoAttributes()),
    "text raises": lambda: documented(fails("__ne__", "__eq__")),
    "module is a number": lambda: in_module(3),
    "module raises": lambda: in_module(NoAttributes()),
    "names": names_hostile_things,
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_passes_whatever_its_attributes_raise(name):
    assert DOUBLE.check(RIGHT[name]()).passed


def test_the_exercises_themselves_hold_too():
    """Those with a form of their own for results, which is made before anything else looks at them."""
    for name in ("top_p", "beam_step", "position_ids", "latest_copy_share"):
        for make, _ in (RESULTS["a list in itself"], RESULTS["raises when looked at"], RESULTS["several in a list"]):
            assert getattr(check, name)(lambda *_, make=make: make()).status == "wrong", name
    assert check.layer_norm(NoAttributes()).status == "wrong"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (NoClass, "a NoClass"),
        (lambda: fails(*LOOKS), "a Hostile"),
        (of_a_hostile_class, "an OfAHostileClass"),
        (holding_itself, "a list that contains itself"),
        (lambda: torch.zeros(2), "a tensor of shape [2]"),
    ],
)
def test_what_is_no_function_is_described(make, words):
    assert DOUBLE.check(make()).message == f"Give the function itself, without calling it; got {words}."


def test_an_error_of_the_engine_itself_becomes_a_sentence(monkeypatch):
    """Raised in the tests; a reader gets a verdict."""

    def broken():
        raise LookupError("no cases")

    faulty = Exercise("faulty", "00", "Faulty", 1, double, broken, [])
    with pytest.raises(LookupError):
        faulty.check(written())
    monkeypatch.setattr(guard, "STRICT", False)
    result = faulty.check(written())
    assert result.status == "wrong"
    assert "raised LookupError: no cases" in result.message


def test_what_is_plain_stays_as_it_is():
    value = (
        torch.ones(2),
        [1, 2.5, "a", None],
        {"a": {1, 2}, 2: frozenset({(1, 2)})},
        np.ones(2),
        np.float32(1.5),
        ...,
    )
    found = received(value)
    assert repr(found) == repr(value)
    assert found[0] is value[0]
    assert type(found[4]) is np.float32
    weight = nn.Parameter(torch.ones(2))
    assert received(weight).requires_grad
