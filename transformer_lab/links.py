"""Word alignments as they stand in files: ``0-0 1-2``, with possible links ``1p2``, counted from 0 or from 1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transformer_lab.text_files import CorpusError, Note

Links = frozenset[tuple[int, int]]

_LINK = re.compile(r"(\d+)([-:sSpP?])(\d+)", flags=re.ASCII)
# Links in a row, blanks or commas between them.
_LINKS = re.compile(r"\s*\d+[-:sSpP?]\d+(?:[\s,]+\d+[-:sSpP?]\d+)*[\s,]*", flags=re.ASCII)
# A pair of numbers in some other notation: (0,0), 0/0, 0-0:0.93, 1-1-S; and GIZA++'s "({ 1 2 })". Not a date.
_OTHER = re.compile(r"[(\[]?\d+[^\w\s.]{1,2}\d+\S*", flags=re.ASCII)
# Lists of pairs as programs print them: [[0, 0], [1, 2]], [(0, 0)].
_LISTED = re.compile(r"\s*[(\[]\D{0,3}\d+\s*,\s*\d+[\d\s,()\[\]]*[)\]]\s*", flags=re.ASCII)
_POSSIBLE = "pP?"
_DATE = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d?\S*", flags=re.ASCII)


@dataclass(frozen=True)
class RawLinks:
    """The links of one line before they are checked: source index, the sign between, target index."""

    line: int
    links: tuple[tuple[int, str, int], ...]
    source_length: int
    target_length: int

    def fits(self, first: int = 0, *, turned: bool = False) -> bool:
        """Whether all links lie in the sentence when tokens are counted from ``first``."""
        sizes = (self.source_length, self.target_length)[:: -1 if turned else 1]
        return all(first <= i < sizes[0] + first and first <= j < sizes[1] + first for i, _, j in self.links)


def are_links(cell: str) -> bool:
    """Whether a cell holds links and nothing else."""
    return _LINKS.fullmatch(cell) is not None


def resemble_links(cell: str) -> bool:
    """Whether a cell holds what look like links in a notation that is not read here."""
    items = cell.split()
    if "({" in cell or _LISTED.fullmatch(cell):
        return True
    return bool(items) and all(_OTHER.fullmatch(i) and not _DATE.fullmatch(i) for i in items)


def read_links(cell: str, where: str) -> tuple[tuple[int, str, int], ...]:
    """The links of a cell. Raises CorpusError, beginning with ``where``, for what is none."""
    if not are_links(cell) and cell.strip():
        item = next((item for item in re.split(r"[\s,]+", cell.strip()) if not _LINK.fullmatch(item)), cell)
        raise CorpusError(f"{where}: {item!r} is not an alignment link such as 0-1 (sure) or 0p1 (possible)")
    return tuple((int(i), sign, int(j)) for i, sign, j in _LINK.findall(cell))


def checked(rows: Sequence[RawLinks], path: str, notes: list[Note]) -> list[tuple[Links, Links]]:
    """Sure and possible links of every line, counted from 0.

    Where no link of the whole file names a token 0, and some point just behind the last token, the file counts from 1:
    that is the one way in which all of them fit. Raises CorpusError when links point outside their sentence.
    """
    outside = next((row for row in rows if not row.fits()), None)
    none_is_first = any(row.links for row in rows) and all(i and j for row in rows for i, _, j in row.links)
    first = 0
    if outside is not None and none_is_first and all(row.fits(1) for row in rows):
        first = 1
        notes.append(Note(path, (), "the links count tokens from 1 (none names 0, some name the last as n): read so"))
    elif outside is not None:
        raise CorpusError(f"{path}, line {outside.line}: {_outside(outside, rows)}")
    elif none_is_first:
        notes.append(Note(path, (), "no link names token 0: read as counted from 0 (were it 1, all are off)"))
    possible = tuple(row.line for row in rows if any(sign in _POSSIBLE for _, sign, _ in row.links))
    if possible:
        notes.append(Note(path, possible, "possible links (1p2, 1?2): kept apart from the sure ones"))
    found = []
    for row in rows:
        sure = frozenset([(i - first, j - first) for i, sign, j in row.links if sign not in _POSSIBLE])
        found.append((sure, frozenset([(i - first, j - first) for i, _, j in row.links]) - sure))
    return found


def _outside(row: RawLinks, rows: Sequence[RawLinks]) -> str:
    sizes = (row.source_length, row.target_length)
    link = next(f"{i}{sign}{j}" for i, sign, j in row.links if i >= sizes[0] or j >= sizes[1])
    hint = ""
    if all(each.fits(turned=True) for each in rows):
        hint = "; all links would fit as target-source: turn them round"
    elif 2 * sum(not each.fits() for each in rows) > len(rows):
        hint = "; if column 3 holds no alignments, take it out"
    return f"link {link} is out of range for {sizes[0]} source and {sizes[1]} target tokens{hint}"
