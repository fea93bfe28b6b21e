"""Explorer in a real browser: the stand-alone page, then JupyterLab, where Python answers."""

import itertools
import json

import pytest
import torch
from explorer_samples import DEMOS, HOSTILE, VALUES, bits_view, clipping_view, logits_view, simplex_view, zoo_view
from helpers import serious_findings

from transformer_lab.views import Bars, Cells, Choice, Explorer, Heat, Lines, Numbers, Slider, Toggle


def small(step, kind, squared):
    power = 2 if squared else 1
    values = [(-1 if kind == "down" else 1) * (i * step) ** power for i in range(4)]
    return [Bars(values, list("abcd"), title="Bars", y_range=(-40, 40)), Numbers({"largest": max(values)})]


def small_view(**options):
    controls = (Slider("step", 0.5, 3.0, 0.5, play=True), Choice("kind", ["up", "down"]), Toggle("squared"))
    return Explorer(small, *controls, title="Small", alt="Four bars.", **options)


def drawn_by_python(view):
    """What the table must hold: rows of bars, then of read-outs, in full precision."""
    bars, numbers = (panel.data() for panel in view.panels())
    return [[label, value] for label, value in zip(bars["labels"], bars["series"][0]["values"], strict=True)] + [
        [each["label"], each["number"]] for each in numbers["items"]
    ]


def test_every_state_on_the_page_is_what_python_computes(show):
    view = small_view()
    page = show(view)
    positions = [control.positions for control in view._controls]
    assert len(list(itertools.product(*positions))) == 24
    for step, kind, squared in itertools.product(*positions):
        page.set(step=step, kind=kind, squared=squared)
        page.pull_state()
        assert page.table() == drawn_by_python(view)


def test_keyboard_reaches_every_control(show):
    page = show(small_view())
    before = page.table()
    page.press(page.root.locator("[name=step]"), "ArrowRight")
    assert page.get("step") == 1.0
    page.press(page.root.get_by_role("radio", name="up"), "ArrowRight")
    assert page.get("kind") == "down"
    page.press(page.root.locator("[name=squared]"), "Space")
    assert page.get("squared") is True
    assert page.table() == drawn_by_python(page.pull_state()) != before
    page.press(page.root.get_by_role("button", name="step: step on"), "Enter", "Enter")
    assert page.get("step") == 2.0
    page.press(page.root.get_by_role("button", name="step: step back"), "Enter")
    assert page.get("step") == 1.5
    page.press(page.root.get_by_role("button", name="Reset"), "Enter")
    assert [page.get(name) for name in ("step", "kind", "squared")] == [0.5, "up", False]
    assert page.table() == before
    focusable = page.root.locator("input, select, button, [tabindex]")
    assert focusable.evaluate_all("(all) => all.every((each) => each.dataset.lmSuppressShortcuts === 'true')")


def test_a_slider_is_called_by_its_label_alone(show):
    slider = show(small_view()).root.get_by_role("slider", name="step", exact=True)
    assert slider.get_attribute("aria-valuetext") == "0.5"


def test_play_steps_to_the_end_and_stops(show):
    page = show(small_view())
    play = page.root.get_by_role("button", name="Play step")
    play.click()
    assert play.get_attribute("aria-pressed") == "true"
    page.page.wait_for_function("() => transformerLabModel.get('step') === 3")
    page.root.locator("button[aria-label='Play step'][aria-pressed=false]").wait_for()
    calm = show(small_view(), calm=True)
    assert calm.root.get_by_role("button", name="Play step").count() == 0
    assert calm.root.get_by_role("button", name="step: step on").is_visible()


def test_a_drag_in_the_plane_moves_both_sliders(show):
    from transformer_lab.views import Points

    def compute(x, y):
        return Points({"here": [[x, y]]}, title="Plane", drag=("x", "y"), x_range=(-2, 2), y_range=(-2, 2))

    axes = (Slider(name, -2.0, 2.0, 0.5, value=0.0) for name in "xy")
    page = show(Explorer(compute, *axes, title="Plane", alt="One point."))
    handle = page.root.locator(".tl-ex-handle").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    seen = set()
    for step in range(1, 9):
        page.page.mouse.move(x + 10 * step, y - 10 * step)
        page.settle()
        seen.add((page.get("x"), page.get("y"), page.root.locator(".tl-ex-handle").get_attribute("cx")))
    page.page.mouse.up()
    assert len(seen) > 1
    assert page.get("x") > 0
    assert page.get("y") > 0
    assert page.table() == [["here", page.get("x"), page.get("y")]]
    page.page.mouse.move(x - 100, y)
    page.settle()
    assert page.get("x") > 0, "the point follows a pointer that no longer holds it"


def test_the_weighted_sum_lies_where_the_weights_say(show):
    page = show(simplex_view())
    page.set(the=0.0, cat=1.0, sat=0.0)
    assert page.table()[3] == ["output", *VALUES[1].tolist()] or page.table()[3][1:] == pytest.approx(
        VALUES[1].tolist()
    )
    page.set(convex=False, the=1.0, sat=1.0)
    assert page.table()[3][1:] == pytest.approx(VALUES.sum(0).tolist())


@pytest.mark.parametrize("make", [logits_view, clipping_view, bits_view], ids=["logits", "clipping", "bits"])
def test_a_page_that_cannot_answer_says_why_and_is_off(show, make):
    page = show(make())
    assert "One state only, controls off" in page.root.locator(".tl-ex-notice").inner_text()
    controls = page.root.locator(".tl-toolbar input, .tl-toolbar button, .tl-ex-bit:is(button)")
    assert controls.count() > 0
    assert all(controls.nth(i).is_disabled() for i in range(controls.count()))
    assert page.table()
    page.root.get_by_role("button", name="Reset").click()
    assert page.root.get_attribute("data-waiting") == "false"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", DEMOS)
def test_no_serious_findings(show, name, dark):
    page = show(DEMOS[name](), dark=dark)
    assert page.root.get_attribute("data-theme") == ("dark" if dark else "light")
    page.table()
    assert serious_findings(page.page) == []


def test_narrow_page_does_not_scroll_sideways(show):
    for name in DEMOS:
        page = show(DEMOS[name](), width=390)
        assert page.page.evaluate("() => document.documentElement.scrollWidth") <= 390, name
        columns = page.root.locator(".tl-ex-grid").evaluate("(e) => getComputedStyle(e).gridTemplateColumns")
        assert len(columns.split()) == 1, name


def test_words_in_cells_are_whole(show):
    """Half a panel has room for six masks' True and False, with names above."""
    names = ["word 0", "word 1", "word 2", "word 3", "<pad>", "<pad>"]

    def masks(causal):
        mask = torch.ones(6, 6, dtype=torch.bool).tril(0 if causal else 6)
        texts = [[str(cell) for cell in row] for row in mask.tolist()]
        return [
            Cells(texts, names, columns=names, on=mask.tolist(), title="Mask", wide=False),
            Heat(mask.float(), rows=names, columns=names, title="Weights"),
        ]

    page = show(Explorer(masks, Toggle("causal", True), title="Masks", alt="A mask."), width=1000)
    cut = """() => [...document.querySelectorAll('.tl-ex-bit, .tl-ex-bits em')]
        .filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)"""
    assert page.page.evaluate(cut) == []
    assert "word 0 True False False" in page.summary()


def test_cells_are_the_switches_of_what_stands_in_a_panel(show):
    """No boxes beside them; a click, or Enter, turns one cell, a row's own cell all of its row."""

    def office(**on):
        names, all_on = list(on), all(on.values())
        switches = [*({name: not on[name]} for name in names), dict.fromkeys(names, not all_on)]
        return [
            Cells([[*names, "all"]], ["row"], on=[[*on.values(), all_on]], set=[switches], title="Heads"),
            Numbers({"heads on": sum(on.values())}),
        ]

    toggles = [Toggle(name, True, in_panel=True) for name in ("a", "b", "c")]
    page = show(Explorer(office, *toggles, title="Office", alt="Three cells and one for all."))
    assert page.root.locator("input[type=checkbox]:visible").count() == 0
    cell = page.root.get_by_role("button", name="row 2: b")
    assert cell.get_attribute("aria-pressed") == "true"
    cell.click()
    assert [page.get(name) for name in "abc"] == [True, False, True]
    assert cell.get_attribute("aria-pressed") == "false"
    page.press(page.root.get_by_role("button", name="row 4: all"), "Enter")
    assert [page.get(name) for name in "abc"] == [True, True, True]
    page.press(page.root.get_by_role("button", name="row 4: all"), "Enter")
    assert [page.get(name) for name in "abc"] == [False, False, False]
    assert page.table()[-1] == ["heads on", 0]
    page.press(page.root.get_by_role("button", name="Reset"), "Enter")
    assert [page.get(name) for name in "abc"] == [True, True, True]


def test_hostile_words_stay_words_and_gaps_are_said(show):
    page = show(zoo_view())
    text = page.root.inner_text()
    assert HOSTILE[1] in text
    assert page.root.locator("img, script").count() == 0
    notes = page.root.locator(".tl-ex-note:visible").all_inner_texts()
    assert notes == ["Not drawn: 4 NaN.", "Not drawn: 1 infinite.", "Not drawn: 1 NaN."]
    assert page.root.locator(".tl-ex-body svg text", has_text="NaN").count() == 1
    wave = page.root.locator(".tl-ex-body path[fill=none]")
    assert wave.count() == 3, "one curve in one piece, the wave in two, around its gap"
    table = page.table()
    assert ["scheme"] not in table
    assert [row[0] for row in table].count(HOSTILE[0]) == 3, "a heat map's row, a bar, a table's row"


def test_an_error_in_one_state_is_told_and_the_picture_stays(show):
    def compute(n):
        if n == 2:
            raise ZeroDivisionError("two is not allowed")
        return Bars([n, n + 1], title="Bars")

    page = show(Explorer(compute, Slider("n", 0, 3, 1), title="Errors", alt="Two bars."))
    page.set(n=1)
    kept = page.table()
    page.set(n=2)
    alert = page.root.get_by_role("alert")
    assert alert.inner_text() == "ZeroDivisionError: two is not allowed (the last picture stays)"
    assert page.table() == kept
    page.set(n=3)
    assert alert.count() == 0
    assert page.table() == [["0", 3], ["1", 4]]


# JupyterLab

SETUP = """import sys; sys.path.insert(0, {path!r})
import explorer_samples as samples
view = samples.{name}()
view"""


def cells(name, *more):
    from pathlib import Path

    import explorer_samples

    return [SETUP.format(path=str(Path(explorer_samples.__file__).parent), name=name), *more]


def numbers(view):
    return view.locator(".tl-ex-number b").all_inner_texts()


def answered(notebook, view):
    """Wait until Python's answer to what is asked now is painted."""
    view.page.locator(".tl-view[data-waiting=false]").first.wait_for()


def test_arrow_keys_ask_python_and_the_picture_changes(lab):
    notebook = lab(
        cells(
            "clipping_view",
            "print(view.threshold, view.kind, round(view.panels()[0].data()['arrows'][1]['ends'][1][0], 6))",
        )
    )
    notebook.run_all()
    view = notebook.view(0)
    assert numbers(view) == ["4.27", "2.50", "16.3°"]
    view.locator("[name=threshold]").focus()
    active = notebook.active_cell
    for _ in range(5):
        notebook.page.keyboard.press("ArrowLeft")
    view.locator(".tl-ex-number b", has_text="2.12").wait_for()
    assert notebook.active_cell == active, "JupyterLab took the arrow keys"
    notebook.ask(1, "1.5 value 1.5")
    view.get_by_role("radio", name="value").focus()
    notebook.page.keyboard.press("ArrowLeft")
    view.locator(".tl-ex-stress b", has_text="0.0°").wait_for()
    assert numbers(view) == ["4.27", "1.50", "0.0°"]


def test_a_drag_asks_python_and_python_writes_back(lab):
    more = ("view.values = {'gx': -3.0, 'gy': 0.0, 'kind': 'norm'}", "print(view.values)", "view.reset()")
    notebook = lab(cells("clipping_view", *more))
    notebook.run_all()
    view = notebook.view(0)
    view.locator(".tl-ex-number b", has_text="4.27").wait_for()
    handle = view.locator(".tl-ex-handle").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    notebook.page.mouse.move(x, y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(x - 40, y - 40, steps=15)
    notebook.page.mouse.up()
    answered(notebook, view)
    moved = json.loads(notebook.run(2).replace("'", '"'))
    assert moved["gx"] < 4
    assert moved["gy"] > 1.5
    before = (moved["gx"] ** 2 + moved["gy"] ** 2) ** 0.5
    view.locator(".tl-ex-number b", has_text=f"{before:.2f}").wait_for()
    notebook.run(1)
    view.locator(".tl-ex-number b", has_text="3.00").wait_for()
    assert numbers(view) == ["3.00", "2.00", "0.0°"]
    assert view.locator(".tl-control:has([name=gx]) output").inner_text() == "−3.0"


SLOW = """import time
from transformer_lab.views import Explorer, Numbers, Slider
calls = []
def compute(n):
    calls.append(n)
    if len(calls) > 1: time.sleep(0.2)
    return Numbers({"n": n})
view = Explorer(compute, Slider("n", 0, 60, 1), title="Slow", alt="n", precompute=False)
view"""


def test_a_fast_drag_over_a_slow_answer_never_queues(lab):
    notebook = lab([SLOW, "print(view.n, calls[-1])", "print(len(calls))"])
    notebook.run_all()
    view = notebook.view(0)
    view.locator("[name=n]").focus()
    for _ in range(50):
        notebook.page.keyboard.press("ArrowRight")
    view.locator(".tl-ex-number b", has_text="50").wait_for()
    answered(notebook, view)
    notebook.ask(1, "50 50")
    assert int(notebook.run(2)) < 40, "each of 50 positions was computed: requests queue"


def test_text_and_clicked_cells_ask_python_and_errors_are_told(lab):
    notebook = lab(cells("bits_view", "print(view.number)"))
    notebook.run_all()
    view = notebook.view(0)
    field = view.locator("[name=number]")
    field.fill("1")
    view.locator(".tl-ex-remark", has_text="1, off by 0.0e+00").first.wait_for()
    view.get_by_role("button", name="bf16 1: 0").focus()
    notebook.page.keyboard.press("Enter")
    view.locator(".tl-ex-remark", has_text="-1, off by 0.0e+00").first.wait_for()
    assert view.get_by_role("button", name="bf16 1: 1").evaluate("(e) => e === document.activeElement")
    notebook.ask(1, "-1.0")
    field.fill("one")
    view.get_by_role("alert").wait_for()
    assert view.get_by_role("alert").inner_text() == "ValueError: “one” is not a number (the last picture stays)"
    assert view.locator(".tl-ex-remark").first.inner_text() == "-1, off by 0.0e+00"
    field.fill("2")
    view.locator(".tl-ex-remark", has_text="2, off by 0.0e+00").first.wait_for()
    assert view.get_by_role("alert").count() == 0


def test_what_was_computed_ahead_needs_no_kernel(lab):
    notebook = lab(cells("simplex_view", "print(view.the)"))
    notebook.run_all()
    view = notebook.view(0)
    notebook.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    before = numbers(view)
    view.locator("[name=the]").focus()
    notebook.page.keyboard.press("ArrowRight")
    notebook.page.wait_for_function(
        "(before) => document.querySelectorAll('.tl-ex-number b')[1].textContent !== before", arg=before[1]
    )


def test_lines_are_drawn_with_their_marker(show):
    def compute(at):
        return Lines([1, 10, 100], {"up": [1, 2, 3], "down": [3, 2, 1]}, title="Lines", log="x", marker=at, dots=["up"])

    page = show(Explorer(compute, Slider("at", values=[1, 10, 100]), title="Lines", alt="Two lines."))
    before = page.root.locator(".tl-ex-body").inner_html()
    page.press(page.root.locator("[name=at]"), "ArrowRight", "ArrowRight")
    assert page.get("at") == 100
    assert page.root.locator(".tl-ex-body").inner_html() != before
    assert "up 3 at 100, down 1 at 100" in page.summary()
    assert page.table() == [["1.0000", 1, 3], ["10.0000", 2, 2], ["100.0000", 3, 1]]
