import math

import pytest

from transformer_lab.schedules import constant, noam, staircase, warmup_cosine, warmup_stable_decay


@pytest.mark.parametrize(("d_model", "warmup", "factor"), [(512, 4000, 1.0), (1, 1, 1.0), (64, 100, 2.0)])
def test_noam_rises_linearly_and_falls_as_a_root(d_model, warmup, factor):
    rate = noam(d_model, warmup, factor)
    peak = factor / math.sqrt(d_model * warmup)
    assert rate(warmup) == pytest.approx(peak, rel=1e-12)
    for step in {1, max(1, warmup // 2), warmup}:
        assert rate(step) == pytest.approx(peak * step / warmup, rel=1e-12)
    for step in (warmup, 4 * warmup, 100 * warmup):
        assert rate(step) == pytest.approx(peak * math.sqrt(warmup / step), rel=1e-12)
    assert max(range(1, 3 * warmup), key=rate) == warmup


@pytest.mark.parametrize("floor", [0.0, 0.1])
def test_warmup_cosine_at_its_landmarks(floor):
    rate = warmup_cosine(0.5, 10, 50, floor)
    assert rate(1) == pytest.approx(0.05)
    assert rate(5) == pytest.approx(0.25)
    assert rate(10) == 0.5
    assert rate(20) == pytest.approx(floor + (0.5 - floor) * (1 + math.sqrt(0.5)) / 2)
    assert rate(30) == pytest.approx((0.5 + floor) / 2)
    assert rate(50) == rate(51) == rate(1000) == pytest.approx(floor)
    rates = [rate(step) for step in range(1, 60)]
    assert max(rates) == rates[9]
    assert rates[9:] == sorted(rates[9:], reverse=True)


@pytest.mark.parametrize("floor", [0.0, 0.1])
def test_warmup_stable_decay_at_its_landmarks(floor):
    rate = warmup_stable_decay(0.5, 10, 50, 20, floor)
    assert rate(1) == pytest.approx(0.05)
    assert rate(10) == rate(11) == rate(30) == 0.5
    assert rate(40) == pytest.approx((0.5 + floor) / 2)
    assert rate(50) == rate(51) == rate(1000) == pytest.approx(floor)
    longer = warmup_stable_decay(0.5, 10, 500, 20, floor)
    assert [rate(step) for step in range(1, 31)] == [longer(step) for step in range(1, 31)], "the end is not felt"
    assert warmup_stable_decay(1.0, 2, 3, 1)(3) == 0


def test_staircase_drops_every_so_many_steps():
    rate = staircase(8.0, 0.5, 3)
    assert [rate(step) for step in range(1, 11)] == [8, 8, 8, 4, 4, 4, 2, 2, 2, 1]


def test_constant():
    assert [constant(0.1)(step) for step in (1, 2, 10**9)] == [0.1] * 3


@pytest.mark.parametrize(
    "rate", [noam(4, 2), warmup_cosine(1.0, 2, 4), warmup_stable_decay(1.0, 2, 4, 2), staircase(1.0, 0.5, 2)]
)
@pytest.mark.parametrize("step", [0, -3])
def test_steps_count_from_one(rate, step):
    with pytest.raises(ValueError, match=f"step counts from 1, got {step}"):
        rate(step)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: noam(0, 4), "d_model must be at least 1, got 0"),
        (lambda: noam(4, 0), "warmup must be at least 1, got 0"),
        (lambda: warmup_cosine(1.0, 0, 4), "warmup must be at least 1, got 0"),
        (lambda: warmup_cosine(1.0, 4, 4), "total must be more than warmup = 4 steps, got 4"),
        (lambda: warmup_stable_decay(1.0, 0, 4, 2), "warmup must be at least 1, got 0"),
        (lambda: warmup_stable_decay(1.0, 2, 4, 0), "decay must be at least 1, got 0"),
        (lambda: warmup_stable_decay(1.0, 2, 4, 3), "total must be at least warmup \\+ decay = 5 steps, got 4"),
        (lambda: staircase(1.0, 0.5, 0), "every must be at least 1, got 0"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
