"""AttentionView's stand-alone page: every control, the numbers, hostile tokens, themes, accessibility."""

import pytest
import torch
from attention_samples import CHINESE, ENGLISH, HOSTILE, hostile_view, softmax_weights, translation_view
from helpers import serious_findings

from transformer_lab.views import AttentionView

CLOSE = {"atol": 1e-6, "rtol": 0}


def drawn(page):
    """The matrix in the table, without row sums and entropies."""
    return torch.tensor([row[1:-2] for row in page.table()], dtype=torch.float32)


def same_as_python(page):
    torch.testing.assert_close(drawn(page), page.pull_state().weights(), **CLOSE)


def test_numbers_equal_torch_and_python(show):
    page = show(translation_view(layer=1, head=2))
    same_as_python(page)
    assert [row[0] for row in page.table()] == CHINESE
    torch.testing.assert_close(torch.tensor([row[-2] for row in page.table()]), torch.ones(10), **CLOSE)
    entropies = torch.tensor([row[-1] for row in page.table()])
    torch.testing.assert_close(entropies, page.view.entropy()[1, 2], atol=1e-5, rtol=0)


def test_every_control_by_keyboard(show):
    page = show(translation_view())
    root = page.root
    page.press(root.locator("[name=layer]"), "ArrowDown")
    page.press(root.locator("[name=head]"), "ArrowDown", "ArrowDown")
    page.press(root.locator("[name=query]"), "End")
    page.press(root.locator("[name=key]"), "ArrowDown")
    assert [page.get(name) for name in ("layer", "head", "query", "key")] == [1, 2, 9, 1]
    page.press(root.locator("[name=temperature]"), *["ArrowRight"] * 10)
    assert page.get("temperature") == pytest.approx(2**0.5)
    page.press(root.locator("[name=scale]"), "ArrowDown")
    assert page.get("scale") == 1
    page.press(root.get_by_role("button", name="Mask key “saw”"), "Enter")
    assert page.get("masked_keys") == [1]
    page.press(root.locator("[name=key]"), "ArrowDown")
    page.press(root.locator("[name=nudges]"), *["ArrowRight"] * 5)
    assert page.get("nudges") == [[1, 2, 9, 2, 0.5]]
    same_as_python(page)
    page.press(root.get_by_role("button", name="Undo"), "Space")
    assert (page.get("masked_keys"), page.get("temperature"), page.get("scale"), page.get("nudges")) == (
        [],
        1,
        None,
        [],
    )
    page.press(root.locator("[name=show]"), "ArrowDown")
    assert page.get("show") == "mean"
    same_as_python(page)
    page.press(root.locator("[name=gold_shown]"), "Space")
    assert page.get("gold_shown") is False
    page.press(root.get_by_role("radio", name="Matrix"), "ArrowRight", "ArrowRight")
    assert page.get("mode") == "heads"
    page.press(root.locator("[name=order]"), "End")
    assert page.get("order") == "gold"
    page.press(root.get_by_role("radio", name="All heads"), "ArrowRight")
    page.press(root.locator("[name=step]"), "Home")
    assert page.get("step") == 1
    page.press(root.locator("[name=predicting]"), "Space")
    assert page.get("predicting") is True
    page.press(root.get_by_role("button", name="Reset"), "Enter")
    assert all(page.get(name) == value for name, value in page.get("_initial").items())


def test_tab_reaches_every_control_and_lab_keeps_its_hands_off(show):
    page = show(translation_view())
    seen = set()
    for _ in range(40):
        page.page.keyboard.press("Tab")
        element = page.page.evaluate(
            """() => {
              const e = document.activeElement, seen = e.matches("[type=radio]") ? e.nextSibling : e;
              const name = e.name?.replace(/-.*/, "") || e.textContent || e.tagName;
              return [name, e.dataset.lmSuppressShortcuts, getComputedStyle(seen).outlineStyle];
            }"""
        )
        if element[0] != "BODY" and page.page.evaluate("() => document.activeElement !== document.body"):
            assert element[1:] == ["true", "solid"], element
            seen.add(element[0])
    wanted = {"layer", "head", "show", "query", "key", "predicting", "CANVAS", "gold_shown", "temperature", "scale"}
    assert wanted | {"nudges", "Mask key “I”", "Reset", "Show as table"} <= seen


def test_arrow_keys_on_the_canvas(show):
    page = show(translation_view())
    canvas = page.root.locator("canvas.tl-canvas")
    before = page.pixels()
    page.press(canvas, "ArrowDown", "ArrowDown", "ArrowRight")
    assert (page.get("query"), page.get("key")) == (2, 1)
    assert page.pixels() != before
    page.press(canvas, "Enter")
    assert page.get("locked") is True
    page.press(canvas, "m")
    assert page.get("masked_keys") == [1]
    page.press(canvas, "Escape", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft")
    assert (page.get("query"), page.get("key"), page.get("locked")) == (0, 0, False)


def test_hover_isolates_and_click_locks(show):
    page = show(translation_view())
    canvas = page.root.locator("canvas.tl-canvas")
    box = canvas.bounding_box()
    at = {"x": box["width"] * 0.6, "y": box["height"] * 0.7}
    canvas.hover(position=at)
    page.settle()
    heading = page.root.locator(".tl-row h3").first.inner_text()
    assert heading != "Row of “我”"
    assert page.get("query") == 0
    tip = page.root.locator(".tl-tip")
    assert "weight" in tip.inner_text()
    canvas.click(position=at)
    page.settle()
    assert page.get("locked") is True
    assert heading == f"Row of “{CHINESE[page.get('query')]}”"
    page.page.mouse.move(2, 2)
    page.settle()
    assert tip.is_hidden()
    assert page.root.locator(".tl-row h3").first.inner_text() == heading
    canvas.click(position=at)
    assert page.get("locked") is False


def test_lines_follow_the_pointer(show):
    page = show(translation_view(mode="lines"))
    canvas = page.root.locator("canvas.tl-canvas")
    box, before = canvas.bounding_box(), page.pixels()
    canvas.hover(position={"x": 60, "y": box["height"] * 0.5})
    assert page.pixels() != before
    canvas.click(position={"x": box["width"] - 60, "y": box["height"] - 30})
    page.settle()
    assert (page.get("key"), page.get("locked")) == (len(ENGLISH) - 1, True)


def test_interventions_change_row_output_and_words(show):
    page = show(translation_view(layer=2, head=1))
    row = page.root.locator(".tl-row")
    before, picture = row.inner_text(), page.pixels()
    page.root.get_by_role("button", name="Mask key “I”").click()
    page.settle()
    assert row.inner_text() != before
    assert "The output moved by" in row.inner_text()
    assert "masked" in row.inner_text()
    assert page.pixels() != picture
    assert "recorded:" in page.summary()
    same_as_python(page)
    view = page.view
    moved = (view.output() - translation_view(layer=2, head=1).output()).norm().item()
    assert f"The output moved by {moved:.3f}" in row.inner_text()
    assert "later layers are not computed anew" in page.root.inner_text()


def test_heads_are_chosen_and_ordered(show):
    page = show(translation_view(mode="heads", order="gold"))
    names = page.root.locator(".tl-thumb-name").all_inner_texts()
    agreement, entropy = page.view.agreement(), page.view.entropy().mean(-1)
    pairs = sorted(
        ((i, j) for i in range(3) for j in range(4)), key=lambda p: (-agreement[p].item(), entropy[p].item())
    )
    assert names == [f"Layer {i} · head {j}" for i, j in pairs]
    page.root.locator(".tl-thumb").nth(3).click()
    assert (page.get("layer"), page.get("head")) == pairs[3]
    page.press(page.root.locator(".tl-thumb").nth(3), "ArrowRight", "Enter")
    assert (page.get("layer"), page.get("head")) == pairs[4]
    rows = page.table()
    assert [row[2] for row in rows] == pytest.approx([agreement[p].item() for p in pairs])
    assert [row[1] for row in rows] == pytest.approx([entropy[p].item() for p in pairs], abs=1e-5)


def test_one_cell_is_proved_step_by_step(show):
    page = show(translation_view(mode="cell", layer=1, head=3))
    page.set(query=4, key=6)
    view = page.pull_state()
    cards = page.root.locator(".tl-card")
    assert cards.count() == 6
    query, key = view._data.query[1, 3, 4], view._data.key[1, 3, 6]
    numbers = cards.nth(0).locator("data").evaluate_all("(all) => all.map((each) => Number(each.value))")
    torch.testing.assert_close(torch.tensor(numbers), torch.cat([query, key, query * key]), **CLOSE)
    score = (query @ key).item()
    assert f"q·k = {score:.3f}".replace("-", "−") in cards.nth(1).inner_text()
    assert f"= {score * 8**-0.5:.3f}".replace("-", "−") in cards.nth(2).inner_text()
    weights = (
        cards.nth(4).locator("tbody tr").nth(2).locator("data").evaluate_all("(all) => all.map((e) => Number(e.value))")
    )
    torch.testing.assert_close(torch.tensor(weights), view.weights()[4], **CLOSE)
    output = (
        cards.nth(5).locator("tbody tr").nth(2).locator("data").evaluate_all("(all) => all.map((e) => Number(e.value))")
    )
    torch.testing.assert_close(torch.tensor(output), view.output(), atol=2e-6, rtol=0)
    page.press(page.root.locator("[name=step]"), "Home", "ArrowRight")
    assert cards.count() == 2


def test_predict_first_hides_then_scores(show):
    page = show(translation_view(layer=2, head=1, predicting=True))
    best = page.view.weights().argmax(-1).tolist()
    assert all(cell == "hidden" for row in page.table() for cell in row[1:])
    assert "hidden" in page.summary()
    page.set(key=best[0])
    page.press(page.root.get_by_role("button", name="Reveal"), "Enter")
    assert "Right" in page.root.locator(".tl-predict").inner_text()
    assert all(isinstance(cell, float | int) for cell in page.table()[0][1:])
    page.set(query=1, key=(best[1] + 1) % 8)
    page.press(page.root.locator("canvas.tl-canvas"), "Enter")
    assert "Score: 1 of 2 right." in page.root.locator(".tl-predict").inner_text()
    assert page.pull_state().prediction_score == (1, 2)
    page.set(mode="heads")
    assert page.root.locator(".tl-thumb").count() == 0 or page.root.locator(".tl-thumb").first.is_hidden()


@pytest.mark.parametrize("mode", ["matrix", "lines", "heads", "cell"])
def test_hostile_tokens_stay_text(show, mode):
    page = show(hostile_view(mode=mode, gold=[(0, 1)]))
    for query in range(len(HOSTILE)):
        page.set(query=query, key=query)
    canvas = page.root.locator("canvas.tl-canvas")
    if canvas.is_visible():
        canvas.hover(position={"x": 300, "y": 300})
        page.settle()
    page.table()
    assert page.page.evaluate("() => document.querySelectorAll('main img, main script, main iframe').length") == 0
    if mode in ("matrix", "lines"):
        assert [row[0] for row in page.table()] == HOSTILE


def test_a_fully_masked_row_explains_itself(show):
    mask = torch.tensor([[1, 1, 0], [0, 0, 0], [0, 1, 1]]).bool()
    page = show(AttentionView(query=torch.randn(3, 4), key=torch.randn(3, 4), mask=mask, queries=["a", "b", "c"]))
    page.set(query=1)
    assert "Every key of “b” is masked" in page.summary()
    assert "row is all zeros" in page.root.locator(".tl-row").inner_text()
    same_as_python(page)


@pytest.mark.parametrize("size", [1, 64, 256])
def test_sizes(show, size):
    page = show(AttentionView(torch.randn(size, size).softmax(-1), [f"t{i}" for i in range(size)]))
    for mode in ("matrix", "lines", "heads", "cell"):
        page.set(mode=mode, query=size - 1, key=size // 2)
    page.set(mode="matrix", temperature=2.0)
    rows = page.table()
    weights = page.pull_state().weights()
    shown = torch.tensor([row[1] for row in rows]) if size > 64 else drawn(page)
    torch.testing.assert_close(shown, weights[-1] if size > 64 else weights, **CLOSE)


def test_every_frame_of_a_drag_is_painted(show):
    page = show(AttentionView(softmax_weights(1, 4, 64, 64), [f"t{i}" for i in range(64)]))
    painted = page.page.evaluate(
        """async () => {
          const root = document.querySelector(".tl-view"), slider = root.querySelector("[name=temperature]");
          const frame = () => new Promise((done) => requestAnimationFrame(done)), start = Number(root.dataset.paints);
          for (let i = 0; i < 60; i++) {
            slider.value = -3 + i / 10;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await frame();
          }
          return Number(root.dataset.paints) - start;
        }"""
    )
    assert painted >= 59
    same_as_python(page)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("mode", ["matrix", "lines", "heads", "cell"])
def test_axe_finds_nothing_serious(show, mode, dark):
    page = show(translation_view(mode=mode, layer=1), dark=dark)
    assert page.root.get_attribute("data-theme") == ("dark" if dark else "light")
    page.set(masked_keys=[2], predicting=mode == "lines")
    page.table()
    assert serious_findings(page.page) == []


def test_theme_can_be_forced_and_changes_live(show):
    page = show(translation_view(), dark=False)
    light = page.pixels()
    page.set(theme="dark")
    assert page.root.get_attribute("data-theme") == "dark"
    assert page.pixels() != light
    page.set(theme="auto")
    assert page.pixels() == light
    page.page.emulate_media(color_scheme="dark")
    page.page.wait_for_selector(".tl-view[data-theme=dark]")


def test_reduced_motion(show):
    page = show(translation_view(), calm=True)
    moving = page.page.evaluate(
        """() => [...document.querySelectorAll(".tl-view, .tl-view *")].map((e) => getComputedStyle(e)).filter(
             (style) => !["0s", ""].includes(style.transitionDuration) || style.animationName !== "none").length"""
    )
    assert moving == 0


@pytest.mark.parametrize("width", [400, 760, 1280])
def test_nothing_sticks_out(show, width):
    page = show(translation_view(), width=width)
    for mode in ("matrix", "lines", "heads", "cell"):
        page.set(mode=mode)
        over = page.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, mode
