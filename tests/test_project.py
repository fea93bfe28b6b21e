"""The files around the package agree with one another, and what is built from them works elsewhere."""

import ast
import json
import os
import re
import runpy
import shutil
import socket
import sys
import tomllib
from collections import namedtuple
from importlib.metadata import packages_distributions

import find_chromium
import lowest_versions
import nbformat
import pytest
import sum_results
import torch_index
import yaml
from commands import ROOT, run
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import transformer_lab

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {"torch": "pytorch-cpu", "matplotlib": "matplotlib-base"}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PHONY = re.search(r"^\.PHONY:((?:.*\\\n)*.*)", MAKEFILE, re.MULTILINE)[1].replace("\\", "").split()


def requirements(*extras):
    texts = [*PROJECT["dependencies"], *(text for e in extras for text in PROJECT["optional-dependencies"][e])]
    return [Requirement(text) for text in texts]


def pins():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    parsed = [Requirement(line) for line in lines if line and not line.startswith("#")]
    assert all(str(pin.specifier).startswith("==") for pin in parsed)
    return {canonicalize_name(pin.name): Version(str(pin.specifier)[2:]) for pin in parsed}


@pytest.mark.parametrize("requirement", requirements(*PROJECT["optional-dependencies"]), ids=str)
def test_constraints_pin_every_dependency_within_its_range(requirement):
    version = pins()[canonicalize_name(requirement.name)]
    assert version in requirement.specifier


def test_the_torch_pin_takes_every_build():
    """``==2.13.0`` also matches ``2.13.0+cpu``; a local version in the pin would forbid the usual build."""
    assert pins()["torch"].local is None


def test_environment_yml_asks_for_the_same():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    packages, [last] = environment["dependencies"][:-1], environment["dependencies"][-1:]
    assert last == {"pip": ["-e ."]}
    assert environment["channels"][0] == "conda-forge"
    asked = dict(re.fullmatch(r"([\w-]+)(.*)", package).groups() for package in packages)
    python = asked.pop("python").removeprefix("=")
    assert asked.pop("pip") == ""
    assert SpecifierSet(PROJECT["requires-python"]).contains(python)
    wanted = {CONDA_NAMES.get(r.name, r.name): r.specifier for r in requirements()}
    assert {name: SpecifierSet(version) for name, version in asked.items()} == wanted


def make(*arguments):
    """Run make as a user would, without the flags and variables of the make that may have started these tests."""
    env = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VENV")}
    return run("make", *arguments, cwd=ROOT, env=env)


def test_help_is_the_default_and_lists_every_target():
    shown = make()
    assert shown == make("help")
    assert sorted(re.findall(r"^  make (\S+) +\S", shown, re.MULTILINE)) == sorted(PHONY)


@pytest.mark.parametrize("target", sorted(set(PHONY) - {"help"}))
def test_every_target_has_a_recipe(target):
    assert "\n" in make("--dry-run", target, "VENV=nowhere").strip()


def test_make_lab_passes_jupyter_its_arguments():
    last = make("--dry-run", "lab", "VENV=nowhere", "JUPYTER_ARGS=--no-browser --port=9999").splitlines()[-1]
    assert last.startswith("nowhere/")
    assert "jupyterlab" in last
    assert last.endswith("--no-browser --port=9999")


def test_make_test_runs_nbval_strictly_and_whole_notebooks_on_one_worker():
    last = make("--dry-run", "test", "VENV=nowhere").splitlines()[-1]
    assert "OMP_NUM_THREADS=1" in last
    assert {"--cov", "--nbval", "-n", "2", "--dist", "loadfile", "tests", "notebooks"} <= set(last.split())
    assert "--nbval-lax" not in last


def test_the_readme_names_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"make lab", "make test"} <= set(re.findall(r"^make \w+", readme, re.MULTILINE))
    assert {"lab", "test"} <= set(PHONY)


def test_the_workflow_calls_the_same_commands():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    steps = "\n".join(step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"])
    assert ".ci/run" in steps
    assert "make test" in steps
    targets = [t for job in workflow["jobs"].values() for t in job["strategy"]["matrix"].get("target", [])]
    assert targets == ["test-floors", "test-newest"]
    assert set(targets) <= set(PHONY)
    systems = {system for job in workflow["jobs"].values() for system in job["strategy"]["matrix"]["os"]}
    assert {system.split("-")[0] for system in systems} == {"ubuntu", "macos", "windows"}
    versions = {v for job in workflow["jobs"].values() for v in job["strategy"]["matrix"]["python"]}
    assert all(SpecifierSet(PROJECT["requires-python"]).contains(version) for version in versions)


def test_old_pythons_are_refused_in_words(monkeypatch):
    info = namedtuple("version_info", "major minor micro")
    monkeypatch.setattr(sys, "version_info", info(3, 10, 9))
    with pytest.raises(SystemExit, match=r"needs Python 3.11 or newer; .* is 3.10. Name another one"):
        runpy.run_path(str(ROOT / "tools" / "require_python.py"))
    monkeypatch.setattr(sys, "version_info", info(3, 11, 0))
    runpy.run_path(str(ROOT / "tools" / "require_python.py"))


def test_a_missing_chromium_is_said(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(SystemExit, match="CHROMIUM=no-such-browser is not a program"):
        find_chromium.find_chromium()
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setattr(find_chromium.shutil, "which", lambda name: None)
    assert find_chromium.find_chromium() is None
    monkeypatch.setattr(find_chromium.shutil, "which", lambda name: f"/bin/{name}")
    assert find_chromium.find_chromium() == "/bin/chromium"


@pytest.mark.parametrize(
    ("asked", "platform", "gpu", "answering", "cpu_build"),
    [
        ("", "linux", False, True, True),
        ("", "linux", False, False, False),
        ("", "linux", True, True, False),
        ("", "darwin", False, True, False),
        ("", "win32", False, True, False),
        ("cpu", "linux", True, False, True),
        ("cuda", "linux", False, True, False),
    ],
)
def test_the_build_of_torch_follows_the_machine_and_the_wish(asked, platform, gpu, answering, cpu_build):
    options, reason = torch_index.choose(asked, platform, lambda: gpu, lambda: answering)
    assert options == ("--extra-index-url https://download.pytorch.org/whl/cpu" if cpu_build else "")
    assert reason


def test_another_build_of_torch_is_refused():
    with pytest.raises(SystemExit, match="TORCH=gpu: it may be cpu, cuda, or left out"):
        torch_index.choose("gpu")


def test_a_gpu_is_seen_by_its_driver_or_its_program(tmp_path):
    assert not torch_index.has_nvidia_gpu(tmp_path, lambda name: None)
    assert torch_index.has_nvidia_gpu(tmp_path, lambda name: f"/usr/bin/{name}")
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/nvidiactl").touch()
    assert torch_index.has_nvidia_gpu(tmp_path, lambda name: None)


def test_an_index_that_says_nothing_or_refuses_does_not_answer():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert not torch_index.answers(address)  # nobody listens: refused
        silent.listen()
        assert not torch_index.answers(address, patience=0.5)  # somebody listens and says nothing


@pytest.mark.parametrize("asked", ["", "cpu", "cuda"])
def test_make_asks_which_torch_to_install(asked):
    assert f"tools/torch_index.py {asked})" in make("--dry-run", "lab", "VENV=nowhere", f"TORCH={asked}")


def test_the_floors_are_those_of_the_project_and_torch_is_the_tested_one():
    floors = [Requirement(line) for line in lowest_versions.lowest(PROJECT, "numpy==9\ntorch==2.13.0\n")]
    wanted = {r.name: r.specifier for r in requirements("test")}
    assert {r.name for r in floors} == set(wanted)
    for floor in floors:
        [version] = (s.version for s in floor.specifier)
        assert version in (
            ["2.13.0"] if floor.name == "torch" else [s.version for s in wanted[floor.name] if s.operator == ">="]
        )
    with pytest.raises(ValueError, match=r"'a~=2'; write it as name>=1.2"):
        lowest_versions.lowest({"dependencies": ["a~=2"], "optional-dependencies": {"test": []}}, "")


def junit(tests, failures=0, errors=0, skipped=0):
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    return f"<testsuites><testsuite {counts}/></testsuites>"


TAP = "TAP version 13\n# tests 4\n# pass {0}\n# fail {1}\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 9\n"


@pytest.mark.parametrize(
    ("files", "closing", "status"),
    [
        ({"a.xml": junit(5), "b.xml": junit(2), "node.tap": TAP.format(4, 0)}, "11 passed, 0 failed", 0),
        ({"a.xml": junit(5, skipped=1)}, "4 passed, 0 failed, 1 skipped", 0),
        ({"a.xml": junit(5, failures=1, errors=1), "node.tap": TAP.format(4, 0)}, "7 passed, 2 failed", 1),
        ({"a.xml": junit(5), "node.tap": TAP.format(3, 1)}, "8 passed, 1 failed", 1),
        ({"a.xml": junit(0)}, "0 passed, 0 failed", 1),
        ({}, "0 passed, 0 failed", 1),
    ],
)
def test_ci_sums_what_ran(files, closing, status, tmp_path, capsys):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert sum_results.main(tmp_path) == status
    assert capsys.readouterr().out.splitlines()[-1] == closing


def imported(source):
    """The names of the packages that a program imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


FOLDERS = ["transformer_lab", "tools", "tests", "bench", "notebooks"]
# What each folder may import: what the project asks for, and the extras that are installed wherever the folder is used.
EXTRAS = {
    "transformer_lab": ["pretrained"],
    "tools": ["test"],
    "tests": ["test", "pretrained", "reference"],
    "bench": ["test", "bench"],
    "notebooks": [],
}
# Installed by the Makefile without what it asks for.
BY_ITSELF = {"bench": {"bertviz"}}


def sources(folder):
    """The Python of a folder, from modules and from notebooks' cells."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield path.read_text(encoding="utf-8")
    for path in sorted((ROOT / folder).rglob("*.ipynb")):
        yield from (cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_imported_package_is_asked_for_where_it_is_used(folder):
    """Named in the right list of pyproject.toml, not only installed because another package needs it."""
    ours = {name for f in FOLDERS for path in (ROOT / f).rglob("*.py") for name in (path.stem, path.parent.name)}
    names = {name for source in sources(folder) for name in imported(source)} - ours - set(sys.stdlib_module_names)
    assert names, "the search finds none"
    asked = {canonicalize_name(r.name) for r in requirements(*EXTRAS[folder])} | BY_ITSELF.get(folder, set())
    provided = packages_distributions()
    # What an extra brings may not be installed: then the name of the import has to be that of the package.
    lacking = {name for name in names if not set(map(canonicalize_name, provided.get(name, [name]))) & asked}
    assert not lacking, f"not asked for by pyproject.toml, dependencies and {EXTRAS[folder]}"


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_clone_that_converts_line_ends_has_the_same_bytes(tmp_path):
    """What Git for Windows offers first, core.autocrlf=true, changes no file: checksums and outputs are of bytes."""
    kinds = {}
    for folder in ("", "data", "notebooks", "transformer_lab", "tests", "tools", "docs"):
        for path in (p for p in (ROOT / folder).glob("*" if not folder else "**/*") if p.is_file()):
            if "__pycache__" not in path.parts and path.stat().st_size < 10**6:
                kinds.setdefault(path.suffix or path.name, path)
    assert {".py", ".ipynb", ".tsv", ".json", ".js", ".css", ".png", ".safetensors", "SHA256SUMS"} <= set(kinds)
    git = ["git", "-C", str(tmp_path), "-c", "core.autocrlf=true", "-c", "core.safecrlf=false"]
    run("git", "init", "--quiet", str(tmp_path))
    copies = {tmp_path / f"{i}{path.suffix}": path for i, path in enumerate(kinds.values())}
    for copy, path in {**copies, tmp_path / ".gitattributes": ROOT / ".gitattributes"}.items():
        shutil.copy(path, copy)
    run(*git, "add", "--all")
    for copy in copies:
        copy.unlink()
    run(*git, "checkout-index", "--all", "--force")
    assert [path.name for copy, path in copies.items() if copy.read_bytes() != path.read_bytes()] == []


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["version"] == transformer_lab.__version__ == citation["version"]
    assert f"\n## {PROJECT['version']}" in changelog
    assert citation["license"] == PROJECT["license"]
    assert [author["name"] for author in citation["authors"]] == [author["name"] for author in PROJECT["authors"]]


def test_the_issue_template_asks_for_what_is_needed():
    [path] = (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"] == "A learner met this"
    required = {field["id"] for field in form["body"] if field.get("validations", {}).get("required")}
    assert required == {"kind", "place", "story"}


def test_the_devcontainer_uses_what_is_there():
    content = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    version = content["image"].rpartition(":")[2]
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)
    assert (ROOT / "apt.txt").is_file()
    command = content["postCreateCommand"].split()
    assert command[:2] == ["make", ".venv/.testing"]
    assert "pip install" in make("--dry-run", *command[1:], "VENV=.venv", "--always-make")


def test_the_workflow_keeps_pips_cache_and_runs_the_pythons_that_are_promised():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    setups = [
        s["with"] for job in workflow["jobs"].values() for s in job["steps"] if "setup-python" in s.get("uses", "")
    ]
    assert setups
    assert all(setup["cache"] == "pip" for setup in setups)
    assert all((ROOT / name).is_file() for setup in setups for name in setup["cache-dependency-path"].split())
    run = {v for job in workflow["jobs"].values() for v in job["strategy"]["matrix"]["python"]}
    promised = {c.rpartition(" ")[2] for c in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", c)}
    assert {min(promised, key=Version), max(promised, key=Version)} <= run <= promised


def test_the_type_checker_holds_the_whole_package():
    checker = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["basedpyright"]
    assert checker["include"] == ["transformer_lab"]
    assert checker["failOnWarnings"]
    assert not {"exclude", "ignore", "strict"} & checker.keys(), "no file is an exception"
    assert "basedpyright" in make("--dry-run", "lint", "VENV=nowhere")
