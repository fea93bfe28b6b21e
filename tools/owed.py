"""What the notebooks still owe to rules that are younger than they are. The list may only shrink.

    python tools/owed.py [RULE …]     take what has been mended off the list; nothing is ever added

``owed.json`` holds, by rule and notebook, the faults that were there when the rule came, in the rule's own words. A
fault that is not listed fails the tests, and so does one that is listed and mended: run this, and commit the shorter
list. After a merge, take either list and run it too.
"""

import argparse
import json
import sys
from pathlib import Path

from transformer_lab.files import write_file

LIST = Path(__file__).with_name("owed.json")
Owed = dict[str, dict[str, list[str]]]


def load(path: Path = LIST) -> Owed:
    """The list: ``{rule: {notebook: [fault, …]}}``."""
    return json.loads(path.read_text(encoding="utf-8"))


def store(owed: Owed, path: Path = LIST) -> None:
    """Write the list, sorted, without what is empty."""
    full = {rule: {slug: sorted(faults) for slug, faults in sorted(by.items()) if faults} for rule, by in owed.items()}
    write_file(path, json.dumps(full, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def settle(found: list[str], owed: list[str]) -> tuple[list[str], list[str]]:
    """(faults that are not on the list, faults on the list that are mended)."""
    return [fault for fault in found if fault not in owed], [fault for fault in owed if fault not in found]


def shrink(rule: str, slug: str, found: list[str], owed: Owed) -> list[str]:
    """Take what is mended off the list of one rule for one notebook; return it."""
    listed = owed.get(rule, {}).get(slug, [])
    mended = settle(found, listed)[1]
    if mended:
        owed[rule][slug] = [fault for fault in listed if fault not in mended]
    return mended


def main(arguments: list[str] | None = None) -> int:
    """Shrink the list; print what has gone and how much is left."""
    # Here, because the rules themselves look at the list.
    from notebook_answers import answers
    from notebook_file import Notebook
    from notebook_truth import TRUTH

    from notebooks import find

    rules = {**TRUTH, "answers": answers}
    owed = load()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", nargs="*", metavar="RULE", choices=[[], *owed], help="default: all that owe something")
    for rule in parser.parse_args(arguments).rules or list(owed):
        for slug in list(owed[rule]):
            for fault in shrink(rule, slug, rules[rule](Notebook(find([slug[:2]])[0])), owed):
                print(f"mended: {slug}: {fault}", flush=True)
        print(f"{rule}: {sum(map(len, owed[rule].values()))} left", flush=True)
    store(owed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
