"""Every relative link of the Markdown files and notebooks leads to a file, and every anchor to a heading."""

import links
import pytest
from commands import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

PATHS = links.files()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path):
    assert links.faults(path) == []


def test_the_files_are_found():
    names = {path.relative_to(ROOT).as_posix() for path in PATHS}
    assert {"README.md", "data/README.md", "docs/authoring.md", "notebooks/01_weighted_sum.ipynb"} <= names
    assert not [name for name in names if name.startswith(".venv")]


PAGE = """# The Page: a *title*, twice

## Again
## Again

[1](#the-page-a-title-twice) [2](#again-1) [3](other.md#begriff) [4](book.ipynb#See-it) [5](https://nowhere.invalid/x)
[6](../outside.md) [7](/etc/hosts) [8](gone.md) [9](#again-2) [10](book.ipynb#see-it) ![11](gone.png)
<a href="gone.html">12</a> [13][there] `[code](gone-too.md)` [14](with%20blank.md)

```
[fenced](gone-as-well.md)
```

[there]: gone-by-reference.md
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "other.md").write_text('<span id="begriff">Begriff</span>\n', encoding="utf-8")
    (tmp_path / "with blank.md").write_text("# Blank\n", encoding="utf-8")
    cells = [new_markdown_cell("## See it\n\n[a](page.md#again)"), new_code_cell("[b](gone.md)")]
    (tmp_path / "book.ipynb").write_text(writes(new_notebook(cells=cells)), encoding="utf-8")
    return tmp_path


def test_each_kind_of_dead_link_is_named(folder):
    found = links.faults(folder / "page.md", folder)
    assert sorted(found) == sorted(
        [
            "../outside.md leads out of the repository",
            "/etc/hosts leads out of the repository",
            "gone.md leads to no file",
            "#again-2 leads to no heading of page.md",
            "book.ipynb#see-it leads to no heading of book.ipynb",
            "gone.png leads to no file",
            "gone.html leads to no file",
            "gone-by-reference.md leads to no file",
        ]
    )
    assert links.faults(folder / "book.ipynb", folder) == []


def test_addresses_that_lead_out_are_listed_and_not_fetched(folder):
    assert links.external(links.files(folder)) == {"https://nowhere.invalid/x": ["page.md"]}
