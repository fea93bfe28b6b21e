"""What a DecodingTreeView of a translator is made of."""

from typing import Any

import torch

from transformer_lab.corpus import load_lexicon
from transformer_lab.decoding import beam_search, greedy
from transformer_lab.translation import Translator
from transformer_lab.vocabulary import BOS, EOS


def translator_arguments(translator: Translator, sentence: str, *, num_beams: int, alpha: float) -> dict[str, Any]:
    """The arguments of a DecodingTreeView for one sentence, with greedy search and every beam as paths."""
    words = translator.tokens(sentence)
    how = {"eos_id": EOS, "max_new_tokens": translator.model.config.max_length - 1}
    start = torch.tensor([[BOS]], device=translator.device)

    # Without a cache: the tree asks about prefixes in any order.
    next_token = translator.next_token([words], use_cache=False)
    paths = {"greedy": greedy(next_token, start, **how)[0, 1:].tolist()}
    beams = beam_search(translator.next_token([words]), start, num_beams=num_beams, alpha=alpha, **how)
    for rank, found in enumerate(beams, 1):
        paths[f"beam {rank}"] = list(found.tokens)
    missing = translator.source_vocabulary.unknown(words)
    return {
        "next_token": next_token,
        "vocabulary": translator.target_vocabulary,
        "prefix": [BOS],
        "eos_id": EOS,
        "paths": paths,
        "notes": {token: f"{entry.pinyin} {entry.gloss}" for token, entry in load_lexicon().items()},
        "source": sentence + (f" (read as <unk>: {', '.join(missing)})" if missing else ""),
        "join": "",
    }
