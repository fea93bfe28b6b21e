"""Lines of text files as people have them, and notes on what was done to them."""

import bz2
import codecs
import gzip
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PACKED = (
    (b"\x1f\x8b", "gzip", gzip.decompress),
    (b"BZh", "bzip2", bz2.decompress),
    (b"\xfd7zXZ", "xz", lzma.decompress),
)
_WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_LISTED = 12


class CorpusError(ValueError):
    """A broken file; the message names the file, the line and what is wrong with it."""


class CorpusWarning(UserWarning):
    """Something in a file was left out, or read as something else; the message names the file and the lines."""


@dataclass(frozen=True)
class Note:
    """What was done to some lines of a file (to the whole file, when ``lines`` is empty). Lines count from 1."""

    path: str
    lines: tuple[int, ...]
    text: str

    def __str__(self) -> str:
        return f"{place(self.path, self.lines)}: {self.text}"


def place(path: str | Path, lines: Sequence[int]) -> str:
    """``pairs.tsv, lines 3, 5–9``: runs are drawn together, and a long list ends in how many more there are."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    if not runs:
        return str(path)
    named = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs[:_LISTED])
    rest = sum(b - a + 1 for a, b in runs[_LISTED:])
    return f"{path}, line{'s' if len(lines) > 1 else ''} {named}{f' and {rest} more' if rest else ''}"


def read_lines(path: Path, notes: list[Note]) -> list[tuple[int, str]]:
    """The numbered lines of a text file; what is unusual about it goes into ``notes``.

    UTF-8, with or without a byte order mark, or UTF-16 or UTF-32 that begin with one; packed with gzip, bzip2 or xz,
    whatever the file is called; LF, CRLF, or CR alone. Raises CorpusError for anything else.
    """
    data = path.read_bytes()
    for magic, name, unpack in _PACKED:
        if data.startswith(magic):
            try:
                data = unpack(data)
            except (OSError, EOFError, lzma.LZMAError) as error:
                raise CorpusError(f"{path}: a damaged {name} file ({error})") from error
            notes.append(Note(str(path), (), f"packed with {name}: unpacked while reading"))
    if data.startswith(b"PK\x03\x04") or data[257:262] == b"ustar":
        raise CorpusError(f"{path}: an archive of files: unpack it, and name the file of sentences in it")
    for mark, name in _WIDE:
        if data.startswith(mark):
            try:
                data = data.decode(name).encode()
            except UnicodeError as error:
                raise CorpusError(f"{path}: begins like {name} and is not ({error}); save the file as UTF-8") from error
            notes.append(Note(str(path), (), f"{name}, not UTF-8: read as {name}"))
            break
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
        notes.append(Note(str(path), (), "lines end in CR alone, as on an old Macintosh: read as line ends"))
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    found = [(number, _decoded(raw, f"{path}, line {number}")) for number, raw in enumerate(lines, start=1)]
    return _without_returns(found, path, notes) if b"\r" in data else found


def _without_returns(lines: list[tuple[int, str]], path: Path, notes: list[Note]) -> list[tuple[int, str]]:
    """A carriage return inside a line is a blank, unless it plainly ends one: then some lines would be lost."""
    torn = [number for number, line in lines if "\r" in line.rstrip("\r")]
    for number, line in lines:
        if sum("\t" in part for part in line.split("\r")) > 1:
            raise CorpusError(
                f"{place(path, [number])}: lines end in CR alone here and in LF elsewhere; save the file with one kind"
            )
    if torn:
        notes.append(Note(str(path), tuple(torn), "a carriage return inside the line: read as a blank"))
    return [(number, line.rstrip("\r").replace("\r", " ")) for number, line in lines]


def _decoded(raw: bytes, where: str) -> str:
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = f"byte {raw[error.start]:#04x} at position {error.start}"
        raise CorpusError(f"{where}: not valid UTF-8 ({wrong}); save the file as UTF-8") from error
    if "\0" in line:
        raise CorpusError(f"{where}: a zero byte, as in UTF-16; save the file as UTF-8")
    return line
