"""The views' style sheets, each kept to its own view.

anywidget adds a view's style to the whole document, where every other view is. So a room's rules are scoped when they
are joined: ``.tl-bar { … }`` in ``attention/style.css`` becomes ``:where(.tl-attention) .tl-bar { … }``, which finds
nothing outside of an AttentionView and weighs no more than before. A selector that begins with the room's own class is
left as it is. ``common/style.css`` is kept to ``.tl-view``, the class that every view's root has.
"""

import functools
import re
from pathlib import Path

VIEWS = Path(__file__).parents[1]
_RULE = re.compile(r"([^{}]*)\{")


def join(rooms: list[str]) -> str:
    """Return the style of a view that is made of these rooms, in their order."""
    return "".join(_scoped(VIEWS, room, path.stat().st_mtime_ns) for room in rooms if (path := _path(room)).exists())


def own_class(room: str) -> str:
    """The class of a room's root element: ``decoding_tree`` → ``.tl-decoding-tree``."""
    return ".tl-view" if room == "common" else f".tl-{room.replace('_', '-')}"


def _path(room: str) -> Path:
    return VIEWS / room / "style.css"


@functools.lru_cache(64)
def _scoped(folder: Path, room: str, stamp: int) -> str:
    return scope((folder / room / "style.css").read_text("utf-8"), own_class(room), f"{room}/style.css")


def scope(source: str, own: str, name: str) -> str:
    """Keep every rule to what stands inside ``own``, and leave out the blanks that mean nothing.

    Raises:
        ValueError: for braces that do not match, and for an at-rule that cannot be scoped, such as ``@import``.
    """
    text = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    if text.count("{") != text.count("}"):
        raise ValueError(f"{name}: {text.count('{')} opening and {text.count('}')} closing braces")
    loose = re.search(r"@(?!media|container|supports)[\w-]+[^{};]*", text)
    if loose:
        raise ValueError(f"{name}: {loose.group().strip()!r} would reach the whole page; it cannot be scoped")
    text = _RULE.sub(lambda match: f"{_head(match[1], own, name)} {{", text)
    text = re.sub(r" *([{};,]) *", r"\1", re.sub(r"\s+", " ", text))
    return text.replace(": ", ":").replace(";}", "}").strip() + "\n"


def _head(head: str, own: str, name: str) -> str:
    """The selectors of a rule, scoped; the condition of ``@media`` and ``@container`` as it is."""
    kept, semicolon, last = head.rpartition(";")
    last = last.strip()
    if last.startswith("@"):
        return kept + semicolon + last
    return kept + semicolon + ",".join(_selector(each.strip(), own) for each in _split(last))


def _selector(selector: str, own: str) -> str:
    begins = selector.startswith(own) and not re.match(r"[\w-]", selector[len(own) :])
    return selector if begins else f":where({own}) {selector}"


def _split(selectors: str) -> list[str]:
    """Selectors at their commas, but for those inside brackets, as in ``:is(a, b)``."""
    return re.split(r",(?![^()]*\))", selectors)
