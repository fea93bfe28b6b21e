"""How an answer is judged whoever wrote it: any callable, plain forms, errors, loops, forbidden ways, drawings."""

import dataclasses
import functools
import importlib
import math
import random
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from right_answers import ANOTHER_WAY
from torch import nn

from transformer_lab import attention, check, normalization
from transformer_lab.checks import EXERCISES
from transformer_lab.checks.engine.comparing import difference
from transformer_lab.checks.engine.guard import TimeUp, attempt
from transformer_lab.checks.engine.settings import settled
from transformer_lab.checks.exercise import Case, Exercise, Mistake


def single_head(x, w_q, w_k, w_v):
    return ((x @ w_q) @ (x @ w_k).mT / w_q.shape[-1] ** 0.5).softmax(-1) @ (x @ w_v)


def abstaining_head(x, w_q, w_k, w_v):
    scores = (x @ w_q) @ (x @ w_k).mT / w_q.shape[-1] ** 0.5
    return F.pad(scores, (0, 1)).softmax(-1)[..., :-1] @ (x @ w_v)


def with_option(keys):
    """One more key or value, of zeros."""
    return F.pad(keys, (0, 0, 0, 1))


# Any callable ---------------------------------------------------------------------------------------------------------
class Head(nn.Module):
    def forward(self, x, w_q, w_k, w_v):
        return abstaining_head(x, w_q, w_k, w_v)


class Caller:
    def __call__(self, *arguments):
        return abstaining_head(*arguments)


@pytest.mark.parametrize(
    "answer",
    [Head(), Caller(), Caller().__call__, functools.partial(abstaining_head), lambda *a: abstaining_head(*a)],
    ids=["module", "class", "method", "partial", "star"],
)
def test_any_callable_is_an_answer(answer):
    assert check.abstaining_head(answer).passed


def test_a_vectorised_answer_passes():
    def weighted(scores, keys, values):
        return scores.softmax(-1) @ values

    batched = lambda s, k, v: torch.vmap(weighted)(s, k, v) if s.dim() == 3 else weighted(s, k, v)  # noqa: E731
    assert check.weighted_sum(batched).passed


@pytest.mark.parametrize("name", EXERCISES)
def test_an_answer_behind_a_wrapper_is_judged_as_without(name):
    assert check.__getattr__(name)(lambda *arguments: ANOTHER_WAY[name](*arguments)).passed


@pytest.mark.parametrize("builtin", [max, len, print, dict])
def test_a_builtin_is_judged(builtin):
    assert not check.equal_width(builtin).passed


# Gradients ------------------------------------------------------------------------------------------------------------
WEIGHTED = dataclasses.replace(EXERCISES["weighted_sum"], gradients=True)


def through_numpy(scores, keys, values):
    weights = np.exp(scores.numpy() - scores.numpy().max(-1, keepdims=True))
    return torch.from_numpy(weights / weights.sum(-1, keepdims=True) @ values.numpy())


def test_a_wrong_answer_in_numpy_is_told_both_its_mistake_and_that_no_gradient_arrives():
    def over_the_last_axis(x, weight, bias, eps):
        x, weight, bias = x.numpy(), weight.numpy(), bias.numpy()
        centred = x - x.mean(-1, keepdims=True)
        return torch.from_numpy(centred / np.sqrt((centred**2).mean(-1, keepdims=True) + eps) * weight + bias)

    result = check.layer_norm(over_the_last_axis)
    assert result.mistake == "last axis alone"
    assert result.message.endswith("Besides, it leaves torch for numpy, where no gradient comes back from.")
    assert "numpy" not in check.layer_norm(lambda x, weight, bias, eps: x).message


def test_an_answer_in_numpy_is_told_that_no_gradient_arrives():
    result = WEIGHTED.check(through_numpy)
    assert result.mistake == "no gradient"
    assert "numpy" in result.message


def test_gradients_are_compared_although_they_are_switched_off():
    def detached(scores, keys, values):
        return scores.detach().softmax(-1) @ values

    with torch.no_grad():
        assert WEIGHTED.check(detached).mistake == "no gradient"
    with torch.inference_mode():
        assert WEIGHTED.check(detached).mistake == "no gradient"
        assert WEIGHTED.check(ANOTHER_WAY["weighted_sum"]).passed


def test_a_wrong_gradient_is_told_with_its_argument():
    def half(scores, keys, values):
        return scores.softmax(-1) @ (values / 2 + values.detach() / 2)

    result = WEIGHTED.check(half)
    assert (result.status, result.mistake) == ("wrong", "gradient cut off")
    assert "gradient of values" in result.message


# Errors, exits, loops -------------------------------------------------------------------------------------------------
def exits(*arguments):
    sys.exit("enough")


def interrupts(*arguments):
    raise KeyboardInterrupt


def recurses(*arguments):
    return recurses(*arguments)


class Unreadable(Exception):
    def __str__(self):
        raise RuntimeError("not even my text")


def unreadable(*arguments):
    raise Unreadable


@pytest.mark.parametrize(
    ("answer", "words"),
    [(exits, "SystemExit"), (interrupts, "KeyboardInterrupt"), (recurses, "calls itself"), (unreadable, "Unreadable")],
)
def test_whatever_an_answer_raises_becomes_a_sentence(answer, words):
    result = check.sinusoids_at(answer)
    assert result.status == "wrong"
    assert words in result.message


def test_a_missing_kernel_is_no_stub():
    """torch raises NotImplementedError for a boolean & a float mask."""
    result = check.corrupt_tokens(lambda tokens, chosen, fate, drawn, mask_id: tokens * (chosen & fate < 0.8))
    assert result.status == "wrong"
    assert "bitwise_and" in result.message


def test_a_missing_kernel_above_a_forgotten_raise_is_no_stub():
    def half_written(scores, mask, k):
        return (scores.long().softmax(-1) * mask).float()
        raise NotImplementedError

    assert check.masked_softmax(half_written).status == "wrong"


def endless(*arguments):
    while True:
        pass


def test_an_endless_loop_ends_in_a_sentence():
    result = check.receptive_field(endless)
    assert (result.status, result.mistake) == ("wrong", "does not end")
    assert "loop" in result.message


def in_a_process_of_its_own(program):
    """With the stop key as Python has it; a shell that starts this in its background has it ignored."""
    program = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n{program}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=True)
    return done.stdout.split()


def test_a_loop_that_catches_everything_ends_too():
    """Away from coverage: in code that CPython 3.11 traces, two exceptions at once arrive as one."""
    program = """
from transformer_lab.checks import check
def stubborn(*arguments):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
print(check.receptive_field(stubborn).mistake)
"""
    assert in_a_process_of_its_own(program) == ["does", "not", "end"]


def test_a_loop_in_another_thread_ends_too():
    found = []
    thread = threading.Thread(target=lambda: found.append(attempt(endless, 0.1)))
    thread.start()
    thread.join()
    assert isinstance(found[0], TimeUp)


def test_the_frames_of_a_running_thread_are_not_read(monkeypatch):
    """CPython 3.11 hands out what is no frame, rarely, or crashes, where they are."""
    read = []
    monkeypatch.setattr(sys, "_current_frames", lambda: read.append(True) or {})
    assert isinstance(attempt(endless, 0.1), TimeUp)
    assert not read


def test_an_import_does_not_count(tmp_path, monkeypatch):
    busy = "import time\nbegun = time.thread_time()\nwhile time.thread_time() < begun + 0.5:\n    pass\n"
    (tmp_path / "slow_to_import.py").write_text(busy)
    monkeypatch.syspath_prepend(tmp_path)
    assert attempt(lambda: importlib.import_module("slow_to_import"), 0.1) is None
    assert isinstance(attempt(lambda: exec(busy, {}), 0.1), TimeUp)


@pytest.mark.parametrize("answer", ["int", "endless"])
def test_code_that_a_debugger_or_coverage_traces_ends_as_well(answer):
    program = f"""
import sys
from transformer_lab.checks.engine.guard import attempt
def endless():
    while True:
        pass
def follow(frame, event, argument):
    return follow
sys.settrace(follow)
error = attempt({answer}, 0.1)
sys.settrace(None)
print(type(error).__name__)
"""
    assert in_a_process_of_its_own(program) == ["TimeUp" if answer == "endless" else "NoneType"]


def test_the_readers_own_stop_passes_through():
    program = """
import signal, threading
from transformer_lab.checks.engine.guard import attempt
begun = threading.Event()
def endless():
    begun.set()
    while True:
        pass
def press_stop():
    begun.wait()
    signal.raise_signal(signal.SIGINT)
threading.Thread(target=press_stop).start()
try:
    attempt(endless, 60)
except KeyboardInterrupt:
    print("stopped", signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""
    assert in_a_process_of_its_own(program) == ["stopped", "True"]


# Settings -------------------------------------------------------------------------------------------------------------
def test_settings_are_put_back_and_do_not_matter():
    def meddles(positions, d_model):
        torch.set_default_dtype(torch.float16)
        torch.set_grad_enabled(False)
        torch.set_printoptions(precision=1)
        torch.manual_seed(3)
        random.seed(3)
        np.random.seed(3)
        np.set_printoptions(precision=1)
        warnings.simplefilter("error")
        sys.setrecursionlimit(4321)
        return ANOTHER_WAY["sinusoids_at"](positions, d_model).float()

    def state():
        numpy = np.random.get_state()[1].tolist(), np.get_printoptions()["precision"]
        shown = str(torch.tensor(1 / 3)), len(warnings.filters), sys.getrecursionlimit()
        return torch.get_rng_state().tolist(), random.getstate(), *numpy, *shown

    torch.set_default_dtype(torch.float64)
    before = state()
    check.sinusoids_at(meddles)
    assert torch.get_default_dtype() == torch.float64
    assert torch.is_grad_enabled()
    assert state() == before
    assert check.sinusoids_at(ANOTHER_WAY["sinusoids_at"]).passed


def test_random_answers_are_judged_the_same_each_time():
    def noisy(positions, d_model):
        return torch.rand(*positions.shape, d_model)

    assert repr(check.sinusoids_at(noisy)) == repr(check.sinusoids_at(noisy))


def test_settled_undoes_what_an_exception_leaves():
    def fails():
        with settled():
            torch.set_default_dtype(torch.float64)
            raise ValueError("out")

    with pytest.raises(ValueError, match="out"):
        fails()
    assert torch.get_default_dtype() == torch.float32


# Plain forms ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (torch.tensor(3), 3),
        (torch.tensor([2.5]), 2.5),
        (2.5, torch.tensor(2.5)),
        (np.float64(2.5), torch.tensor(2.5)),
        (torch.tensor([1, 2], dtype=torch.int32), torch.tensor([1, 2])),
        (torch.tensor([0.5], dtype=torch.float64), torch.tensor([0.5])),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        ((1, 2), [1, 2]),
        (torch.ones(2, 3), (torch.ones(3), torch.ones(3))),
        ({(np.int64(1), np.int32(2))}, {(1, 2)}),
        (np.bool_(True), True),
    ],
)
def test_the_same_values_in_another_form_are_the_same(got, want):
    assert difference(got, want, 1e-6) is None


def test_a_set_of_tensors_is_not_the_set_of_their_numbers():
    """A tensor equals no other member of a set, so that nothing made of them could be compared with gold."""
    assert "got tensors" in str(difference({(1, torch.tensor(2))}, {(1, 2)}, 1e-6))


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        (np.array([1, 2]), [1, 3], "place 1"),
        (np.array([1, 2]), "text", "expected 'text'"),
        ((torch.ones(1), torch.zeros(1)), (torch.ones(1), torch.ones(1)), "in the second of the 2 results"),
        (([1, 2], [3, 4]), ([1, 2], [3, 5]), "second of the 2 results (the first is right), at place 1"),
        (torch.tensor([True, False]), torch.tensor([True, True]), "expected True at [1], got False"),
        (torch.ones(2), torch.ones(2, dtype=torch.bool), "dtype torch.bool"),
        (3, True, "expected True"),
        ([(0, 1)], {(0, 1)}, "expected a set"),
        ({(0, 1), (1, 1)}, {(0, 1), (2, 2)}, "missing (2, 2), too many (1, 1)"),
        (torch.ones(2, dtype=torch.complex64), torch.ones(2), "real"),
    ],
)
def test_a_difference_says_where_and_what(got, want, words):
    assert words in str(difference(got, want, 1e-6))


def test_right_in_float32_passes_with_a_note():
    def fold(x, num_heads):
        batch, length, d_model = x.shape
        out = torch.zeros(batch * num_heads, length, d_model // num_heads)
        for i in range(num_heads):
            out[i::num_heads] = x[:, :, i * d_model // num_heads : (i + 1) * d_model // num_heads]
        return out

    def through_eyes(jacobians):
        out = torch.eye(len(jacobians[0]))
        for jacobian in jacobians:
            out = (torch.eye(len(jacobian)) + jacobian) @ out
        return out

    case = Case("two jacobians", ([torch.rand(3, 3, dtype=torch.float64) for _ in range(2)],))
    jacobian = dataclasses.replace(EXERCISES["residual_jacobian"], cases=lambda: [case])
    for result in (check.fold_heads(fold), jacobian.check(through_eyes)):
        assert result.passed
        assert result.note == "right in float32"
        assert "float32" in result.message


def test_right_in_16_bits_is_not_right():
    assert not check.fold_heads(lambda x, n: ANOTHER_WAY["fold_heads"](x.half(), n)).passed


def test_wrong_in_float32_stays_wrong():
    def wrong(jacobians):
        out = torch.eye(len(jacobians[0]))
        for jacobian in jacobians:
            out = jacobian @ out
        return out

    assert not check.residual_jacobian(wrong).passed


def test_an_argument_changed_in_place_is_seen_behind_a_wrapper():
    right = EXERCISES["head_importance"].reference
    result = check.head_importance(lambda *a: (right(*a), a[1].zero_())[0])
    assert result.mistake == "changed in place"
    assert "new tensor" in result.message
    assert "new list" in check.shift_right(lambda t, bos, eos: ([bos, *t], t.append(eos) or t)).message


# Forbidden ways -------------------------------------------------------------------------------------------------------
FORBIDDEN = [
    ("layer_norm", lambda x, w, b, e: F.layer_norm(x, w.shape, w, b, e)),
    ("layer_norm", lambda x, w, b, e: torch.layer_norm(x, w.shape, w, b, e)),
    ("layer_norm", lambda x, w, b, e: torch.native_layer_norm(x, w.shape, w, b, e)[0]),
    ("layer_norm", lambda x, w, b, e: torch.ops.aten.native_layer_norm(x, w.shape, w, b, e)[0]),
    (
        "layer_norm",
        lambda x, w, b, e: torch.func.functional_call(nn.LayerNorm(w.shape, eps=e), {"weight": w, "bias": b}, x),
    ),
    ("layer_norm", normalization.layer_norm),
    ("layer_norm", lambda *a: normalization.layer_norm(*a)),
    ("layer_norm", EXERCISES["layer_norm"].reference),
    (
        "abstaining_head",
        lambda x, q, k, v: F.scaled_dot_product_attention(x @ q, with_option(x @ k), with_option(x @ v)),
    ),
    (
        "abstaining_head",
        lambda x, q, k, v: attention.scaled_dot_product_attention(x @ q, with_option(x @ k), with_option(x @ v))[0],
    ),
    ("query_gradient", lambda q, k, g: torch.func.vjp(lambda q: (k @ q / len(q) ** 0.5).softmax(0), q)[1](g)[0]),
    ("query_gradient", lambda q, k, g: torch.func.jacrev(lambda q: (k @ q / len(q) ** 0.5).softmax(0))(q).mT @ g),
    (
        "query_gradient",
        lambda q, k, g: g @ torch.autograd.functional.jacobian(lambda q: (k @ q / len(q) ** 0.5).softmax(0), q),
    ),
    ("divergence", lambda z, y: F.kl_div(z.log_softmax(-1), y, reduction="none").sum(-1)),
    ("divergence", lambda z, y: nn.KLDivLoss(reduction="none")(z.log_softmax(-1), y).sum(-1)),
    ("grouped_queries", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, enable_gqa=True)),
    ("grouped_queries", EXERCISES["grouped_queries"].reference),
]


@pytest.mark.parametrize(("name", "answer"), FORBIDDEN)
def test_a_forbidden_way_is_refused(name, answer):
    result = check.__getattr__(name)(answer)
    assert result.mistake == "forbidden"
    assert EXERCISES[name].forbidden[0].words in result.message


def test_a_loop_over_the_heads_is_refused_where_the_text_forbids_it():
    def looped(x, y, w_q, w_k, w_v, w_o, num_heads, real):
        parts = zip(*(w.chunk(num_heads, dim=1) for w in (w_q, w_k, w_v)), strict=True)
        heads = [F.scaled_dot_product_attention(x @ q, y @ k, y @ v, attn_mask=real[:, None]) for q, k, v in parts]
        return torch.cat(heads, dim=-1) @ w_o

    assert check.many_heads_across(looped).mistake == "forbidden"


def test_what_the_text_does_not_forbid_is_allowed():
    assert check.normalization_axes(ANOTHER_WAY["normalization_axes"]).passed
    the_softmax = Exercise(
        name="the_softmax",
        notebook="18_sequence_masking",
        title="The softmax",
        difficulty=1,
        reference=lambda scores, mask: (scores.exp() * mask) / (scores.exp() * mask).sum(-1, keepdim=True),
        cases=lambda: [Case("2 keys of 3", (torch.tensor([[0.0, 1.0, 2.0]]), torch.tensor([True, False, True])))],
        mistakes=[],
    )
    result = the_softmax.check(attention.masked_softmax)
    assert result.passed
    assert result.note == "not your own"


# Drawings -------------------------------------------------------------------------------------------------------------
def test_wanted_and_got_are_drawn_side_by_side():
    result = check.abstaining_head(lambda *arguments: abstaining_head(*arguments) ** 2)
    lines = repr(result).splitlines()
    assert "wanted" in lines[3]
    assert "got (* differs)" in lines[3]
    assert "*" in lines[4]
    page = result._repr_html_()
    assert page.count("<caption") == 2
    assert '<th scope="row">0</th>' in page
    assert "differs" in page


def test_a_stub_and_a_right_answer_look_as_ever():
    stub = check.abstaining_head(lambda x, w_q, w_k, w_v: ...)
    assert repr(stub) == "○ Not attempted yet: A head that may abstain\n  " + stub.message
    assert "<table" not in check.abstaining_head(ANOTHER_WAY["abstaining_head"])._repr_html_()


# A new mistake --------------------------------------------------------------------------------------------------------
def test_a_mistake_is_added_by_one_function():
    exercise = Exercise(
        name="double",
        notebook="00",
        title="Double",
        difficulty=1,
        reference=lambda x: 2 * x,
        cases=lambda: [Case("three", (3,)), Case("five", (5,))],
        mistakes=[],
    )

    @exercise.mistake("squared", "This squares: add the number to itself.")
    def squared(x):
        return x * x

    assert exercise.mistakes == [Mistake("squared", "This squares: add the number to itself.", squared)]
    assert exercise.check(lambda x: math.prod([x, x])).mistake == "squared"


# What a text says of its own ------------------------------------------------------------------------------------------
def test_exactly_zero_means_zero():
    def nearly(scores, lengths):
        hidden = torch.arange(scores.shape[-1]) >= lengths[:, None, None]
        scores = torch.cat([scores.masked_fill(hidden, -50.0), 0 * scores[..., :1]], dim=-1)
        return scores.softmax(-1)[..., :-1]

    result = check.key_padding(nearly)
    assert result.status == "wrong"
    assert "exactly 0" in result.message


def test_a_dtype_that_the_text_names_is_wanted():
    unnamed = dataclasses.replace(EXERCISES["sinusoids_at"], mistakes=[])
    result = unnamed.check(lambda *a: ANOTHER_WAY["sinusoids_at"](*a).double())
    assert result.mistake == "wrong dtype"
    assert check.alibi_bias(lambda *a: ANOTHER_WAY["alibi_bias"](*a).double()).passed


def test_a_number_is_enough_where_no_gradient_is_asked_for():
    assert check.anisotropy(lambda x, words: ANOTHER_WAY["anisotropy"](x, words).item()).passed


def test_an_index_that_stays_is_no_proof_that_an_argument_is_not_used():
    def mixed(log_probabilities, lengths, alpha):
        scores = [p / (alpha * (3 + n) / 4 + 1 - alpha) for p, n in zip(log_probabilities, lengths, strict=True)]
        return scores.index(max(scores))

    result = check.length_penalty(mixed)
    assert not result.passed
    assert result.mistake != "argument not used"


def test_weights_are_asked_for_and_not_what_they_would_return():
    """`exactly_one` runs the network that an answer returns; the numbers themselves are no network."""
    wanted = EXERCISES["exactly_one"].reference
    assert "W_1, b_1, W_2, b_2" in check.exactly_one(lambda n: wanted(n)).message
    hinges = torch.tensor([0.0, -1, -2]), torch.tensor([1.0, -2, 1]), torch.zeros(1)
    assert check.exactly_one(lambda n: (torch.ones(n, 3), *hinges)).passed
    assert check.exactly_one(lambda n: (torch.ones(n, 2), *(part[:2] for part in hinges))).mistake == (
        "two units for any number"
    )
