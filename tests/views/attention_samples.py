"""Inputs for the tests of AttentionView, and an independent computation of what it must draw."""

import torch

from transformer_lab.views import AttentionView

CHINESE = ["我", "昨天", "在", "学校", "看见", "了", "两", "只", "猫", "。"]
PINYIN = ["wǒ", "zuótiān", "zài", "xuéxiào", "kànjiàn", "le", "liǎng", "zhī", "māo", ""]
GLOSSES = ["I", "yesterday", "at", "school", "see", "(done)", "two", "(measure word)", "cat", "."]
ENGLISH = ["I", "saw", "two", "cats", "at", "school", "yesterday", "."]
GOLD = [(0, 0), (1, 6), (2, 4), (3, 5), (4, 1), (5, 1), (6, 2), (7, 2), (8, 3), (9, 7)]
HOSTILE = [
    *("<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "<!--", "]]>", "&amp;", "$x^2$"),
    *("", "   ", "a\nb\tc", "\u2028", "שלום", "مرحبا", "我喜欢你", "👩‍👩‍👧", "x" * 500, "__proto__"),
]


def vectors(layers=3, heads=4, queries=10, keys=8, d_head=8, seed=0):
    """Return lists of query, key and value by layer, with batch axis."""
    random = torch.Generator().manual_seed(seed)
    sizes = (queries, keys, keys)
    return [[torch.randn(1, heads, n, d_head, generator=random) for _ in range(layers)] for n in sizes]


def softmax_weights(layers=3, heads=4, queries=10, keys=8, seed=0):
    random = torch.Generator().manual_seed(seed)
    return [torch.randn(1, heads, queries, keys, generator=random).mul(2).softmax(-1) for _ in range(layers)]


def translation_view(**options):
    """A view with everything: queries, keys, values, gold, pinyin, glosses."""
    query, key, value = vectors()
    for q, k in GOLD:
        for layer_query, layer_key in zip(query, key, strict=True):
            layer_query[0, :, q] += 0.8 * layer_key[0, :, k]
    given = {"gold": GOLD, "pinyin": (PINYIN, None), "glosses": (GLOSSES, None), "title": "decoder.cross_attention"}
    return AttentionView(query=query, key=key, value=value, queries=CHINESE, keys=ENGLISH, **{**given, **options})


def hostile_view(**options):
    count = len(HOSTILE)
    return AttentionView(softmax_weights(1, 2, count, count), HOSTILE, pinyin=(HOSTILE, HOSTILE), **options)
