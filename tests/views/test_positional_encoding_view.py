"""PositionalEncodingView's numbers and states, against torch and the package's own positions."""

import json
import math

import pytest
import torch

from transformer_lab.models import CausalLanguageModel, Transformer, TransformerConfig
from transformer_lab.positions import LearnedPositions, apply_rotary, make_positions, shift_rotation, sinusoidal_table
from transformer_lab.views import PositionalEncodingView

CLOSE = {"atol": 1e-6, "rtol": 0}


def learned(rows: int = 20, cols: int = 6, seed: int = 0) -> torch.Tensor:
    return torch.randn(rows, cols, generator=torch.Generator().manual_seed(seed))


def model(positions: str, kind=Transformer):
    config = TransformerConfig(vocab_size=9, d_model=16, num_heads=2, num_layers=1, positions=positions, max_length=24)
    return kind(config)


@pytest.mark.parametrize("layout", ["interleaved", "halves"])
@pytest.mark.parametrize("d_model", [64, 7, 1])
def test_the_table_is_the_packages(layout, d_model):
    view = PositionalEncodingView(d_model, 513, base=500.0, layout=layout)
    torch.testing.assert_close(view.table(), sinusoidal_table(513, d_model, 500.0, layout), **CLOSE)
    view.base, view.length = 10_000.0, 40
    torch.testing.assert_close(view.table(), sinusoidal_table(40, d_model, 10_000.0, layout), **CLOSE)
    assert not view._tensors, "a computed table is not stored"


def test_the_layout_is_a_state_and_no_widget_layout():
    view = PositionalEncodingView(8, 8)
    view.layout = "halves"
    assert view.layout == view.feature_layout == view.state()["feature_layout"] == "halves"
    torch.testing.assert_close(view.table(), sinusoidal_table(8, 8, layout="halves"), **CLOSE)
    view.reset()
    assert view.layout == "interleaved"


def test_a_stored_table_comes_back_as_it_was_and_is_a_copy():
    table = learned()
    view = PositionalEncodingView(table=table, compare="sinusoidal")
    torch.testing.assert_close(view.table(), table, atol=0, rtol=0)
    view.table()[0] = 99
    torch.testing.assert_close(view.table(), table, atol=0, rtol=0)
    torch.testing.assert_close(view.table(compare=True), sinusoidal_table(20, 6), **CLOSE)
    other = PositionalEncodingView(table=table, compare=2 * table)
    torch.testing.assert_close(other.table(compare=True), 2 * table, **CLOSE)
    beside = PositionalEncodingView(compare=table)
    assert (beside.length, beside.d_model) == (20, 6), "the computed table takes the shape of the one beside it"


@pytest.mark.parametrize("shift", [0, 1, 9, 60])
def test_sinusoids_shift_by_rotation_in_both_layouts(shift):
    for layout in ("interleaved", "halves"):
        view = PositionalEncodingView(64, 64, layout=layout, shift=shift)
        for rotation in ("sinusoid", "fitted"):
            view.rotation = rotation
            if shift < 60 or rotation == "sinusoid":
                assert view.rotation_error(position=500) < 1e-10


def test_a_learned_table_misses_by_what_torch_says():
    table = learned()
    view = PositionalEncodingView(table=table, position=2, shift=3)
    wanted = table[5] - shift_rotation(3, 6) @ table[2]
    assert view.rotation_error() == pytest.approx(wanted.norm().item(), abs=1e-6)
    torch.testing.assert_close(view.rotation_error(per_pair=True).float(), wanted.view(3, 2).norm(dim=1), **CLOSE)
    halves = torch.cat([table[:, 0::2], table[:, 1::2]], dim=1)
    same = PositionalEncodingView(table=halves, layout="halves", position=2, shift=3)
    assert same.rotation_error() == pytest.approx(view.rotation_error(), abs=1e-9)


def test_the_fitted_rotation_is_the_best_one():
    view = PositionalEncodingView(table=learned(), shift=3, rotation="fitted")
    total = sum(view.rotation_error(p) ** 2 for p in range(17))
    view.rotation = "sinusoid"
    assert total < sum(view.rotation_error(p) ** 2 for p in range(17))
    turned = sinusoidal_table(20, 6, base=50.0)
    stored = PositionalEncodingView(table=turned, shift=4, rotation="fitted")
    assert stored.rotation_error() < 1e-5, "a stored sinusoid of another base is found by the fit"
    stored.rotation = "sinusoid"
    assert stored.rotation_error() > 0.1


def test_rotation_errors_say_why_there_is_none():
    with pytest.raises(ValueError, match="d_model must be even: the last sine of 7"):
        PositionalEncodingView(7, 9).rotation_error()
    with pytest.raises(ValueError, match=r"position 18 \+ shift 5 = 23 is outside this table of positions 0 to 19"):
        PositionalEncodingView(table=learned(), position=18).rotation_error(shift=5)
    with pytest.raises(ValueError, match="compare=True, but this view shows one table"):
        PositionalEncodingView().rotation_error(compare=True)


def test_the_rotary_score_is_apply_rotarys_and_follows_the_distance():
    view = PositionalEncodingView(8, 64, kind="rotary", pair=2, query_position=7, key_position=19)
    together = torch.zeros(2, 8)
    together[0, 4:6], together[1, 4:6] = torch.tensor(view.query), torch.tensor(view.key)
    turned = apply_rotary(together, torch.tensor([7, 19]))
    assert view.score() == pytest.approx(float(turned[0] @ turned[1]), abs=1e-6)
    before = view.score()
    view.query_position, view.key_position = 40, 52
    assert view.score() == pytest.approx(before, abs=1e-12)
    view.key_position = 53
    assert abs(view.score() - before) > 1e-3


def test_from_a_model():
    sinusoidal = PositionalEncodingView.from_model(model("sinusoidal"))
    assert repr(sinusoidal) == (
        "PositionalEncodingView(kind='sinusoidal', length=24, d_model=16, base=10000.0, layout='interleaved', "
        "mode='heat')"
    )
    two = model("learned")
    for which, module in (("source", two.positions), ("target", two.target_positions)):
        view = PositionalEncodingView.from_model(two, which=which, compare="sinusoidal")
        torch.testing.assert_close(view.table(), module.weight.detach(), **CLOSE)
    short = PositionalEncodingView.from_model(two, length=10)
    torch.testing.assert_close(short.table(), two.positions.weight[:10].detach(), **CLOSE)
    rotary = PositionalEncodingView.from_model(model("rotary", CausalLanguageModel))
    assert (rotary.d_model, rotary.mode, rotary.describe()["kind"]) == (8, "rotary", "rotary"), "d_head, not d_model"
    wrapped = type("Translator", (), {"model": two})()
    assert PositionalEncodingView.from_model(wrapped).length == 24
    assert PositionalEncodingView.from_model(LearnedPositions(6, 9)).length == 9


@pytest.mark.parametrize(
    ("scheme", "message"),
    [
        ("none", "NoPositions, which adds nothing"),
        ("alibi", "ALiBiPositions, which adds a bias to the scores"),
        ("relative", "RelativeBiasPositions, which adds a bias"),
    ],
)
def test_schemes_without_a_table_say_so(scheme, message):
    with pytest.raises(ValueError, match=f"{message}.*shows sinusoidal, learned and rotary"):
        PositionalEncodingView.from_model(model(scheme))
    with pytest.raises(ValueError, match="this view shows"):
        PositionalEncodingView.from_model(make_positions(scheme, 16, 2, 8))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"d_model": 0}, ValueError, "d_model must be at least 1, got 0"),
        ({"d_model": 8.0}, TypeError, "d_model must be a whole number, got 8.0"),
        ({"length": True}, TypeError, "length must be a whole number, got True"),
        ({"length": 5000}, ValueError, "length must be between 1 and 2048, got 5000"),
        ({"base": 0.5}, ValueError, "base must be a finite number of at least 1, got 0.5"),
        ({"base": math.inf}, ValueError, "base must be a finite number"),
        ({"layout": "mixed"}, ValueError, "layout must be one of interleaved, halves; got 'mixed'"),
        ({"mode": "spiral"}, ValueError, "mode must be one of heat, waves, dot, clocks, shift, rotary; got 'spiral'"),
        ({"kind": "learned"}, ValueError, "kind='learned' needs table="),
        ({"kind": 3}, TypeError, "kind must be a name to show"),
        ({"position": 64}, ValueError, "position must be between 0 and 63, got 64"),
        ({"pair": 32}, ValueError, "pair must be between 0 and 31, got 32"),
        ({"pairs": (1, 40)}, ValueError, "pairs must hold whole numbers between 0 and 31, got 40"),
        ({"query": (1.0, math.nan)}, ValueError, "query must be two finite numbers"),
        ({"speed": 2}, TypeError, "has no argument 'speed'; states: mode, position"),
        ({"compare": "sinusoidal"}, ValueError, "compare must be a tensor, or 'sinusoidal' beside table="),
        ({"compare": learned(), "kind": "rotary"}, ValueError, "compare has no place in a rotary view"),
        ({"table": learned(), "compare": learned(5, 6)}, ValueError, r"compare has shape \(5, 6\).*\(20, 6\)"),
        ({"table": learned(), "length": 9}, ValueError, "length must be 20, as in the stored table, got 9"),
        ({"table": learned(), "mode": "rotary"}, ValueError, "mode must be one of heat, waves, dot, clocks, shift;"),
        ({"table": torch.ones(3)}, ValueError, "table must have 2 axes, got 1"),
        ({"table": torch.tensor([[1.0, math.nan]])}, ValueError, r"table must be finite, got nan at \(0, 1\)"),
        ({"table": "words"}, TypeError, "table must be a tensor"),
        ({"table": torch.ones(512, 256)}, ValueError, r"at most 256 KB.*table=table\[:128, :256\]"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        PositionalEncodingView(**arguments)


def test_wrong_states_are_named_and_change_nothing():
    view = PositionalEncodingView(8, 10)
    for name, value, message in (
        ("position", 10, "position must be between 0 and 9, got 10"),
        ("pair", -1, "pair must be between 0 and 3, got -1"),
        ("layout", "rows", "layout must be one of"),
        ("rotation", "any", "rotation must be one of sinusoid, fitted"),
    ):
        before = view.state()
        with pytest.raises(ValueError, match=message):
            setattr(view, name, value)
        assert view.state() == before
    stored = PositionalEncodingView(table=learned())
    with pytest.raises(ValueError, match="length must be 20, as in the stored table"):
        stored.length = 10
    with pytest.raises(ValueError, match="which must be 'source' or 'target', got 'both'"):
        PositionalEncodingView.from_model(model("learned"), which="both")
    with pytest.raises(TypeError, match=r"model must have \.positions"):
        PositionalEncodingView.from_model(torch.nn.Linear(2, 2))
    with pytest.raises(ValueError, match="length must be between 1 and 24"):
        PositionalEncodingView.from_model(model("learned"), length=25)


def test_a_smaller_table_keeps_what_is_chosen_inside_and_reset_brings_it_back():
    view = PositionalEncodingView(64, 64, position=50, pair=30)
    start = view.state()
    view.length, view.d_model = 10, 8
    assert (view.position, view.shift, view.pair, view.pairs) == (9, 5, 3, (0,))
    view.reset()
    assert view.state() == start


KINDS = [
    {"d_model": 16, "length": 12},
    {"d_model": 5, "length": 3, "layout": "halves"},
    {"d_model": 1, "length": 1},
    {"table": learned(), "compare": "sinusoidal"},
    {"table": learned(cols=5), "kind": "<img src=x onerror=alert(1)> $x$"},
    {"table": torch.zeros(4, 4)},
]


@pytest.mark.parametrize("arguments", KINDS, ids=["even", "odd", "one", "two tables", "hostile name", "zeros"])
def test_every_mode_makes_pictures_and_words(arguments):
    view = PositionalEncodingView(**arguments)
    seen = set()
    for mode in view._modes:
        view.mode = mode
        seen.add(view.alt_text())
        assert view.to_png().startswith(b"\x89PNG")
    assert len(seen) == len(view._modes)


def test_exports_and_mime_bundle(tmp_path):
    view = PositionalEncodingView(table=learned(), kind="</script><b>bold</b>", mode="shift")
    page = view.to_html(tmp_path / "view.html")
    assert page == (tmp_path / "view.html").read_text("utf-8")
    assert "<b>bold</b>" not in page
    assert page.count("</script>") == 2
    data, metadata = view._repr_mimebundle_()
    assert view.to_png() == view.to_png(), "the same picture, the same bytes"
    assert view.to_svg() == view.to_svg()
    assert data["text/plain"] == repr(view)
    assert metadata["image/png"]["alt"] == view.alt_text()
    assert f"{view.rotation_error():.3f}" in view.alt_text()
    assert view.to_svg(tmp_path / "view.svg").startswith("<?xml")


def test_what_is_stored_is_small():
    small, large = (len(PositionalEncodingView(64, length).to_html()) for length in (64, 512))
    assert abs(large - small) < 100, "a computed table is not stored"
    state = PositionalEncodingView(table=learned(64, 64)).get_state()
    assert len(state["_tensors"]["table"]["data"]) == 64 * 64 * 4
    json.dumps({name: state[name] for name in ("mode", "pairs", "query", "_facts", "_initial")})
