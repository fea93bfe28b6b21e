"""What every view does: exports, repr, budget, reset; shown on AttentionView."""

import base64
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from attention_samples import HOSTILE, hostile_view, softmax_weights, translation_view, vectors

from transformer_lab import views
from transformer_lab.recording import AttentionRecord, Trace
from transformer_lab.views import AttentionView, Explorer, LayerNormView, PositionalEncodingView, Slider, Text
from transformer_lab.views.common import base, check, drawing, export

# A page in a notebook's output leaves 140 kB of the 400 kB that a notebook may have: 175 kB are the base64 of
# 4 layers × 8 heads × 32 × 32 float32, the rest is for scripts and style.
STORED_LIMIT = 260_000


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.scripts, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.lasttag == "script" and self.scripts:
            self.scripts[-1] += data


def test_page_keeps_hostile_tokens_as_text():
    page = hostile_view().to_html()
    parsed = Tags()
    parsed.feed(page)
    assert sorted(set(parsed.tags)) == [
        "body",
        "head",
        "html",
        "main",
        "meta",
        "noscript",
        "p",
        "script",
        "style",
        "title",
    ]
    assert not [name for name, _ in parsed.attributes if name.startswith("on") or name in ("src", "href")]
    assert len(parsed.scripts) == 2
    state = json.loads(parsed.scripts[0])
    assert state["_facts"]["queries"] == HOSTILE
    assert "\u2028" not in page


def test_page_needs_no_network():
    page = translation_view().to_html()
    assert "default-src 'none'" in page
    assert re.findall(r"https?://[^\"'\s)]+", page) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"\bimport\b\s*[({\"']|\bfetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|eval\(", page)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda half: AttentionView(torch.eye(2), ["a", half]), r"queries\[1\]"),
        (lambda half: AttentionView(torch.eye(2), ["a", "b"], title=half), "title"),
        (lambda half: LayerNormView(torch.randn(2, 4), tokens=["a", half]), "tokens"),
        (lambda half: Explorer(lambda n: Text(half), Slider("n", 0, 1), title="t", alt="a"), "text"),
        (lambda half: Explorer(lambda n: Text("a"), Slider("n", 0, 1), title=half, alt="a"), "title"),
        (lambda half: Explorer(lambda n: Text("a"), Slider("n", 0, 1, unit=half), title="t", alt="a"), "unit"),
    ],
)
def test_half_a_character_is_refused_where_it_comes_in(make, named):
    """A lone surrogate, as tokens have that were cut at bytes: no file and no browser can take it."""
    with pytest.raises(ValueError, match=rf"{named}.* (whole characters|half a character)"):
        make("\ud83d")


def test_png_svg_and_html_are_deterministic_and_written(tmp_path):
    first, second = hostile_view(), hostile_view()
    assert first.to_png(tmp_path / "a.png") == second.to_png() == (tmp_path / "a.png").read_bytes()
    assert first.to_svg(tmp_path / "a.svg") == second.to_svg() == (tmp_path / "a.svg").read_text("utf-8")
    assert first.to_html(tmp_path / "a.html") == second.to_html() == (tmp_path / "a.html").read_text("utf-8")
    assert first.to_png().startswith(b"\x89PNG")
    assert "<img" not in first.to_svg()


@pytest.mark.parametrize("mode", ["matrix", "lines", "heads", "cell"])
def test_each_mode_has_its_picture(mode):
    assert len(translation_view(mode=mode, layer=1).to_png()) > 5000


def test_mime_bundle_has_widget_picture_and_words():
    view = translation_view()
    data, metadata = view._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == "AttentionView(layers=3, heads=4, queries=10, keys=8)"
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"].startswith("decoder.cross_attention, layer 0, head 0: how 10 queries share")
    assert len(data["image/png"]) < 40_000


def test_no_pyplot():
    code = (
        "import sys, torch; from transformer_lab.views import AttentionView;"
        "AttentionView(torch.eye(2)).to_png(); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_budget():
    assert len(AttentionView(softmax_weights(4, 8, 32, 32)).to_html()) < STORED_LIMIT
    random = torch.rand(256, 256).softmax(-1)
    assert AttentionView(random).weights().shape == (256, 256)
    with pytest.raises(
        ValueError, match=r"512 KB of tensors; a view stores at most 256 KB: show fewer.*layers=\[0, 2\]"
    ):
        AttentionView(torch.stack([random, random]))
    assert AttentionView(torch.stack([random, random]), heads=[1]).describe()["heads"] == 1


def test_what_fits_is_kept_and_the_rest_is_said():
    def recorded(d_head):
        query, key, value = vectors(4, 8, 32, 32, d_head)
        trace = Trace()
        for layer, (q, k, v) in enumerate(zip(query, key, value, strict=True)):
            name, scores = f"layers.{layer}.self_attention", q @ k.mT
            trace.attention[name] = AttentionRecord(name, q, k, v, scores, scores.softmax(-1), scale=1.0)
        return trace

    kept = {d: AttentionView.from_trace(recorded(d)) for d in (8, 16, 32)}
    assert [set(view._tensors) for view in kept.values()] == [{"query", "key", "value"}, {"query", "key"}, {"weights"}]
    assert kept[8]._facts["note"] == ""
    assert "values are not stored" in kept[16]._facts["note"]
    assert "queries, keys and values are not stored" in kept[32]._facts["note"]
    assert set(AttentionView.from_trace(recorded(32), layers=[0])._tensors) == {"query", "key", "value"}
    assert max(len(view.to_html()) for view in kept.values()) < STORED_LIMIT


def test_tensors_are_packed_exactly():
    mask = torch.rand(3, 5) > 0.5
    packed = base.pack("mask", mask)
    bits = np.unpackbits(np.frombuffer(packed["data"], np.uint8), bitorder="little")[:15]
    assert bits.reshape(3, 5).tolist() == mask.int().tolist()
    x = torch.randn(3, 5)
    assert np.frombuffer(base.pack("x", x)["data"], "<f4").reshape(3, 5).tolist() == x.tolist()


def test_json_is_safe_inside_a_script():
    text = export.safe_json(["</script>", "<!--", "&", "\u2028\u2029", b"\x00\xff"])
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == ["</script>", "<!--", "&", "\u2028\u2029", {"$bytes": "AP8="}]


@pytest.mark.parametrize(
    ("token", "shown"), [("", "∅"), ("  ", "␣␣"), ("a\nb", "a⏎b"), ("x" * 30, "xxxxxxxx…xxxxxxxx"), ("\u2028", "�")]
)
def test_tokens_are_printable(token, shown):
    assert drawing.shown(token) == shown


def test_checks_name_the_argument():
    with pytest.raises(TypeError, match="tokens must hold strings, got a int: 3"):
        check.tokens("tokens", ["a", 3], 2)
    with pytest.raises(TypeError, match="tokens must be a sequence of strings, got int"):
        check.tokens("tokens", 3, 2)
    with pytest.raises(TypeError, match="layer must be a whole number, got float"):
        check.index("layer", 1.5, 2)
    with pytest.raises(ValueError, match="x is empty"):
        check.tensor("x", torch.zeros(0, 2))


def every_view():
    """A maker for each kind of view: it takes states to begin with."""
    from decoding_tree_samples import toy_view
    from explorer_samples import simplex_view

    x = torch.randn(4, 6, generator=torch.Generator().manual_seed(0))
    return {
        "attention": (translation_view, {"mode": "lines", "layer": 2}),
        "layer norm": (lambda **state: LayerNormView(x, **state), {"kind": "rms", "token": 3, "shift": 2.0}),
        "positions": (lambda **state: PositionalEncodingView(8, 16, **state), {"mode": "clocks", "position": 5}),
        "tree": (toy_view, {"path": [2, 3]}),
        "explorer": (simplex_view, {"the": 0.8, "convex": False}),
    }


@pytest.mark.parametrize("name", ["attention", "layer norm", "positions", "tree", "explorer"])
def test_every_view_takes_its_states_and_theme_to_begin_with_and_refuses_others_alike(name):
    make, state = every_view()[name]
    view = make(**state, theme="dark")
    assert {each: getattr(view, each) for each in state} == state
    assert view.theme == "dark"
    for each in state:
        setattr(view, each, make().state()[each])
    view.reset()
    assert view.state() == make(**state).state()
    accepted = ", ".join((*view._touchable, "theme"))
    with pytest.raises(
        TypeError, match=re.escape(f"{type(view).__name__} has no argument 'colour'; states: {accepted}")
    ):
        make(colour="red")


def test_every_name_of_the_package_of_views_is_there():
    assert {name: getattr(views, name).__name__ for name in views.__all__} == {name: name for name in views.__all__}
    assert set(views.__all__) < set(dir(views))
    with pytest.raises(AttributeError, match=r"has no attribute 'Pie'; it has AttentionView, Bars"):
        views.Pie  # noqa: B018
