"""PositionalEncodingView's stand-alone page: numbers, every control, pointer, keyboard, play, themes, accessibility."""

import pytest
import torch
from helpers import serious_findings

from transformer_lab.positions import sinusoidal_table
from transformer_lab.views import PositionalEncodingView

CLOSE = {"atol": 1e-6, "rtol": 0}
MODES = ("heat", "waves", "dot", "clocks", "shift", "rotary")
HOSTILE = "<img src=x onerror=alert(1)>"


def learned(rows=20, cols=6):
    return torch.randn(rows, cols, generator=torch.Generator().manual_seed(0))


def two_tables(**state):
    return PositionalEncodingView(table=learned(), compare="sinusoidal", **state)


def headline(page):
    page.settle()
    return " ".join(page.root.locator(".tl-pe-headline").inner_text().split())


def column(page, name):
    page.table()
    heads = page.root.locator(".tl-table thead th").all_inner_texts()
    return torch.tensor([row[heads.index(name)] for row in page.table()], dtype=torch.float64)


def centre(page, selector, index=0):
    return page.page.evaluate(
        """([selector, index]) => {
          const b = document.querySelectorAll(selector)[index].getBoundingClientRect();
          return [b.x + b.width / 2, b.y + b.height / 2];
        }""",
        [selector, index],
    )


@pytest.mark.parametrize("layout", ["interleaved", "halves"])
@pytest.mark.parametrize(("d_model", "position"), [(64, 512), (7, 300), (1, 3)])
def test_the_table_drawn_is_torchs(show, layout, d_model, position):
    view = PositionalEncodingView(d_model, 513, base=700.0, layout=layout, position=position)
    page = show(view)
    drawn = column(page, "sinusoidal")
    torch.testing.assert_close(drawn, view.table()[position].double(), **CLOSE)
    torch.testing.assert_close(drawn, sinusoidal_table(513, d_model, 700.0, layout)[position].double(), **CLOSE)
    if d_model > 1:
        page.set(mode="waves", pairs=[0, 1], pair=1, length=40)
        columns = torch.tensor([row[1:] for row in page.table()], dtype=torch.float64)
        wanted = page.pull_state().table().double()
        columns_of = [0, 1, 2, 3] if layout == "interleaved" else [0, (d_model + 1) // 2, 1, (d_model + 1) // 2 + 1]
        torch.testing.assert_close(columns, wanted[:, columns_of], **CLOSE)


def test_both_tables_and_their_dot_products(show):
    page = show(two_tables(position=4))
    torch.testing.assert_close(column(page, "learned"), learned()[4].double(), **CLOSE)
    torch.testing.assert_close(column(page, "sinusoidal"), sinusoidal_table(20, 6)[4].double(), **CLOSE)
    page.set(mode="dot")
    gram = (learned() @ learned().T).double()
    rows = page.table()
    assert [row[1] for row in rows[:16]] == pytest.approx(gram[4, 4:].tolist(), abs=1e-5)
    assert rows[16][1] == "—"
    assert [row[2] for row in rows] == pytest.approx([gram.diagonal(d).min().item() for d in range(20)], abs=1e-5)
    assert [row[5] for row in rows] == pytest.approx([row[6] for row in rows], abs=1e-9), "no spread for sinusoids"
    assert headline(page).endswith("sinusoidal 0")
    assert "the distance alone decides" in page.summary()


@pytest.mark.parametrize("rotation", ["sinusoid", "fitted"])
def test_the_rotation_error_is_pythons(show, rotation):
    page = show(two_tables(mode="shift", rotation=rotation))
    for position, shift in ((0, 0), (3, 5), (12, 7)):
        page.set(position=position, shift=shift)
        view = page.pull_state()
        *pairs, total = page.table()
        assert total[2] == pytest.approx(view.rotation_error(), abs=1e-6)
        assert [row[2] for row in pairs] == pytest.approx(view.rotation_error(per_pair=True).tolist(), abs=1e-6)
        assert total[4] < 1e-9
        assert view.rotation_error(compare=True) < 1e-9
        if shift:
            assert f"learned {view.rotation_error():.3f} sinusoidal 0" in headline(page)
    page.set(position=19, shift=3)
    assert "no such row" in headline(page)
    assert "There is no row 22: this table holds positions 0 to 19" in page.summary()


def test_an_odd_width_says_what_it_lacks(show):
    page = show(PositionalEncodingView(7, 9, pair=3))
    assert "no cosine: d_model is odd" in headline(page)
    page.set(mode="shift")
    assert "d_model must be even: with 7 features" in page.summary()
    page.set(mode="rotary")
    assert "d_head must be even; it is 7" in page.summary()
    page.press(page.root.get_by_label("d_model"), "ArrowLeft")
    assert "score" in page.summary()


def test_the_rotary_score_is_pythons_and_moving_both_keeps_it(show):
    page = show(PositionalEncodingView(8, 64, mode="rotary", pair=1))
    root, view = page.root, page.view
    row = {int(r[0].replace("−", "-")): r[1] for r in page.table()}
    assert row[5] == pytest.approx(view.score(), abs=1e-6)
    before = headline(page).split("=")[1]
    page.press(root.get_by_label("Move both"), *["ArrowRight"] * 9)
    assert (page.get("query_position"), page.get("key_position")) == (12, 17)
    assert headline(page).split("=")[1] == before
    page.press(root.get_by_label("Move both"), "End")
    assert (page.get("query_position"), page.get("key_position")) == (58, 63), "both stay inside"
    page.press(root.get_by_label("Key at j"), "ArrowLeft")
    assert headline(page).split("=")[1] != before
    assert f"{page.pull_state().score():.3f}".replace("-", "−") in headline(page)


def test_every_control_by_keyboard(show):
    page = show(PositionalEncodingView())
    root = page.root
    page.press(root.get_by_label("Position p"), "ArrowRight", "ArrowUp")
    page.press(root.locator("[name=pair]"), "End")
    assert (page.get("position"), page.get("pair")) == (14, 31)
    page.press(root.get_by_label("Layout"), "ArrowDown")
    page.press(root.get_by_label("Base"), "ArrowRight")
    assert (page.get("feature_layout"), page.get("base")) == ("halves", 11200)
    page.press(root.get_by_label("Length"), "Home")
    page.press(root.get_by_label("d_model"), "Home")
    assert (page.get("length"), page.get("d_model"), page.get("position"), page.get("pair")) == (2, 2, 1, 0)
    assert page.get("pairs") == [0]
    torch.testing.assert_close(column(page, "sinusoidal"), page.pull_state().table()[1].double(), **CLOSE)
    page.press(root.get_by_role("button", name="Reset"), "Enter")
    assert all(page.get(name) == value for name, value in page.get("_initial").items())
    page.press(root.get_by_role("radio", name="Heat map"), "ArrowRight")
    assert page.get("mode") == "waves"
    page.press(root.get_by_role("button", name="Unpin pair 4"), "Space")
    assert page.get("pairs") == [0, 8, 16]
    page.press(root.get_by_role("button", name="Pin pair 4"), "Enter")
    assert page.get("pairs") == [0, 4, 8, 16]
    page.press(root.get_by_role("radio", name="Waves"), "ArrowRight")
    page.press(root.get_by_label("Every reference position"), "Space")
    assert (page.get("mode"), page.get("every")) == ("dot", False)
    page.press(root.get_by_role("radio", name="Dot product"), "ArrowRight", "ArrowRight")
    page.press(root.get_by_label("Shift k"), "ArrowRight")
    page.press(root.get_by_label("R(k)"), "ArrowDown")
    assert (page.get("mode"), page.get("shift"), page.get("rotation")) == ("shift", 6, "fitted")
    page.press(root.get_by_role("radio", name="Shift = rotation"), "ArrowRight")
    page.press(root.get_by_label("Query at i"), "ArrowRight")
    page.press(root.get_by_label("q points to"), "ArrowRight")
    page.press(root.get_by_label("k points to"), "Home")
    page.press(root.get_by_label("Mean of all pairs"), "Space")
    assert (page.get("mode"), page.get("query_position"), page.get("every")) == ("rotary", 4, True)
    assert torch.tensor(page.get("query")).norm().item() == pytest.approx(
        torch.tensor([1.1, 0.3]).norm().item(), abs=1e-3
    )
    assert page.get("key")[0] < -1.2
    page.press(root.get_by_role("button", name="Reset"), "Space")
    assert all(page.get(name) == value for name, value in page.get("_initial").items())


def test_arrow_keys_on_the_picture(show):
    page = show(PositionalEncodingView())
    picture = page.root.locator(".tl-pe-body")
    page.press(picture, "ArrowDown", "ArrowDown", "ArrowRight")
    assert (page.get("position"), page.get("pair")) == (14, 5)
    page.press(picture, *["ArrowLeft"] * 7)
    assert page.get("pair") == 0
    page.set(mode="rotary")
    page.press(picture, "ArrowUp", "ArrowRight", "Shift+ArrowDown")
    assert page.get("query") == pytest.approx([1.15, 0.35])
    assert page.get("key") == pytest.approx([0.8, 0.85])


@pytest.mark.parametrize("mode", MODES)
def test_tab_reaches_every_control_and_lab_keeps_its_hands_off(show, mode):
    page = show(PositionalEncodingView(mode=mode))
    seen = set()
    for _ in range(24):
        page.page.keyboard.press("Tab")
        element = page.page.evaluate(
            "() => { const e = document.activeElement; return e === document.body ? null :"
            " [e.name || e.textContent || e.tagName, e.dataset.lmSuppressShortcuts,"
            " getComputedStyle(e.matches('[type=radio]') ? e.nextSibling : e).outlineStyle]; }"
        )
        if element:
            assert element[1:] == ["true", "solid"], element
            seen.add(element[0])
    visible = page.page.evaluate(
        "() => [...document.querySelectorAll('.tl-view :is(input:not([type=radio]), select, button)')]"
        ".filter((e) => e.checkVisibility()).map((e) => e.name || e.textContent)"
    )
    assert set(visible) <= seen


def test_pointer_reads_values_and_chooses(show):
    page = show(PositionalEncodingView(8, 10))
    mouse, tip = page.page.mouse, page.root.locator(".tl-tip")
    box = page.root.locator(".tl-stage canvas").bounding_box()
    x, y = box["x"] + box["width"] * 5.5 / 8, box["y"] + box["height"] * 3.5 / 10
    mouse.move(x, y)
    value = f"{page.view.table()[3, 5]:.4f}".replace("-", "−")
    assert f"PE[position 3, feature 5] = {value}" in tip.inner_text()
    assert "cos(3 / 10000^(4/8)) = cos(0.0300 rad)" in tip.inner_text()
    mouse.click(x, y)
    page.settle()
    assert (page.get("position"), page.get("pair")) == (3, 2)
    mouse.move(2, 2)
    assert tip.is_hidden()
    page.set(mode="clocks")
    mouse.click(*centre(page, ".tl-pe-dial", 4))
    page.settle()
    assert page.get("pair") == 3, "the large dial comes first, then those of pairs 0 to 3"
    page.set(mode="dot")
    box = page.root.locator(".tl-stage canvas").bounding_box()
    mouse.click(box["x"] + 5, box["y"] + box["height"] * 0.75)
    page.settle()
    assert page.get("position") == 7


def test_dragging_a_vector_brings_its_tip_to_the_pointer(show):
    page = show(PositionalEncodingView(8, 64, mode="rotary", query_position=9, key_position=2, pair=1))
    mouse = page.page.mouse
    before = page.get("query")
    x, y = centre(page, ".tl-pe-handle", 0)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 24, y + 18, steps=5)
    mouse.up()
    page.settle()
    assert page.get("query") != before
    assert page.get("key") == [0.8, 0.9]
    assert centre(page, ".tl-pe-handle", 0) == pytest.approx([x - 24, y + 18], abs=1.0)
    assert f"{page.pull_state().score():.3f}".replace("-", "−") in headline(page)


def test_every_step_of_a_drag_is_painted(show):
    page = show(PositionalEncodingView())
    for mode in MODES:
        page.set(mode=mode)
        painted = page.page.evaluate(
            """async (name) => {
              const root = document.querySelector(".tl-view"), slider = root.querySelector(`[name=${name}]`);
              const frame = () => new Promise((done) => requestAnimationFrame(done));
              const start = Number(root.dataset.paints);
              for (let i = 0; i < 60; i++) {
                slider.value = i;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
                await frame();
              }
              return Number(root.dataset.paints) - start;
            }""",
            "query_position" if mode == "rotary" else "position",
        )
        assert painted >= 59, mode


def test_play_turns_the_hands_and_stops(show):
    page = show(PositionalEncodingView(mode="clocks", position=0))
    button = page.root.get_by_role("button", name="Play")
    button.click()
    page.page.wait_for_function("() => transformerLabModel.get('position') >= 2")
    page.root.get_by_role("button", name="Pause").click()
    page.settle()
    at = page.get("position")
    assert button.is_visible()
    page.set(mode="rotary")
    distance = page.get("key_position") - page.get("query_position")
    button.click()
    page.page.wait_for_function("() => transformerLabModel.get('query_position') >= 5")
    page.set(mode="heat")
    assert page.get("key_position") - page.get("query_position") == distance
    assert page.get("position") == at, "playing the rotary plane moved nothing else"
    page.set(mode="clocks")
    assert button.is_visible(), "leaving the mode stops the play"


def test_reduced_motion_turns_play_off(show):
    page = show(PositionalEncodingView(mode="clocks"), calm=True)
    assert page.root.get_by_role("button", name="Play (off: reduced motion)").is_disabled()
    moving = page.page.evaluate(
        "() => [...document.querySelectorAll('.tl-view, .tl-view *')].filter((e) =>"
        " !['0s', ''].includes(getComputedStyle(e).transitionDuration) || getComputedStyle(e).animationName !== 'none')"
        ".length"
    )
    assert moving == 0


def test_a_hostile_name_stays_text(show):
    page = show(PositionalEncodingView(table=learned(), kind=HOSTILE, compare=learned(), compare_kind="<b>x</b>"))
    for mode in MODES[:-1]:
        page.set(mode=mode)
        page.table()
        assert page.root.locator("img, b:text-is('x')").count() == 0
    assert HOSTILE in page.root.locator("svg").first.text_content() + page.summary()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_serious(show, mode, dark):
    page = show(PositionalEncodingView(16, 20, mode=mode) if mode == "rotary" else two_tables(mode=mode), dark=dark)
    assert page.root.get_attribute("data-theme") == ("dark" if dark else "light")
    page.table()
    assert serious_findings(page.page) == []


def test_theme_can_be_forced_and_changes_live(show):
    page = show(PositionalEncodingView(), dark=False)
    light = page.pixels()
    page.set(theme="dark")
    assert page.pixels() != light
    page.set(theme="auto")
    assert page.pixels() == light
    page.page.emulate_media(color_scheme="dark")
    page.page.wait_for_selector(".tl-view[data-theme=dark]")


@pytest.mark.parametrize("width", [400, 760, 1280])
def test_nothing_sticks_out(show, width):
    for view in (PositionalEncodingView(), two_tables()):
        page = show(view, width=width)
        for mode in view._modes:
            page.set(mode=mode)
            over = page.page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, mode
            left = page.page.evaluate(
                """() => { const stage = document.querySelector(".tl-stage").getBoundingClientRect();
                  return [...document.querySelectorAll(".tl-pe-text")].filter((text) => {
                    const b = text.getBoundingClientRect();
                    return b.left < stage.left - 3 || b.right > stage.right + 3; }).map((t) => t.textContent); }"""
            )
            assert left == [], mode


def test_in_jupyterlab_arrow_keys_reach_the_slider_and_python_reads_it_back(lab):
    notebook = lab(
        [
            "from transformer_lab.views import PositionalEncodingView\nimport torch\n"
            "first = PositionalEncodingView(16, 20, position=3)\nfirst",
            "table = torch.arange(36.0).view(9, 4).sin()\n"
            "second = PositionalEncodingView(table=table, mode='shift', position=1)\nsecond",
            "print(first.position, first.pair, first.layout, second.position)",
            "first.length = 4\nfirst.mode = 'clocks'\nprint(first.position)",
        ]
    )
    notebook.run(0)
    first = notebook.view(0)
    notebook.run(1)
    second = notebook.view(1)
    first.get_by_label("Position p").focus()
    active = notebook.active_cell
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp"):
        notebook.page.keyboard.press(key)
    first.get_by_label("Layout").focus()
    notebook.page.keyboard.press("ArrowDown")
    first.locator(".tl-pe-body").focus()
    notebook.page.keyboard.press("ArrowLeft")
    assert notebook.active_cell == active, "JupyterLab did not take the keys for itself"
    second.get_by_label("Position p").focus()
    notebook.page.keyboard.press("ArrowRight")
    notebook.ask(2, "5 3 halves 2")
    notebook.ask(3, "3")
    first.locator(".tl-pe-headline", has_text="At position 3").wait_for()
    assert first.get_by_label("Length").input_value() == "4"
    before = second.locator(".tl-pe-headline").inner_text()
    notebook.ask(2, "3 3 halves 2")
    assert second.locator(".tl-pe-headline").inner_text() == before, "two views keep apart"
