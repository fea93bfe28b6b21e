"""Build data/corpus and data/lexicon.tsv from the grammar: ``python tools/build_corpus.py [--out data/corpus]``.

``--show N`` prints N sentences of every template, with their alignments as words, and writes nothing.
"""

import argparse
import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from corpus.generate import line, sentences, split
from corpus.lexicon import lexicon_text
from corpus.phrase import Dice

from transformer_lab.files import write_files

ROOT = Path(__file__).resolve().parent.parent


def show(pairs, count: int, only: str | None) -> None:
    by_template: dict[str, list] = {}
    for name, phrase in pairs:
        by_template.setdefault(name, []).append(phrase)
    for name, phrases in by_template.items():
        if only and name not in only.split(","):
            continue
        print(f"\n== {name}: {len(phrases)}")
        for p in Dice(name).shuffled(phrases)[:count]:
            words = " ".join(f"{p.en[i]}={p.zh[j]}" for i, j in sorted(p.links))
            print(f"{' '.join(p.en)}  |  {' '.join(p.zh)}  |  {words}")


def build(out: Path, lexicon: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    files = split(sentences())
    sums, contents = [], {}
    for name, rows in files.items():
        data = "".join(line(phrase) for _, phrase in rows).encode()
        contents[out / f"{name}.tsv"] = data
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}.tsv\n")
    tokens = {token for rows in files.values() for _, phrase in rows for token in phrase.zh}
    contents[lexicon] = lexicon_text(tokens).encode()
    contents[out / "SHA256SUMS"] = "".join(sorted(sums, key=lambda s: s.split()[1])).encode()
    write_files(contents)
    for name, rows in files.items():
        english = {t for _, p in rows for t in p.en}
        chinese = {t for _, p in rows for t in p.zh}
        print(f"{name}: {len(rows)} pairs, {len(english)} English word forms, {len(chinese)} Chinese tokens")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "corpus", help="folder of the four splits")
    parser.add_argument("--lexicon", type=Path, help="the lexicon file (default: beside the folder, lexicon.tsv)")
    parser.add_argument("--show", type=int, metavar="N", help="print N examples of every template instead")
    parser.add_argument("--only", metavar="NAMES", help="with --show: these templates, separated by commas")
    args = parser.parse_args()
    if args.show:
        show(sentences(), args.show, args.only)
        return
    build(args.out, args.lexicon or args.out.parent / "lexicon.tsv")


if __name__ == "__main__":
    main()
