"""LayerNormView in a real browser: the stand-alone page, then JupyterLab."""

import pytest
import torch
import torch.nn.functional as F
from helpers import serious_findings

from transformer_lab.models import Transformer, TransformerConfig
from transformer_lab.views import LayerNormView

CLOSE = {"atol": 1e-6, "rtol": 1e-6}
TOKENS = ["the", "cat", "昨天", "sat"]
HOSTILE = ["<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "$x$ \u202e", "", " ", "\n", "x" * 300]


def plain_view(d_model=6, batch=None, **options):
    shape = (4, d_model) if batch is None else (batch, 4, d_model)
    x, weight, bias = torch.randn(shape), 1 + 0.2 * torch.randn(d_model), 0.2 * torch.randn(d_model)
    return LayerNormView(x, TOKENS, weight=weight, bias=bias, **options)


def model_view(**options):
    config = TransformerConfig(vocab_size=11, d_model=16, num_heads=2, num_layers=2, d_ff=32, norm_first=True)
    return LayerNormView.from_model(Transformer(config), (torch.tensor([[3, 4, 5, 6, 7]]), torch.tensor([[1, 2, 3]])))


def drawn(page):
    """The chosen token's stages from the table, in full precision: ``[d_model, 4]``."""
    d_model = page.view.values.shape[-1]
    return torch.tensor([row[1:] for row in page.table()[:d_model]], dtype=torch.float64)


def same_as_python(page):
    view = page.pull_state()
    stages = [x[view.batch] if x.dim() == 3 else x for x in view.stages().values()]
    expected = torch.stack([stage[view.token] for stage in stages], -1).double()
    torch.testing.assert_close(drawn(page), expected, **CLOSE)


def bar(page, j, count):
    """The middle of an input bar's slot, at the height of the middle of the picture."""
    box = page.root.locator(".tl-ln-drag").bounding_box()
    return box["x"] + 50 + (box["width"] - 54) * (j + 0.5) / count, box["y"] + box["height"] / 2


def tile(page, label):
    page.settle()
    return page.root.locator(".tl-ln-tile", has_text=label).locator("b").inner_text()


@pytest.mark.parametrize("kind", ["layer", "rms", "batch"])
def test_numbers_equal_torch_and_python(show, kind):
    view = plain_view(batch=2)
    view.kind, view.batch, view.token, view.shift, view.gain, view.eps = kind, 1, 2, 10_000.0, 0.5, 1e-3
    page = show(view)
    same_as_python(page)
    norm = view._norms["x"]
    moved, weight, bias = norm.x.double() * 0.5 + 10_000, norm.weight.double(), norm.bias.double()
    expected = {
        "layer": lambda: F.layer_norm(moved, (6,), weight, bias, 1e-3),
        "rms": lambda: F.rms_norm(moved, (6,), weight, 1e-3),
        "batch": lambda: F.batch_norm(moved.flatten(0, 1), None, None, weight, bias, True, eps=1e-3).view_as(moved),
    }[kind]()
    torch.testing.assert_close(drawn(page)[:, 3], expected[1, 2], **CLOSE)
    statistics = torch.tensor([row[1:4] for row in page.table()[6 : 6 + (6 if kind == "batch" else 4)]])
    groups = view.statistics()
    python = torch.stack(
        [groups[name] if kind == "batch" else groups[name][1] for name in ("mean", "deviation", "rms")], -1
    )
    torch.testing.assert_close(statistics, python, **CLOSE)


def test_dragging_a_bar_moves_the_input_and_all_that_follows(show):
    page = show(plain_view())
    before, x, (left, middle) = drawn(page), page.view.values, bar(page, 2, 6)
    page.page.mouse.move(left, middle)
    page.page.mouse.down()
    page.page.mouse.move(left, middle - 30)
    page.page.mouse.move(left, middle - 60, steps=5)
    page.page.mouse.up()
    page.settle()
    assert page.get("feature") == 2
    assert list(page.get("edits")) == ["0/0/0/2"]
    assert page.get("edits")["0/0/0/2"] > 1
    after = drawn(page)
    same = torch.arange(6) != 2
    assert torch.equal(before[same, 0], after[same, 0])
    assert (before[:, 3] != after[:, 3]).all()
    same_as_python(page)
    assert tile(page, "Other tokens") == "0"
    assert not torch.equal(page.view.values, x)


def test_a_drag_is_painted_frame_by_frame(show):
    page = show(plain_view())
    left, middle = bar(page, 1, 6)
    page.page.mouse.move(left, middle)
    page.page.mouse.down()
    page.settle()
    heights = []
    for step in range(12):
        page.page.mouse.move(left, middle - 4 * step)
        page.settle()
        heights.append((page.get("edits").get("0/0/0/1"), page.root.locator(".tl-ln-formula b").inner_text()))
    page.page.mouse.up()
    assert len(set(heights[1:])) == 11
    assert heights == sorted(heights, key=lambda each: each[0])


def test_the_arrow_keys_go_on_where_the_pointer_stopped(show):
    page = show(plain_view())
    page.page.mouse.click(*bar(page, 3, 6))
    page.settle()
    assert page.get("feature") == 3
    start = page.get("edits").get("0/0/0/3", page.view.values[0, 3].item())
    page.page.keyboard.press("ArrowRight")
    page.settle()
    assert page.get("edits")["0/0/0/3"] > start
    same_as_python(page)


def test_every_control_by_keyboard(show):
    page = show(plain_view(batch=2))
    root = page.root
    page.press(root.get_by_role("radio", name="LayerNorm"), "ArrowRight")
    assert page.get("kind") == "rms"
    page.press(root.get_by_label("Sentence"), "ArrowDown")
    page.press(root.get_by_label("Token"), "End")
    page.press(root.get_by_label("Feature"), "ArrowDown")
    assert [page.get(name) for name in ("batch", "token", "feature")] == [1, 3, 1]
    page.press(root.get_by_label("Shift by"), *["ArrowRight"] * 3)
    page.press(root.get_by_label("Multiply by"), *["ArrowLeft"] * 4)
    page.press(root.get_by_label("eps ε"), *["ArrowRight"] * 4)
    assert page.get("shift") == pytest.approx(0.3)
    assert page.get("gain") == pytest.approx(0.631)
    assert page.get("eps") == pytest.approx(1e-4)
    page.press(root.get_by_label("Value"), "ArrowRight", "ArrowRight")
    assert list(page.get("edits")) == ["0/1/3/1"]
    page.press(root.get_by_label("one scale for all stages"), "Space")
    assert page.get("common_scale") is False
    page.press(root.get_by_role("button", name="centred"), "Enter")
    assert page.get("stage") == "centred"
    same_as_python(page)
    page.press(root.get_by_role("button", name="Reset"), "Enter")
    assert all(page.get(name) == value for name, value in page.get("_initial").items())
    same_as_python(page)


def test_every_focusable_element_keeps_its_keys_from_jupyterlab(show):
    for view in (plain_view(batch=2), model_view(), LayerNormView(torch.randn(2, 64))):
        page = show(view)
        page.table()
        left = page.page.evaluate(
            """() => [...document.querySelectorAll("select, input, button, a, [tabindex]")]
                 .filter((e) => e.dataset.lmSuppressShortcuts !== "true").map((e) => e.outerHTML)"""
        )
        assert left == []


def test_shift_and_gain_move_the_input_while_the_output_stands_still_until_eps_bites(show):
    page = show(plain_view())
    before = drawn(page)
    page.set(shift=5.0, gain=3.0)
    after = drawn(page)
    assert (after[:, 0] - before[:, 0]).abs().min() > 1
    torch.testing.assert_close(after[:, 3], before[:, 3], atol=1e-4, rtol=0)
    assert "stands still" in page.root.locator(".tl-ln-tile").first.inner_text()
    page.set(shift=0.0, gain=0.001)
    assert "eps bites" in page.root.locator(".tl-ln-tile").first.inner_text()
    assert "Eps bites: it makes up" in page.summary()
    assert float(tile(page, "Shift, gain")) == pytest.approx(page.pull_state().changes()["shift_and_gain"], abs=5e-4)
    page.set(gain=1.0, shift=5.0, kind="rms")
    assert "does not centre" in page.root.locator(".tl-ln-tile").first.inner_text()


def test_batch_statistics_mix_tokens(show):
    view = plain_view()
    view.edit(1, 1, 4.0)
    page = show(view)
    assert tile(page, "Other tokens") == "0"
    page.set(kind="batch")
    assert float(tile(page, "Other tokens")) == pytest.approx(page.pull_state().changes()["others"], abs=5e-4)
    assert "BatchNorm mixes the tokens" in page.root.inner_text()


def test_a_click_on_a_heat_map_chooses_stage_token_and_feature(show):
    page = show(plain_view())
    page.root.locator("canvas").nth(1).click(position={"x": 100, "y": 60})
    page.settle()
    assert (page.get("stage"), page.get("token")) == ("centred", 1)
    assert 1 <= page.get("feature") <= 4
    page.root.locator("canvas").nth(1).hover(position={"x": 100, "y": 60})
    assert "cat · feature" in page.root.locator(".tl-tip").inner_text()


def test_the_reader_walks_through_the_depth_of_a_model(show):
    page = show(model_view())
    names = [norm["name"] for norm in page.get("_facts")["norms"]]
    page.press(page.root.locator("select[name=norm]"), "ArrowDown")
    assert page.get("norm") == names[1]
    same_as_python(page)
    page.set(token=4, kind="batch", eps=0.1)
    box = page.root.locator(".tl-ln-depth").bounding_box()
    page.page.mouse.click(box["x"] + box["width"] - 152, box["y"] + 60)
    page.settle()
    assert [page.get(name) for name in ("norm", "token", "kind")] == [names[-1], 2, "layer"]
    assert page.get("eps") == pytest.approx(1e-5)
    same_as_python(page)
    depth = {row[0]: row[1:] for row in page.table()[-len(names) :]}
    for name, numbers in page.view.depth().items():
        assert depth[name] == pytest.approx([numbers["size"], numbers["deviation"], numbers["rms"]], abs=1e-6)


def test_many_features_are_paged_and_said_to_be_gathered(show):
    page = show(LayerNormView(torch.randn(3, 512)))
    assert "features 0–31 of 512" in page.root.inner_text()
    assert "stands for 3 features" in page.root.inner_text()
    page.root.get_by_role("button", name="32 ›").click()
    page.settle()
    assert page.get("feature") == 32
    assert "features 32–63 of 512" in page.root.inner_text()
    assert len(page.table()) >= 512
    same_as_python(page)


@pytest.mark.parametrize("shape", [(1, 1), (1, 8), (5, 1), (60, 3)])
def test_odd_shapes_are_drawn(show, shape):
    page = show(LayerNormView(torch.randn(shape)))
    for kind in ("layer", "rms", "batch"):
        page.set(kind=kind)
        assert page.root.locator(".tl-alarm").is_hidden()
        same_as_python(page)


def test_not_a_number_is_explained(show):
    view = LayerNormView([[2.0, 2.0], [1.0, 3.0]])
    view.eps = 0.0
    page = show(view)
    assert "0 ÷ 0" in page.summary()
    assert page.root.locator(".tl-alarm").is_hidden()
    assert "NaN" in page.root.locator(".tl-ln-formula").inner_text()


def test_hostile_tokens_stay_text(show):
    page = show(LayerNormView(torch.randn(7, 3), HOSTILE, features=HOSTILE[:3]))
    for token in range(7):
        page.set(token=token, feature=token % 3)
    page.table()
    assert page.page.evaluate("() => document.querySelectorAll('.tl-view img, .tl-view script').length") == 0
    assert page.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("make", [plain_view, model_view])
def test_accessible_in_light_and_dark(show, dark, make):
    page = show(make(), dark=dark)
    assert page.root.get_attribute("data-theme") == ("dark" if dark else "light")
    page.table()
    assert serious_findings(page.page) == []
    page.set(gain=1e-4, edits={"0/0/0/0": 3.0}, kind="batch", stage="raw")
    assert serious_findings(page.page) == []


def test_the_heat_map_follows_the_theme(show):
    page = show(plain_view())
    light = page.pixels()
    page.set(theme="dark")
    assert page.pixels() != light


@pytest.mark.parametrize("width", [1280, 760, 420])
def test_nothing_is_wider_than_the_window(show, width):
    for view in (plain_view(batch=2), model_view(), LayerNormView(torch.randn(4, 64))):
        page = show(view, width=width)
        assert page.page.evaluate("() => document.documentElement.scrollWidth") <= width
        assert (
            page.page.evaluate(
                "() => { const s = document.querySelector('.tl-stage'); return s.scrollWidth - s.clientWidth; }"
            )
            <= 1
        )


@pytest.mark.parametrize("width", [1280, 1000, 760])
def test_mean_and_deviation_are_never_cut(show, width):
    """A cut number reads as another number."""
    page = show(LayerNormView(torch.randn(4, 8) - 12.34, TOKENS), width=width)
    cut = """() => [...document.querySelectorAll('.tl-ln-numbers')].flatMap((line) =>
        [...line.querySelectorAll('b')].filter((b) => b.getBoundingClientRect().right >
            line.getBoundingClientRect().right).map((b) => b.textContent))"""
    assert page.page.evaluate(cut) == []


# In JupyterLab
SETUP = """import torch
from transformer_lab.views import LayerNormView
torch.manual_seed(0)
x = torch.randn(4, 6)
view = LayerNormView(x, ["the", "cat", "sat", "on"])
view"""


def test_in_jupyterlab_keys_reach_the_sliders_and_python_reads_them_back(lab):
    notebook = lab(
        [
            SETUP,
            "print(view.shift, view.eps, view.token)",
            "print(list(view.edits), bool((view.output() == view.stages()['affine']).all()))",
        ]
    )
    notebook.run_all()
    root = notebook.view(0)
    root.get_by_label("Shift by").focus()
    for _ in range(3):
        notebook.page.keyboard.press("ArrowRight")
    root.get_by_label("eps ε").focus()
    notebook.page.keyboard.press("ArrowRight")
    root.get_by_label("Token").focus()
    notebook.page.keyboard.press("ArrowDown")
    notebook.ask(1, "0.3 1.78e-05 1")
    root.get_by_label("Value").focus()
    notebook.page.keyboard.press("ArrowUp")
    notebook.ask(2, "['0/0/1/0'] True")


def test_in_jupyterlab_python_writes_and_two_views_do_not_disturb_each_other(lab):
    written = "view.kind = 'rms'; view.edit(2, 3, 5.0); view.token = 2; other.stage = 'raw'"
    read = "view.reset(); print(view.kind, view.edits, other.stage)"
    notebook = lab([SETUP, "other = LayerNormView(x + 1)\nother", written, read])
    notebook.run_all()
    first, second = notebook.view(0), notebook.view(1)
    notebook.run(2)
    first.get_by_role("button", name="centred", exact=False).get_by_text("not centred").wait_for()
    assert first.get_by_label("Token").input_value() == "2 sat"
    second.locator(".tl-ln-stage[aria-pressed=true]", has_text="raw").wait_for()
    assert second.get_by_role("radio", name="LayerNorm").is_checked()
    notebook.ask(3, "layer {} raw")
