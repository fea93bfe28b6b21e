"""The repeated blocks, the loss on them, and the shipped model: it finds the repeat, through two heads that compose."""

import json
import math

import pytest
import torch

from transformer_lab import induction as lab
from transformer_lab.ablation import ablate_heads
from transformer_lab.analysis import prefix_matching_score, previous_token_score
from transformer_lab.corpus import data_dir
from transformer_lab.recording import record

FOLDER = data_dir() / "checkpoints" / "induction"


def test_blocks_repeat_and_hold_no_token_twice():
    tokens, periods = lab.draw(50, 40, (5, 8), torch.Generator().manual_seed(0))
    assert set(periods.tolist()) == {5, 8}
    for row, period in zip(tokens.tolist(), periods.tolist(), strict=True):
        assert row[period:] == row[:-period]
        assert len(set(row[:period])) == period


@pytest.mark.parametrize("periods", [[], [1], [8, 33]])
def test_periods_that_cannot_be_are_refused(periods):
    with pytest.raises(ValueError, match="periods must be from 2 to 32"):
        lab.draw(1, 8, periods)


def test_the_loss_counts_every_token_but_the_first():
    model, batch = lab.build(1), lab.draw(3, 12, [3], torch.Generator().manual_seed(0))
    total, count = lab.token_losses(model, batch)
    assert count == 3 * 11
    by_position = lab.loss_by_position(model, 3, length=12, count=3, seed=0)
    assert by_position.shape == (11,)
    assert float(by_position.mean()) == pytest.approx(total.item() / count, rel=1e-5)


def test_the_price_of_heads():
    model = lab.build(1)
    before = lab.head_price(model).item()
    attention = model.decoder.layers[0].self_attention
    with torch.no_grad():
        attention.v_proj.weight[32:64] = 0
        attention.out_proj.weight[:, 32:64] = 0
    norms = [
        math.hypot(
            float(attention.v_proj.weight.detach()[i : i + 32].norm()),
            float(attention.out_proj.weight.detach()[:, i : i + 32].norm()),
        )
        for i in (0, 32, 64, 96)
    ]
    assert norms[1] == 0
    assert lab.head_price(model).item() == pytest.approx(sum(norms), rel=1e-5)
    assert before > sum(norms)


def test_training_moves_the_loss():
    torch.manual_seed(0)
    model = lab.build(1)
    history = lab.train(model, steps=40, price=0, batch=8, progress=False)
    losses = history.column("loss")
    assert sum(losses[-5:]) < sum(losses[:5])
    assert len(losses) == 40


def scores(model, period=20):
    tokens, _ = lab.draw(32, 50, [period], torch.Generator().manual_seed(1))
    with record(model) as trace, torch.no_grad():
        model(tokens)
    weights = trace.weights_of("decoder.self_attention")
    return previous_token_score(weights), prefix_matching_score(weights, tokens)


def test_the_shipped_model_holds_one_head_of_each_kind():
    model = lab.load()
    previous, matching = scores(model)
    layer, head = divmod(int(previous.argmax()), 4)
    assert layer == 0
    assert previous[0, head] > 0.95
    assert int(matching.argmax()) >= 4
    assert matching.max() > 0.8
    with ablate_heads(model, {"decoder.layers.0.self_attention": [head]}):
        assert scores(model)[1].max() < 0.2
        assert lab.loss_by_position(model, 20)[20:].mean() > 2
    assert lab.loss_by_position(model, 20)[20:].mean() < 0.1
    assert lab.loss_by_position(model, 20)[:19].mean() > math.log(20)


def test_the_control_cannot():
    assert lab.loss_by_position(lab.load(num_layers=1), 20)[20:].mean() > 1
    with pytest.raises(ValueError, match="num_layers must be 1 or 2, got 3"):
        lab.load(num_layers=3)


def test_the_datasheets_figures_are_those_of_the_models():
    figures = json.loads((FOLDER / "figures.json").read_text(encoding="utf-8"))
    for layers, name in lab.FOLDERS.items():
        model = lab.load(layers)
        assert figures[name]["parameters"] == model.num_parameters()
        for period, loss in figures[name]["loss"].items():
            found = float(lab.loss_by_position(model, int(period))[int(period) :].mean())
            assert found == pytest.approx(loss, abs=5e-3, rel=0.02)
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) < 1_000_000
