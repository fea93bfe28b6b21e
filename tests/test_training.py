"""The training loop: it learns, clips, resumes, survives interruption, and shares its work between processes."""

import json
import math
import os
import subprocess
import sys

import pytest
import torch
from commands import ROOT
from torch import nn

from transformer_lab.corpus import Pair, load_pairs, split_pairs
from transformer_lab.schedules import constant
from transformer_lab.storage import CheckpointError
from transformer_lab.training import Trainer, adamw, fit
from transformer_lab.translation import Translator
from transformer_lab.translator_training import TrainingOptions, _Run, digest, train_translator

# Shaped like an export of Tatoeba / ManyThings: two columns and an attribution; Chinese without spaces.
ATTRIBUTION = "CC-BY 2.0 (France) Attribution: tatoeba.org #{n} (CK) & #{m} (fucongcong)"
SENTENCES = [
    ("Hi.", "嗨。"), ("Run!", "你跑吧！"), ("I won!", "我赢了。"), ("He ran.", "他跑了。"), ("Wait!", "等等！"),
    ("I know.", "我知道。"), ("I'm hot.", "我很热。"), ("Really?", "真的吗？"), ("We try.", "我们来试试。"),
    ("Who am I?", "我是谁？"), ("He is old.", "他老了。"), ("I like it.", "我喜欢它。"), ("She is tall.", "她很高。"),
    ("Come here.", "过来这里。"), ("Tom likes tea.", "汤姆喜欢茶。"), ("Tom drinks tea.", "汤姆喝茶。"),
    ("We drink tea.", "我们喝茶。"), ("I drink tea.", "我喝茶。"), ("She drinks tea.", "她喝茶。"),
    ("He is tall.", "他很高。"),
]  # fmt: skip
# The attributions are not read, and load_pairs says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*column 3 holds attributions")
TINY = {"d_model": 16, "num_heads": 2, "num_layers": 1, "d_ff": 32, "dropout": 0.0, "max_length": 32}


def linear_problem():
    torch.manual_seed(1)
    model = nn.Linear(4, 2)
    batches = [torch.randn(8, 4) for _ in range(40)]

    def loss(module, batch):
        return (module(batch) - batch[:, :2]).square().sum(), len(batch)

    return model, batches, loss


def tatoeba(folder):
    path = folder / "cmn.txt"
    rows = [f"{en}\t{zh}\t{ATTRIBUTION.format(n=i, m=i + 1)}" for i, (en, zh) in enumerate(SENTENCES)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path, None


def moses(folder):
    english, chinese = folder / "train.en", folder / "train.zh"
    english.write_text("".join(f"{en}\n" for en, _ in SENTENCES), encoding="utf-8")
    chinese.write_text("".join(f"{' '.join(zh)}\n" for _, zh in SENTENCES), encoding="utf-8")
    return english, chinese


def with_alignments(folder):
    path = folder / "pairs.tsv"
    rows = [
        f"tom drinks {drink}\t汤姆 喝 {word}\t0-0 1-1 2-2"
        for drink, word in zip("abcdefgh", "甲乙丙丁戊己庚辛", strict=True)
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path, None


# A sentence of one character has no blank to show that the others are cut.
@pytest.mark.filterwarnings("ignore:.*line 1. target. no blanks between words")
@pytest.mark.parametrize("make", [tatoeba, moses, with_alignments])
def test_a_readers_own_file_of_each_format_is_learned_by_heart(make, tmp_path):
    pairs = load_pairs(*make(tmp_path))
    assert (pairs[0].alignment is not None) == (make is with_alignments)
    options = TrainingOptions(epochs=80, batch_size=8, learning_rate=1e-2, warmup_steps=20, label_smoothing=0.0)
    sizes = TINY | {"d_model": 32, "d_ff": 64}
    translator = train_translator(pairs, pairs, tmp_path / "out", options=options, sizes=sizes, progress=False)
    found = translator.translate_all([pair.source for pair in pairs])
    right = sum(t.target_tokens == pair.target for t, pair in zip(found, pairs, strict=True))
    assert right >= 0.9 * len(pairs), [t.text for t in found]


def test_rare_words_become_unknown(tmp_path):
    pairs = load_pairs(*tatoeba(tmp_path))
    options = TrainingOptions(epochs=1, batch_size=8)
    translator = train_translator(
        pairs, pairs, tmp_path / "out", options=options, sizes=TINY, min_count=3, progress=False
    )
    assert "tea" in translator.source_vocabulary.tokens
    assert "old" not in translator.source_vocabulary.tokens
    assert translator.translate("he is old").unknown == ("old",)


def test_gradients_are_clipped_to_the_global_norm():
    model, batches, loss = linear_problem()
    trainer = Trainer(model, loss, constant(0.0), clip_norm=0.01)
    step = trainer.step(batches[0])
    clipped = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
    assert step.grad_norm > 0.01
    assert float(clipped) == pytest.approx(0.01, rel=1e-3)
    total, count = loss(model, batches[0])
    expected = torch.autograd.grad(total / count, list(model.parameters()))
    assert step.grad_norm == pytest.approx(float(torch.cat([g.flatten() for g in expected]).norm()), rel=1e-5)


def test_fit_lowers_the_loss_and_follows_the_schedule():
    model, batches, loss = linear_problem()
    seen = []
    history = fit(model, batches, loss, lambda step: 0.3 / step, steps=40, progress=False, on_step=seen.append)
    assert history.column("loss")[-1] < 0.1 * history.column("loss")[0]
    assert history.column("learning_rate") == [0.3 / step for step in range(1, 41)]
    assert history.column("number") == list(range(1, 41))
    assert seen == history.steps
    assert not model.training


def test_fit_stops_at_an_interrupt_and_keeps_what_was_done():
    model, batches, loss = linear_problem()

    def interrupt(step):
        if step.number == 7:
            raise KeyboardInterrupt

    history = fit(model, batches, loss, constant(0.01), steps=40, progress=False, on_step=interrupt)
    assert len(history.steps) == 7


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_mixed_precision_runs_the_forward_pass_in_the_small_format(precision):
    model, batches, loss = linear_problem()
    formats = set()
    model.register_forward_hook(lambda module, inputs, output: formats.add(output.dtype))
    history = fit(model, batches, loss, constant(0.05), steps=40, progress=False, precision=precision)
    assert formats == {getattr(torch, precision)}
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert history.column("loss")[-1] < 0.2 * history.column("loss")[0]


def test_one_kernel_updates_all_weights_as_the_formula_does():
    found = []
    for fused in (True, False):
        model, batches, loss = linear_problem()
        trainer = Trainer(model, loss, constant(0.05), weight_decay=0.1)
        assert trainer.optimizer.defaults["fused"] is True
        if not fused:
            for group in trainer.optimizer.param_groups:
                group["fused"] = False
        found.append([trainer.step(batch).loss for batch in batches])
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    assert adamw(model.parameters(), torch.device("meta")).defaults["fused"] is None, "not every device has it"


def test_weight_decay_spares_vectors():
    model, batches, _ = linear_problem()
    with torch.no_grad():
        model.bias.fill_(1.0)
        model.weight.fill_(1.0)
    Trainer(model, lambda m, b: (0.0 * m(b).sum(), 1), constant(0.1), weight_decay=0.5).step(batches[0])
    assert torch.equal(model.bias, torch.ones(2))
    assert torch.allclose(model.weight, torch.full((2, 4), 0.95))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m, b, f: Trainer(m, f, constant(0.1), precision="int8"), ValueError, "precision"),
        (lambda m, b, f: Trainer(m, f, constant(0.1), clip_norm=0.0), ValueError, "clip_norm"),
        (lambda m, b, f: fit(m, b, f, constant(0.1), steps=41, progress=False), ValueError, "40 of 41"),
        (lambda m, b, f: Trainer(m, f, constant(0.1)).evaluate([]), ValueError, "batches"),
        (
            lambda m, b, f: fit(m, b, lambda m, b: (m(b).sum() * math.nan, 1), constant(0.1), steps=1, progress=False),
            FloatingPointError,
            "loss is nan at step 1",
        ),
        (lambda m, b, f: TrainingOptions(epochs=0), ValueError, "epochs"),
        (lambda m, b, f: TrainingOptions(learning_rate=0.0), ValueError, "learning_rate"),
    ],
)
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(*linear_problem())


SIZES = TINY | {"dropout": 0.1}  # dropout is on, so that resuming must restore the random state too


def options(epochs, **changes):
    return TrainingOptions(epochs=epochs, batch_size=6, learning_rate=5e-3, warmup_steps=4, **changes)


def run(pairs, out, *, epochs=4, sizes=None, validation=None, resume=False, **changes):
    return train_translator(
        pairs,
        validation or pairs,
        out,
        options=options(epochs, **changes),
        sizes=SIZES | (sizes or {}),
        resume=resume,
        progress=False,
    )


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path, monkeypatch):
    pairs = load_pairs(*tatoeba(tmp_path))
    whole = run(pairs, tmp_path / "whole")
    steps = Trainer.step

    def interrupted_in_the_third_epoch(self, batch):
        if self.steps_done == 10:
            raise KeyboardInterrupt
        return steps(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", interrupted_in_the_third_epoch)
        kept = run(pairs, tmp_path / "parts")
    history = json.loads((tmp_path / "parts" / "history.json").read_text(encoding="utf-8"))
    assert len(history["validation_loss"]) == 2
    assert kept.translate("he is tall").source_tokens == ("he", "is", "tall")
    torch.manual_seed(12345)  # what happens in between must not matter
    resumed = run(pairs, tmp_path / "parts", resume=True)
    read = [(tmp_path / name / "history.json").read_text(encoding="utf-8") for name in ("whole", "parts")]
    assert read[0] == read[1]
    assert len(json.loads(read[0])["loss"]) == 4 * 4
    for a, b in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_folder_that_cannot_be_written_to_costs_no_epoch(tmp_path, monkeypatch):
    pairs = load_pairs(*tatoeba(tmp_path))
    (tmp_path / "file").touch()
    monkeypatch.setattr(Trainer, "step", lambda *_: pytest.fail("a step was made"))
    with pytest.raises(OSError, match="file"):
        run(pairs, tmp_path / "file")


def test_a_run_interrupted_before_its_first_validation_still_leaves_a_model(tmp_path, monkeypatch):
    pairs = load_pairs(*tatoeba(tmp_path))

    def interrupt(self, batch):
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "step", interrupt)
    run(pairs, tmp_path / "out")
    assert Translator.load(tmp_path / "out").translate("he is tall").source_tokens == ("he", "is", "tall")


def changed(pairs):
    """The same words, one pair fewer of one kind and one more of another."""
    return [pairs[1], *pairs[1:]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"num_heads": 4}, "num_heads was 2, is 4$"),
        ({"positions": "rotary"}, "positions was 'sinusoidal', is 'rotary'$"),
        ({"dropout": 0.5}, "dropout was 0.1, is 0.5$"),
        ({"max_length": 40}, "max_length was 32, is 40$"),
        ({"norm_first": False}, "norm_first was True, is False$"),
        ({"d_model": 32}, "d_model was 16, is 32$"),
    ],
)
def test_resuming_as_another_model_is_refused(change, message, tmp_path):
    pairs = load_pairs(*tatoeba(tmp_path))
    run(pairs, tmp_path / "out", epochs=1)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(ValueError, match=message):
        run(pairs, tmp_path / "out", epochs=1, sizes=change, resume=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_resuming_on_other_data_is_refused(tmp_path):
    pairs = load_pairs(*tatoeba(tmp_path))
    run(pairs, tmp_path / "out", epochs=1)
    with pytest.raises(ValueError, match=r"made otherwise: pairs was '\w{16}', is '\w{16}'; source_vocabulary was"):
        run(changed(pairs), tmp_path / "out", epochs=1, validation=pairs, resume=True)
    with pytest.raises(ValueError, match=r"made otherwise: validation was '\w{16}', is '\w{16}'$"):
        run(pairs, tmp_path / "out", epochs=1, validation=pairs[1:], resume=True)
    with pytest.raises(ValueError, match=r"made otherwise: pairs was '\w{16}', is '\w{16}'$"):
        run(pairs[::-1], tmp_path / "out", epochs=1, validation=pairs, resume=True)
    assert digest([Pair(("a", "b"), ("c",))]) != digest([Pair(("a",), ("b", "c"))])


def test_a_run_of_an_older_version_is_refused_by_name(tmp_path):
    pairs = load_pairs(*tatoeba(tmp_path))
    run(pairs, tmp_path / "out", epochs=1)
    path = tmp_path / "out" / "history.json"
    history = json.loads(path.read_text(encoding="utf-8"))
    old = {name: history[name] for name in ("options", "loss", "validation_loss")}
    path.write_text(json.dumps(old), encoding="utf-8")
    with pytest.raises(ValueError, match="format was None, is 2; "):
        run(pairs, tmp_path / "out", epochs=1, resume=True)


def test_a_history_ahead_of_its_weights_is_cut_to_them(tmp_path):
    """The power went out between the two files of the last epoch."""
    pairs = load_pairs(*tatoeba(tmp_path))
    run(pairs, tmp_path / "out", epochs=2)
    path = tmp_path / "out" / "history.json"
    whole = path.read_text(encoding="utf-8")
    history = json.loads(whole)
    history["loss"] += history["loss"][-4:]
    history["validation_loss"].append(0.0)
    path.write_text(json.dumps(history), encoding="utf-8")
    run(pairs, tmp_path / "out", epochs=2, resume=True)
    resumed = _Run(pairs, pairs, tmp_path / "out", options(2), SIZES, 1, torch.device("cpu"))
    assert resumed.load() == 2
    assert resumed.history == json.loads(whole)


def test_resuming_with_other_options_is_refused(tmp_path):
    pairs = load_pairs(*tatoeba(tmp_path))
    run(pairs, tmp_path / "out", epochs=1)
    with pytest.raises(ValueError, match="epochs was 1, is 2; "):
        run(pairs, tmp_path / "out", epochs=2, seed=1, resume=True)
    with pytest.raises(CheckpointError, match="no such file"):
        run(pairs, tmp_path / "nothing", epochs=2, resume=True)


TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


def command(*arguments, launcher=(), module=("-m", "transformer_lab")):
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *launcher, *module, *arguments],
        capture_output=True, text=True, encoding="utf-8", env=environment, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="torchrun's rendezvous needs libuv, which Windows wheels lack")
def test_two_processes_compute_what_one_does_with_twice_the_batch(tmp_path):
    path, _ = tatoeba(tmp_path)
    common = ["train", "--pairs", str(path), "--epochs", "3", "--dropout", "0", "--d-model", "16", "--num-heads", "2"]
    common += ["--num-layers", "1", "--d-ff", "32", "--min-count", "1", "--validation-share", "0.2"]
    command(*common, "--batch-size", "6", "--out", str(tmp_path / "one"))
    command(*common, "--batch-size", "3", "--out", str(tmp_path / "two"), launcher=TORCHRUN)
    one, two = (json.loads((tmp_path / name / "history.json").read_text(encoding="utf-8")) for name in ("one", "two"))
    assert two["options"]["world_size"] == 2
    assert len(one["loss"]) == len(two["loss"]) == 3 * math.ceil(len(split_pairs(load_pairs(path), 0.2)[0]) / 6)
    assert one["loss"] == pytest.approx(two["loss"], abs=1e-4)
    assert one["validation_loss"] == pytest.approx(two["validation_loss"], abs=1e-4)


@pytest.mark.skipif(sys.platform == "win32", reason="torchrun's rendezvous needs libuv, which Windows wheels lack")
def test_each_process_resumes_with_its_own_random_numbers_and_the_scale_of_its_loss():
    script = str(ROOT / "tests" / "several_processes.py")
    found = json.loads(command(launcher=TORCHRUN, module=(script,)).splitlines()[-1])
    assert found["losses"][3:] == found["resumed"]
    assert len(set(found["losses"])) == 8
    assert found["scales"][0] == found["scales"][1] != 2.0**16
    assert found["random"] == found["random resumed"]
    assert found["random"][0] != found["random"][1]
