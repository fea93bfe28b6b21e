"""Trees for the tests of DecodingTreeView: a toy model with hostile words, a uniform one, the shipped translator's."""

import torch

from transformer_lab.translation import Translator
from transformer_lab.views import DecodingTreeView

BOS, EOS = 0, 1
HOSTILE = "<img src=x onerror=alert(1)>"
WORDS = ["<bos>", "<eos>", "the", "cat", "sat", HOSTILE, "</script><script>alert(2)</script>", "$x$"]
SENTENCE = "the teacher bought three books in the park yesterday"
GREEDY_PATH = [2, 3, 1]


class Bigram:
    """Logits that depend on the last token alone; the start token is impossible."""

    def __init__(self, vocab_size=8, seed=0):
        self.table = 1.5 * torch.randn(vocab_size, vocab_size, generator=torch.Generator().manual_seed(seed))
        self.table[:, BOS] = -torch.inf
        self.table[BOS, 2], self.table[2, 3], self.table[3, EOS] = 3.0, 3.5, 4.0

    def __call__(self, tokens):
        return self.table[tokens[:, -1]]

    def reorder(self, rows):
        pass


def toy_view(**options):
    given = {
        "depth": 3,
        "width": 3,
        "paths": {"greedy": GREEDY_PATH, "<b>odd</b>": [2, 6, 7, 5, 4]},
        "title": "Toy tree",
    }
    notes = {"cat": "māo cat", HOSTILE: "<i>note</i>"}
    return DecodingTreeView(Bigram(), WORDS, prefix=[BOS], eos_id=EOS, **({"notes": notes} | given | options))


def uniform_view(vocab_size=8, **options):
    def uniform(tokens):
        return torch.zeros(len(tokens), vocab_size)

    words = [f"w{i}" for i in range(vocab_size)]
    return DecodingTreeView(uniform, words, prefix=[BOS], eos_id=EOS, **options)


def translator_view(**options):
    return DecodingTreeView.from_translator(Translator.load(), SENTENCE, **options)
