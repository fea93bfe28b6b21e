"""A change in the words of who reads it: what to leave out, what to write in place of what."""

import ast

from transformer_lab.checks.engine.edits.places import Edit

LONGEST = 70


def advice(edit: Edit, root: ast.AST) -> str | None:
    """One sentence, or None where what changes is too long to be read in one."""
    if isinstance(edit.new, list) and isinstance(edit.old, list):
        return _of_lines(edit.kind, edit.old, edit.new)
    step = _step(edit)
    if step is None:
        return None
    around = _around(edit, root)
    return f"In `{around}`: {step}." if around else f"{step[0].upper()}{step[1:]}."


def _step(edit: Edit) -> str | None:
    old, new = text_of(edit.old), text_of(edit.new)
    if old is None or new is None or old == new:
        return None
    gone = _left_out(edit, old, new)
    if gone is not None:
        return f"leave out `{gone}`" if len(gone) <= LONGEST else None
    return f"write `{new}` in place of `{old}`" if max(len(old), len(new)) <= LONGEST else None


def _left_out(edit: Edit, old: str, new: str) -> str | None:
    """What is gone, where the rest stands on as it is: ``/ d ** 0.5``, ``.abs()``, ``keepdim=True``."""
    if edit.kind not in ("a step too many", "a call too many", "sign or not"):
        return None
    for start in (new, f"({new})"):
        if old.startswith(start) and len(old) > len(start):
            return old[len(start) :].strip()
        if old.endswith(start) and len(old) > len(start):
            return old[: -len(start)].strip()
    return None


def _around(edit: Edit, root: ast.AST) -> str | None:
    """The largest piece of the program around a change that is short enough to be shown, and larger than it."""
    old, best = text_of(edit.old) or "", None
    for node in ast.walk(root):  # the outermost first
        if node is root or not isinstance(node, ast.stmt | ast.expr) or not _holds(node, edit):
            continue
        text = text_of(node)
        if text and len(old) < len(text) <= LONGEST and "\n" not in text:
            best = text
            break
    return best


def _holds(node: ast.AST, edit: Edit) -> bool:
    return any(inner is edit.parent for inner in ast.walk(node))


def _of_lines(kind: str, before: list[ast.stmt], after: list[ast.stmt]) -> str | None:
    if kind == "return inside the loop":
        return "The return stands inside the loop, which so ends in its first round: move it behind the loop."
    if kind == "a block too many":
        block = next(line for line in before if isinstance(line, ast.With) and line not in after)
        head = text_of(block.items[0].context_expr)
        return f"Leave out `with {head}:`, and keep its lines." if head and len(head) <= LONGEST else None
    if kind == "a line too many":
        gone = _short(next(line for line in before if line not in after))
        return f"Leave out the line `{gone}`." if gone else None
    first = next(i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a is not b)
    texts = [_short(line) for line in after[first : first + 2]]
    return f"Put `{texts[0]}` before `{texts[1]}`." if all(texts) else None


def _short(node: ast.AST) -> str | None:
    text = text_of(node)
    return text if text is not None and len(text) <= LONGEST and "\n" not in text else None


def text_of(node: ast.AST | list) -> str | None:
    """A piece of a program as text; None for what cannot stand alone."""
    try:
        return ast.unparse(ast.fix_missing_locations(node)) if isinstance(node, ast.AST) else None
    except (ValueError, AttributeError, RecursionError):
        return None
