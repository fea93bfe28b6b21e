"""Cleaning, executing and stripping notebooks, on a small one."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_clean import WIDGET_VIEW, caption, clean, problems, render
from notebook_sample import figure, pixel, sample, store, stream, tagged

import notebooks as tool

CONFIG = Path(__file__).parent / "nbval.cfg"
BAR = (
    "\rloss:  50%|█████     | 1/2 [00:00<00:01,  1.5it/s]\rloss: 100%|██████████| 2/2 [00:01<00:00,  1.5it/s, l=0.1]\n"
)


def notebook(*cells):
    return new_notebook(cells=list(cells))


def one(*outputs):
    """A notebook of one code cell with these outputs."""
    return notebook(new_code_cell("f()", outputs=list(outputs), execution_count=1))


def cleaned_outputs(*outputs):
    return clean(one(*outputs)).cells[0].outputs


def test_cleaning_twice_changes_nothing():
    once = render(clean(sample()))
    assert render(clean(nbformat.reads(once, as_version=4))) == once
    assert once.endswith("}\n")
    assert "归" in once
    nbformat.validate(json.loads(once), version=4)


def test_ids_depend_on_the_contents_alone():
    first = [cell.id for cell in clean(notebook(new_code_cell("1"), new_code_cell("1"), new_markdown_cell("1"))).cells]
    second = [cell.id for cell in clean(notebook(new_code_cell("1"), new_code_cell("1"), new_markdown_cell("1"))).cells]
    assert first == second
    assert len(set(first)) == 3


def test_a_section_heading_opens_its_cell():
    source = "*Figure: a line.*\n\n## Build it\n\n### Part\n\n```\n## no heading\n```\n## Prove it"
    cells = clean(notebook(new_markdown_cell(source), new_code_cell("## a comment\n## more"))).cells
    assert [cell.source for cell in cells] == [
        "*Figure: a line.*",
        "## Build it\n\n### Part\n\n```\n## no heading\n```",
        "## Prove it",
        "## a comment\n## more",
    ]
    assert len({cell.id for cell in cells}) == 4


def test_metadata_is_normalised():
    cell = new_code_cell("1")
    cell.metadata.update(
        tags=["solution", "exercise"],
        jupyter={"source_hidden": True, "outputs_hidden": False},
        editable=False,
        collapsed=True,
        execution={"iopub.execute_input": "2024"},
        scrolled=True,
    )
    dirty = notebook(cell)
    dirty.metadata.update(widgets={"state": {}}, kernelspec={"name": "my_env", "display_name": "mine"}, vscode={})
    result = clean(dirty)
    assert dict(result.cells[0].metadata) == {
        "tags": ["exercise", "solution"],
        "jupyter": {"source_hidden": True},
        "editable": False,
    }
    assert set(result.metadata) == {"kernelspec", "language_info"}
    assert result.metadata.kernelspec.name == "python3"
    assert dirty.metadata.widgets, "clean must not change its argument"


def test_a_view_leaves_its_picture_and_its_text():
    data = {WIDGET_VIEW: {"model_id": "1"}, "image/png": pixel(), "text/plain": "View()"}
    [output] = cleaned_outputs(new_output("display_data", data=data, metadata={"image/png": {"alt": "Rows."}}))
    assert set(output.data) == {"image/png", "text/plain"}
    assert output.metadata["image/png"].alt == "Rows."


def test_streams_are_joined_and_bars_lose_their_timings():
    outputs = cleaned_outputs(stream("a\n"), stream(BAR[:40], "stderr"), stream("b\n"), stream(BAR[40:], "stderr"))
    assert [(o.name, o.text) for o in outputs] == [
        ("stderr", "loss: 100%|██████████| 2/2, l=0.1\n"),
        ("stdout", "a\nb\n"),
    ]
    assert problems(one(*outputs)) == []


def test_a_bar_that_covers_a_longer_one_with_spaces_loses_its_timings_too():
    [output] = cleaned_outputs(stream("100%|█████| 9/9 [00:03<00:00, 98step/s, loss=0.2]  \n100%|█| 1/1 [00:00<?]\n"))
    assert output.text == "100%|█████| 9/9, loss=0.2\n100%|█| 1/1\n"


def test_streams_stay_on_their_side_of_a_picture():
    outputs = cleaned_outputs(stream("a\n"), figure(), stream("b\n"))
    assert [o.output_type for o in outputs] == ["stream", "display_data", "stream"]


def test_a_caption_becomes_alt_text():
    words = new_markdown_cell("*Figure: two `rows`,\none dark.*\n\nMore.")
    assert caption(words) == "Two rows, one dark."
    plot, view = figure(), figure(**{"image/png": {"alt": "The view's own."}})
    view.data["text/plain"] = "View()"
    result = clean(notebook(tagged("plot", outputs=[plot, view]), words))
    assert [o.metadata["image/png"].alt for o in result.cells[0].outputs] == ["Two rows, one dark.", "The view's own."]
    result.cells[1].source = "*Figure: three rows.*"
    assert clean(result).cells[0].outputs[0].metadata["image/png"].alt == "Three rows."
    assert caption(new_markdown_cell("Figure: no")) is None
    assert caption(None) is None


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (stream("/x/y.py:1: UserWarning: careful\n", "stderr"), "writes to stderr"),
        (stream("   \n"), "leave=True"),
        (new_output("display_data", data={"text/plain": "  0%|          | 0/3 [00:00<?, ?it/s]"}), "tqdm.auto"),
        (stream("saved to /home/ann/model\n"), "absolute path: /home/ann/model"),
        (stream("saved to C:\\Users\\ann\n"), "absolute path: C:\\Users"),
        (stream("in /elsewhere/lab/data\n"), "absolute path: /elsewhere/lab"),
        (new_output("execute_result", data={"text/plain": "<f at 0x7f00deadbeef>"}), "address: at 0x7f00deadbeef"),
        (new_output("display_data", data={"text/html": "<b>/tmp/a</b>"}), "absolute path: /tmp/a"),
        (new_output("error", ename="ValueError", evalue="no", traceback=[]), "ValueError: no"),
    ],
)
def test_problems_are_named(output, words):
    [fault] = problems(one(output), own_paths=["/elsewhere/lab"])
    assert fault.startswith("cell 1 (f()): ")
    assert words in fault


@pytest.mark.parametrize(
    "text", ["1/2 and/or 3 km/h", "https://arxiv.org/abs/1706.03762", "x /tmp", "</tmp/>", "a: b\\c"]
)
def test_innocent_text_is_no_path(text):
    assert problems(one(stream(text))) == []


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A folder with one notebook, and what executing it reported."""
    folder = tmp_path_factory.mktemp("executed")
    cells = [
        new_markdown_cell("# A notebook"),
        tagged("from pathlib import Path\n\nprint(Path.cwd().name)"),
        tagged("from tqdm import tqdm\n\nfor _ in tqdm(range(3)):\n    pass"),
        tagged("import sys\n\nfor _ in tqdm(range(3), file=sys.stdout):\n    pass\nprint('end')"),
        tagged("import matplotlib.pyplot as plt\n\nplt.plot([1, 2])\nplt.show()"),
        new_markdown_cell("*Figure: a rising line.*"),
        tagged("1 + 1", "solution"),
    ]
    path = store(notebook(*cells), folder)
    return path, *tool.execute(path)


def test_execute_stores_a_clean_notebook(executed):
    path, run, faults = executed
    assert faults == []
    assert tool.check(path) == []
    code = [cell for cell in tool.read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5]
    assert code[0].outputs[0].text == "notebooks\n"
    assert code[1].outputs[0].text == "100%|██████████| 3/3\n"
    assert code[2].outputs[0].text == "100%|██████████| 3/3\nend\n"
    assert code[3].outputs[0].metadata["image/png"].alt == "A rising line."
    assert code[4].outputs[0].data["text/plain"] == "2"
    assert 0 < run.seconds < tool.CELL_TIMEOUT
    assert 20 < run.megabytes < 2000
    assert run.kilobytes == pytest.approx(path.stat().st_size / 1024)


def nbval(path, folder):
    """Run nbval as `make test` does; return pytest's exit status and what it printed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
    command += [f"--nbval-sanitize-with={CONFIG}", "--rootdir", str(folder), str(path)]
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    result = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env=env, check=False)
    return result.returncode, result.stdout


def test_nbval_accepts_what_execute_stored_and_nothing_else(executed, tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    path = Path(shutil.copy(executed[0], folder))
    status, printed = nbval(path, tmp_path)
    assert status == 0, printed
    text = path.read_text(encoding="utf-8")
    assert '"end\\n"' in text
    path.write_text(text.replace('"end\\n"', '"END\\n"'), encoding="utf-8")
    status, printed = nbval(path, tmp_path)
    assert status == 1
    assert "1 failed, 4 passed" in printed


def test_a_failing_cell_leaves_the_file_alone(tmp_path, capsys):
    path = store(notebook(tagged("1"), tagged("raise ValueError('on purpose')")), tmp_path)
    before = path.read_bytes()
    assert tool.main(["execute", str(path)]) == 1
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert "ValueError: on purpose" in capsys.readouterr().out


def test_limits():
    assert tool.Run(1, 100, 10).errors() == tool.Run(1, 100, 10).warnings() == []
    assert len(tool.Run(21, 1025, 401).errors()) == 2
    assert tool.Run(21, 100, 10).warnings() == ["slower than 20 s"]


@pytest.mark.parametrize("font", [None, "Noto Sans CJK SC"])
def test_pictures_drawn_without_a_font_for_chinese_are_told(font, tmp_path, monkeypatch):
    path = store(notebook(tagged("1")), tmp_path)
    monkeypatch.setattr(tool, "cjk_font", lambda: font)
    note, faults = tool.act("execute", path, None)
    assert faults == []
    assert ("no font for Chinese" in note) == (font is None)


def test_check_notices_what_is_not_clean(tmp_path):
    dirty = sample()
    dirty.cells[2].metadata.collapsed = True
    path = store(dirty, tmp_path)
    assert tool.main(["check", str(path)]) == 1
    assert tool.main(["clean", str(path)]) == 0
    assert tool.main(["check", str(path)]) == 0


OLD = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}
BROKEN = {
    "a merge conflict": (lambda text: "<<<<<<< HEAD\n" + text, "the marks of a merge conflict .* in line 1"),
    "cut off": (lambda text: text[: len(text) // 2], "not readable as a notebook"),
    "no JSON": (lambda text: "", "not readable as a notebook"),
    "a list": (lambda text: "[]", "not readable as a notebook"),
    "an old format": (lambda text: json.dumps(OLD), "no notebook of version 4"),
    "no cells": (lambda text: '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "no valid notebook .*cells"),
    "no UTF-8": (lambda text: text.encode("utf-16"), "cannot be read"),
    "a pointer": (lambda text: "version https://git-lfs.github.com/spec/v1\n", "a git-lfs pointer"),
}


CASES = [
    ("a merge conflict", "execute"),
    *((kind, action) for kind in BROKEN for action in ("clean", "check", "student")),
]


@pytest.mark.parametrize(("kind", "action"), CASES)
def test_a_broken_notebook_is_named_and_the_others_are_worked_on(kind, action, tmp_path, capsys):
    damage, reason = BROKEN[kind]
    good = store(sample(), tmp_path, "03_good")
    damaged, broken = damage(good.read_text(encoding="utf-8")), tmp_path / "02_broken.ipynb"
    broken.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())
    before = broken.read_bytes()
    out = ["--out", str(tmp_path / "student")] if action == "student" else []
    if action == "execute":
        store(notebook(new_code_cell("print(1)")), tmp_path, "03_good")
    assert tool.main([action, *out, str(broken), str(good)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert re.match("02_broken +left as it was$", said[0])
    assert re.search(f"02_broken.ipynb: {reason}", said[1])
    assert said[2].startswith("03_good ")
    assert broken.read_bytes() == before
    assert not out or [path.name for path in (tmp_path / "student").iterdir()] == ["03_good.ipynb"]


def test_student_edition(tmp_path):
    path = store(sample(), tmp_path)
    out = tmp_path / "student"
    assert tool.main(["student", "--out", str(out), str(path)]) == 0
    edition = tool.read(out / path.name)
    assert not any("solution" in cell.metadata.get("tags", []) for cell in edition.cells)
    assert sum("exercise" in cell.metadata.get("tags", []) for cell in edition.cells) == 2
    code = [cell for cell in edition.cells if cell.cell_type == "code"]
    assert code
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert len(edition.cells) == len(sample().cells) - 2


@pytest.mark.parametrize(
    "arguments",
    [["student"], ["check", "--out", "x"], ["check", "77"], ["check", "nowhere.ipynb"], ["dance"]],
)
def test_misuse_is_refused(arguments):
    with pytest.raises(SystemExit) as stopped:
        tool.main(arguments)
    assert stopped.value.code not in (0, None)


def test_the_student_edition_never_overwrites_the_notebooks(tmp_path):
    path = store(sample(), tmp_path)
    with pytest.raises(SystemExit):
        tool.main(["student", "--out", str(path.parent), str(path)])


def test_find(tmp_path):
    path = store(sample(), tmp_path)
    assert tool.find(["2"], path.parent) == tool.find(["02"], path.parent) == tool.find([], path.parent) == [path]
    assert tool.find([str(path)]) == [path]
