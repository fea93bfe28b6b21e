"""The views' style sheets, each kept to its own view.

anywidget adds a view's style to the whole document, where every other view is. So the rules of a view are scoped when
they are joined, those of ``common/style.css`` too: in an AttentionView's style, ``.tl-bar { … }`` becomes
``:where(.tl-attention) .tl-bar { … }``, which finds nothing outside of an AttentionView and weighs no more than before.
The class of the root, ``.tl-view`` in the common rules and ``.tl-attention`` in those of its room, stands for the root
of the view that is joined: TranslationView draws on the room of AttentionView, and its style is its own.
"""

import functools
import re
from pathlib import Path

VIEWS = Path(__file__).parents[1]
_RULE = re.compile(r"([^{}]*)\{")


def join(rooms: list[str]) -> str:
    """Return the style of a view that is made of these rooms, in their order; it belongs to the last one."""
    own = own_class(rooms[-1])
    return "".join(
        _scoped(VIEWS, room, own, path.stat().st_mtime_ns) for room in rooms if (path := _path(room)).exists()
    )


def own_class(room: str) -> str:
    """The class of a room's root element: ``decoding_tree`` → ``.tl-decoding-tree``."""
    return ".tl-view" if room == "common" else f".tl-{room.replace('_', '-')}"


def _path(room: str) -> Path:
    return VIEWS / room / "style.css"


@functools.lru_cache(64)
def _scoped(folder: Path, room: str, own: str, stamp: int) -> str:
    return scope((folder / room / "style.css").read_text("utf-8"), own_class(room), f"{room}/style.css", own)


def scope(source: str, root: str, name: str, own: str | None = None) -> str:
    """Keep every rule to what stands inside ``own``, for which ``root`` stands, and leave out needless blanks.

    Raises:
        ValueError: for braces that do not match, and for an at-rule that cannot be scoped, such as ``@import``.
    """
    text = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    if text.count("{") != text.count("}"):
        raise ValueError(f"{name}: {text.count('{')} opening and {text.count('}')} closing braces")
    loose = re.search(r"@(?!media|container|supports)[\w-]+[^{};]*", text)
    if loose:
        raise ValueError(f"{name}: {loose.group().strip()!r} would reach the whole page; it cannot be scoped")
    text = _RULE.sub(lambda match: f"{_head(match[1], root, own or root)} {{", text)
    text = re.sub(r" *([{};,]) *", r"\1", re.sub(r"\s+", " ", text))
    return text.replace(": ", ":").replace(";}", "}").strip() + "\n"


def _head(head: str, root: str, own: str) -> str:
    """The selectors of a rule, scoped; the condition of ``@media`` and ``@container`` as it is."""
    head = head.strip()
    return head if head.startswith("@") else ",".join(_selector(each.strip(), root, own) for each in _split(head))


def _selector(selector: str, root: str, own: str) -> str:
    named, found = re.subn(rf"^{re.escape(root)}(?![\w-])", own, selector)
    return named if found else f":where({own}) {selector}"


def _split(selectors: str) -> list[str]:
    """Selectors at their commas, but for those inside brackets, as in ``:is(a, b)``."""
    return re.split(r",(?![^()]*\))", selectors)
