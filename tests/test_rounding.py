"""``about``: a measured number, rounded, marked, and left out of the comparison of a notebook's outputs."""

import re

import hypothesis
import numpy as np
import pytest
import torch
from commands import ROOT
from hypothesis import strategies
from nbformat.v4 import new_code_cell, new_notebook
from notebook_sample import store, stream
from test_notebook_tools import nbval

from transformer_lab import about

REGEX = re.search(r"\[measured numbers\]\nregex: (.*)\n", (ROOT / "tests/nbval.cfg").read_text("ascii"))[1]


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (0.8012, "≈ 0.80"), (1234, "≈ 1,200"), (0.00012, "≈ 1.2 × 10⁻⁴"), (-3.14159, "≈ −3.1"), (99.7, "≈ 100"),
        (0.996, "≈ 1.0"), (0, "≈ 0"), (1e6, "≈ 1.0 × 10⁶"), (999_999, "≈ 1.0 × 10⁶"), (949_999, "≈ 950,000"),
        (1e-3, "≈ 0.0010"), (9.99e-4, "≈ 0.0010"), (9.9e-4, "≈ 9.9 × 10⁻⁴"), (-2.5e-12, "≈ −2.5 × 10⁻¹²"), (17, "≈ 17"),
    ],
)  # fmt: skip
def test_two_significant_digits(number, wanted):
    assert about(number) == wanted


def test_other_digits_and_per_cent():
    assert about(1234.5, 1) == "≈ 1,000"
    assert about(1234.5, 6) == "≈ 1,234.50"
    assert about(0.9234, percent=True) == "≈ 92 %"
    assert about(0.9984, 3, percent=True) == "≈ 99.8 %"


@pytest.mark.parametrize("number", [torch.tensor(0.8012), torch.tensor([0.8012]), np.float32(0.8012), np.array(0.8012)])
def test_tensors_and_arrays_of_one_number(number):
    assert about(number) == "≈ 0.80"


@hypothesis.given(strategies.floats(allow_nan=False, allow_infinity=False, width=32), strategies.integers(1, 6))
def test_what_is_written_is_near_and_is_left_out_of_the_comparison(number, digits):
    written = about(number, digits)
    assert re.sub(REGEX, "about", f"loss {written} nats") == "lossaboutnats"
    assert re.fullmatch(REGEX, about(number, digits, percent=True))
    back = written.removeprefix("≈ ").replace(",", "").replace("−", "-")
    mantissa, _, power = back.partition(" × 10")
    power = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    assert float(f"{mantissa}e{power}") == pytest.approx(number, rel=0.51 * 10 ** (1 - digits), abs=0)


@pytest.mark.parametrize("number", ["0.8", True, None, torch.zeros(2), 1j])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(TypeError, match="number must be a number"):
        about(number)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), torch.tensor(-torch.inf)])
def test_what_is_not_finite_is_refused(number):
    with pytest.raises(ValueError, match="number must be finite, got"):
        about(number)


@pytest.mark.parametrize("digits", [0, 7, -1])
def test_digits_from_1_to_6(digits):
    with pytest.raises(ValueError, match=f"digits must be a whole number from 1 to 6, got {digits}"):
        about(0.5, digits)


def test_nbval_compares_what_stands_beside_a_measured_number_and_not_the_number(tmp_path):
    code = "from transformer_lab import about\nprint(f'loss {about(0.8012):>9} nats')\nprint(f'of {about(3e-5)}')"
    stored = stream("loss ≈ 1.2 × 10⁻⁴ nats\nof ≈ 31,000\n")
    cell = new_code_cell(code, execution_count=1, outputs=[stored])
    path = store(new_notebook(cells=[cell]), tmp_path)
    assert nbval(path, tmp_path)[0] == 0
    cell.outputs[0].text = "loss ≈ 0.80 bits\nof ≈ 31,000\n"
    assert nbval(store(new_notebook(cells=[cell]), tmp_path), tmp_path)[0] == 1
