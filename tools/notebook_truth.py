"""The rules for what a notebook claims: its seeds can be shifted."""

import re

# Where a seed is set, by whatever generator, and names that would be looked up before a reader shifts them.
SEED = re.compile(r"\b(?:manual_seed|default_rng|RandomState|Random|random\.seed|random_state)\b *[=(]")
SEEDING_BY_NAME = re.compile(
    r"^from (?:random|numpy\.random|torch|torch\.random) import .*\b(?:manual_seed|seed|default_rng|Generator|R\w+)\b",
    re.MULTILINE,
)
RESEED = re.compile(r"^reseed\(0\)", re.MULTILINE)


def reseeding(notebook):
    """One line, ``reseed(0)``, through which a reader shifts every seed below it."""
    code = "\n".join(cell.source for cell in notebook.code)
    found = list(RESEED.finditer(code))
    if len(found) != 1:
        return [f"'reseed(0)' must stand in one line of its own, near the top; it stands in {len(found)}"]
    faults = ["a seed is set above 'reseed(0)'"] if SEED.search(code[: found[0].start()]) else []
    by_name = [match[0] for match in SEEDING_BY_NAME.finditer(code)]
    return faults + [f"{line!r}: 'reseed' reaches what is looked up in its module" for line in by_name]


TRUTH = {rule.__name__: rule for rule in (reseeding,)}
