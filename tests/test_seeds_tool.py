"""``make seeds``: a notebook is run with its seeds shifted, and what falls is named by notebook, cell and line."""

import nbformat
import pytest
import seeds
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_file import NotebookError
from notebook_sample import store
from series import THIRTY

# Those that held when `make seeds` came: none of them leaves the list, and it may grow.
HELD_AT_FIRST = {
    "01_weighted_sum",
    "02_layer_normalization",
    "04_cross_attention",
    "06_self_attention",
    "07_residual_connection",
    "08_positional_encoding",
    "10_cross_entropy",
    "11_gradient_clipping",
    "12_mixed_precision",
    "13_attention_visualization",
    "14_dynamic_routing",
    "16_multi_head_attention",
    "18_sequence_masking",
    "19_adaptive_learning_rate",
    "20_multi_head_self_attention",
    "23_relative_positions",
    "24_head_roles",
    "27_induction",
    "28_translation_alignment",
    "29_autoregressive_decoding",
}

CODE = [
    "import torch\n\nfrom transformer_lab import reseed\n\nreseed(0)  # any number",
    "torch.manual_seed(3)\nseen = torch.initial_seed()\nassert seen < 5, f'drawn with {seen}'",
    "assert seen != 7",
    "assert True\nseen / (seen - 8)",
]


@pytest.fixture
def path(tmp_path):
    cells = [new_code_cell(code) for code in CODE]
    return store(new_notebook(cells=[new_markdown_cell("# Seeds"), *cells]), tmp_path)


def test_every_assert_that_falls_is_named_and_the_file_is_left_alone(path, capsys):
    before = path.read_bytes()
    assert seeds.main(["--shift=1,4,5", "--jobs=1", str(path)]) == 1
    printed = capsys.readouterr().out
    lines = [line.strip() for line in printed.splitlines()]
    assert "cell 3: AssertionError: drawn with 7   [assert seen < 5, f'drawn with {seen}']" in lines
    assert "cell 4: AssertionError   [assert seen != 7]" in lines
    assert "cell 3: AssertionError: drawn with 8   [assert seen < 5, f'drawn with {seen}']" in lines
    assert "cell 5: ZeroDivisionError: division by zero   [seen / (seen - 8)]" in lines
    assert lines[-1].split() == [path.stem, "holds", "2", "fall", "2", "fall"]
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_notebook_that_holds(path, capsys, monkeypatch):
    monkeypatch.setattr(seeds, "SEEDS_HOLD", [])
    assert seeds.main(["--shift=-1,1", str(path)]) == 0
    assert f"may join SEEDS_HOLD (tools/seeds.py): {path.stem}" in capsys.readouterr().out


def test_a_notebook_without_the_line_cannot_hold(tmp_path, capsys):
    path = store(new_notebook(cells=[new_code_cell("1")]), tmp_path)
    assert seeds.main(["--shift=1", str(path)]) == 1
    assert "'reseed(0)' stands in 0 lines of it, not in one" in capsys.readouterr().out


def test_the_number_alone_is_changed(path):
    notebook = nbformat.read(path, as_version=4)
    changed = seeds.shifted(notebook, -2)
    assert [cell.source for cell in changed.cells[2:]] == CODE[1:]
    assert changed.cells[1].source == CODE[0].replace("reseed(0)", "reseed(-2)")
    assert notebook.cells[1].source == CODE[0]
    with pytest.raises(NotebookError):
        seeds.shifted(changed, 1)


def test_what_cannot_be_meant_is_refused(capsys):
    for arguments in (["--shift=1,x"], ["--held", "28"]):
        with pytest.raises(SystemExit):
            seeds.main(arguments)
    assert "'1,x' is no list of whole numbers" in capsys.readouterr().err


def test_what_holds_is_one_of_the_thirty_and_goes_on_holding():
    assert len(seeds.SEEDS_HOLD) == len(set(seeds.SEEDS_HOLD))
    assert HELD_AT_FIRST <= set(seeds.SEEDS_HOLD) <= set(THIRTY)
    assert seeds.SEEDS_HOLD
