import errno
import json
import subprocess
import sys

import pytest
import torch
from parity import randomize
from safetensors.torch import load_file, save_file

from transformer_lab import storage
from transformer_lab.config import TransformerConfig
from transformer_lab.models import CausalLanguageModel, Transformer
from transformer_lab.positions import SCHEMES
from transformer_lab.storage import CheckpointError, load_model, save_model, unique_tensors

SOURCE, TARGET = torch.tensor([[1, 2, 3], [4, 5, 0]]), torch.tensor([[2, 3], [4, 5]])
KINDS = [Transformer, CausalLanguageModel]


def make(kind=Transformer, **options):
    config = {"vocab_size": 7, "d_model": 8, "num_heads": 4, "num_layers": 1, "d_ff": 6, "max_length": 8}
    return randomize(kind(TransformerConfig(**(config | options))))


def run(model):
    return model(SOURCE, TARGET) if isinstance(model, Transformer) else model(TARGET)


@pytest.fixture
def saved(tmp_path):
    return save_model(make(), tmp_path / "model")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_what_was_saved_comes_back_bit_for_bit(dtype, scheme, kind, tmp_path):
    model = make(kind, positions=scheme, tie_embeddings=scheme != "rotary", norm="rms", dropout=0.5).to(dtype)
    path = save_model(model, tmp_path / "deep" / "folder", words=["我", "们"], figures={"loss": 0.5})
    loaded, content = load_model(str(path))
    assert type(loaded) is kind
    assert loaded.config == model.config
    assert not any(module.training for module in loaded.modules())
    assert content["words"] == ["我", "们"]
    assert content["figures"] == {"loss": 0.5}
    before, after = model.state_dict(), loaded.state_dict()
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        assert after[name].dtype == tensor.dtype
        assert after[name].equal(tensor), name
    if dtype != torch.bfloat16:
        assert run(loaded).equal(run(model.eval()))
    assert sorted(p.name for p in path.iterdir()) == ["model.json", "model.safetensors"]
    assert "我" in (path / "model.json").read_text(encoding="utf-8"), "readable, not escaped"


@pytest.mark.parametrize("kind", KINDS)
def test_a_tied_table_is_stored_once_and_stays_tied(kind, tmp_path):
    model = make(kind)
    stored = load_file(save_model(model, tmp_path) / "model.safetensors")
    assert sum(tensor.numel() for tensor in stored.values()) == model.num_parameters()
    assert not any(name.startswith("output") for name in stored)
    loaded, _ = load_model(tmp_path)
    table = loaded.target_embedding if kind is Transformer else loaded.embedding
    assert loaded.output.weight is table.weight
    untied = make(kind, tie_embeddings=False)
    assert "output.weight" in unique_tensors(untied)


def edit(change):
    def damage(folder):
        path = folder / "model.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(json.dumps(content), encoding="utf-8")

    return damage


def retensor(change):
    def damage(folder):
        path = folder / "model.safetensors"
        tensors = load_file(path)
        change(tensors)
        save_file(tensors, path)

    return damage


def truncate(name, size):
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:size])


def setting(**fields):
    return edit(lambda c: c["config"].update(fields))


TABLE = "target_embedding.weight"
DAMAGES = {
    "no json": (lambda f: (f / "model.json").unlink(), "model.json", "no such file"),
    "no tensors": (lambda f: (f / "model.safetensors").unlink(), "model.safetensors", "no such file"),
    "empty json": (truncate("model.json", 0), "model.json", "not readable as JSON"),
    "half json": (truncate("model.json", 60), "model.json", "not readable as JSON"),
    "bad UTF-8": (lambda f: (f / "model.json").write_bytes(b"\xff\xfe{}"), "model.json", "not readable as JSON"),
    "a list": (lambda f: (f / "model.json").write_text("[]"), "model.json", "expected a JSON object, got list"),
    "empty tensors": (truncate("model.safetensors", 0), "model.safetensors", "not a readable safetensors file"),
    "half header": (truncate("model.safetensors", 20), "model.safetensors", "not a readable safetensors file"),
    "half tensors": (truncate("model.safetensors", 2000), "model.safetensors", "not a readable safetensors file"),
    "a pickle": (lambda f: torch.save({}, f / "model.safetensors"), "model.safetensors", "not a readable safetensors"),
    "no format": (edit(lambda c: c.pop("format")), "model.json", "no field 'format'"),
    "no model": (edit(lambda c: c.pop("model")), "model.json", "no field 'model'"),
    "no config": (edit(lambda c: c.pop("config")), "model.json", "no field 'config'"),
    "a later format": (edit(lambda c: c.update(format=2)), "model.json", "format 2; this version reads 1"),
    "another model": (edit(lambda c: c.update(model="Mamba")), "model.json", "model 'Mamba' is not one of Transformer"),
    "a list of models": (edit(lambda c: c.update(model=["Transformer"])), "model.json", "is not one of Transformer"),
    "unknown field": (setting(width=3), "model.json", "config has unknown fields: width"),
    "null config": (edit(lambda c: c.update(config=None)), "model.json", "config must be an object|parameter 'values'"),
    "missing field": (edit(lambda c: c["config"].pop("vocab_size")), "model.json", "vocab_size"),
    "text for number": (setting(d_model="8"), "model.json", "d_model"),
    "null number": (setting(num_layers=None), "model.json", "num_layers"),
    "bad value": (setting(num_heads=3), "model.json", "d_model must be a multiple of num_heads"),
    "other size": (
        setting(vocab_size=9),
        "model.safetensors",
        r"weight has shape \[7, 8\], the config asks for \[9, 8\]",
    ),
    "more layers": (setting(num_layers=2), "model.safetensors", "tensors missing: 'decoder.layers.1"),
    "fewer tensors": (
        retensor(lambda t: t.pop(TABLE)),
        "model.safetensors",
        f"missing: '{TABLE}'; not known: none",
    ),
    "more tensors": (
        retensor(lambda t: t.update(extra=torch.zeros(1))),
        "model.safetensors",
        "missing: none; not known: 'extra'",
    ),
    "mixed formats": (
        retensor(lambda t: t.update({TABLE: t[TABLE].double()})),
        "model.safetensors",
        "several number formats: torch.float32, torch.float64",
    ),
    "integers": (
        retensor(lambda t: t.update({n: x.long() for n, x in t.items()})),
        "model.safetensors",
        "tensors must hold floating-point numbers, got torch.int64",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_checkpoint_names_file_and_cause(name, saved):
    damage, file, cause = DAMAGES[name]
    damage(saved)
    with pytest.raises(CheckpointError, match=cause) as caught:
        load_model(saved)
    assert str(saved / file) in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_no_folder(tmp_path):
    with pytest.raises(CheckpointError, match=r"nowhere.*model.json: no such file"):
        load_model(tmp_path / "nowhere")


def interrupted(*_, **__):
    raise KeyboardInterrupt


def interrupted_midway(path, tensors):
    path.write_bytes(b"half a file")
    raise KeyboardInterrupt


def test_others_may_read_the_weights_as_they_may_read_any_new_file(saved):
    modes = {name: (saved / name).stat().st_mode for name in ("model.json", "model.safetensors")}
    assert modes["model.safetensors"] == modes["model.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size to stand for a full disk")
def test_a_full_disk_is_an_error_of_the_system_and_leaves_the_old_files_whole(saved):
    before = {p.name: p.read_bytes() for p in saved.iterdir()}
    script = (
        "import resource, sys, torch\n"
        "from transformer_lab.storage import write_tensors\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n    write_tensors(sys.argv[1], {'table': torch.zeros(10_000)})\n"
        "except OSError as error:\n    print('refused', error.errno)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, saved / "model.safetensors"], capture_output=True, text=True, check=False
    )
    assert found.stdout == f"refused {errno.EFBIG}\n", found.stderr
    assert {p.name: p.read_bytes() for p in saved.iterdir()} == before


@pytest.mark.parametrize("step", ["tensors", "text"])
def test_an_interrupted_save_leaves_the_old_files_whole(step, saved, monkeypatch):
    before = {p.name: p.read_bytes() for p in saved.iterdir()}
    if step == "tensors":
        monkeypatch.setattr(storage, "_save_tensors", interrupted_midway)
    else:
        monkeypatch.setattr(storage.json, "dumps", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_model(make(), saved)
    monkeypatch.undo()
    assert {name: (saved / name).read_bytes() for name in before} == before
    load_model(saved)
    again = make()
    save_model(again, saved)
    assert load_model(saved)[0].output.weight.equal(again.output.weight), "and the next save is not disturbed"


def test_what_is_not_json_is_refused_before_anything_is_written(saved):
    before = {p.name: p.read_bytes() for p in saved.iterdir()}
    with pytest.raises(TypeError, match="set is not JSON serializable"):
        save_model(make(), saved, words={1, 2})
    assert {p.name: p.read_bytes() for p in saved.iterdir()} == before


@pytest.mark.parametrize("name", ["format", "config"])
def test_extras_cannot_replace_what_the_model_decides(name, tmp_path):
    with pytest.raises(ValueError, match=f"extra: {name} cannot be set"):
        save_model(make(), tmp_path, **{name: 1})
    assert not list(tmp_path.iterdir())
