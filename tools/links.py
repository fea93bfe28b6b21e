"""Check every link of the Markdown files and notebooks: a relative one leads to a file, an anchor to a heading.

usage: python tools/links.py [--external]      --external lists the addresses that lead out instead, with their files

Addresses of the web are not fetched: whether they still answer changes without us. The tests run this.
"""

import argparse
import itertools
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from notebook_file import read

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
SKIPPED = {".venv", ".ci", ".git", ".ipynb_checkpoints", "build", "dist", "node_modules", "runs", ".pytest_cache"}
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


class _Tags(HTMLParser):
    """The links and the names of places in raw HTML."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (tag, name) in (("a", "href"), ("img", "src")):
                self.links.append(value)
            elif value and (name == "id" or (tag, name) == ("a", "name")):
                self.places.add(value)


def _flat(markdown: str) -> Iterator:
    for token in MARKDOWN.parse(markdown):
        yield token
        yield from token.children or ()


def targets(markdown: str) -> list[str]:
    """Where the links and pictures of a text lead, code left out."""
    found = []
    for token in _flat(markdown):
        if token.type in ("link_open", "image"):
            found.append(str(token.attrs["href" if token.type == "link_open" else "src"]))
        elif token.type.startswith("html_"):
            found += _Tags(token.content).links
    return found


def texts(path: Path) -> list[str]:
    """The Markdown of a file: one text, or a notebook's cells."""
    if path.suffix == ".ipynb":
        return [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    return [path.read_text(encoding="utf-8")]


@cache
def anchors(path: Path) -> set[str]:
    """The names of a file's headings, as GitHub makes them (Markdown) or JupyterLab does (notebooks)."""
    found: set[str] = set()
    for text in texts(path):
        tokens = list(_flat(text))
        for token in tokens:
            if token.type.startswith("html_"):
                found |= _Tags(token.content).places
        for opening, inline in itertools.pairwise(tokens):
            if opening.type != "heading_open":
                continue
            words = "".join(part.content for part in inline.children or ()).strip()
            name = words.replace(" ", "-")
            if path.suffix != ".ipynb":
                name = re.sub(r"[^\w-]", "", name.lower())
                repeated = next(n for n in range(len(found) + 1) if (f"{name}-{n}" if n else name) not in found)
                name = f"{name}-{repeated}" if repeated else name
            found.add(name)
    return found


def faults(path: Path, root: Path = ROOT) -> list[str]:
    """The links of one file that lead nowhere, a sentence each."""
    found = []
    for target in [target for text in texts(path) for target in targets(text)]:
        if ELSEWHERE.match(target):
            continue
        name, _, place = unquote(target).partition("#")
        file = (path.parent / name).resolve() if name else path.resolve()
        if name.startswith("/") or not file.is_relative_to(root.resolve()):
            found.append(f"{target} leads out of the repository")
        elif not file.exists():
            found.append(f"{target} leads to no file")
        elif place and file.suffix in (".md", ".ipynb") and place not in anchors(file):
            found.append(f"{target} leads to no heading of {file.name}")
    return found


def files(root: Path = ROOT) -> list[Path]:
    """Every Markdown file and notebook that belongs to the repository."""
    found = []
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name not in SKIPPED]
        found += [Path(folder) / name for name in names if name.endswith((".md", ".ipynb"))]
    return sorted(found)


def external(paths: list[Path]) -> dict[str, list[str]]:
    """The addresses that lead out, each with the names of the files that hold it."""
    found: dict[str, list[str]] = {}
    for path in paths:
        for target in sorted({t for text in texts(path) for t in targets(text) if ELSEWHERE.match(t)}):
            found.setdefault(target, []).append(path.name)
    return dict(sorted(found.items()))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check the links of every Markdown file and notebook.")
    parser.add_argument("--external", action="store_true", help="list the addresses that lead out instead")
    options = parser.parse_args(arguments)
    paths = files()
    if options.external:
        for target, holders in external(paths).items():
            print(f"{target}    {', '.join(holders)}")
        return 0
    wrong = [f"{path.relative_to(ROOT)}: {fault}" for path in paths for fault in faults(path)]
    print("\n".join(wrong) or f"{len(paths)} files, every link leads somewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
