"""A kernel computes on one thread, in whatever order it imports; a program and a reader who says otherwise do not."""

import os

import pytest
from commands import ROOT
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from transformer_lab import threads

ASK = "print(torch.get_num_threads())"


def printed(*cells, **env):
    """Run cells in a kernel as JupyterLab starts it; what the last one printed."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}})
    plain = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    with client.setup_kernel(env={**plain, **env}):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
    return notebook.cells[-1].outputs[-1].text.strip()


# Two threads where the machine has but one core: what torch would take by itself is not always more than one.
TWO = "import torch; torch.set_num_threads(2)"


@pytest.mark.parametrize("imports", [f"{TWO}; import transformer_lab", f"{TWO}; from transformer_lab import masks"])
def test_a_kernel_computes_on_one_thread(imports):
    assert printed(imports, ASK) == "1"


def test_a_kernel_that_imports_torch_last_computes_on_one_thread():
    assert printed("import transformer_lab", f"import torch; {ASK}") == "1"


def test_the_reader_has_the_last_word():
    assert printed(f"import transformer_lab; {TWO}", ASK) == "2"
    assert printed(f"{TWO}; import transformer_lab", ASK, OMP_NUM_THREADS="1") == "2", "the variable was set: hands off"


def test_a_program_keeps_the_threads_it_has(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert not threads.in_a_kernel()
    monkeypatch.setattr("torch.set_num_threads", lambda number: pytest.fail("a program is not a kernel"))
    threads.one_thread_in_a_kernel()
