"""What the browser writes and colours, Python does too: one file, which the browser's tests read as well."""

import importlib.util
import json
from pathlib import Path

import pytest
import torch

from transformer_lab.views import AttentionView
from transformer_lab.views.common import drawing, numbers

FIXTURES = Path(__file__).parents[1] / "views_js" / "fixtures"


def test_the_file_that_both_sides_read_is_what_python_says_now():
    spec = importlib.util.spec_from_file_location("make_twins", FIXTURES / "make_twins.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert json.loads(json.dumps(maker.twins())) == json.loads((FIXTURES / "twins.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1 / 8, 2, "0.13"),
        (-1 / 8, 2, "−0.13"),
        (2.5, 0, "3"),
        (1.005, 2, "1.00"),
        (9999.995, 2, "10,000.00"),
        (-0.0, 2, "0.00"),
    ],
)
def test_a_tie_is_rounded_away_from_zero(value, digits, text):
    assert numbers.said(value, digits) == text


def test_an_attention_of_one_eighth_reads_alike_in_picture_and_words():
    view = AttentionView(torch.tensor([[0.125, 0.875], [0.5, 0.5]]), ["a", "b"])
    view.query, view.key = 0, 0
    [axes, *_] = view.figure().axes
    [written] = [each for each in axes.collections if isinstance(each, drawing.CellNumbers)]
    assert "0.13" in written.texts
    assert "a → b 0.88" in view.alt_text()
    assert drawing.shown is numbers.shown
