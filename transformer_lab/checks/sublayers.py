"""What the exercises on layers share: sublayers one after the other, wired rightly, ``x + f(norm(x))``, or wrongly."""

from collections.abc import Callable, Sequence

from torch import Tensor

Function = Callable[[Tensor], Tensor]
Layer = Callable[[Tensor, Sequence[Function], Sequence[Function]], Tensor]

# ``sum(x, f, norm)``: what one sublayer f makes of the stream x.
SUMS: dict[str, Callable[[Tensor, Function, Function], Tensor]] = {
    "pre": lambda x, f, norm: x + f(norm(x)),
    "post": lambda x, f, norm: norm(x + f(x)),
    "both": lambda x, f, norm: norm(x + f(norm(x))),
    "bare": lambda x, f, norm: x + f(x),
    "behind": lambda x, f, norm: x + norm(f(x)),
    "normed": lambda x, f, norm: (h := norm(x)) + f(h),
    "alone": lambda x, f, norm: f(norm(x)),
    "alone, post": lambda x, f, norm: norm(f(x)),
    "alone, bare": lambda x, f, norm: f(x),
}


def wired(*sums: str, parts: Sequence[int] | None = None, used: Sequence[int] | None = None) -> Layer:
    """``layer(x, sublayers, norms)``: the sum of each sublayer; ``parts`` is their order, ``used`` the norm of each."""

    def layer(x: Tensor, sublayers: Sequence[Function], norms: Sequence[Function]) -> Tensor:
        for part in range(len(sums)) if parts is None else parts:
            x = SUMS[sums[part]](x, sublayers[part], norms[part if used is None else used[part]])
        return x

    return layer


def added_at_the_end(layer: Layer) -> Layer:
    """One residual connection around all of ``layer``."""
    return lambda x, sublayers, norms: x + layer(x, sublayers, norms)


def side_by_side(*used: int) -> Layer:
    """Every sublayer reads the layer's input; ``used`` is the norm of each."""

    def layer(x: Tensor, sublayers: Sequence[Function], norms: Sequence[Function]) -> Tensor:
        return sum((f(norms[n](x)) for f, n in zip(sublayers, used, strict=True)), x)

    return layer


def last_added_to_the_input(x: Tensor, sublayers: Sequence[Function], norms: Sequence[Function]) -> Tensor:
    """Of two sublayers, the second reads the right sum, and is added to the layer's input in its place."""
    return x + sublayers[1](norms[1](x + sublayers[0](norms[0](x))))


def second_reads_the_first_alone(x: Tensor, sublayers: Sequence[Function], norms: Sequence[Function]) -> Tensor:
    """Of two sublayers, the second reads what the first found, without the stream."""
    found = sublayers[0](norms[0](x))
    return x + found + sublayers[1](norms[1](found))
