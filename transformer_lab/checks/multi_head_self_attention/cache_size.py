"""The exercise *How large is the cache?*."""

from transformer_lab.checks.exercise import Case, Exercise, Mistake


def _cache(
    parts: int = 2, per_number: float = 1, layers: bool = True, width: str = "kv heads", bytes_each: bool = True
):
    """Bytes of a cache; right by default."""

    def size(
        num_layers: int, num_heads: int, num_kv_heads: int, d_model: int, length: int, bytes_per_number: int
    ) -> int:
        d_head = d_model // num_heads
        widths = {"kv heads": num_kv_heads * d_head, "heads": d_model, "d_model": num_kv_heads * d_model, "one": d_head}
        numbers = widths[width]
        return int(
            parts
            * (num_layers if layers else 1)
            * numbers
            * length
            * (bytes_per_number if bytes_each else 1)
            * per_number
        )

    return size


CACHE_SIZE = Exercise(
    name="cache_size",
    notebook="20_multi_head_self_attention",
    title="How large is the cache?",
    difficulty=1,
    reference=_cache(),
    cases=lambda: [
        Case("80 layers, 64 heads, 8 shared, 4,096 tokens", (80, 64, 8, 8192, 4096, 2)),
        Case("12 layers, 12 heads, each its own", (12, 12, 12, 768, 1024, 4)),
        Case("2 layers, 8 heads, one for all", (2, 8, 1, 64, 100, 4)),
        Case("3 layers, 6 heads, 2 shared, 7 tokens", (3, 6, 2, 48, 7, 1)),
    ],
    praise="Right: keys and values, of every layer, for the heads that have their own.",
    mistakes=[
        Mistake("keys only", "This is half of it: the cache holds keys *and* values.", _cache(parts=1)),
        Mistake("queries too", "Old queries are never needed again: the cache holds keys and values.", _cache(parts=3)),
        Mistake(
            "all heads",
            "This is what num_heads heads would need: count num_kv_heads of them, each d_model / num_heads wide.",
            _cache(width="heads"),
        ),
        Mistake(
            "heads as wide as d_model",
            "A head is d_head = d_model / num_heads wide, not d_model.",
            _cache(width="d_model"),
        ),
        Mistake("one head", "This is one head's part: num_kv_heads heads have keys and values.", _cache(width="one")),
        Mistake(
            "mebibytes",
            "This is in MiB: the answer is wanted in bytes.",
            lambda *a: _cache()(*a) / 2**20,
        ),
        Mistake("one layer", "This is one layer: every layer has a cache of its own.", _cache(layers=False)),
        Mistake("bits", "This is in bits: bytes_per_number is in bytes already.", _cache(per_number=8)),
        Mistake(
            "numbers, not bytes",
            "This counts numbers: multiply by bytes_per_number.",
            _cache(bytes_each=False),
        ),
        Mistake(
            "a table",
            "This grows with the square of the length: the cache holds one key and one value for each token and head, "
            "not the scores.",
            lambda layers, heads, kv, d, length, size: layers * heads * length * length * size,
        ),
    ],
)


def _numbers(count):
    """``count(num_heads, num_kv_heads, d_model)`` numbers for each token and layer."""
    return lambda layers, heads, kv, d_model, length, size: layers * count(heads, kv, d_model) * length * size


CACHE_SIZE.mistakes.extend(
    [
        Mistake(
            "width from the key heads",
            "d_model is divided by num_kv_heads: a head is d_model / num_heads wide, however few of them have keys.",
            _numbers(lambda heads, kv, d_model: 2 * heads * d_model // kv),
        ),
        Mistake(
            "d_model divided by the key heads",
            "This counts d_model / num_kv_heads numbers for keys and for values: it is num_kv_heads heads, each "
            "d_model / num_heads wide.",
            _numbers(lambda heads, kv, d_model: 2 * (d_model // kv)),
        ),
        Mistake(
            "values of all heads",
            "Keys are counted for num_kv_heads heads, values for all: heads that share keys share values too.",
            _numbers(lambda heads, kv, d_model: (heads + kv) * d_model // heads),
        ),
        Mistake(
            "queries counted with them",
            "The queries are counted too: old queries are never needed again, only keys and values.",
            _numbers(lambda heads, kv, d_model: (heads + 2 * kv) * d_model // heads),
        ),
        Mistake(
            "keys only, as wide as d_model",
            "Two things: the cache holds keys *and* values, and a head is d_model / num_heads wide.",
            _numbers(lambda heads, kv, d_model: kv * d_model),
        ),
        Mistake(
            "width forgotten",
            "Each head counts as one number: a key has d_model / num_heads numbers.",
            _numbers(lambda heads, kv, d_model: 2 * kv),
        ),
        Mistake("kibibytes", "This is in KiB: the answer is wanted in bytes.", lambda *a: _cache()(*a) / 2**10),
        Mistake("gibibytes", "This is in GiB: the answer is wanted in bytes.", lambda *a: _cache()(*a) / 2**30),
        Mistake("megabytes", "This is in megabytes: the answer is wanted in bytes.", lambda *a: _cache()(*a) / 1e6),
        Mistake("gigabytes", "This is in gigabytes: the answer is wanted in bytes.", lambda *a: _cache()(*a) / 1e9),
        Mistake(
            "one token",
            "This is one token's part: multiply by length.",
            lambda layers, heads, kv, d_model, length, size: _cache()(layers, heads, kv, d_model, 1, size),
        ),
        Mistake(
            "divided by 8",
            "bytes_per_number is taken for bits: it is in bytes already, nothing is divided by 8.",
            lambda *a: _cache()(*a) / 8,
        ),
    ]
)
