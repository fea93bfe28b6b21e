"""The pictures beside the views: nothing is cut off, nothing overlaps, few colours stay true."""

import io
import itertools

import numpy as np
import pytest
import torch
from attention_samples import softmax_weights, translation_view
from explorer_samples import zoo_view
from PIL import Image

from transformer_lab.config import TransformerConfig
from transformer_lab.models import Transformer
from transformer_lab.recording import record
from transformer_lab.views import AttentionView, LayerNormView, PositionalEncodingView
from transformer_lab.views.common import drawing, export

LONG = [f"{'注意力机制' * 3}{i:05d}" for i in range(8)]


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))


def long_tokens(mode):
    return AttentionView(softmax_weights(1, 2, 8, 8), LONG, [f"{'W' * 15}{i:05d}" for i in range(8)], mode=mode)


def many(mode):
    return AttentionView(softmax_weights(2, 8, 64, 64), [f"word{i}" for i in range(64)], mode=mode)


def recorded():
    """The norms of a model of two layers in each stack, twelve in all."""
    torch.manual_seed(0)
    model = Transformer(TransformerConfig(vocab_size=20, d_model=32, num_layers=2, d_ff=32))
    with record(model) as trace, torch.no_grad():
        model(torch.arange(1, 6)[None], torch.arange(1, 8)[None])
    return LayerNormView.from_trace(trace)


def norm(**options):
    return LayerNormView(torch.randn(8, 12, generator=torch.Generator().manual_seed(0)), LONG, **options)


@pytest.mark.parametrize(
    "make",
    [
        *(lambda mode=mode: long_tokens(mode) for mode in ("matrix", "lines", "heads")),
        *(lambda mode=mode: many(mode) for mode in ("matrix", "lines", "heads")),
        *(lambda options=options: norm(**options) for options in ({}, {"common_scale": False})),
        *(
            lambda mode=mode: PositionalEncodingView(16, 24, mode=mode)
            for mode in ("heat", "waves", "dot", "clocks", "shift", "rotary")
        ),
        recorded,
        zoo_view,
        translation_view,
    ],
)
def test_nothing_is_cut_off_at_the_edge(make):
    drawn = pixels(make().to_png(dpi=80))
    edges = np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]])
    assert (edges == 255).all()


def test_neighbours_leave_each_other_room():
    figure = norm().figure()
    export.png(figure, 80)
    renderer = figure.canvas.get_renderer()
    boxes = [axes.get_tightbbox(renderer, for_layout_only=True) for axes in figure.axes]
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            wide = min(one.x1, other.x1) - max(one.x0, other.x0)
            high = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert wide <= 0.5 or high <= 0.5


def test_the_names_of_a_models_norms_leave_each_other_room():
    figure = recorded().figure()
    export.png(figure, 80)
    names = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    assert len(names) == 12
    assert all(one.x1 + 2 < other.x0 for one, other in itertools.pairwise(names))


def test_a_colour_bar_stands_beside_its_axes_and_is_as_tall():
    figure = long_tokens("matrix").figure()
    export.png(figure, 80)
    axes, bar = (each.get_position() for each in figure.axes)
    assert bar.x0 > axes.x1
    assert (bar.y0, bar.y1) == pytest.approx((axes.y0, axes.y1))


def test_few_colours_are_kept_exactly_and_many_nearly():
    few = np.full((20, 30, 4), 255, np.uint8)
    few[:5, :, :3] = 11, 87, 164
    assert (np.asarray(export._few_colours(few).convert("RGB")) == few[..., :3]).all()
    many = np.full((64, 256, 4), 255, np.uint8)
    many[:32, :, :3] = np.random.default_rng(0).integers(0, 256, (32, 256, 3))
    drawn = np.asarray(export._few_colours(many).convert("RGB")).astype(int)
    assert (drawn[32:] == 255).all()
    assert np.abs(drawn - many[..., :3]).mean() < 12


def test_a_palette_runs_without_bands():
    ramp = (drawing.SEQUENTIAL(np.linspace(0, 1, 600)) * 255).round().astype(np.uint8)[None].repeat(40, 0)
    drawn = np.asarray(export._few_colours(ramp).convert("RGB")).astype(int)
    assert np.abs(drawn - ramp[..., :3]).max() <= 8


def test_numbers_in_cells_are_centred():
    figure = drawing.new_figure(2, 2)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    drawing.CellNumbers(axes, [(0.5, 0.5)], ["0.80"], ["#000000"], 30)
    rows, columns = np.nonzero(pixels(export.png(figure, 100)).min(-1) < 128)
    assert columns.min() + columns.max() == pytest.approx(199, abs=3)
    assert rows.min() + rows.max() == pytest.approx(199, abs=3)
