"""The states that the scripts name are traits of the Python class: a misspelt one would be silent in the browser."""

import re

import pytest

from transformer_lab.views import (
    AttentionView,
    DecodingTreeView,
    LayerNormView,
    PositionalEncodingView,
    TranslationView,
)
from transformer_lab.views.common import scripts
from transformer_lab.views.common.base import View

VIEWS = [AttentionView, DecodingTreeView, LayerNormView, PositionalEncodingView, TranslationView]
NAME = r"[a-z_]\w*"
READ = re.compile(rf'\bget\("({NAME})"\)|trait: "({NAME})"|change:({NAME})\b|\.set\("({NAME})"')
WATCHED = re.compile(r"\.watch\(([^)]*)\)")
WRITTEN = re.compile(r"(?:frame|scene)\.set\(\{([^{}]*)\}\)")


def named(view):
    """Every trait that the scripts of a view's room read, watch or write by its name."""
    room = view._script.partition("/")[0]
    found = set()
    for path in sorted((scripts.VIEWS / room).glob("*.js")):
        source = path.read_text("utf-8")
        found |= {name for groups in READ.findall(source) for name in groups if name}
        found |= {name for text in WATCHED.findall(source) for name in re.findall(rf'"({NAME})"', text)}
        for text in WRITTEN.findall(source):
            found |= set(re.findall(rf"(?:^|,)\s*({NAME})\s*(?=[:,]|$)", text))
    return found


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_a_script_names_traits_that_python_has(view):
    found = named(view) - {"_translator"}  # what a page of TranslationView carries instead of Python
    assert found - set(view.class_trait_names()) == set()
    written = {"TranslationView": {"sentence", "problem"}}.get(view.__name__, set(View._touchable))
    assert written <= found
    assert len(found) > 2


@pytest.mark.parametrize("view", VIEWS[:-1], ids=lambda view: view.__name__)
def test_every_state_is_used_by_a_script(view):
    sources = "".join(p.read_text("utf-8") for p in (scripts.VIEWS / view._script.partition("/")[0]).glob("*.js"))
    assert [name for name in view._touchable if not re.search(rf"\b{name}\b", sources)] == []


def test_a_misspelt_trait_would_be_found(tmp_path, monkeypatch):
    (tmp_path / "attention").mkdir()
    source = 'frame.watch("layr"); model.get("hed"); frame.set({ quary: 1, key }); select({ trait: "tempreture" })'
    (tmp_path / "attention" / "view.js").write_text(source, "utf-8")
    monkeypatch.setattr(scripts, "VIEWS", tmp_path)
    assert named(AttentionView) - set(AttentionView.class_trait_names()) == {"layr", "hed", "quary", "tempreture"}
