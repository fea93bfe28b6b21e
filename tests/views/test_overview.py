"""The map of the whole Transformer: every part can be lit, and it is small enough to stand in every notebook."""

import base64
import io
import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from transformer_lab.views import transformer_map
from transformer_lab.views.overview import BOXES, LIT, PARTS, WIDTH


def blue_pixels(*parts):
    picture = np.asarray(Image.open(io.BytesIO(transformer_map(*parts).to_png())).convert("RGB")).astype(int)
    lit = [int(LIT[i : i + 2], 16) for i in (1, 3, 5)]
    return int((abs(picture - lit).sum(-1) == 0).sum())


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_lit_and_small(part):
    boxes = [box for box in BOXES if transformer_map(part).lit(box)]
    assert boxes
    assert blue_pixels(part) > 500 * sum(box.width for box in boxes)
    assert len(transformer_map(part).to_png()) < 12_000


def test_more_parts_light_more():
    assert blue_pixels("attention") > blue_pixels("self-attention") > blue_pixels("addition")
    assert transformer_map("attention", "norm").parts == ("attention", "norm")


def test_what_a_cell_stores():
    data, metadata = transformer_map("cross-attention")._repr_mimebundle_()
    assert data["text/plain"] == "transformer_map('cross-attention')"
    assert base64.b64decode(data["image/png"]) == transformer_map("cross-attention").to_png()
    assert metadata["image/png"]["alt"].endswith("Lit here: cross-attention.")


def test_no_two_boxes_of_a_row_overlap_and_none_leaves_the_picture():
    for row in {box.row for box in BOXES}:
        line = sorted((box for box in BOXES if box.row == row), key=lambda box: box.x)
        assert all(one.x + one.width < other.x for one, other in itertools.pairwise(line))
        assert line[-1].x + line[-1].width < WIDTH


def test_every_word_fits_its_box():
    figure = transformer_map(*PARTS).figure()  # all lit: bold, the widest
    figure.set_dpi(100)
    renderer = FigureCanvasAgg(figure).get_renderer()
    texts = [text for text in figure.axes[0].texts if text.get_text() in {box.words for box in BOXES}]
    assert len(texts) == len(BOXES)
    for text, box in zip(texts, BOXES, strict=True):
        assert text.get_window_extent(renderer).width <= 100 * box.width, box.words


def test_the_edge_is_white():
    drawn = np.asarray(Image.open(io.BytesIO(transformer_map(*PARTS).to_png())).convert("RGB"))
    assert (np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]]) == 255).all()


def test_an_unknown_part_is_refused_by_name():
    with pytest.raises(ValueError, match="no part is called 'head'; the map has: words, embedding"):
        transformer_map("norm", "head")
    with pytest.raises(ValueError, match="name a part to light"):
        transformer_map()
