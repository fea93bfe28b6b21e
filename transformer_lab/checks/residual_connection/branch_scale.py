"""The exercise *How quietly must the layers begin?*: one factor for what each layer of a residual stack adds."""

from transformer_lab.checks.exercise import Case, Exercise


def _branch_scale(layers: int, variance: float, growth: float, norm_first: bool) -> float:
    if norm_first:
        return ((growth - 1) / (layers * variance)) ** 0.5
    return ((growth ** (1 / layers) - 1) / variance) ** 0.5


BRANCH_SCALE = Exercise(
    name="branch_scale",
    notebook="07_residual_connection",
    title="How quietly must the layers begin?",
    difficulty=2,
    reference=_branch_scale,
    cases=lambda: [
        Case(f"{layers} layers, variance {variance}, growth {growth}, norm_first={first}", arguments, 1e-9)
        for layers, variance, growth in ((1, 0.5, 2.0), (12, 1.0, 4.0), (48, 0.25, 1.5), (3, 9.0, 17.0), (64, 2.0, 2.0))
        for first in (True, False)
        for arguments in [(layers, variance, growth, first)]
    ],
    praise="Right: in both orders it falls about like one over the root of the number of layers, as GPT-2 begins.",
    mistakes=[],
)


def _sums(layers: int, variance: float, growth: float) -> float:
    """The factor where the variances add up."""
    return _branch_scale(layers, variance, growth, True)


def _products(layers: int, variance: float, growth: float) -> float:
    """The factor where each layer multiplies the variance."""
    return _branch_scale(layers, variance, growth, False)


def _by_order(first, last):
    """Another formula for either order, or for both; ``formula(layers, variance, growth)``."""
    return lambda layers, variance, growth, norm_first: (first if norm_first else last)(layers, variance, growth)


MISTAKES = {
    "orders exchanged": (
        "The two orders have changed places: a layer that reads the normalised stream adds the same each time.",
        _by_order(_products, _sums),
    ),
    "always a sum": (
        "norm_first=False is ignored: without the norm a layer reads a stream that has grown, so each layer "
        "*multiplies* the variance.",
        _by_order(_sums, _sums),
    ),
    "always a product": (
        "norm_first=True is ignored: behind a norm each layer adds the same variance, however large the stream has "
        "become.",
        _by_order(_products, _products),
    ),
    "root forgotten": (
        "This is the factor for the variance: a factor c in front of what is added makes c² of its variance.",
        lambda *given: _branch_scale(*given) ** 2,
    ),
    "root forgotten, norm first": (
        "With the norm first this is the factor for the variance: c makes c² of it, so take the root.",
        _by_order(lambda *given: _sums(*given) ** 2, _products),
    ),
    "root forgotten, norm last": (
        "Without the norm in front this is the factor for the variance: c makes c² of it, so take the root.",
        _by_order(_sums, lambda *given: _products(*given) ** 2),
    ),
    "the start counted as added": (
        "growth holds the 1 that the stream began with: with the norm first, the layers may add growth − 1 together.",
        _by_order(lambda layers, variance, growth: (growth / (layers * variance)) ** 0.5, _products),
    ),
    "the skip forgotten": (
        "Without the norm in front, each layer multiplies the variance by 1 + c² · variance: the 1 is the skip.",
        _by_order(_sums, lambda layers, variance, growth: (growth ** (1 / layers) / variance) ** 0.5),
    ),
    "neither start nor skip": (
        "The stream's own variance is left out: it is there at the start, and every layer hands it on.",
        _by_order(
            lambda layers, variance, growth: (growth / (layers * variance)) ** 0.5,
            lambda layers, variance, growth: (growth ** (1 / layers) / variance) ** 0.5,
        ),
    ),
    "growth of the deviation": (
        "growth is taken for the growth of the *deviation*: it is that of the variance, its square.",
        lambda layers, variance, growth, norm_first: _branch_scale(layers, variance, growth**2, norm_first),
    ),
    "variance taken for a deviation": (
        "variance is squared: it is a variance already.",
        lambda layers, variance, growth, norm_first: _branch_scale(layers, variance**2, growth, norm_first),
    ),
    "variance forgotten": (
        "variance is not used: what a layer adds is variance times as variable as what it reads.",
        lambda layers, variance, growth, norm_first: _branch_scale(layers, 1.0, growth, norm_first),
    ),
    "one layer alone": (
        "layers is not used: all of them add, so each may add its part alone.",
        lambda layers, variance, growth, norm_first: _branch_scale(1, variance, growth, norm_first),
    ),
    "one over the root of the number": (
        "This is 1 / √layers: the usual rule, for variance 1 and growth 2. Put in what is given.",
        lambda layers, variance, growth, norm_first: layers**-0.5,
    ),
}
for _name, (_words, _answer) in MISTAKES.items():
    BRANCH_SCALE.mistake(_name, _words)(_answer)
