"""Files that are replaced whole or left as they were, and what a file turns out to be that was meant to hold data."""

import contextlib
import errno
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

POINTER = b"version https://git-lfs.github.com/spec/"


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a new, hidden name beside ``path`` to write to; in the end it takes the place of ``path`` in one step.

    When the block fails, the new file is removed and an old one stays as it was. A link keeps pointing where it did,
    and the file there is replaced; an old file's permissions are kept. What is no plain file (a pipe, ``/dev/stdout``)
    cannot be replaced and is written to as it is.
    Raises PermissionError for a file that is read-only: renaming over it would have asked nobody.
    """
    final = Path(os.path.realpath(path))
    if final.exists() and not final.is_file() and not final.is_dir():
        yield final
        return
    if final.is_file() and not os.access(final, os.W_OK):
        raise PermissionError(errno.EACCES, "read-only, not replaced", str(path))
    part = final.with_name(f".{final.name[:100]}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        if final.exists():
            shutil.copymode(final, part)
        part.replace(final)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def to_bytes(text: str) -> bytes:
    """UTF-8; raises ValueError for half a character (a lone surrogate), with the words around it."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        around = ascii(text[max(0, error.start - 20) : error.end + 20])
        raise ValueError(f"text holds half a character, a lone surrogate, which no file can: … {around} …") from error


def write_file(path: str | Path, content: str | bytes) -> None:
    """Write text (UTF-8, its line ends as they are) or bytes, replacing an old file in one step."""
    data = to_bytes(content) if isinstance(content, str) else content
    with replacing(path) as part:
        part.write_bytes(data)


def write_files(contents: dict[Path, bytes]) -> None:
    """Write several files that belong together: no old one is replaced before every new one is written."""
    with contextlib.ExitStack() as stack:
        for path, data in contents.items():
            stack.enter_context(replacing(path)).write_bytes(data)


def is_pointer(path: Path) -> bool:
    """Whether a file is only git-lfs's note of where the real one is: a clone without git-lfs has such files."""
    with path.open("rb") as file:
        return file.read(len(POINTER)) == POINTER


def pointer_remedy(path: Path) -> str:
    """What to say of a file that :func:`is_pointer`."""
    return f"{path}: a git-lfs pointer, not the file itself: run `git lfs pull` in its folder, or download it whole"


def shortened(names: Iterable[str], most: int = 4) -> str:
    """``'a', 'b', 'c' and 197 more``: names for a message that can still be read; ``none`` when there are none."""
    quoted = [repr(name) for name in names]
    left = len(quoted) - most
    return ", ".join(quoted[:most]) + (f" and {left} more" if left > 0 else "") or "none"
