"""Word alignments as they stand in files: ``0-0 1-2``, with possible links ``1p2``, counted from 0 or from 1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transformer_lab.text_files import CorpusError, Note

Links = frozenset[tuple[int, int]]

_LINK = re.compile(r"(\d+)([-:sSpP?])(\d+)", flags=re.ASCII)
# A pair of numbers in some other notation: (0,0), 0/0, 0-0:0.93, 1-1-S; and GIZA++'s "({ 1 2 })". Not a date.
_OTHER = re.compile(r"[(\[]?\d+[^\w\s.]{1,2}\d+\S*", flags=re.ASCII)
_DATE = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d?\S*", flags=re.ASCII)


@dataclass(frozen=True)
class RawLinks:
    """The links of one line before they are checked: ``(source, target, whether sure, as written)``."""

    line: int
    links: tuple[tuple[int, int, bool, str], ...]
    source_length: int
    target_length: int

    def fits(self, first: int = 0, *, turned: bool = False) -> bool:
        """Whether all links lie in the sentence when tokens are counted from ``first``."""
        sizes = (self.source_length, self.target_length)[:: -1 if turned else 1]
        return all(first <= i < sizes[0] + first and first <= j < sizes[1] + first for i, j, _, _ in self.links)


def are_links(cell: str) -> bool:
    """Whether a cell holds links and nothing else."""
    return bool(cell.strip()) and all(_LINK.fullmatch(item) for item in _items(cell))


def resemble_links(cell: str) -> bool:
    """Whether a cell holds what look like links in a notation that is not read here."""
    items = cell.split()
    return "({" in cell or (bool(items) and all(_OTHER.fullmatch(i) and not _DATE.fullmatch(i) for i in items))


def read_links(cell: str, where: str) -> tuple[tuple[int, int, bool, str], ...]:
    """The links of a cell. Raises CorpusError, beginning with ``where``, for what is none."""
    found = []
    for item in _items(cell):
        link = _LINK.fullmatch(item)
        if link is None:
            raise CorpusError(f"{where}: {item!r} is not an alignment link such as 0-1 (sure) or 0p1 (possible)")
        found.append((int(link[1]), int(link[3]), link[2] not in "pP?", item))
    return tuple(found)


def checked(rows: Sequence[RawLinks], path: str, notes: list[Note]) -> list[tuple[Links, Links]]:
    """Sure and possible links of every line, counted from 0.

    Where no link of the whole file names a token 0, and some point just behind the last token, the file counts from 1:
    that is the one way in which all of them fit. Raises CorpusError when links point outside their sentence.
    """
    named = [number for row in rows for i, j, _, _ in row.links for number in (i, j)]
    outside = next((row for row in rows if not row.fits()), None)
    first = 0
    if outside is not None and 0 not in named and all(row.fits(1) for row in rows):
        first = 1
        notes.append(Note(path, (), "the links count tokens from 1 (none names 0, some name the last as n): read so"))
    elif outside is not None:
        raise CorpusError(f"{path}, line {outside.line}: {_outside(outside, rows)}")
    elif named and 0 not in named:
        notes.append(Note(path, (), "no link names token 0: read as counted from 0 (were it 1, all are off)"))
    possible = tuple(row.line for row in rows if not all(sure for _, _, sure, _ in row.links))
    if possible:
        notes.append(Note(path, possible, "possible links (1p2, 1?2): kept apart from the sure ones"))
    return [
        (
            frozenset((i - first, j - first) for i, j, sure, _ in row.links if sure),
            frozenset((i - first, j - first) for i, j, sure, _ in row.links if not sure),
        )
        for row in rows
    ]


def _items(cell: str) -> list[str]:
    # "0-0,1-1" is a list; "0,0" is a link in another notation.
    return [item for item in (cell.replace(",", " ") if re.search("[-:pP?]", cell) else cell).split()]


def _outside(row: RawLinks, rows: Sequence[RawLinks]) -> str:
    sizes = (row.source_length, row.target_length)
    link = next(text for i, j, _, text in row.links if i >= sizes[0] or j >= sizes[1])
    hint = ""
    if all(each.fits(turned=True) for each in rows):
        hint = "; all links would fit as target-source: turn them round"
    return f"link {link} is out of range for {sizes[0]} source and {sizes[1]} target tokens{hint}"
