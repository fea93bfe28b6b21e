"""Train the shipped translator, and measure it.

usage: python tools/train_translator.py [--out DIR] [--figures-only]

Writes into ``data/checkpoints/translator``: model.safetensors, model.json (config, vocabularies, training options) and
figures.json (exact match, BLEU and chrF on every held-out split, alignment error rate of every head). The model is
chosen by its validation loss; the test splits are only measured. Ctrl-C keeps the best model so far and measures that.
"""

import argparse
import tempfile
import time
from pathlib import Path

import torch
from sacrebleu.metrics import BLEU, CHRF

from transformer_lab.corpus import Pair, data_dir, load_corpus
from transformer_lab.files import write_file, write_files
from transformer_lab.storage import to_json
from transformer_lab.translation import Translator, head_alignment_scores, weights_of_pairs
from transformer_lab.translator_training import TrainingOptions, train_translator

OPTIONS = TrainingOptions(
    epochs=20, batch_size=96, learning_rate=1.5e-3, warmup_steps=400, label_smoothing=0.05, seed=1
)
SIZES = {"d_model": 128, "num_heads": 4, "num_layers": 2, "d_ff": 512, "dropout": 0.1, "max_length": 64}


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the shipped translator, and measure it.")
    parser.add_argument("--out", type=Path, default=data_dir() / "checkpoints" / "translator")
    parser.add_argument("--figures-only", action="store_true", help="measure the model that is there")
    options = parser.parse_args()
    if not options.figures_only:
        train(options.out)
    figures = measure(Translator.load(options.out))
    write_file(options.out / "figures.json", to_json(figures))
    print(to_json(figures))


def train(out: Path) -> None:
    """Train in a folder of its own, then move the best model to ``out``: a failed run leaves the old one as it was."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        train_translator(load_corpus("train"), load_corpus("validation"), folder, options=OPTIONS, sizes=SIZES)
        out.mkdir(parents=True, exist_ok=True)
        names = ("model.safetensors", "model.json")
        write_files({out / name: (Path(folder) / name).read_bytes() for name in names})
    print(f"trained in {(time.perf_counter() - start) / 60:.1f} minutes with {torch.get_num_threads()} threads")


def measure(translator: Translator) -> dict:
    """Everything that the datasheet states about the model."""
    splits = {split: load_corpus(split) for split in ("validation", "test", "compositional")}
    return {
        "parameters": translator.model.num_parameters(),
        "translation": {split: translation_scores(translator, pairs) for split, pairs in splits.items()},
        "alignment_error_rate": {
            split: alignment_scores(translator, pairs) for split, pairs in splits.items() if split != "compositional"
        },
    }


def translation_scores(translator: Translator, pairs: list[Pair]) -> dict:
    """Greedy decoding against the one reference: share of sentences right to the last token; BLEU, chrF in percent."""
    found = translator.translate_all([pair.source for pair in pairs])
    right = sum(t.target_tokens == pair.target for t, pair in zip(found, pairs, strict=True))
    written = [" ".join(t.target_tokens) for t in found]
    wanted = [[" ".join(pair.target) for pair in pairs]]
    # The tokens are words already: BLEU must not split them again, chrF ignores the spaces.
    return {
        "sentences": len(pairs),
        "exact_match": round(right / len(pairs), 4),
        "bleu": round(BLEU(tokenize="none", force=True).corpus_score(written, wanted).score, 2),
        "chrf": round(CHRF().corpus_score(written, wanted).score, 2),
    }


def alignment_scores(translator: Translator, pairs: list[Pair]) -> dict:
    """Alignment error rate of every head, and of the mean of every layer's heads."""
    scores = head_alignment_scores(weights_of_pairs(translator, pairs), pairs)
    name = {key: f"layer {key[0]} " + ("mean" if key[1] is None else f"head {key[1]}") for key in scores}
    return {name[key]: round(score.error_rate, 4) for key, score in scores.items()}


if __name__ == "__main__":
    main()
