"""What makes a notebook clean: the same bytes whoever executed it, and nothing in it that only one machine has.

``clean`` returns the cleaned notebook, ``problems`` lists what no cleaning can mend, ``render`` gives the file's text.
"""

import copy
import hashlib
import itertools
import re

import nbformat

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python", "pygments_lexer": "ipython3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KEPT_CELL_METADATA = ("editable", "tags")

# What precedes a carriage return is overwritten: nbval's own rule, so that a cleaned stream equals what it compares.
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)
BAR_LINE = re.compile(r"^[^\n]*\d+%\|[^|\n]*\|[^\n]*$")
# A bar that has become shorter covers the longer one with spaces.
BAR_TIMINGS = re.compile(r"^(?P<bar>[^\n]*\d+%\|[^|\n]*\| *[^\s\[]+/[^\s\[]+) \[(?P<timings>[^\n]*)\] *$", re.MULTILINE)

ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/<~-])/(?:home|Users|root|tmp|var|usr|opt|mnt|private|workspace|content)/[^\s'\"<>)]*"
    r"|\b[A-Za-z]:\\[\w.\\ -]+"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def clean(notebook):
    """Return a cleaned copy; cleaning twice changes nothing more."""
    notebook = copy.deepcopy(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    notebook.cells = [part for cell in notebook.cells for part in _split_at_headings(cell)]
    seen = {}
    for cell in notebook.cells:
        cell.source = cell.source.strip("\n")
        cell.metadata = _cell_metadata(cell.metadata)
        cell.id = _cell_id(cell, seen)
        if cell.cell_type == "code":
            cell.outputs = [_clean_output(output) for output in _merge_streams(cell.outputs)]
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        _copy_caption(cell, following)
    return notebook


def render(notebook):
    """Return the notebook's text exactly as it is stored."""
    return nbformat.writes(notebook) + "\n"


def clear_outputs(notebook):
    """Return a copy without outputs and execution counts."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def caption(cell):
    """Return the words of a Markdown cell ``*Figure: …*``, or None."""
    if cell is None or cell.cell_type != "markdown" or not cell.source.startswith("*Figure: "):
        return None
    words = re.sub(r"[*`]", "", cell.source.split("\n\n")[0].removeprefix("*Figure: "))
    words = " ".join(words.split())
    return words[:1].upper() + words[1:]


def output_texts(output):
    """Yield every text of an output that a reader sees and nbval compares."""
    if output.output_type == "stream":
        yield output.text
    else:
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/") or kind == "image/svg+xml":
                yield value


def problems(notebook, own_paths=()):
    """Return what is wrong with the outputs and only an author can mend, a sentence each, naming the cell.

    ``own_paths`` are further folders whose names must not be printed (this checkout, this environment).
    """
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            first_line = (cell.source.strip().splitlines() or ["empty"])[0][:50]
            for output in cell.outputs:
                found += [f"cell {number} ({first_line}): {fault}" for fault in _output_problems(output, own_paths)]
    return found


def _output_problems(output, own_paths):
    if output.output_type == "error":
        yield f"stores an error, {output.ename}: {output.evalue}"
        return
    if output.output_type == "stream" and not output.text.strip():
        yield "a stream of blanks; let the progress bar stay (leave=True)"
    elif output.output_type == "stream" and output.name == "stderr":
        wrong = [line for line in output.text.splitlines() if line.strip() and not BAR_LINE.match(line)]
        if wrong:
            yield f"writes to stderr: {wrong[0].strip()[:150]}"
    elif output.output_type != "stream" and BAR_LINE.match(output.data.get("text/plain", "")):
        yield "a progress bar that is a widget leaves 0 % behind; use `from tqdm import tqdm`, not tqdm.auto"
    for text in output_texts(output):
        paths = [path for path in own_paths if path in text] or ABSOLUTE_PATH.findall(text)
        if paths:
            yield f"prints an absolute path: {paths[0]}"
        if address := ADDRESS.search(text):
            yield f"prints a memory address: {address[0]}"


def _split_at_headings(cell):
    """Yield a Markdown cell in parts, so that each second-level heading opens its cell; any other cell as it is."""
    if cell.cell_type != "markdown":
        yield cell
        return
    parts, fenced = [[]], False
    for line in cell.source.splitlines():
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if line.startswith("## ") and not fenced and any(part.strip() for part in parts[-1]):
            parts.append([])
        parts[-1].append(line)
    for lines in parts:
        part = copy.deepcopy(cell)
        part.source = "\n".join(lines)
        yield part


def _cell_metadata(metadata):
    kept = {key: metadata[key] for key in KEPT_CELL_METADATA if key in metadata}
    if "tags" in kept:
        kept["tags"] = sorted(set(kept["tags"]))
        if not kept["tags"]:
            del kept["tags"]
    if metadata.get("jupyter", {}).get("source_hidden"):
        kept["jupyter"] = {"source_hidden": True}
    return nbformat.from_dict(kept)


def _cell_id(cell, seen):
    """An id from the cell's contents: the same whatever program wrote the notebook."""
    digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
    seen[digest] = seen.get(digest, 0) + 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _merge_streams(outputs):
    """Join each stream's chunks that no display separates, stderr (progress bars) first.

    How the chunks were cut, and how the two streams interleave, is chance.
    """
    merged = []
    for kind, group in itertools.groupby(outputs, key=lambda output: output.output_type):
        group = [copy.deepcopy(output) for output in group]
        if kind != "stream":
            merged += group
            continue
        for name in ("stderr", "stdout"):
            chunks = [output for output in group if output.name == name]
            if chunks:
                chunks[0].text = "".join(chunk.text for chunk in chunks)
                merged.append(chunks[0])
    return merged


def _clean_output(output):
    if output.output_type == "stream":
        output.text = BAR_TIMINGS.sub(_without_timings, OVERWRITTEN.sub("", output.text))
    elif "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        output.metadata.pop(WIDGET_VIEW, None)
    return output


def _without_timings(match):
    """``100%|███| 9/9 [00:05<00:00, 57it/s, loss=1.2]`` becomes ``100%|███| 9/9, loss=1.2``."""
    postfix = match["timings"].split(", ", 2)[2:]
    return ", ".join([match["bar"], *postfix])


def _copy_caption(cell, following):
    """Give a plotted picture its caption as alt text; a view's own alt text stays."""
    words = caption(following)
    if cell.cell_type != "code" or words is None:
        return
    for output in cell.outputs:
        if "image/png" not in output.get("data", {}):
            continue
        picture = output.metadata.setdefault("image/png", nbformat.from_dict({}))
        if "alt" not in picture or output.data.get("text/plain", "").startswith("<Figure size"):
            picture["alt"] = words
