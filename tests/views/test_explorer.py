"""Explorer in Python: controls, panels, states computed ahead, errors, exports. The browser has tests of its own."""

import itertools
import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from explorer_samples import DEMOS, HOSTILE, clipping_view, logits_view, simplex_view, zoo_view

from transformer_lab.views import (
    Bars,
    Cells,
    Choice,
    Explorer,
    Heat,
    Lines,
    Numbers,
    Points,
    Slider,
    Table,
    Text,
    TextField,
    Toggle,
)
from transformer_lab.views.common import drawing
from transformer_lab.views.explorer import frames
from transformer_lab.views.explorer.panels import encode


def bars(n=1, **_):
    return Bars([n, -n], ["a", "b"], title="Bars")


def view(*controls, compute=bars, **options):
    return Explorer(compute, *controls or (Slider("n", 0, 5, 1),), **{"title": "Small", "alt": "Two bars.", **options})


def unpack(frames, index):
    """The inverse of frames.pack, as compute.js has it."""
    number, *leaves = frames["frames"][index]

    def fill(value):
        if isinstance(value, list):
            return [fill(each) for each in value]
        if not isinstance(value, dict):
            return value
        return frames["pool"][leaves[value["$"]]] if "$" in value else {key: fill(each) for key, each in value.items()}

    return fill(frames["templates"][number])


# Controls


@pytest.mark.parametrize(
    ("slider", "positions"),
    [
        (Slider("n", 0, 3, 1), [0, 1, 2, 3]),
        (Slider("n", 0.0, 1.0, 0.25), [0.0, 0.25, 0.5, 0.75, 1.0]),
        (Slider("n", 0, 1, 0.3), [0.0, 0.3, 0.6, 0.9]),
        (Slider("n", 0.01, 1, 1, log=True), [0.01, 0.1, 1.0]),
        (Slider("n", 1e-12, 5e-12, 1e-12), [1e-12, 2e-12, 3e-12, 4e-12, 5e-12]),
        (Slider("n", 0.0, 3e-300, 1e-300), [0.0, 1e-300, 2e-300, 3e-300]),
        (Slider("n", -1e308, 1e308, 1e308), [-1e308, 0.0, 1e308]),
        (Slider("n", 1e9, 1e9 + 0.002, 0.001), [1e9, 1e9 + 0.001, 1e9 + 0.002]),
        (Slider("n", np.float64(0.1), np.float64(0.3), np.float64(0.1)), [0.1, 0.2, 0.3]),
        (Slider("n", 0, 1.0, 1 / 3), [0.0, 1 / 3, 2 / 3, 1.0]),
        (Slider("n", 1e-300, 1e300, 0.005, log=True), [1e-300, 1e-100, 1e100, 1e300]),
        (Slider("n", 0.123456, 12.3456, 1, log=True), [0.123456, 1.235, 12.3456]),
        (Slider("n", values=[2, 4, 64]), [2, 4, 64]),
    ],
)
def test_positions_of_a_slider(slider, positions):
    assert slider.positions == positions
    assert slider.value == positions[0]


def test_tenths_are_tenths():
    assert Slider("n", 0.1, 5, 0.1).positions == [round(0.1 * i, 10) for i in range(1, 51)]
    assert len(Slider("n", 0.0, 2.0).positions) == 101


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: Slider("n", 1, 0), ValueError, "n must run from low to high, got 1 to 0"),
        (lambda: Slider("n", 0, 1, 0), ValueError, "step of n must be above 0, got 0"),
        (lambda: Slider("n", 0, 1, log=True), ValueError, "n must run from low to high, both above 0, got 0 to 1"),
        (lambda: Slider("n", 0), TypeError, "high of n must be a finite number, got None"),
        (lambda: Slider("n", 0, math.inf), TypeError, "high of n must be a finite number, got inf"),
        (lambda: Slider("n", 0, 1, 1e-5), ValueError, r"n must have 2 to 2000 positions, got 100001"),
        (lambda: Slider("n", math.nan, 1), TypeError, "low of n must be a finite number, got nan"),
        (lambda: Slider("n", 0, 1, math.nan), TypeError, "step of n must be a finite number, got nan"),
        (lambda: Slider("n", 0, 10**400), ValueError, r"high of n must be at most 2\*\*53"),
        (lambda: Slider("n", 0, 2**53 + 2, 2**52), ValueError, r"high of n must be at most 2\*\*53"),
        (lambda: Slider("n", 1.0, 1 + 1e-15, 1e-17), ValueError, "step of n is too small for numbers from 1.0"),
        (lambda: Slider("n", 0, 1, 1e-320), ValueError, "n must have 2 to 2000 positions"),
        (lambda: Slider("n", 0, 1, value=math.nan), ValueError, "n must be between 0.0 and 1.0, got nan"),
        (lambda: Slider("n", values=[1, math.nan]), TypeError, "values of n must be a finite number, got nan"),
        (lambda: Slider("n", values=[1, math.inf]), TypeError, "values of n must be a finite number, got inf"),
        (lambda: Slider("n", 0, 1, digits=16), ValueError, "digits of n must be a whole number from 0 to 15, got 16"),
        (lambda: Choice("n", [1, math.nan]), ValueError, "options of n must be finite, got nan"),
        (lambda: Choice("n", ["a", "\ud83d"]), ValueError, "half of one"),
        (lambda: TextField("n", longest=0), ValueError, "longest of n must be a whole number of at least 1, got 0"),
        (lambda: TextField("n", "\ud83d"), ValueError, "n must hold whole characters"),
        (lambda: Slider("n", values=[1, 1]), ValueError, "values of n must be two or more rising numbers"),
        (lambda: Slider("n", 0, 1, value=2), ValueError, "n must be between 0.0 and 1.0, got 2"),
        (lambda: Slider("2n", 0, 1), ValueError, "name must be a Python name .* got '2n'"),
        (lambda: Slider("lambda", 0, 1), ValueError, "name must be a Python name .* got 'lambda'"),
        (lambda: Choice("kind", []), ValueError, "options of kind are empty"),
        (lambda: Choice("kind", ["a", "a"]), ValueError, "options of kind must differ"),
        (lambda: Choice("kind", [None]), TypeError, "options of kind must be strings or numbers, got a NoneType"),
        (lambda: Choice("kind", ["a"], value="b"), ValueError, "kind must be one of 'a', got 'b'"),
        (lambda: Toggle("on", 1), TypeError, "on must be True or False, got int: 1"),
        (lambda: Toggle("on", in_panel=1), TypeError, "in_panel of on must be True or False, got int: 1"),
        (lambda: TextField("words", "x" * 5, longest=4), ValueError, "words must have at most 4 characters, got 5"),
    ],
)
def test_controls_name_what_is_wrong(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


def test_states_are_traits_that_are_checked():
    one = view(
        Slider("n", 0, 5, 1), Choice("kind", {"first": 1, "second": 2}), Toggle("on"), TextField("words", "the cat")
    )
    assert one.values == {"n": 0, "kind": 1, "on": False, "words": "the cat"} == one.state()
    one.n = 3
    one.values = {"kind": 2, "on": True}
    assert repr(one) == "Explorer(title='Small', n=3, kind=2, on=True, words='the cat')"
    for name, value, kind, words in (
        ("n", 9, ValueError, "n must be between 0 and 5, got 9"),
        ("n", 1.5, ValueError, "n must be a whole number between 0 and 5, got 1.5"),
        ("n", math.nan, ValueError, "n must be between 0 and 5, got nan"),
        ("n", "3", TypeError, "n must be a number, got str: '3'"),
        ("n", True, TypeError, "n must be a number, got bool"),
        ("kind", True, ValueError, "kind must be one of 1, 2, got True"),
        ("on", 0, TypeError, "on must be True or False, got int"),
        ("words", 3, TypeError, "words must be a string, got int"),
    ):
        with pytest.raises(kind, match=words):
            setattr(one, name, value)
    with pytest.raises(ValueError, match="values: there is no control 'm'; it has n, kind, on, words"):
        one.values = {"m": 1}
    one.reset()
    assert one.values == {"n": 0, "kind": 1, "on": False, "words": "the cat"}


def test_what_an_explorer_needs():
    with pytest.raises(TypeError, match="compute must be a function of the controls' values, got int"):
        view(compute=3)
    with pytest.raises(TypeError, match="controls must be one or more of Slider, Choice, Toggle, TextField"):
        Explorer(bars, title="t", alt="a")
    with pytest.raises(TypeError, match=r"missing .*argument: 'alt'"):
        Explorer(bars, Slider("n", 0, 1, 1), title="t")
    with pytest.raises(ValueError, match="alt must say in words what the picture shows, got ' '"):
        view(alt=" ")
    for name in ("values", "tensors", "log", "theme", "comm"):
        with pytest.raises(ValueError, match=f"a control cannot be called '{name}'"):
            view(Slider(name, 0, 1))
    with pytest.raises(ValueError, match="a control cannot be called 'n'"):
        view(Slider("n", 0, 1), Toggle("n"))
    for returned in (None, [], [1], "text", (Bars([1], title="a"), None)):
        with pytest.raises(TypeError, match="compute must return a panel or a list of panels"):
            view(compute=lambda n, returned=returned: returned)


# Panels


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: Bars([], title="t"), ValueError, "values of 't' must have 1 axes and be filled"),
        (lambda: Bars([[1]], title="t"), ValueError, r"values of 't' must have 1 axes .* got the shape \(1, 1\)"),
        (lambda: Bars(["a"], title="t"), TypeError, "values of 't' must be a tensor or nested numbers, got list"),
        (lambda: Bars([1j], title="t"), TypeError, "values of 't' must be real"),
        (lambda: Bars({"a": [1], "b": [1, 2]}, title="t"), ValueError, r"must be rows of one length, got \[1, 2\]"),
        (lambda: Bars([1, 2], ["a"], title="t"), ValueError, "labels of 't' must hold 2 strings, got 1"),
        (lambda: Bars([1, 2], "ab", title="t"), TypeError, "labels of 't' must be a list of 2 strings, got str"),
        (lambda: Bars([1], title="t", highlight=[1]), ValueError, "highlight of 't' must be between 0 and 0"),
        (lambda: Bars([1], title="t", y_range=(1, 0)), ValueError, "y_range must be .low, high. with low below high"),
        (lambda: Lines([1, 2], [1], title="t"), ValueError, "'t' has 2 x but 1 y"),
        (lambda: Lines([1], [1], title="t", log="z"), ValueError, "log of 't' must be '', 'x', 'y' or 'xy', got 'z'"),
        (lambda: Lines([1], [1], title="t", bands={"b": ([1, 2], [3])}), ValueError, "bands of 't' must have one low"),
        (lambda: Heat([1], title="t"), ValueError, "values of 't' must have 2 axes"),
        (lambda: Heat([[1]], title="t", outline=[(0, 1)]), ValueError, "outline of 't' must lie in 1 rows and 1 col"),
        (lambda: Points({"p": [[1, 2, 3]]}, title="t"), ValueError, r"points of 'p' must be \[x, y\] pairs, got 3"),
        (lambda: Points({}, title="t", hull="p"), ValueError, "hull of 't' must name points .* got 'p'"),
        (lambda: Points({}, title="t", arrows={"a": [1]}), ValueError, r"arrows: 'a' must be \(dx, dy\) or"),
        (lambda: Numbers({}), ValueError, "values of Numbers are empty"),
        (lambda: Numbers({"a": 1}, stress="b"), ValueError, r"stress must name read-outs \(a\), got 'b'"),
        (lambda: Numbers({"a": None}), TypeError, "a must be a number or a string, got NoneType"),
        (lambda: Text(1), TypeError, "Text takes one or more strings"),
        (lambda: Table(["a", "b"], [["x"]], title="t"), ValueError, "rows of 't' must each have 2 entries"),
        (lambda: Cells(["01"], ["r"], title="t", groups=[["s"]]), ValueError, "groups of 't' must have one entry per"),
    ],
)
def test_panels_name_what_is_wrong(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


def test_numbers_travel_with_their_digits():
    assert [encode(v) for v in (1.0, -0.0, 0.1, 1 / 3, 2**40)] == [1, 0, 0.1, 0.333333333, 1.09951163e12]
    assert [encode(v) for v in (math.nan, math.inf, -math.inf)] == ["NaN", "Infinity", "-Infinity"]
    x = torch.randn(200)
    back = Bars(x, title="t").data()["series"][0]["values"]
    assert torch.equal(torch.tensor(back), x), "a float32 does not survive"
    assert Bars(np.float64([0.1, 0.2]), title="t").data()["series"][0]["values"] == [0.1, 0.2]
    assert json.loads(json.dumps(zoo_view()._now, allow_nan=False)) == zoo_view()._now


# States computed ahead


def test_states_computed_ahead_equal_what_compute_returns():
    one = simplex_view()
    controls = one._controls
    states = list(itertools.product(*(control.positions for control in controls)))
    assert len(states) == len(one._ahead["frames"]) == 432
    for index, state in enumerate(states[::7]):
        one.values = dict(zip(one.values, state, strict=True))
        frame = unpack(one._ahead, 7 * index)
        assert frame == {"at": list(state), "panels": [each.data() for each in one.panels()], "error": ""}


def test_a_view_that_cannot_compute_ahead_says_why(monkeypatch):
    page = logits_view()
    page.to_html()
    assert page._facts["why"] == "its 416,241,604 states are more than the 400 that are computed ahead"
    assert page._ahead == {}
    words = view(TextField("n", "x"), compute=lambda n: Text(n))
    words.to_html()
    assert words._facts["why"] == "“n” takes any text"
    monkeypatch.setattr(frames, "SECONDS", 1000.0)
    big = view(compute=lambda n: Bars(torch.rand(5000), title="t"), precompute="auto")
    big.to_html()
    assert re.fullmatch(r"its 6 states need \d+ KB, more than 256 KB", big._facts["why"])
    monkeypatch.setattr(frames, "SECONDS", -1.0)
    slow = view()
    slow.to_html()
    assert slow._facts["why"] == "computing its 6 states ahead takes more than -1 s"
    with pytest.raises(ValueError, match="precompute=True cannot be: “n” takes any text"):
        view(TextField("n", "x"), compute=lambda n: Text(n), precompute=True)


def test_a_busy_machine_does_not_decide_what_is_computed_ahead(monkeypatch):
    """Time that passes while other programs have the processor is not counted as this function's own."""
    clock = itertools.count(step=0.5)
    monkeypatch.setattr(frames.time, "monotonic", lambda: next(clock))
    page = view()
    page.to_html()
    assert page._facts["why"] == ""
    assert len(page._ahead["frames"]) == 6


def test_computing_ahead_waits_until_the_view_is_shown():
    calls = []

    def compute(n):
        calls.append(n)
        return bars(n)

    one = view(compute=compute)
    assert calls == [0]
    one._repr_mimebundle_()
    assert calls == [0, 0, 1, 2, 3, 4, 5]
    one.n = 4
    assert len(calls) == 7, "an answer that the browser has was computed again"
    assert one.panels()[0].data()["series"][0]["values"] == [4, -4]
    never = view(compute=compute, precompute=False)
    never.to_html()
    assert never._ahead == {}


def test_an_error_ahead_is_one_states_error():
    one = view(compute=lambda n: bars(1 / (n - 2)), precompute=True)
    frames = [unpack(one._ahead, i) for i in range(6)]
    assert [frame["error"] for frame in frames] == ["", "", "ZeroDivisionError: division by zero", "", "", ""]
    assert frames[2]["panels"] == []


# Answers from Python


def test_each_change_is_computed_once():
    calls = []

    def compute(n, on):
        calls.append((n, on))
        return bars(n)

    one = view(Slider("n", 0, 5, 1), Toggle("on"), compute=compute, precompute=False)
    one.n = 3
    one.n = 3
    one.values = {"n": 4, "on": True}
    assert calls == [(0, False), (3, False), (4, True)]
    assert one._now["at"] == [4, True]
    one.set_state({"n": 2, "on": False})
    assert calls[3:] == [(2, False)]
    one.refresh()
    assert calls[4:] == [(2, False)]


def test_an_error_is_shown_and_the_last_picture_stays():
    def compute(n):
        if n == 3:
            raise RuntimeError("three")
        return bars(n)

    one = view(compute=compute, precompute=False)
    one.n = 2
    kept = one._now["panels"]
    one.n = 3
    assert one._now == {"at": [3], "panels": kept, "error": "RuntimeError: three"}
    assert len(one.to_png()) > 1000
    with pytest.raises(RuntimeError, match="three"):
        one.refresh()
    with pytest.raises(RuntimeError, match="three"):
        one.panels()
    one.n = 4
    assert one._now["error"] == ""
    with pytest.raises(RuntimeError, match="three"):
        view(Slider("n", 3, 5, 1), compute=compute)


def test_refresh_sees_what_compute_reads():
    facts = {"size": 1}
    one = view(compute=lambda n: bars(n * facts["size"]), precompute=True)
    one.n, facts["size"] = 2, 10
    one.refresh()
    assert one.panels()[0].data()["series"][0]["values"] == [20, -20]
    assert unpack(one._ahead, 5)["panels"][0]["series"][0]["values"] == [50, -50]


def test_budget_names_the_remedy():
    with pytest.raises(ValueError, match=r"compute returned \d+ KB of numbers; .* at most 256 KB: return fewer points"):
        view(compute=lambda n: Heat(torch.rand(200, 200), title="t"))


# Exports


@pytest.mark.parametrize("name", DEMOS)
def test_samples_are_deterministic_and_drawn(name):
    first, second = DEMOS[name](), DEMOS[name]()
    assert repr(first) == repr(second)
    assert first.to_png() == second.to_png()
    assert len(first.to_png()) > 5000
    assert first.to_svg() == second.to_svg()
    assert "pyplot" not in {module.rpartition(".")[2] for module in sys.modules if module.startswith("matplotlib.")}
    data, metadata = first._repr_mimebundle_()
    assert data["text/plain"] == repr(first)
    assert metadata["image/png"]["alt"] == first.alt_text()
    assert len(data["image/png"]) < 50_000


def test_alt_text_may_follow_the_state():
    one = clipping_view()
    one.values = {"gx": -1.0, "kind": "norm"}
    assert one.alt_text() == "The gradient (-1.0, 1.5) as an arrow, clipped by norm at 2.0."
    assert simplex_view().alt_text().startswith("Three value vectors span a triangle")


def test_page_keeps_hostile_words_as_text(tmp_path):
    one = zoo_view()
    page = one.to_html(tmp_path / "zoo.html")
    assert (tmp_path / "zoo.html").read_text("utf-8") == page
    assert "<img" not in page
    assert page.count("<script") == 2
    assert re.findall(r"https?://[^\"'\s)]+", page) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"\bimport\b\s*[({\"']|\bfetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|eval\(", page)
    one.kind = HOSTILE[2]
    assert HOSTILE[2] in one.values["kind"]
    assert len(one.to_png()) > 5000


def test_a_log_axis_and_gaps_are_drawn_by_matplotlib_too():
    def compute(n):
        gaps = [math.nan, 1, math.inf, 2, 0]
        return [
            Lines([1, 2, 3, 4, 5], gaps, title="Lines", log="xy", steps=True, marker=2, references={"one": 1}),
            Bars(gaps, title="Bars", log=True),
            Points({"p": [[0, math.nan], [1, 1]]}, title="Points", arrows={"none": (math.nan, 1)}, hull="p"),
            Heat([gaps, gaps], title="Heat"),
        ]

    figure = view(compute=compute).figure()
    assert len(figure.axes) == 5
    said = [text.get_text() for text in figure.axes[1].texts]
    assert {"NaN", "∞", "0.00"} <= set(said)
    [heat] = [each for each in figure.axes[3].collections if isinstance(each, drawing.CellNumbers)]
    assert heat.texts == ["NaN", "1.00", "∞", "2.00", "0.00"] * 2


def test_the_fixture_of_the_node_tests_is_what_python_says():
    folder = Path(__file__).parents[1] / "views_js" / "fixtures"
    space = {"__name__": "fixture", "__file__": str(folder / "make_explorer.py")}
    exec(compile((folder / "make_explorer.py").read_text("utf-8"), "make_explorer.py", "exec"), space)
    assert json.loads((folder / "explorer.json").read_text("utf-8")) == json.loads(json.dumps(space["fixture"]()))


def test_a_toggle_in_a_panel_needs_a_cell_that_sets_it():
    def switch(on):
        return Cells([["on"]], ["head"], on=[[on]], set=[[{"on": not on}]], title="Switch")

    one = view(Toggle("on", True, in_panel=True), compute=switch, precompute=False)
    assert one.panels()[0].data()["set"] == [[{"on": False}]]
    with pytest.raises(ValueError, match="no cell sets 'on', which has no box of its own"):
        view(Toggle("on", True, in_panel=True), compute=lambda on: Cells([["on"]], ["head"], title="Switch"))
