"""The one small change that makes a wrong answer right, found by trying: what it changes is the mistake.

Nothing is said unless the changed answer is right on every case, so what is said is true.
"""

import ast
import contextlib
import io
import warnings
from itertools import chain

from torch import Tensor

from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding
from transformer_lab.checks.engine.edits import Edit, additions, edits, line_edits, local_names
from transformer_lab.checks.engine.guard import TimeUp, attempt, renew
from transformer_lab.checks.engine.source import Source, sources

# What a function does beyond returning something is not done again hundreds of times.
EFFECTS = {"open", "input", "exec", "eval", "system", "show", "savefig", "save", "remove", "unlink", "write", "Popen"}
LONGEST = 70


def one_edit(evidence: Evidence) -> Finding | None:
    """The first single change that makes the answer right on every case."""
    found: list[Finding] = []
    if any(isinstance(outcome.error, RecursionError) for outcome in evidence.outcomes):
        return None  # a change may call it twice each time

    def search() -> None:
        quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
        with quiet[0], quiet[1], warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for source in sources(evidence.given):
                if not EFFECTS & set(source.function.__code__.co_names):
                    found.extend(_search(source, evidence))
                if found:
                    return

    error = attempt(search, 2 * max(0.1, evidence.left()))
    if error is not None and not isinstance(error, TimeUp):
        raise error
    return found[0] if found else None


def _search(source: Source, evidence: Evidence) -> list[Finding]:
    names = [*source.parameters(), *local_names(source.node)]
    given = _kinds(source, evidence)
    candidates = chain(edits(source.node, names), line_edits(source.node), additions(source.node, given))
    loops = any(isinstance(node, ast.While) for node in ast.walk(source.node))
    for edit in candidates:
        if evidence.left() < 0.2:
            return []
        edit.apply()
        try:
            right = (_right_in_time if loops else _right)(source, evidence)
        finally:
            edit.undo()
        if right:
            sentence = _sentence(edit, source)
            return [Finding(edit.kind, sentence)] if sentence else []
    return []


def _right_in_time(source: Source, evidence: Evidence) -> bool:
    """A change may make a while loop endless."""
    found: list[bool] = []
    attempt(lambda: found.append(_right(source, evidence)), 0.05)
    return bool(found) and found[0]


def _right(source: Source, evidence: Evidence) -> bool:
    try:
        changed = source.rebuilt()
    except (SyntaxError, ValueError, TypeError, RecursionError):
        return False
    renew()
    return evidence.mends(evidence.adapt(changed))


def _kinds(source: Source, evidence: Evidence) -> dict[str, str]:
    """Of which kind each parameter is, by what the check hands in; local names count as tensors."""
    kinds = dict.fromkeys(local_names(source.node), "tensor")
    for name, value in zip(source.parameters(), evidence.cases[0].arguments, strict=False):
        if not isinstance(value, bool | str | list | dict | set | frozenset):
            kinds[name] = "tensor" if isinstance(value, Tensor) else "function" if callable(value) else "number"
    return kinds


def _sentence(edit: Edit, source: Source) -> str | None:
    if isinstance(edit.new, list) and isinstance(edit.old, list):
        return _line_sentence(edit.kind, edit.old, edit.new)
    old, new = _text(edit.old), _text(edit.new)
    if old is None or new is None or old == new:
        return None
    if len(old) > LONGEST or len(new) > LONGEST:
        return None
    line = _text(_line_of(edit, source)) or ""
    where = f"In `{line}`: with" if "\n" not in line and len(old) < len(line) <= LONGEST else "With"
    return f"{where} `{new}` in place of `{old}` it would be right on every input that was tried."


def _line_of(edit: Edit, source: Source) -> ast.AST | None:
    """The smallest line around an edit."""
    lines = [node for node in ast.walk(source.node) if isinstance(node, ast.stmt) and node is not source.node]
    around = [line for line in lines if any(node is edit.parent for node in ast.walk(line))]
    return around[-1] if around else None


def _line_sentence(kind: str, before: list[ast.stmt], after: list[ast.stmt]) -> str | None:
    if kind == "a line too many":
        gone = next(line for line in before if line not in after)
        text = _text(gone)
        short = text is not None and len(text) <= LONGEST and "\n" not in text
        return f"Without the line `{text}` it would be right on every input that was tried." if short else None
    if kind == "return inside the loop":
        return "The return stands inside the loop, which so ends in its first round: move it behind the loop."
    first = next(i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a is not b)
    texts = [_text(line) for line in after[first : first + 2]]
    short = all(text is not None and len(text) <= LONGEST and "\n" not in text for text in texts)
    return f"With `{texts[0]}` before `{texts[1]}` it would be right on every input that was tried." if short else None


def _text(node: ast.AST | list | None) -> str | None:
    try:
        return ast.unparse(ast.fix_missing_locations(node)) if isinstance(node, ast.AST) else None
    except (ValueError, AttributeError, RecursionError):
        return None
