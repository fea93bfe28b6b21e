"""DecodingTreeView in a real browser: the stand-alone page, then JupyterLab, where the walk reaches Python."""

import math
from pathlib import Path

import decoding_tree_samples
import pytest
from decoding_tree_samples import GREEDY_PATH, HOSTILE, toy_view, translator_view, uniform_view
from helpers import serious_findings

from transformer_lab.views.common.numbers import probability


def drawn_by_python(view):
    """Every node's conditional, whole and log-probability, in the table's order."""
    tree = view._tree
    log_p, _ = tree.at_temperature(view.temperature)
    total = tree.totals(log_p)
    return [[log_p[n], total[n]] for n in range(1, len(tree))]


def node(page, *words):
    """The button of the node that these words lead to."""
    view = page.view
    at = view._tree.nodes([next(i for i, t in view._text.items() if t == w) for w in words])[-1] if words else 0
    return page.root.locator(f"[data-node='{at}']")


@pytest.mark.parametrize("temperature", [1.0, 0.2, 0.5, 1.7, 3.0])
@pytest.mark.parametrize("make", [toy_view, translator_view], ids=["toy", "translator"])
def test_every_number_is_pythons_at_every_temperature(show, make, temperature):
    page = show(make())
    page.set(temperature=temperature)
    view = page.pull_state()
    rows = page.table()
    expected = drawn_by_python(view)
    assert len(rows) == len(expected)
    for row, (log_p, total) in zip(rows, expected, strict=True):
        assert row[1] == pytest.approx(math.exp(log_p), rel=1e-9)
        assert row[3] == pytest.approx(total, abs=1e-9)
    _, others = view._tree.at_temperature(temperature)
    for at, mass in others.items():
        if at:
            assert rows[at - 1][4] == pytest.approx(mass, rel=1e-9, abs=1e-12)


def test_keyboard_walks_the_tree(show):
    page = show(toy_view())
    root = node(page)
    assert page.root.locator(".tl-dt-node[tabindex='0']").count() == 1
    page.press(root, "ArrowRight")
    focus = "() => document.activeElement.querySelector('.tl-dt-token').textContent"
    assert page.page.evaluate(focus) == "the"
    page.page.keyboard.press("ArrowDown")
    assert page.page.evaluate(focus) != "the"
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("Enter")
    page.settle()
    assert page.get("path") == [2]
    for key in ("ArrowRight", "Enter"):
        page.page.keyboard.press(key)
    page.settle()
    assert page.get("path") == [2, 3]
    assert node(page, "the", "cat").get_attribute("aria-current") == "true"
    assert page.root.locator("[aria-current]").count() == 1
    page.page.keyboard.press("ArrowLeft")
    assert page.page.evaluate(focus) == "the"
    page.page.keyboard.press("Home")
    assert page.page.evaluate(focus) == "<bos>"
    assert page.get("path") == [2, 3], "focus alone walks nowhere"
    assert page.root.locator(".tl-dt-node[tabindex='0']").get_attribute("data-node") == "0", "one stop for Tab"
    page.page.keyboard.press("Enter")
    page.settle()
    assert page.get("path") == []
    focusable = page.root.locator("input, select, button, [tabindex]")
    assert focusable.evaluate_all("(all) => all.every((each) => each.dataset.lmSuppressShortcuts === 'true')")


def test_a_click_walks_and_the_words_follow(show):
    page = show(toy_view())
    assert page.summary().startswith("At the start, with all of the probability")
    node(page, "the", "cat").click()
    page.settle()
    view = page.pull_state()
    assert view.path == [2, 3]
    assert page.summary().startswith("Walked: the cat (not ended). Probability 0.")
    assert page.summary().endswith("On: greedy.")
    assert page.root.locator(".tl-dt-strip li").all_inner_texts()[1].split("\n")[:2] == ["cat", "māo cat"]
    bars = page.root.locator(".tl-dt-bar")
    assert len(view.siblings()) == bars.count()
    assert page.root.locator(".tl-dt-chosen").inner_text().startswith("✓ cat")
    walked = page.table()[:2]
    assert [row[2] for row in walked] == pytest.approx([p for _, p, _ in view.steps()], rel=1e-9)
    assert [row[4] for row in walked] == pytest.approx([away for _, _, away in view.steps()], rel=1e-9)
    page.press(page.root.get_by_role("button", name="greedy", exact=True), "Enter")
    assert page.get("path") == GREEDY_PATH
    assert page.summary().startswith("Walked: the cat <eos> (ended).")
    page.root.get_by_role("button", name="Reset").click()
    assert page.get("path") == []


def test_bands_split_the_mass_and_follow_the_temperature(show):
    page = show(toy_view())
    shapes = "() => [...document.querySelectorAll('.tl-dt-band')].map((each) => each.getAttribute('d')).join()"
    before, label = page.page.evaluate(shapes), node(page, "the").get_attribute("aria-label")
    page.press(page.root.get_by_role("slider", name="Temperature"), "ArrowRight", "ArrowRight")
    assert page.get("temperature") == pytest.approx(1.2)
    assert page.page.evaluate(shapes) != before
    assert node(page, "the").get_attribute("aria-label") != label
    page.root.get_by_role("button", name="Reset").click()
    page.settle()
    assert page.page.evaluate(shapes) == before


def test_named_paths_differ_in_more_than_colour(show):
    page = show(translator_view())
    dashes = page.root.locator(".tl-toolbar .tl-dt-line").evaluate_all(
        "(all) => all.map((e) => getComputedStyle(e).strokeDasharray)"
    )
    assert len(set(dashes)) == len(dashes) == 4
    tags = ", ".join(page.root.locator(".tl-dt-tag").all_text_contents())
    assert all(name in tags for name in page.view.paths)


def test_what_is_not_in_the_tree_is_said(show):
    page = show(uniform_view(5000, depth=3, width=12, min_probability=1e-9))
    assert page.root.get_by_role("slider").count() == 0
    assert (
        "Temperature 1: the logits of all nodes are too large to store" in page.root.locator(".tl-toolbar").inner_text()
    )
    assert "not expanded, the limit of nodes is reached" in page.root.locator(".tl-dt-limits").inner_text()
    assert page.root.locator(".tl-dt-rest").first.inner_text() == "… 4988 others: 0.998"


def test_hostile_words_stay_words(show):
    page = show(toy_view(source="<b>source</b>"))
    assert node(page, "the", "</script><script>alert(2)</script>").count() == 1
    page.set(path=[2, 6, 7, 5])
    assert page.root.locator("img, script, b b, i i").count() == 0
    assert "<i>note</i>" in page.root.locator(".tl-dt-strip").inner_text()
    assert "<b>odd</b>" in page.root.inner_text()
    assert any(HOSTILE[:8] in str(row[0]) for row in page.table())


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("make", [toy_view, translator_view], ids=["toy", "translator"])
def test_no_serious_findings_and_large_type(show, make, dark):
    page = show(make().walk("greedy"), dark=dark)
    assert page.root.get_attribute("data-theme") == ("dark" if dark else "light")
    page.table()
    assert serious_findings(page.page) == []
    small = """() => [...document.querySelectorAll('.tl-view *')]
      .filter((each) => each.checkVisibility() && [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
      .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 16).map((each) => each.className)"""
    assert page.page.evaluate(small) == []


def test_long_trees_scroll_inside_the_view(show):
    page = show(translator_view(), width=390, calm=True)
    assert page.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    scroll = page.root.locator(".tl-dt-scroll")
    assert scroll.evaluate("(e) => e.scrollWidth > e.clientWidth")
    page.set(path=page.view.paths["greedy"])
    assert scroll.evaluate("(e) => e.scrollLeft") > 1000, "the end of the walk is in sight"
    boxes = [scroll.bounding_box(), page.root.locator("[aria-current]").bounding_box()]
    assert boxes[0]["x"] <= boxes[1]["x"] < boxes[0]["x"] + boxes[0]["width"]


SETUP = """import sys; sys.path.insert(0, {path!r})
import decoding_tree_samples as samples
view = samples.toy_view()
view"""


def test_the_walk_reaches_python_and_python_walks(lab):
    notebook = lab(
        [
            SETUP.format(path=str(Path(decoding_tree_samples.__file__).parent)),
            "print(view.tokens, round(view.probability(), 6), round(view.temperature, 1))",
            "_ = view.walk('greedy')",
        ]
    )
    notebook.run_all()
    root = notebook.view(0)
    root.locator("[data-node='0']").focus()
    active = notebook.active_cell
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        notebook.page.keyboard.press(key)
    view = toy_view().walk(["the", "cat"])
    root.locator(".tl-summary", has_text="Walked: the cat").wait_for()
    assert notebook.active_cell == active, "JupyterLab took the arrow keys"
    notebook.ask(1, f"['the', 'cat'] {round(view.probability(), 6)} 1.0")
    root.get_by_role("slider", name="Temperature").focus()
    notebook.page.keyboard.press("ArrowLeft")
    view.temperature = 0.9
    notebook.ask(1, f"['the', 'cat'] {round(view.probability(), 6)} 0.9")
    notebook.run(2)
    root.locator(".tl-summary", has_text="Walked: the cat <eos>").wait_for()
    assert not [f for f in serious_findings(notebook.page) if "tl-" in f]


COUNT = """async ([trait, value]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done))), touched = new Set();
  const seen = new MutationObserver((records) => records.forEach(({ target }) => touched.add(target)));
  seen.observe(document.querySelector(".tl-dt-sheet"), {
    subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: ["class", "aria-label", "d"],
  });
  const root = document.querySelector(".tl-view"), before = root.dataset.paints;
  transformerLabModel.set(trait, value);
  while (root.dataset.paints === before) await frame();
  seen.disconnect();
  return touched.size;
}"""


def test_a_frame_touches_what_changes_and_is_in_sight(show):
    view = uniform_view(vocab_size=9, depth=4, width=6, min_probability=1e-9, max_nodes=400)
    page = show(view)
    nodes = page.root.locator(".tl-dt-node").count()
    assert nodes > 350
    step = page.page.evaluate(COUNT, ["path", view._tree.ids(view._tree.children[0][0])])
    assert 1 < step < 15
    assert page.page.evaluate(COUNT, ["temperature", 2.5]) < nodes


def test_nodes_out_of_sight_follow_to_another_temperature(show):
    view = toy_view(depth=5, width=4, min_probability=1e-9, max_nodes=400)
    page = show(view)
    page.set(temperature=0.4)
    view.temperature = 0.4
    log_p, _ = view._tree.at_temperature(0.4)
    wanted = ["1", *(probability(math.exp(p)) for p in log_p[1:])]
    page.page.wait_for_function(
        """(wanted) => [...document.querySelectorAll(".tl-dt-node b")].every((b, i) => b.textContent === wanted[i])""",
        arg=wanted,
    )
    labels = page.page.evaluate(
        "[...document.querySelectorAll('.tl-dt-node')].map((n) => n.getAttribute('aria-label'))"
    )
    assert page.root.locator(".tl-dt-node b").all_text_contents() == wanted
    assert all(f"probability {p}" in label for p, label in zip(wanted, labels, strict=True))
