"""JavaScript as a list of tokens: enough to tell code from strings and comments, and blanks that mean something."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<blank>\s+)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>[\w$]+)|(?P<sign>[^\s\w$"'`/]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_PATTERN = re.compile(r"/(?![*/])(?:[^\\/\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
# After these a slash begins a regular expression; after a name, a number or a closing bracket it divides.
_BEFORE_PATTERN = set("(,=:[!&|?{};+-*%<>~^") | {"return", "typeof", "case", "in", "of"}
# Beside these signs a line break means nothing: no statement ends before or after them.
_OPEN, _CLOSE = set("{([,;:?=&|<>*%^!.~"), set("})],;:?=&|<>*%^.")


class Token(NamedTuple):
    """A piece of source: ``kind`` is blank, comment, text (string, template, pattern), word or sign(s)."""

    kind: str
    text: str
    line: int


def lex(source: str, name: str) -> Iterator[Token]:
    """Yield the tokens of a script; a string or template without an end is a ValueError that names the file."""
    at, line, before = 0, 1, ";"
    while at < len(source):
        kind, end = _next(source, at)
        if source[at] == "`":
            kind, end = "text", _template_end(source, at + 1, name, line)
        elif source[at] == "/" and kind == "sign" and (before in _BEFORE_PATTERN or before[-1] in _BEFORE_PATTERN):
            pattern = _PATTERN.match(source, at)
            if pattern:
                kind, end = "text", pattern.end()
        elif kind == "sign" and source[at] in "\"'":
            raise ValueError(f"{name}, line {line}: a string has no end")
        text = source[at:end]
        yield Token(kind, text, line)
        if kind not in ("blank", "comment"):
            before = text
        line += text.count("\n")
        at = end


def _next(source: str, at: int) -> tuple[str, int]:
    """The kind of the token that begins at ``at``, and where it ends; every sign that is nothing else is a token."""
    match = _TOKEN.match(source, at)
    if match is None or match.lastgroup is None:
        raise ValueError(f"no token begins at {source[at : at + 20]!r}")
    return match.lastgroup, match.end()


def _template_end(source: str, at: int, name: str, line: int) -> int:
    """Where a template literal ends whose text begins at ``at``; what stands in ``${…}`` may hold others."""
    while True:
        text = _TEMPLATE.match(source, at)
        at = at if text is None else text.end()
        if at >= len(source):
            raise ValueError(f"{name}, line {line}: a template literal has no end")
        if source[at] == "`":
            return at + 1
        depth, at = 1, at + 2
        while depth:
            if at >= len(source):
                raise ValueError(f"{name}, line {line}: a template literal has no end")
            if source[at] == "`":
                at = _template_end(source, at + 1, name, line)
                continue
            kind, end = _next(source, at)
            if kind != "sign":
                at = end
                continue
            depth += {"{": 1, "}": -1}.get(source[at], 0)
            at += 1


def squeeze(tokens: list[Token]) -> str:
    """The same program without comments and without the blanks that mean nothing: a stored view holds numbers."""
    out: list[str] = []
    before, gap = "", ""
    for kind, text, _ in tokens:
        if kind in ("blank", "comment"):
            gap = "\n" if gap == "\n" or "\n" in text else " "
            continue
        if gap and before and _means(before, gap, text, kind):
            out.append(gap)
        out.append(text)
        before, gap = text, ""
    return "".join(out)


def _means(before: str, gap: str, text: str, kind: str) -> bool:
    """Whether a blank between two tokens must stay."""
    last, first = before[-1], text[0]
    if gap == "\n":
        return last not in _OPEN and (kind == "text" or first not in _CLOSE)
    words = (last.isalnum() or last in "_$") and (first.isalnum() or first in "_$")
    return words or (last == first and last in "+-/") or (last.isdigit() and first == ".")
