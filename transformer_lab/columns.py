"""Which columns of a tab-separated file are sentences: exports differ, and none says so."""

import re
from collections.abc import Sequence

from transformer_lab.links import are_links, resemble_links
from transformer_lab.text_files import CorpusError, Note

Row = tuple[int, list[str]]

_BAR = " ||| "
_NAMES = frozenset([
    "id", "no", "nr", "number", "index", "source", "target", "sentence", "translation", "text", "src", "trg", "tgt",
    "input", "output", "lang", "language", "licence", "license", "attribution", "alignment", "alignments", "links",
    "english", "chinese", "mandarin", "german", "french", "spanish", "italian", "portuguese", "dutch", "russian",
    "ukrainian", "polish", "arabic", "hebrew", "persian", "turkish", "hindi", "japanese", "korean", "thai",
    "vietnamese"
])  # fmt: skip
_CODES = frozenset([
    "en", "eng", "zh", "zho", "chi", "cmn", "zh-cn", "zh-tw", "yue", "de", "deu", "ger", "fr", "fra", "fre", "es",
    "spa", "it", "ita", "pt", "por", "nl", "nld", "ru", "rus", "uk", "ukr", "pl", "pol", "ar", "ara", "he", "heb",
    "fa", "fas", "tr", "tur", "hi", "hin", "ja", "jpn", "ko", "kor", "th", "tha", "vi", "vie"
])  # fmt: skip
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_ATTRIBUTION = re.compile(r"\bCC[- ]?(?:BY|0)\b|tatoeba\.org|\battribution\b|\blicen[cs]e\b", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_ADDRESS = re.compile(r"(?:[a-z]+://|www\.)\S+", re.IGNORECASE)
_DATE = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d?(?:[ T]\d\d?:\d\d\S*)?")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def split_rows(lines: Sequence[tuple[int, str]], path: str, notes: list[Note]) -> list[Row]:
    """The cells of every line that is not blank, without quotes that a spreadsheet added and without column names."""
    blank = tuple(number for number, line in lines if not line.strip())
    if blank:
        notes.append(Note(path, blank, "blank, not read"))
    full = [(number, line) for number, line in lines if line.strip()]
    sign = "\t"
    if (
        full
        and not any("\t" in line for _, line in full)
        and len({line.count(_BAR) for _, line in full}) == 1
        and _BAR in full[0][1]
    ):
        sign = _BAR
        notes.append(Note(path, (), "sides separated by |||: read so"))
    rows = _unquoted([(number, line.split(sign)) for number, line in full], path, notes)
    if len(rows) > 1 and _names_columns(rows[0][1]):
        notes.append(Note(path, (rows[0][0],), f"names of columns ({', '.join(rows[0][1])}), not read as a pair"))
        rows = rows[1:]
    return rows


def _unquoted(rows: list[Row], path: str, notes: list[Note]) -> list[Row]:
    """Take off the quotes of a spreadsheet, where they cannot be the sentences' own.

    That is where every cell has them, or where a quoted cell holds a doubled quote and none is quoted by half.
    """
    cells = [cell for _, row in rows for cell in row if cell.startswith('"')]
    regular = bool(cells) and all(_QUOTED.fullmatch(cell) for cell in cells)
    every = regular and all(cell.startswith('"') for _, row in rows for cell in row if cell)
    if not (every or (regular and any('""' in cell[1:-1] for cell in cells))):
        return rows
    notes.append(Note(path, (), 'cells in quotes, as a spreadsheet writes them: read without, and "" as "'))
    plain = [[c[1:-1].replace('""', '"') if c.startswith('"') else c for c in row] for _, row in rows]
    return [(number, row) for (number, _), row in zip(rows, plain, strict=True)]


def _names_columns(row: Sequence[str]) -> bool:
    cells = [cell.strip(" #") for cell in row if cell.strip(" #")]
    words = [re.sub(r"[\d_ .-]+", " ", cell.lower()).split() for cell in cells]
    return len(cells) > 1 and all(
        (cell.lower() in _CODES and (cell.islower() or cell.isupper() or "-" in cell)) or (w and set(w) <= _NAMES)
        for cell, w in zip(cells, words, strict=True)
    )


def aligned(rows: Sequence[Row], path: str, notes: list[Note]) -> bool:
    """Whether the third column holds alignments: at least half of its cells read as links.

    Raises CorpusError where they look like links in a notation that is not read.
    """
    thirds = [(number, cells[2]) for number, cells in rows if len(cells) > 2 and cells[2].strip()]
    others = [(number, cell) for number, cell in thirds if not are_links(cell)]
    alike = [(number, cell) for number, cell in others if resemble_links(cell)]
    links = sorted({number for number, _ in thirds} - {number for number, _ in others})
    if 2 * len(links) >= max(1, len(thirds)):
        return True
    if 2 * (len(links) + len(alike)) >= max(1, len(thirds)):
        number, cell = alike[0]
        raise CorpusError(
            f"{path}, line {number}: {cell.strip()[:60]!r} looks like an alignment in a notation that is not read; "
            "write links as 0-0 1-2 (sure) and 0p1 (possible), counted from 0, or take the column out"
        )
    if links or alike:
        found = tuple(sorted([*links, *(number for number, _ in alike)]))
        notes.append(Note(path, found, "column 3 looks like an alignment here but not in most lines: not read"))
    return False


def sentence_columns(rows: Sequence[Row], path: str, notes: list[Note]) -> tuple[int, int]:
    """Which two columns are the sentences; what the others hold is told.

    Columns of numbers (ids, as in Tatoeba's export of four columns), of one language code, of attributions, of
    addresses and of dates are not sentences. Raises CorpusError where fewer than two columns are left, and where a
    column holds alignments that is not the third.
    """
    width = max(len(cells) for _, cells in rows)
    kinds = [_kind([cells[j].strip() for _, cells in rows if j < len(cells)]) for j in range(width)]
    if width > 2 and "alignments" in kinds:
        raise CorpusError(
            f"{path}: column {kinds.index('alignments') + 1} holds alignments; they belong into column 3, after source "
            "and target: bring the columns into that order, or take this one out"
        )
    pool = [j for j, kind in enumerate(kinds) if kind not in ("nothing", "attributions", "addresses", "dates")]
    sentences = [j for j in pool if kinds[j] == "text"]
    if len(sentences) < 2 < len(pool):
        held = "; ".join(f"column {j + 1} holds {kind}" for j, kind in enumerate(kinds))
        raise CorpusError(f"{path}: two columns of sentences are needed, but {held}")
    chosen = (sentences if len(sentences) > 1 else [*pool, 0, 1] if len(pool) == 2 else [0, 1])[:2]
    for j, kind in enumerate(kinds):
        if j in chosen and kind not in ("text", "nothing"):
            notes.append(Note(path, (), f"column {j + 1} holds {kind}: read as sentences all the same"))
        elif j not in chosen and kind != "nothing":
            notes.append(Note(path, (), f"column {j + 1} holds {kind}: not read"))
    return chosen[0], chosen[1]


def _kind(cells: Sequence[str]) -> str:
    full = [cell for cell in cells if cell]
    if not full:
        return "nothing"
    if all(_NUMBER.fullmatch(cell) for cell in full):
        return "numbers"
    if all(_ADDRESS.fullmatch(cell) for cell in full):
        return "addresses"
    if all(_DATE.fullmatch(cell) for cell in full):
        return "dates"
    if all(are_links(cell) for cell in full):
        return "alignments"
    if 2 * sum(_ATTRIBUTION.search(cell) is not None for cell in full) > len(full):
        return "attributions"
    if len(full) > 1 and len(set(full)) == 1 and _CODE.fullmatch(full[0]) and full[0].split("-")[0] in _CODES:
        return "one language code"
    return "text"
