"""The two tasks that need positions, the script that trains on them, and the results it shipped."""

import json
import math

import pytest
import torch
import train_extrapolation

from transformer_lab import extrapolation as lab
from transformer_lab.positions import SCHEMES


@pytest.fixture(scope="module")
def results():
    return lab.load_results()


def test_targets_are_what_the_tasks_say():
    for task in lab.TASKS:
        tokens, targets = lab.draw(task, 20, 40, torch.Generator().manual_seed(0))
        for row, wanted in zip(tokens.tolist(), targets.tolist(), strict=True):
            latest = -100
            for place, token in enumerate(row):
                latest = token % 16 if token >= 16 else latest
                back = row[place - 3] % 16 if place >= 3 else -100
                assert wanted[place] == (back if task == "three back" else latest)


def test_an_early_mark_is_asked_for_from_there_to_the_end():
    tokens, targets = lab.draw(lab.EARLY, 50, 40, torch.Generator().manual_seed(0))
    for row, wanted in zip(tokens.tolist(), targets.tolist(), strict=True):
        [place] = [place for place, token in enumerate(row) if token >= 16]
        assert place < 16
        assert wanted == [-100] * place + [row[place] - 16] * (40 - place)


def test_the_hybrid_has_places_near_and_none_far():
    """Words moved as they are keep their scores; the first layer is blind beyond 32 words, the second is not."""
    torch.manual_seed(0)
    model = lab.build(lab.HYBRID)
    tokens, _ = lab.draw("three back", 1, 60, torch.Generator().manual_seed(0))
    x = model.embedding(tokens).detach().requires_grad_()
    near = model.decoder.layers[0](x, None, positions=None)
    seen = torch.autograd.grad(near[0, -1].sum(), x, retain_graph=True)[0][0].abs().amax(dim=-1) > 0
    assert seen.tolist() == [False] * 28 + [True] * 32
    swapped = x[:, [*range(57), 58, 57, 59]]
    assert (model.decoder.layers[0](swapped, None, positions=None)[0, -1] - near[0, -1]).abs().max() > 1e-3
    far = [model.decoder.layers[1](each)[0, -1] for each in (x, swapped)]
    assert torch.allclose(*far, atol=1e-5)
    with pytest.raises(ValueError, match="cache must be None"):
        model(tokens, model.new_cache())


def test_sequences_shorter_than_the_lag_have_no_target():
    tokens, targets = lab.draw("three back", 2, 2)
    assert tokens.shape == targets.shape == (2, 2)
    assert targets.eq(-100).all()


def test_an_unknown_task_is_refused():
    with pytest.raises(ValueError, match="task must be one of three back, latest mark, early mark; got 'two back'"):
        lab.draw("two back", 1, 8)


def test_a_marked_letter_has_its_own_token_in_a_quarter_of_the_places():
    tokens, _ = lab.draw("latest mark", 200, 50, torch.Generator().manual_seed(0))
    assert tokens.min() == 0
    assert tokens.max() == 31
    assert abs((tokens >= 16).double().mean() - 0.25) < 0.02


def test_a_model_that_knows_nothing_loses_at_least_what_guessing_costs():
    torch.manual_seed(0)
    losses = lab.loss_by_position(lab.build("none"), "three back", length=32, count=64)
    assert losses[:3].isnan().all()
    assert losses[3:].mean() > math.log(16)
    blocks = lab.in_blocks(losses)
    assert blocks.shape == (4,)
    assert torch.allclose(blocks[0], losses[3:8].mean())


def test_a_window_hides_what_is_older():
    torch.manual_seed(0)
    model = lab.build("alibi")
    whole = lab.loss_by_position(model, "three back", length=40, count=8)
    assert torch.allclose(
        lab.loss_by_position(model, "three back", length=40, count=8, window=40), whole, equal_nan=True
    )
    near = lab.loss_by_position(model, "three back", length=40, count=8, window=10)
    assert torch.allclose(near[:10], whole[:10], equal_nan=True, atol=1e-5)
    assert (near[10:] - whole[10:]).abs().max() > 1e-3
    with pytest.raises(ValueError, match="window must be at least 1"):
        lab.loss_by_position(model, "three back", length=40, window=0)


def test_training_lowers_the_loss():
    torch.manual_seed(0)
    model = lab.build("rotary")
    history = lab.train(model, "latest mark", steps=40, progress=False)
    loss = history.column("loss")
    assert sum(loss[-5:]) < 0.8 * sum(loss[:5])
    assert not model.training


def test_far_distances_share_a_bucket_that_training_visits():
    positions = lab.build(lab.SHARED_FAR).positions
    weight = torch.arange(32.0).expand(4, -1)
    with torch.no_grad():
        positions.weight.copy_(weight)
    bias = positions.bias(1, 256)[0, 0]
    assert bias[:-27].eq(bias[-28]).all()
    assert bias[-28] == 15
    assert len(bias[-32:].unique()) == len(bias.unique())


def test_the_script_runs_and_its_file_reads_like_the_shipped_one(tmp_path, results):
    out = tmp_path / "made" / "results.json"
    train_extrapolation.main(["--out", str(out), "--steps", "2", "--seeds", "1", "--count", "4"])
    made = json.loads(out.read_text(encoding="utf-8"))
    assert made.keys() == results.keys()
    for kind in ("losses", "windowed"):
        for task, schemes in results[kind].items():
            assert made[kind][task].keys() == schemes.keys()
            for [curve] in made[kind][task].values():
                assert len(curve) == 32
                assert all(loss > 0 for loss in curve)


def test_the_shipped_results_hold_every_scheme(results):
    assert results["trained_length"] * 8 == results["tested_length"] == 256
    assert set(results["losses"]) == set(results["windowed"]) == set(lab.TASKS)
    for schemes in (*results["losses"].values(), *results["windowed"].values()):
        assert set(schemes) == {*SCHEMES, lab.SHARED_FAR}
        for curves in schemes.values():
            assert len(curves) == results["seeds"] == 3
            assert all(len(curve) == results["tested_length"] // results["block"] for curve in curves)


def test_the_shipped_hybrid_looks_near_and_far(results):
    assert set(results["hybrids"][lab.EARLY]) == {lab.HYBRID, "rotary", "rotary, windowed"}
    for task in (lab.EARLY, "three back"):
        curves = torch.tensor(results["hybrids"][task][lab.HYBRID])
        assert curves.shape == (3, 32)
        assert curves.max() < 0.1
    assert torch.tensor(results["hybrids"][lab.EARLY]["rotary, windowed"])[:, 31].min() > math.log(16)
    longer = results["longer"]["alibi"]
    assert 2 * longer[3] < longer[31] < math.log(16)


def test_the_shipped_results_say_what_the_datasheet_says(results):
    """The means over seeds, in nats: inside the trained range, and in the last block."""
    means = {
        (task, scheme): torch.tensor(curves).mean(dim=0)
        for task, schemes in results["losses"].items()
        for scheme, curves in schemes.items()
    }
    guess = math.log(16)
    for scheme in SCHEMES:
        assert (means["latest mark", scheme][-1] < guess) == (scheme in ("none", "alibi", "relative"))
        assert (means["three back", scheme][-1] < guess) == (scheme == "alibi")
    solved = {scheme for scheme in SCHEMES if means["three back", scheme][:4].max() < 0.01}
    assert solved == {"sinusoidal", "rotary", "relative"}
    assert means["latest mark", "alibi"].max() < 0.1
