"""Sum the results of several test runs: JUnit XML files and node's TAP files of one folder.

Prints a line for each and closes with the sum; exits 1 when something failed or nothing ran.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def junit(path):
    """Return (passed, failed, skipped) of a JUnit file."""
    suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
    total, errors, failures, skipped = (
        sum(int(s.get(k)) for s in suites) for k in ("tests", "errors", "failures", "skipped")
    )
    return total - errors - failures - skipped, errors + failures, skipped


def tap(path):
    """Return (passed, failed, skipped) of node's closing comments."""
    count = dict(
        re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    )
    return int(count["pass"]), int(count["fail"]) + int(count["cancelled"]), int(count["skipped"]) + int(count["todo"])


def main(folder):
    counts = [0, 0, 0]
    for path in sorted(Path(folder).iterdir()):
        found = junit(path) if path.suffix == ".xml" else tap(path)
        print(f"{path.name:<14} {found[0]} passed, {found[1]} failed, {found[2]} skipped".replace(" passed", " ok"))
        counts = [a + b for a, b in zip(counts, found, strict=True)]
    passed, failed, skipped = counts
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
