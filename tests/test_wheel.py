"""A wheel built from the repository works from any folder, data included."""

import json
import os
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from commands import ROOT, run

import transformer_lab


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of this checkout, built without the network."""
    out = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(out), str(ROOT))
    [path] = out.glob("*.whl")
    return path


def shipped(folder):
    """The files of a folder of this checkout that belong into the wheel."""
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def test_the_wheel_holds_the_package_and_the_data(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = shipped("transformer_lab") | {f"transformer_lab/_{name}" for name in shipped("data")}
    assert wanted - held == set()
    assert any(name.endswith(".js") for name in held), "the views' scripts are missing"
    assert not any(name.endswith((".pyc", ".ipynb")) for name in held)


def test_the_wheel_tells_jupyterlab_to_save_the_state_of_views(wheel):
    [name] = (name for name in zipfile.ZipFile(wheel).namelist() if "/share/jupyter/lab/settings/overrides.d/" in name)
    assert name.split(".data/data/")[1] == "share/jupyter/lab/settings/overrides.d/transformer-lab.json"
    settings = json.loads(zipfile.ZipFile(wheel).read(name))
    assert settings == {"@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True}}


def test_the_wheel_works_from_any_folder(wheel, tmp_path):
    target, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index"]
    run(*pip, "--target", str(target), str(wheel))
    program = (
        "from transformer_lab import corpus as c; print(c.__file__, c.data_dir(), *c.data_dir().iterdir(), sep='\\n')"
    )
    env = {**os.environ, "PYTHONPATH": str(target)}
    module, data, *names = run(sys.executable, "-c", program, cwd=elsewhere, env=env).splitlines()
    assert Path(module).is_relative_to(target)
    assert Path(data).is_relative_to(target)
    assert "README.md" in {Path(name).name for name in names}
    translate = [sys.executable, "-m", "transformer_lab", "translate", "yesterday the teacher bought three books"]
    assert run(*translate, cwd=elsewhere, env={**env, "PYTHONUTF8": "1"}).strip() == "老师昨天买了三本书"


def test_the_wheel_says_its_own_name_and_that_it_is_typed(wheel):
    """The distribution's name is not the import's: that one belongs to another product."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    held = zipfile.ZipFile(wheel)
    [metadata] = [name for name in held.namelist() if name.endswith(".dist-info/METADATA")]
    said = held.read(metadata).decode("utf-8")
    assert project["name"] == "transformer-lab-notebooks"
    assert f"\nName: {project['name']}\n" in said
    assert f"\nVersion: {transformer_lab.__version__}\n" in said
    assert "\nClassifier: Typing :: Typed\n" in said
    assert "transformer_lab/py.typed" in held.namelist()
