"""The rules for what a notebook claims: its seeds can be shifted, its numbers are bounded, its references are used."""

import ast
import re

from notebook_file import Notebook, tags

# Where a seed is set, by whatever generator, and names that would be looked up before a reader shifts them.
SEED = re.compile(r"\b(?:manual_seed|default_rng|RandomState|Random|random\.seed|random_state)\b *[=(]")
SEEDING_BY_NAME = re.compile(
    r"^from (?:random|numpy\.random|torch|torch\.random) import .*\b(?:manual_seed|seed|default_rng|Generator|R\w+)\b",
    re.MULTILINE,
)
RESEED = re.compile(r"^reseed\(0\)", re.MULTILINE)
# Words of a verdict: they stand where the number itself could.
VERDICT = re.compile(r"\b(?:above|below|more than|less than|at least|at most|fewer than)\b", re.IGNORECASE)
YES_OR_NO = {"all", "allclose", "any", "isclose", "isfinite", "isinf", "isnan"}
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
# A reference: the names before a year in brackets, from the end of the sentence before.
YEAR = re.compile(r"\((?P<year>(?:18|19|20)\d\d)\)")
SENTENCE_END = re.compile(r"(?<!\bal)[.:]\*{0,2}\s+")


def reseeding(notebook: Notebook) -> list[str]:
    """One line, ``reseed(0)``, through which a reader shifts every seed below it."""
    code = "\n".join(cell.source for cell in notebook.code)
    found = list(RESEED.finditer(code))
    if len(found) != 1:
        return [f"'reseed(0)' must stand in one line of its own, near the top; it stands in {len(found)}"]
    faults = ["a seed is set above 'reseed(0)'"] if SEED.search(code[: found[0].start()]) else []
    by_name = [match[0] for match in SEEDING_BY_NAME.finditer(code)]
    return faults + [f"{line!r}: 'reseed' reaches what is looked up in its module" for line in by_name]


def bounded(notebook: Notebook) -> list[str]:
    """A measured number, printed as ``≈ 0.80`` and compared with nothing, has an assert beside it that bounds it."""
    loose = [cell for cell in notebook.code if _calls(cell, "about") and "assert" not in cell.source]
    return [f"{notebook.label(cell)}: about(…) without an assert that bounds the number" for cell in loose]


def verdicts(notebook: Notebook) -> list[str]:
    """No verdict is printed where the number would do: neither True or False nor "above 0.9".

    That two things are exactly equal has no number: ``torch.equal`` and ``==`` may be printed.
    """
    faults = []
    for cell in notebook.code:
        if tags(cell) & {"exercise", "solution"}:
            continue
        tree = ast.parse(cell.source)
        shown = [argument for call in _calls(cell, "print") for argument in call.args]
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            shown.append(tree.body[-1].value)
        for part in [part for each in shown for part in _parts(each)]:
            if _yes_or_no(part):
                faults.append(f"prints {ast.unparse(part)}, True or False; print the number, and assert its bound")
            elif isinstance(part, ast.Constant) and isinstance(part.value, str) and VERDICT.search(part.value):
                faults.append(f"prints the words {part.value.strip()!r}; print the number, and assert its bound")
    return list(dict.fromkeys(faults))


def _calls(cell, name: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def _parts(node: ast.expr) -> list[ast.expr]:
    """What is shown of an argument of ``print``: the parts of an f-string, both branches of a choice."""
    if isinstance(node, ast.JoinedStr):
        return [part for value in node.values for part in _parts(value)]
    if isinstance(node, ast.FormattedValue):
        return _parts(node.value)
    if isinstance(node, ast.IfExp):
        return [*_parts(node.body), *_parts(node.orelse)]
    return [node]


def _yes_or_no(node: ast.expr) -> bool:
    """Whether it tells which of two numbers is larger, or that some are close: ``bool((x > 3).any())``."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not) and _yes_or_no(node.operand)
    if isinstance(node, ast.BoolOp):
        return any(map(_yes_or_no, node.values))
    if isinstance(node, ast.Compare):
        return any(isinstance(operator, ORDERS) for operator in node.ops)
    if not isinstance(node, ast.Call):
        return False
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name == "bool":
        return any(map(_yes_or_no, node.args))
    return name in YES_OR_NO or (name == "item" and _yes_or_no(getattr(node.func, "value", node)))


def references(notebook: Notebook) -> list[str]:
    """Each reference of the list is named in the text: by its first author, and its year where he is there twice."""
    before, _, listed = notebook.section_prose("Where next").partition("References")
    others = [cell.source for name, cells in notebook.sections.items() if name != "Where next" for cell in cells
              if cell.cell_type == "markdown"]  # fmt: skip
    text, found = "\n".join([*others, before]), entries(listed)
    return [
        f"the reference {name} ({year}) is never used in the text"
        for name, year in found
        if not _named(text, name, year if [each for each, _ in found].count(name) > 1 else None)
    ]


def entries(listed: str) -> list[tuple[str, str]]:
    """The first author and the year of each entry of a list of references."""
    found, start = [], 0
    for match in YEAR.finditer(listed):
        names = SENTENCE_END.split(listed[start : match.start()])[-1]
        if author := re.search(r"[A-Z][\w’'-]+", names):
            found.append((author[0], match["year"]))
        start = match.end()
    return found


def _named(text: str, name: str, year: str | None) -> bool:
    places = [text[m.start() : m.end() + 60] for m in re.finditer(rf"\b{re.escape(name)}\b", text)]
    return any(year is None or year in place for place in places)


TRUTH = {rule.__name__: rule for rule in (reseeding, bounded, verdicts, references)}
