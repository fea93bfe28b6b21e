"""What a DecodingTreeView of a translator is made of."""

from typing import Any

import torch

from transformer_lab.corpus import load_lexicon
from transformer_lab.decoding import NextToken, beam_search, greedy
from transformer_lab.translation import Translator
from transformer_lab.vocabulary import BOS, EOS, pad_rows


def translator_arguments(translator: Translator, sentence: str, *, num_beams: int, alpha: float) -> dict[str, Any]:
    """The arguments of a DecodingTreeView for one sentence, with greedy search and every beam as paths."""
    words = translator.tokens(sentence)
    source = pad_rows([[*translator.source_vocabulary.encode(words), EOS]])
    how = {"eos_id": EOS, "max_new_tokens": translator.model.config.max_length - 1}
    start = torch.tensor([[BOS]])

    def model() -> NextToken:
        with torch.no_grad():
            return NextToken(translator.model, source, use_cache=False)

    paths = {"greedy": greedy(model(), start, **how)[0, 1:].tolist()}
    for rank, found in enumerate(beam_search(model(), start, num_beams=num_beams, alpha=alpha, **how), 1):
        paths[f"beam {rank}"] = list(found.tokens)
    missing = translator.source_vocabulary.unknown(words)
    return {
        "next_token": model(),
        "vocabulary": translator.target_vocabulary,
        "prefix": [BOS],
        "eos_id": EOS,
        "paths": paths,
        "notes": {token: f"{entry.pinyin} {entry.gloss}" for token, entry in load_lexicon().items()},
        "source": sentence + (f" (read as <unk>: {', '.join(missing)})" if missing else ""),
        "join": "",
    }
