"""The rules of the style guide (docs/authoring.md), as far as a program can tell.

``RULES`` maps a rule's name to a function that takes a ``Notebook`` and returns its faults, a sentence each.
`tests/test_notebooks.py` applies every rule to every notebook. The rules for exercises: `notebook_exercises.py`;
those for what is claimed: `notebook_truth.py`.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

from links import ELSEWHERE, targets
from notebook_clean import WIDGET_VIEW, caption
from notebook_file import Notebook, tags
from series import SECTIONS, THIRTY, after, before

MAX_BYTES = 400 * 1024
MAX_IDEA = 1200
KNOWN_TAGS = {"exercise", "solution", "nbval-ignore-output"}
FORBIDDEN = {
    r"\binteract(ive|ive_output|_manual)?\(": "interact prints through to the cell; use a view or observe",
    r"\bOutput\(": "an Output widget prints through to the cell",
    r"\bclear_output\(": "nbval does not see clear_output",
    r"^\s*(import|from)\s+(requests|urllib|httpx|socket|aiohttp)\b": "a notebook does not touch the network",
    r"^\s*[%!]": "no magics and no shell: plain Python runs everywhere",
    r"(?i)#+\s*(nbval_|pytest_validate)": "use cell tags, not comments",
}


def file_name(notebook):
    return [] if notebook.path.stem in THIRTY else [f"{notebook.path.name} is not one of the thirty"]


def title(notebook):
    first = notebook.nb.cells[0].source if notebook.nb.cells else ""
    if re.match(rf"# {notebook.number} · .+ — .*[一-鿿]", first):
        return []
    return [f"the first cell must begin '# {notebook.number} · Title — 中文标题', not {first[:60]!r}"]


def header(notebook):
    """The question in both languages, what the reader gets and needs, and the links."""
    words = ("You will", "You need", "Minutes")
    faults = [f"the header lacks **{word}**" for word in words if f"**{word}" not in notebook.header]
    if "?" not in notebook.header or "\uff1f" not in notebook.header:
        faults.append("the header lacks its question in English (?) or in Chinese (\uff1f)")
    neighbours = [] if file_name(notebook) else [before(notebook.path.stem), after(notebook.path.stem)]
    wanted = ["../README.md", *(f"{slug}.ipynb" for slug in neighbours if slug)]
    return faults + [f"the header does not link {link}" for link in wanted if f"]({link})" not in notebook.header]


def overview(notebook):
    """The map of the whole Transformer is the first thing below the header."""
    first = notebook.code[0] if notebook.code else None
    if first is None or first not in notebook.sections.get("", []) or "transformer_map(" not in first.source:
        return ["the first code cell, below the header, must show transformer_map(…)"]
    return []


def headings(notebook):
    """Second-level headings: only the fixed ones, each opening its cell, in order."""
    faults = [f"'## {name}' is not one of the fixed headings" for name in notebook.headings if name not in SECTIONS]
    known = [name for name in notebook.headings if name in SECTIONS]
    if known != [name for name in SECTIONS if name in known]:
        faults.append(f"headings out of order or repeated: {', '.join(known)}")
    return faults + [f"'## {name}' must open its cell" for name in notebook.headings if name not in notebook.sections]


def sections(notebook):
    return [f"no section '## {name}'" for name in SECTIONS if name not in notebook.headings]


def counts(notebook):
    """Nbval compares nothing where the count is null, and a gap means that cells ran out of order."""
    found = [cell.execution_count for cell in notebook.code]
    wanted = list(range(1, len(found) + 1))
    return [] if found == wanted else [f"execution counts must run 1 to {len(found)}, not {found}"]


def compared(notebook):
    """Nbval must compare nine code cells in ten."""
    faults = [
        f"{notebook.label(cell)}: tag {tag!r} has no meaning here"
        for cell in notebook.nb.cells
        for tag in sorted(tags(cell) - KNOWN_TAGS)
    ]
    ignored = sum("nbval-ignore-output" in tags(cell) for cell in notebook.code)
    if ignored * 10 > len(notebook.code):
        faults.append(f"{ignored} of {len(notebook.code)} code cells are not compared; one in ten may be")
    return faults


def outputs(notebook):
    faults = ["metadata.widgets is stored"] if "widgets" in notebook.nb.metadata else []
    for cell in notebook.code:
        for output in cell.outputs:
            if output.output_type == "error":
                faults.append(f"{notebook.label(cell)}: stores an error")
            if WIDGET_VIEW in output.get("data", {}):
                faults.append(f"{notebook.label(cell)}: stores a widget view")
    return faults


def size(notebook):
    return [] if notebook.size <= MAX_BYTES else [f"{notebook.size // 1024} KB, more than {MAX_BYTES // 1024}"]


def pictures(notebook):
    """At least one stored picture, and words with each that say what it shows."""
    faults, count = [], 0
    for cell, following in zip(notebook.nb.cells, [*notebook.nb.cells[1:], None], strict=True):
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                count += 1
                alt = output.metadata.get("image/png", {}).get("alt", "")
                if not alt.strip() and not caption(following):
                    faults.append(f"{notebook.label(cell)}: a picture without alt text or '*Figure: …*' below it")
    return faults if count else ["no picture is stored"]


def images(notebook):
    """Markdown images: alt text, and no file from the network."""
    faults = []
    for cell in notebook.markdown:
        found = re.findall(r"!\[(.*?)\]\((\S*?)\)", cell.source)
        for tag in re.findall(r"<img\b[^>]*>", cell.source):
            found.append(tuple((re.search(rf'\b{name}="(.*?)"', tag) or ["", ""])[1] for name in ("alt", "src")))
        faults += [f"{notebook.label(cell)}: image {src} has no alt text" for alt, src in found if not alt.strip()]
        faults += [f"{notebook.label(cell)}: image {src} is not a local file" for _, src in found if "://" in src]
    return faults


def links(notebook):
    """Relative links lead to a file of the repository or to one of the thirty."""
    faults = []
    for cell in notebook.markdown:
        for target in targets(cell.source):
            name = unquote(target.split("#")[0])
            if not name or ELSEWHERE.match(name) or name.removesuffix(".ipynb") in THIRTY:
                continue
            if not (notebook.path.parent / name).exists():
                faults.append(f"{notebook.label(cell)}: the link to {target} leads nowhere")
    return faults


def one_idea(notebook):
    return [
        f"{notebook.label(cell)}: {len(cell.source)} characters; one idea needs at most {MAX_IDEA}"
        for cell in notebook.markdown
        if len(cell.source) > MAX_IDEA
    ]


def code(notebook):
    faults = [f"{notebook.label(cell)}: an empty code cell" for cell in notebook.code if not cell.source.strip()]
    for cell in notebook.code:
        for pattern, reason in FORBIDDEN.items():
            if match := re.search(pattern, cell.source, re.MULTILINE):
                faults.append(f"{notebook.label(cell)}: {match[0].strip()!r}: {reason}")
    if not any("transformer_lab" in cell.source for cell in notebook.code):
        faults.append("the code does not use transformer_lab")
    return faults


def asserted(notebook):
    """Shapes and parity are asserted, and the mistake is run, not told."""
    names = ("Build it", "Prove it")
    faults = [f"'## {name}' asserts nothing" for name in names if "assert" not in notebook.section_code(name)]
    return faults if notebook.section_code("Common mistake") else [*faults, "'## Common mistake' runs nothing"]


def view(notebook):
    """A view or an explorer to touch: ``LayerNormView(x)``, ``AttentionView.from_model(…)``, ``Explorer(f, …)``."""
    found = re.search(r"\w*(View|Explorer)(\.\w+)?\(", notebook.section_code("See it"))
    return [] if found else ["'## See it' has no View or Explorer"]


def questions(notebook):
    cells = [cell for cell in notebook.sections.get("Check yourself", []) if "<details" in cell.source]
    faults = [] if 3 <= len(cells) <= 5 else [f"'## Check yourself' has {len(cells)} folded answers, not 3 to 5"]
    for cell in cells:
        if [cell.source.count(part) for part in ("<details", "<summary", "</details>")] != [1, 1, 1]:
            faults.append(f"{notebook.label(cell)}: a question has one <details> with its <summary>")
    return faults


def where_next(notebook):
    prose = notebook.section_prose("Where next")
    faults = [] if re.search(r"References\b", prose) else ["'## Where next' names no References"]
    if not re.search(r"\b(19|20)\d\d\b", prose):
        faults.append("'## Where next' cites no paper with its year")
    following = None if file_name(notebook) else after(notebook.path.stem)
    if following and f"]({following}.ipynb" not in prose:
        faults.append(f"'## Where next' does not link {following}.ipynb")
    return faults


Rule = Callable[[Notebook], list[str]]
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        file_name, title, header, overview, headings, sections, counts, compared, outputs, size, pictures, images,
        links, one_idea, code, asserted, view, questions, where_next,
    )
}  # fmt: skip
