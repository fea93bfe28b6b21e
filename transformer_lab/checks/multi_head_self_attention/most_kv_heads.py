"""The exercise *How many heads can you afford?*: keys and values that fit into a given memory."""

from transformer_lab.checks.exercise import Case, Exercise


def _most(
    fits=lambda need, budget: need <= budget,
    numbers=lambda layers, heads, d_head, length, size: 2 * layers * d_head * length * size,
    allowed=lambda kv, heads: heads % kv == 0,
    choose=max,
    otherwise=0,
):
    """The right answer, or one with something in it exchanged; ``numbers`` gives the bytes of one head."""

    def most(num_layers: int, num_heads: int, d_head: int, length: int, bytes_per_number: int, budget: int) -> int:
        one = numbers(num_layers, num_heads, d_head, length, bytes_per_number)
        found = [kv for kv in range(1, num_heads + 1) if allowed(kv, num_heads) and fits(kv * one, budget)]
        return choose(found) if found else otherwise

    return most


def _one(layers: int, d_head: int, length: int, size: int) -> int:
    """The bytes of one head's keys and values."""
    return 2 * layers * d_head * length * size


MOST_KV_HEADS = Exercise(
    name="most_kv_heads",
    notebook="20_multi_head_self_attention",
    title="How many heads can you afford?",
    difficulty=2,
    reference=_most(),
    cases=lambda: [
        Case("80 layers, 64 heads, 4,096 tokens, 2 GiB", (80, 64, 128, 4096, 2, 2**31)),
        Case("12 heads, memory for exactly 6", (12, 12, 64, 1024, 4, 6 * _one(12, 64, 1024, 4))),
        Case("12 heads, memory for 5 and a half", (12, 12, 64, 1024, 4, 11 * _one(12, 64, 1024, 4) // 2)),
        Case("6 heads, memory for 3 and a half", (2, 6, 32, 100, 2, 7 * _one(2, 32, 100, 2) // 2)),
        Case("not enough for one", (2, 6, 32, 100, 2, _one(2, 32, 100, 2) - 1)),
        Case("more than enough for all", (3, 10, 16, 50, 2, 1000 * _one(3, 16, 50, 2))),
        Case("7 heads, memory for 5", (4, 7, 8, 300, 1, 5 * _one(4, 8, 300, 1))),
        Case("24 heads, memory for 23", (5, 24, 8, 10, 4, 23 * _one(5, 8, 10, 4))),
    ],
    praise="Right: as many as fit, in groups of equal size.",
    mistakes=[],
)


def _by_room(num_layers: int, num_heads: int, d_head: int, length: int, bytes_per_number: int, budget: int) -> int:
    return budget // _one(num_layers, d_head, length, bytes_per_number)


def _queries_to_a_head(*given: int) -> int:
    kv = _most()(*given)
    return given[1] // kv if kv else 0


MISTAKES = {
    "unequal groups": (
        "The number does not divide num_heads: each head of keys and values serves equally many query heads.",
        _most(allowed=lambda kv, heads: True),
    ),
    "more than the query heads": (
        "This is how many heads fit: there are no more than num_heads, and the number has to divide it.",
        _by_room,
    ),
    "powers of two": (
        "Only powers of two are tried: any number that divides num_heads will do.",
        _most(allowed=lambda kv, heads: heads % kv == 0 and kv & (kv - 1) == 0),
    ),
    "keys alone": (
        "Only keys are counted: the cache holds keys *and* values.",
        _most(numbers=lambda layers, heads, d_head, length, size: layers * d_head * length * size),
    ),
    "queries too": (
        "Queries are counted too: those of old words are not needed again.",
        _most(numbers=lambda layers, heads, d_head, length, size: 3 * layers * d_head * length * size),
    ),
    "one layer": (
        "This is one layer's cache: every layer has its own.",
        _most(numbers=lambda layers, heads, d_head, length, size: 2 * d_head * length * size),
    ),
    "numbers, not bytes": (
        "Numbers are compared with bytes: multiply by bytes_per_number.",
        _most(numbers=lambda layers, heads, d_head, length, size: 2 * layers * d_head * length),
    ),
    "one token": (
        "This is the cache of one token: multiply by length.",
        _most(numbers=lambda layers, heads, d_head, length, size: 2 * layers * d_head * size),
    ),
    "d_head divided again": (
        "d_head is divided by num_heads: it is one head's width already.",
        _most(numbers=lambda layers, heads, d_head, length, size: 2 * layers * d_head * length * size / heads),
    ),
    "table of weights": (
        "The square of the length is counted: the cache holds keys and values, not scores.",
        _most(numbers=lambda layers, heads, d_head, length, size: layers * length * length * size),
    ),
    "what fits exactly refused": (
        "What fills the memory exactly fits too: ≤, not <.",
        _most(fits=lambda need, budget: need < budget),
    ),
    "the fewest": ("This is the smallest number that fits: the largest is wanted.", _most(choose=min)),
    "one where none fits": ("Where not even one head fits, the answer is 0.", _most(otherwise=1)),
    "all where none fits": (
        "Where not even one head fits, the answer is 0.",
        lambda *given: _most()(*given) or given[1],
    ),
    "queries to a head": (
        "This is how many query heads share one: the number of heads of keys and values is wanted.",
        _queries_to_a_head,
    ),
}
for _name, (_words, _answer) in MISTAKES.items():
    MOST_KV_HEADS.mistake(_name, _words)(_answer)
