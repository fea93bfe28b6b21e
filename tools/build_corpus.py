"""Build data/corpus and data/lexicon.tsv from the grammar: ``python tools/build_corpus.py [--out data/corpus]``.

``--show N`` prints N sentences of every template, with their alignments as words; ``--explain SENTENCE`` names the
template that made a sentence of the corpus. Both write nothing.
"""

import argparse
import hashlib
import inspect
from pathlib import Path

from grammar.dice import Dice
from grammar.generate import line, sentences, split
from grammar.phrase import Phrase
from grammar.templates import TEMPLATES
from grammar.vocabulary.lexicon import lexicon_text

from transformer_lab.files import write_files

ROOT = Path(__file__).resolve().parent.parent


def spoken(phrase: Phrase) -> str:
    """Both sides and the links as words."""
    words = " ".join(f"{phrase.en[i]}={phrase.zh[j]}" for i, j in sorted(phrase.links))
    return f"{' '.join(phrase.en)}  |  {' '.join(phrase.zh)}  |  {words}"


def show(pairs, count: int, only: str | None) -> None:
    by_template: dict[str, list[Phrase]] = {}
    for name, phrase in pairs:
        by_template.setdefault(name, []).append(phrase)
    for name, phrases in by_template.items():
        if only and name not in only.split(","):
            continue
        print(f"\n== {name}: {len(phrases)}")
        for phrase in Dice(name).shuffled(phrases)[:count]:
            print(spoken(phrase))


def explain(pairs, sentence: str) -> str:
    """The template behind a sentence: one side of it, as the corpus writes it, or a whole row of train.tsv."""
    wanted = tuple(sentence.split("\t")[0].split())
    for name, phrase in pairs:
        if wanted in (phrase.en, phrase.zh):
            template = next(t for t in TEMPLATES if t.name == name)
            file = Path(inspect.getsourcefile(template.make)).relative_to(ROOT)
            first_line = inspect.getsourcelines(template.make)[1]
            settings = inspect.signature(template.make).bind("dice", *template.settings).arguments.items()
            call = ", ".join(["dice", *(f"{key}={value!r}" for key, value in list(settings)[1:])])
            return "\n".join(
                [
                    f"template {name}, quota {template.quota} (tools/grammar/templates/__init__.py)",
                    f"made by  {template.make.__name__}({call}) in {file}:{first_line}",
                    f"         {inspect.getdoc(template.make)}",
                    f"says     {spoken(phrase)}",
                ]
            )
    raise ValueError(f"sentence is {sentence!r}; expected one that the grammar makes, its tokens separated by spaces")


def build(pairs, out: Path, lexicon: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    files = split(list(pairs))
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
    parser.add_argument("--explain", metavar="SENTENCE", help="name the template that made this sentence instead")
    args = parser.parse_args()
    if args.explain:
        try:
            print(explain(sentences(), args.explain))
        except ValueError as error:
            parser.error(str(error))
    elif args.show:
        show(sentences(), args.show, args.only)
    else:
        build(sentences(), args.out, args.lexicon or args.out.parent / "lexicon.tsv")


if __name__ == "__main__":
    main()
