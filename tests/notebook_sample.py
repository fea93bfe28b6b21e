"""A small notebook that keeps every rule of the style guide, for the tests to break in one place at a time."""

import base64
import struct
import zlib

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_clean import clean, render

SLUG = "02_layer_normalization"

HEADER = """# 02 · Layer normalisation — 层归一化

**Which axis is normalised?** 沿哪个轴归一化\uff1f

**You will** see it. **You need** nothing. **Minutes** 5.

[← 01](01_weighted_sum.ipynb) · [All notebooks](../README.md) · [03 →](03_positional_normalization.ipynb)"""
CARD = "### Exercise {} · Do it\n\n★☆☆ · 5 min. Write the function."
HINTS = "<details><summary>Hint 1</summary>Think.</details>"
QUESTION = "**Why?**\n\n<details><summary>Answer</summary>Because.</details>"


def pixel() -> str:
    """A valid PNG of one pixel, in base64."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    png = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return base64.b64encode(png).decode()


def stream(text: str, name: str = "stdout"):
    return new_output("stream", name=name, text=text)


def figure(**metadata):
    return new_output(
        "display_data",
        data={"image/png": pixel(), "text/plain": "<Figure size 640x480 with 1 Axes>"},
        metadata=metadata,
    )


def tagged(source: str, *tags: str, outputs=(), **jupyter):
    metadata = {"tags": list(tags)} if tags else {}
    if jupyter:
        metadata["jupyter"] = jupyter
    return new_code_cell(source, metadata=metadata, outputs=list(outputs))


def exercise(number: int, name: str) -> list:
    return [
        new_markdown_cell(CARD.format(number)),
        tagged(f"def {name}(x):\n    raise NotImplementedError", "exercise"),
        tagged(f"check.{name}({name})", outputs=[stream("Not attempted yet.\n")]),
        new_markdown_cell(HINTS),
        tagged(f"check.{name}(lambda x: x)", "solution", outputs=[stream("Passed.\n")], source_hidden=True),
    ]


def sample() -> nbformat.NotebookNode:
    """Return the notebook, with counts and outputs as if it had been executed."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell(HEADER),
            tagged("views.transformer_map('norm')", outputs=[figure(**{"image/png": {"alt": "The norm is lit."}})]),
            tagged("import torch\n\nfrom transformer_lab import check, reseed, views\n\nreseed(0)"),
            new_markdown_cell("## The idea\n\nWords."),
            tagged("print(1)", outputs=[stream("1\n")]),
            tagged("figure", outputs=[figure()]),
            new_markdown_cell("*Figure: a single dark pixel.*"),
            new_markdown_cell("## Build it"),
            tagged("assert torch.zeros(2).shape == (2,)"),
            new_markdown_cell("## Prove it"),
            tagged("assert torch.zeros(2).sum() == 0"),
            new_markdown_cell("## See it"),
            tagged("views.LayerNormView(torch.zeros(2, 3))", outputs=[figure(**{"image/png": {"alt": "Two rows."}})]),
            new_markdown_cell("## Common mistake"),
            tagged("torch.ones(2).std()"),
            new_markdown_cell("## Try it"),
            *exercise(1, "layer_norm"),
            *exercise(2, "axis_puzzle"),
            new_markdown_cell("## Check yourself"),
            *[new_markdown_cell(QUESTION) for _ in range(3)],
            new_markdown_cell(
                "## Where next\n\nThree lines.\n\nNext: [03](03_positional_normalization.ipynb).\n\n"
                "**References.** Ba et al. 2016, *Layer Normalization*, section 3."
            ),
        ]
    )
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
    return clean(notebook)


def store(notebook, folder, slug: str = SLUG):
    """Write ``notebook`` as ``folder/notebooks/SLUG.ipynb`` beside a README.md; return its path."""
    (folder / "notebooks").mkdir(exist_ok=True)
    (folder / "README.md").write_text("# Sample\n")
    path = folder / "notebooks" / f"{slug}.ipynb"
    path.write_text(render(notebook), encoding="utf-8", newline="\n")
    return path
