"""Command line: ``python -m transformer_lab translate "…"`` and ``python -m transformer_lab train --pairs FILE``."""

import argparse
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from unicodedata import combining, east_asian_width

from transformer_lab import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, or 1 when something could not be done, with the reason on stderr."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Chinese must survive a pipe or a Windows console, whatever the locale says.
            stream.reconfigure(encoding="utf-8", errors="replace" if stream is not sys.stdin else "surrogateescape")
    options = build_parser().parse_args(arguments)
    try:
        return options.run(options)
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"transformer_lab: {error}", file=sys.stderr)
        return 1


def build_parser() -> argparse.ArgumentParser:
    """The parser, with a sub-parser for each command."""
    parser = argparse.ArgumentParser(prog="python -m transformer_lab", description="Translate, or train a translator.")
    parser.add_argument("--version", action="version", version=f"transformer_lab {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    translate = commands.add_parser(
        "translate", help="translate sentences, from English into Chinese unless a checkpoint does otherwise"
    )
    translate.add_argument(
        "text", nargs="*", help="one sentence; without it, standard input is read, a sentence a line"
    )
    translate.add_argument("--checkpoint", type=Path, help="folder of a trained translator (default: the shipped one)")
    translate.add_argument(
        "--beam", type=int, default=1, metavar="N", help="beam search with N beams (default: greedy)"
    )
    translate.add_argument("--device", default="cpu", help="cpu (the default), auto, cuda, cuda:1, mps")
    translate.add_argument("--tokens", action="store_true", help="put spaces between the tokens of the translation")
    translate.add_argument(
        "--show-attention", action="store_true", help="under each translation, the source words behind every word"
    )
    translate.set_defaults(run=run_translate)

    train = commands.add_parser(
        "train",
        help="train a translator on your own sentence pairs",
        description="Train on FILE: one pair a line, tab-separated (Tatoeba and ManyThings exports work as they are), "
        "or two files with a sentence a line (--pairs train.en --target train.zh). Whether the target is written with "
        "blanks between words is read off its letters; the source is read as English where it has them. What is not "
        "read as it stands is told on stderr, with file and line. Under torchrun, --batch-size is for "
        "each process: two processes give the same loss curve as one with twice the batch size (exactly so with "
        "--dropout 0, for each process draws its own dropout). Each takes a GPU of its own, or with --device cpu none.",
    )
    train.add_argument("--pairs", type=Path, required=True, metavar="FILE", help="the sentence pairs")
    train.add_argument("--target", type=Path, metavar="FILE", help="the target side, when it is a file of its own")
    train.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the model goes")
    train.add_argument("--resume", action="store_true", help="continue the run in DIR after its last complete epoch")
    train.add_argument(
        "--validation-share", type=float, default=0.05, metavar="X", help="pairs held out (default: 0.05)"
    )
    train.add_argument("--epochs", type=int, default=20)
    train.add_argument("--batch-size", type=int, default=64)
    train.add_argument("--learning-rate", type=float, default=1e-3)
    train.add_argument("--warmup-steps", type=int, default=400)
    train.add_argument("--d-model", type=int, default=128)
    train.add_argument("--num-heads", type=int, default=4)
    train.add_argument("--num-layers", type=int, default=2)
    train.add_argument("--d-ff", type=int, default=512)
    train.add_argument("--dropout", type=float, default=0.1)
    train.add_argument("--positions", default="sinusoidal")
    train.add_argument("--max-length", type=int, default=64, help="longest sentence in tokens (default: 64)")
    train.add_argument("--min-count", type=int, default=2, help="rarer words become <unk> (default: 2)")
    train.add_argument(
        "--device", default="cpu", help="cpu (the default), auto (a GPU where there is one), cuda, cuda:1, mps"
    )
    train.add_argument("--precision", default="float32", choices=["float32", "bfloat16", "float16"])
    train.add_argument("--seed", type=int, default=0)
    train.set_defaults(run=run_train)
    return parser


def run_translate(options: argparse.Namespace) -> int:
    """The ``translate`` command: a line out for a line in. One that cannot be translated is reported, not dropped."""
    from transformer_lab.devices import find_device
    from transformer_lab.translation import Translator

    if options.beam < 1:
        raise ValueError(f"--beam must be at least 1, got {options.beam}")
    translator = Translator.load(options.checkpoint).to(find_device(options.device))
    status = 0
    if not options.text and sys.stdin is None:
        raise ValueError(
            "no sentence: give one as an argument, or a sentence a line on standard input, which is closed"
        )
    lines: Iterable[str] = [" ".join(options.text)] if options.text else sys.stdin
    for number, line in enumerate(lines, start=1):
        where = "" if options.text else f"line {number}: "
        try:
            translation = translator.translate(line, num_beams=options.beam)
            table = [attention_table(translator, translation)] if options.show_attention else []
        except ValueError as error:
            print(f"transformer_lab: {where}{error}", file=sys.stderr)
            print(flush=True)
            status = 1
            continue
        for remark in remarks(translation):
            print(f"transformer_lab: {where}{remark}", file=sys.stderr)
        print(" ".join(translation.target_tokens) if options.tokens else translation.text, *table, sep="\n", flush=True)
    return status


def remarks(translation) -> Iterator[str]:
    """What a reader should know about a translation before believing it."""
    from transformer_lab.vocabulary import SPECIALS, UNK

    if translation.unknown:
        yield f"not in the vocabulary, read as <unk>: {', '.join(translation.unknown)}"
    if SPECIALS[UNK] in translation.target_tokens:
        yield "the model wrote <unk>: it has no word for something here"
    if not translation.finished:
        yield "stopped at the model's length limit"


def attention_table(translator, translation, most: int = 3) -> str:
    """For every target word, the source words it attends to most; weights are averaged over layers and heads."""
    from transformer_lab.translation import CROSS_ATTENTION

    traced = translator.trace(translation.source_tokens, translation.target_tokens)
    weights = traced.trace.weights_of(CROSS_ATTENTION).mean(dim=(0, 2))[0]
    rows = []
    for word, row in zip(traced.target_tokens, weights, strict=True):
        best = row.topk(min(most, len(row)))
        seen = [
            f"{traced.source_tokens[i]} {w:.2f}"
            for w, i in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]
        # A Chinese character is two columns wide, an accent none.
        width = sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in word)
        rows.append(f"  {word}{' ' * max(1, 12 - width)}← {'   '.join(seen)}")
    return "\n".join(rows)


def run_train(options: argparse.Namespace) -> int:
    """The ``train`` command."""
    from transformer_lab.corpus import read_pairs, split_pairs
    from transformer_lab.devices import distributed, find_device, is_main
    from transformer_lab.translator_training import TrainingOptions, train_translator
    from transformer_lab.vocabulary import check_lengths

    names = ("d_model", "num_heads", "num_layers", "d_ff", "dropout", "positions", "max_length")
    training_names = ("epochs", "batch_size", "learning_rate", "warmup_steps", "precision", "seed")
    if not options.resume and (options.out / "history.json").exists():
        raise ValueError(
            f"--out: {options.out} holds a run already, which a new one would replace; --resume continues it, another "
            "folder keeps it"
        )
    found = read_pairs(options.pairs, options.target)
    device = find_device(options.device)
    with distributed(device):
        if is_main():
            for note in found.notes:
                print(f"transformer_lab: {note}", file=sys.stderr)
            print(f"transformer_lab: {len(found.pairs):,} pairs read; {found.manner}", file=sys.stderr)
        check_lengths(found.pairs, options.max_length - 1)
        pairs, validation = split_pairs(found.pairs, options.validation_share, options.seed)
        translator = train_translator(
            pairs,
            validation,
            options.out,
            options=TrainingOptions(**{name: getattr(options, name) for name in training_names}),
            sizes={name: getattr(options, name) for name in names},
            min_count=options.min_count,
            device=device,
            resume=options.resume,
        )
        if is_main():
            count = translator.model.num_parameters()
            print(f"{options.out}: {count:,} parameters, {len(pairs)} training and {len(validation)} validation pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
