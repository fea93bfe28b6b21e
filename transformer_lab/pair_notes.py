"""What a reader should know about the sentences of a file: lines that differ, signs that were read as others."""

from collections.abc import Sequence

from transformer_lab.signs import has_moses_escapes, normalise, unread_marks
from transformer_lab.text_files import Note
from transformer_lab.writing import SPACED, UNSPACED, blanks_between, join, writing_of


def notes_on_sides(
    rows: Sequence[tuple[int, str, str]], targets: Sequence[Sequence[str]], writings: Sequence[str], where: str
) -> list[Note]:
    """Notes on lines ``(number, source, target)``, whose sides were read in ``writings``, and their target tokens."""
    notes: list[Note] = []

    def note(lines: Sequence[int], text: str) -> None:
        if lines:
            notes.append(Note(where, tuple(lines), text))

    escaped = [n for n, source, target in rows if has_moses_escapes(source) or has_moses_escapes(target)]
    note(escaped, "signs escaped as the Moses tokenizer does (&apos; …): read as the signs")
    marks = [(number, unread_marks(f"{source}\n{target}")) for number, source, target in rows]
    for kind in dict.fromkeys(kind for _, kind in marks if kind):
        note([number for number, each in marks if each == kind], f"{kind}: read sign by sign")
    sides = (
        ("source", SPACED, writings[0], [(number, source) for number, source, _ in rows]),
        ("target", UNSPACED, writings[1], [(number, target) for number, _, target in rows]),
    )
    for name, expected, writing, lines in sides:
        lettered = [(number, text) for number, text in lines if any(c.isalpha() for c in text)]
        usual = "with blanks between words" if writing == SPACED else "without blanks (as Chinese is)"
        others = [number for number, text in lettered if writing_of([text]) != writing]
        note(others, f"{name}: other letters than most lines, which are written {usual}; read like those")
        if writing != expected:
            notes.append(Note(where, (), f"{name}: written {usual}, and read so"))
        if writing == UNSPACED:
            for found, text in _blanks(lettered):
                note(found, f"{name}: {text}")
    if writings[1] == SPACED:
        changed = [row[0] for row, target in zip(rows, targets, strict=True) if join(target, SPACED) != _even(row[2])]
        note(changed, "target: blanks beside punctuation will be printed in another way")
    return notes


def _blanks(lines: Sequence[tuple[int, str]]) -> list[tuple[list[int], str]]:
    """Lines of an unspaced writing that have blanks, or lack those that most have, and how they were read."""
    found = [(number, blanks_between(text)) for number, text in lines]
    cut = [number for number, kind in found if kind == "words"]
    whole = [number for number, kind in found if kind != "words"]
    told = [([number for number, kind in found if kind == "phrases"], "blanks between phrases are not kept")]
    if cut and len(cut) <= len(whole):
        told.append((cut, "blanks between words, as most lines do not have: each word here is one token"))
    elif cut:
        told.append((whole, "no blanks between words, as most lines have: read in characters"))
    return told


def _even(text: str) -> str:
    return " ".join(normalise(text).split())
