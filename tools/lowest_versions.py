"""Print the lowest versions that pyproject.toml allows, as pip's constraints: what `make test-floors` installs.

PyTorch is left at the version of constraints.txt: an older one is another library to test, and gigabytes to fetch.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APART = "torch"
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)>=(?P<floor>[\w.]+)(?:,<[\w.]+)?")


def lowest(project, pins):
    """Return the lines, one for each package that the project or its tests ask for.

    Raises
    ------
    ValueError
        For a requirement that is not written ``name>=1.2`` or ``name>=1.2,<2``.
    """
    lines = []
    for text in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        found = REQUIREMENT.fullmatch(text)
        if not found:
            raise ValueError(f"pyproject.toml asks for {text!r}; write it as name>=1.2 or name>=1.2,<2")
        lines.append(f"{found['name']}=={found['floor']}")
    return [line for line in lines if not line.startswith(f"{APART}==")] + re.findall(rf"(?m)^{APART}==\S+", pins)


def main():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    print("\n".join(lowest(project, (ROOT / "constraints.txt").read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
