"""Notebook 30 runs with the pretrained encoder and without it."""

import pytest
from commands import ROOT
from notebook_clean import clear_outputs

import notebooks as tool

PATH = ROOT / "notebooks" / "30_contextual_embeddings.ipynb"


def printed(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream")


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    """The notebook, executed where there is no pretrained encoder: a cell that fails raises."""
    notebook = clear_outputs(tool.read(PATH))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TRANSFORMER_LAB_PRETRAINED", str(tmp_path_factory.mktemp("empty")))
        tool.run_notebook(notebook, PATH.parent)
    return notebook


def test_without_the_model_it_runs_and_says_how_to_get_it(without):
    told = [line for line in printed(without).splitlines() if "make pretrained" in line]
    assert len(told) == 1, told
    assert "MiniLM" not in printed(without)
    assert all(cell.execution_count for cell in without.cells if cell.cell_type == "code")


def test_the_stored_outputs_are_those_of_the_real_model():
    stored = printed(tool.read(PATH))
    assert "make pretrained" not in stored
    assert "MiniLM     layers 6, heads 12, d_model 384" in stored


def test_what_needs_no_model_is_the_same_without_it(without):
    """The translator's half: every line of it is there both ways."""
    ours = [line for line in printed(without).splitlines() if line.startswith("translator ")]
    assert len(ours) > 8
    assert set(ours) <= set(printed(tool.read(PATH)).splitlines())
