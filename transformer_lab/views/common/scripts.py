"""The views' scripts, joined into the one module that anywidget and a stand-alone page load.

A browser cannot follow the imports itself: anywidget loads a script as a Blob, and a page is one file. So each file
becomes a block with a scope of its own, in the order that its imports ask for::

    const $common_math = (() => { …; return { sum, dot }; })();
    const $attention_view = (() => { const { sum } = $common_math; …; return { render }; })();
    export default { render: $attention_view.render };

What would fail in the browser is a ValueError here, and names the file: an import of a file or of a name that is not
there, files that import each other, a name that is imported or exported twice, a form of import or export that this
module does not know. A file is read again when it has changed on disk.
"""

import functools
import re
from pathlib import Path
from typing import NamedTuple

from transformer_lab.views.common.lexer import Token, lex, squeeze

VIEWS = Path(__file__).parents[1]
_IMPORT = re.compile(r'import\{([\w$, ]*)\}from"([^"]*)";')
_PART = re.compile(r"([\w$]+)(?: as ([\w$]+))?")
_DEPTH = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}
_KEYWORDS = {"import", "export", "await"}
_EXPORTED = {"function", "class", "const"}


class Script(NamedTuple):
    """One file: what it imports (``(file, {name there: name here})``), what it exports, and its code."""

    imports: tuple[tuple[str, dict[str, str]], ...]
    exports: tuple[str, ...]
    code: str


def join(entry: str) -> str:
    """Return the ES module of a view whose main file, such as ``"attention/view.js"``, exports ``render``."""
    return _joined(entry, tuple((name, _stamp(name)) for name in _ordered(entry)))


def rooms(entry: str) -> list[str]:
    """The folders that a main file draws on, in order, its own last."""
    return list(dict.fromkeys(name.partition("/")[0] for name in _ordered(entry)))


@functools.lru_cache(64)
def _joined(entry: str, files: tuple[tuple[str, int], ...]) -> str:
    if "render" not in read(entry).exports:
        raise ValueError(f"{entry} must export render: a view's main file does")
    blocks = [_block(name, read(name)) for name, _ in files]
    return "".join(blocks) + f"export default {{ render: {_scope(entry)}.render }};\n"


def _block(name: str, script: Script) -> str:
    taken = []
    for source, names in script.imports:
        missing = next((each for each in names if each not in read(source).exports), None)
        if missing:
            raise ValueError(f"{name} imports {missing!r}, which {source} does not export")
        parts = ",".join(there if there == here else f"{there}:{here}" for there, here in names.items())
        taken.append(f"const {{{parts}}}={_scope(source)};")
    returned = ",".join(script.exports)
    return f"const {_scope(name)}=(()=>{{{''.join(taken)}{script.code}\nreturn{{{returned}}}}})();\n"


def _scope(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _ordered(entry: str) -> list[str]:
    """The files in the order in which they can run: each after all that it imports."""
    done: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"scripts import each other in a circle: {' → '.join((*path[path.index(name) :], name))}")
        if name in done:
            return
        for source, _ in read(name, path[-1] if path else "").imports:
            visit(source, (*path, name))
        done.append(name)

    visit(entry, ())
    return done


def _stamp(name: str) -> int:
    return (VIEWS / name).stat().st_mtime_ns


def read(name: str, importer: str = "") -> Script:
    """Return a script as it is on disk now."""
    try:
        return _parsed(VIEWS, name, _stamp(name))
    except FileNotFoundError:
        by = f"{importer} imports {name}" if importer else name
        raise ValueError(f"{by}, which is not a file in {VIEWS}") from None


@functools.lru_cache(256)
def _parsed(folder: Path, name: str, stamp: int) -> Script:
    return parse(name, (folder / name).read_text("utf-8"))


def parse(name: str, source: str) -> Script:
    """Take a file apart: its imports, its exports, and its code without them."""
    tokens = [each for each in lex(source, name) if each.kind != "comment"]
    imports: list[tuple[str, dict[str, str]]] = []
    exports: list[str] = []
    kept: list[Token] = []
    depth = at = 0
    while at < len(tokens):
        token = tokens[at]
        word = token.text if token.text in _KEYWORDS and token.kind == "word" and _begins(kept) else ""
        if word == "import":
            statement, at = _statement(tokens, at)
            if depth == 0 and not statement.startswith("import("):
                imports.append(_imported(name, token.line, statement))
                continue
            raise ValueError(f"{name}, line {token.line}: import() has no place in a view: {statement}")
        if word == "export":
            exports.append(_exported(name, tokens, at))
            at += 1
            continue
        if word == "await" and depth == 0:
            raise ValueError(f"{name}, line {token.line}: await needs a function around it here")
        if token.kind == "sign":
            depth += sum(_DEPTH.get(sign, 0) for sign in token.text)
        kept.append(token)
        at += 1
    if depth:
        raise ValueError(f"{name}: {abs(depth)} bracket(s) {'have no end' if depth > 0 else 'too many end'}")
    _check_once(name, [here for _, names in imports for here in names.values()], exports)
    return Script(tuple(imports), tuple(exports), squeeze(kept))


def _begins(kept: list[Token]) -> bool:
    """Whether the next token is no property (``x.import``) and no key."""
    last = next((each.text for each in reversed(kept) if each.kind != "blank"), ";")
    return last[-1] != "."


def _statement(tokens: list[Token], at: int) -> tuple[str, int]:
    end = next((i for i in range(at, len(tokens)) if tokens[i].text[0] == ";"), len(tokens) - 1)
    return squeeze(tokens[at : end + 1]), end + 1


def _imported(name: str, line: int, statement: str) -> tuple[str, dict[str, str]]:
    match = _IMPORT.fullmatch(statement)
    written = match[1].rstrip(",").split(",") if match else []
    parts = [part for part in map(_PART.fullmatch, written) if part]
    if match is None or len(parts) < len(written):
        raise ValueError(
            f'{name}, line {line}: an import must read import {{ a, b as c }} from "./x.js"; got {statement}'
        )
    source = (VIEWS / name).parent.joinpath(match[2]).resolve()
    if not source.is_relative_to(VIEWS.resolve()) or not match[2].startswith("."):
        raise ValueError(f"{name}, line {line}: {match[2]} lies outside of the views")
    return source.relative_to(VIEWS.resolve()).as_posix(), {part[1]: part[2] or part[1] for part in parts}


def _exported(name: str, tokens: list[Token], at: int) -> str:
    """The one name of ``export function``, ``export class`` or ``export const``."""
    words = [each.text for each in tokens[at + 1 : at + 12] if each.kind != "blank"]
    if words[0] == "async":
        words = words[1:]
    if words[0] not in _EXPORTED or not re.fullmatch(r"[\w$]+", words[1]):
        raise ValueError(
            f"{name}, line {tokens[at].line}: an export must be a function, a class or a const with one name, got "
            f"export {' '.join(words[:3])}"
        )
    if words[0] == "const":
        _check_alone(name, tokens, at)
    return words[1]


def _check_alone(name: str, tokens: list[Token], at: int) -> None:
    depth = 0
    for token in tokens[at:]:
        for sign in token.text if token.kind == "sign" else "":
            depth += _DEPTH.get(sign, 0)
            if depth == 0 and sign == ";":
                return
            if depth == 0 and sign == ",":
                raise ValueError(f"{name}, line {token.line}: export each const by itself")


def _check_once(name: str, imported: list[str], exported: list[str]) -> None:
    for what, names in (("imports", imported), ("exports", exported), ("imports and exports", imported + exported)):
        twice = next((each for each in names if names.count(each) > 1), None)
        if twice:
            raise ValueError(f"{name} {what} {twice!r} twice")
