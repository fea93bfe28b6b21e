"""Adam in one step, and what is often written in its place: for the exercise *One step of AdamW*."""

from torch import Tensor

from transformer_lab.checks.exercise import Mistake


def adam_with(
    correct_mean: bool = True,
    correct_square: bool = True,
    inside: bool = False,
    swap: bool = False,
    sign: float = -1.0,
    root: bool = True,
    squared: bool = True,
    keep_corrected: bool = False,
    blend: bool = True,
    momentum: bool = True,
    late: bool = False,
):
    """One step of Adam, or a wrong one; the arguments are those of the exercise."""

    def step(
        w: Tensor, gradient: Tensor, m: Tensor, v: Tensor, t: int, lr: float, beta1: float, beta2: float, eps: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        beta1, beta2 = (beta2, beta1) if swap else (beta1, beta2)
        m = beta1 * m + ((1 - beta1) if blend else 1) * gradient
        v = beta2 * v + ((1 - beta2) if blend else 1) * (gradient**2 if squared else gradient.abs())
        power = t + 1 if late else t
        m_hat = m / (1 - beta1**power) if correct_mean else m
        v_hat = v / (1 - beta2**power) if correct_square else v
        divisor = (v_hat + eps).sqrt() if inside else (v_hat.sqrt() if root else v_hat) + eps
        w = w + sign * lr * (m_hat if momentum else gradient) / divisor
        return (w, m_hat, v_hat) if keep_corrected else (w, m, v)

    return step


ADAM_MISTAKES = [
    Mistake(
        "no bias correction",
        "The averages are not corrected: they start at 0 and are too small at first, by 1 − β^t. Divide by that.",
        adam_with(correct_mean=False, correct_square=False),
    ),
    Mistake(
        "only the mean corrected",
        "Only m is corrected: v starts at 0 too, and is too small by 1 − β₂^t.",
        adam_with(correct_square=False),
    ),
    Mistake(
        "only the square corrected",
        "Only v is corrected: m starts at 0 too, and is too small by 1 − β₁^t.",
        adam_with(correct_mean=False),
    ),
    Mistake(
        "corrected averages kept",
        "The corrected averages are returned: keep the plain ones, and correct only for this step's use.",
        adam_with(keep_corrected=True),
    ),
    Mistake(
        "eps inside the root",
        "eps stands inside the root: Adam divides by √v̂ + eps (LayerNorm is the one with eps inside).",
        adam_with(inside=True),
    ),
    Mistake(
        "root forgotten",
        "This divides by v̂: take its square root, so that the step does not depend on the gradient's size.",
        adam_with(root=False),
    ),
    Mistake(
        "not squared",
        "v averages the gradient's size: it must average its square.",
        adam_with(squared=False),
    ),
    Mistake(
        "betas swapped",
        "The betas have changed places: beta1 is for the mean m, beta2 for the square v.",
        adam_with(swap=True),
    ),
    Mistake(
        "gradient not weighed",
        "The new gradient enters with weight 1: its weight is 1 − β, so that m and v are averages, not sums.",
        adam_with(blend=False),
    ),
    Mistake(
        "gradient instead of its average",
        "The step goes along the gradient itself: it goes along m̂, its running average.",
        adam_with(momentum=False),
    ),
    Mistake("uphill", "It climbs: subtract the step.", adam_with(sign=1.0)),
    Mistake(
        "exponent t + 1",
        "The correction uses t + 1: t counts from 1 already, so the first step divides by 1 − β.",
        adam_with(late=True),
    ),
]


def _by_hand(form):
    """``form(m, v, g, t, beta1, beta2, eps)`` gives the step (before the rate) and the averages that are handed on."""

    def step(w, gradient, m, v, t, lr, beta1, beta2, eps):
        change, m, v = form(m, v, gradient, t, beta1, beta2, eps)
        return w - lr * change, m, v

    return step


def _averages(m: Tensor, v: Tensor, g: Tensor, beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g


def _ordered(*places: int):
    return lambda *a: tuple(adam_with()(*a)[i] for i in places)


@_by_hand
def _weights_exchanged(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, 1 - beta1, 1 - beta2)
    return m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


@_by_hand
def _corrections_swapped(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, beta1, beta2)
    return m / (1 - beta2**t) / ((v / (1 - beta1**t)).sqrt() + eps), m, v


@_by_hand
def _corrected_by_the_first(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, beta1, beta2)
    return m / (1 - beta1) / ((v / (1 - beta2)).sqrt() + eps), m, v


@_by_hand
def _corrected_after_the_root(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, beta1, beta2)
    return m / (1 - beta1**t) / (v.sqrt() / (1 - beta2**t) + eps), m, v


@_by_hand
def _corrections_multiplied(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, beta1, beta2)
    return m * (1 - beta1**t) / ((v * (1 - beta2**t)).sqrt() + eps), m, v


@_by_hand
def _times_t(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, beta1, beta2)
    return m / (1 - beta1 * t) / ((v / (1 - beta2 * t)).abs().sqrt() + eps), m, v


@_by_hand
def _square_of_the_mean(m, v, g, t, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m * m
    return m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


@_by_hand
def _spread(m, v, g, t, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g - m) ** 2
    return m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


@_by_hand
def _no_eps(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, beta1, beta2)
    return m / (1 - beta1**t) / (v / (1 - beta2**t)).sqrt(), m, v


@_by_hand
def _no_second_average(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, beta1, beta2)
    return m / (1 - beta1**t), m, v


@_by_hand
def _eps_before_the_correction(m, v, g, t, beta1, beta2, eps):
    m, v = _averages(m, v, g, beta1, beta2)
    return m / (1 - beta1**t) * (1 - beta2**t) ** 0.5 / (v.sqrt() + eps), m, v


def _old_averages(w, gradient, m, v, t, lr, beta1, beta2, eps):
    change = m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps)
    return w - lr * change, *_averages(m, v, gradient, beta1, beta2)


ADAM_MISTAKES += [
    Mistake(
        "old and new exchanged in the averages",
        "The averages take beta of what is new and 1 − beta of what was: it is the other way round.",
        _weights_exchanged,
    ),
    Mistake(
        "corrections exchanged",
        "The corrections have changed places: m is divided by 1 − β₁^t, v by 1 − β₂^t.",
        _corrections_swapped,
    ),
    Mistake(
        "corrected as in the first step",
        "The correction is that of the first step in every step: divide by 1 − β^t, not by 1 − β.",
        _corrected_by_the_first,
    ),
    Mistake(
        "corrected after the root",
        "The root is taken first and then corrected: v itself is divided by 1 − β₂^t, inside the root.",
        _corrected_after_the_root,
    ),
    Mistake(
        "multiplied by the correction",
        "The averages are multiplied by 1 − β^t and become smaller still: divide by it.",
        _corrections_multiplied,
    ),
    Mistake("beta times t", "The correction is 1 − β · t: it is 1 − β to the power of t.", _times_t),
    Mistake(
        "square of the average",
        "v averages the square of m: it averages the square of the gradient.",
        _square_of_the_mean,
    ),
    Mistake(
        "square of the distance to the mean",
        "v averages (gradient − m)²: it averages the square of the gradient itself.",
        _spread,
    ),
    Mistake("no eps", "eps is missing: it is added to √v̂.", _no_eps),
    Mistake(
        "not divided",
        "The step is not divided by √v̂ + eps, so it is as large as the gradient: v is averaged, but not used.",
        _no_second_average,
    ),
    Mistake(
        "eps before the correction",
        "eps is added to √v before v is corrected: add it to √v̂, the root of the corrected average.",
        _eps_before_the_correction,
    ),
    Mistake(
        "old averages used",
        "The step uses the averages from before this gradient: update m and v first.",
        _old_averages,
    ),
    Mistake("results in another order", "The order is w, m, v: here w comes last.", _ordered(1, 2, 0)),
    Mistake("averages exchanged", "The order is w, m, v: here v comes before m.", _ordered(0, 2, 1)),
    Mistake("only w", "Only the new w comes back: the next step needs m and v too.", lambda *a: adam_with()(*a)[0]),
    Mistake(
        "old averages returned",
        "The old m and v come back: return the new ones, or the averages never move.",
        lambda *a: (adam_with()(*a)[0], a[2], a[3]),
    ),
    Mistake(
        "no learning rate",
        "The step is not multiplied by the learning rate lr.",
        lambda w, g, m, v, t, lr, beta1, beta2, eps: adam_with()(w, g, m, v, t, 1.0, beta1, beta2, eps),
    ),
    Mistake(
        "only the step",
        "What comes back is the change of w: subtract it from w.",
        lambda w, *a: ((made := adam_with()(w, *a))[0] - w, *made[1:]),
    ),
]


def _corrected_by(of_m, of_v):
    """Which beta corrects which average."""

    def step(w, gradient, m, v, t, lr, beta1, beta2, eps):
        betas = beta1, beta2
        m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient.square()
        m_hat, v_hat = m / (1 - betas[of_m] ** t), v / (1 - betas[of_v] ** t)
        return w - lr * m_hat / (v_hat.sqrt() + eps), m, v

    return step


ADAM_MISTAKES += [
    Mistake(
        "v corrected with beta1",
        "v is corrected with beta1: each average with its own beta, v with 1 − beta2**t.",
        _corrected_by(0, 0),
    ),
    Mistake(
        "m corrected with beta2",
        "m is corrected with beta2: each average with its own beta, m with 1 − beta1**t.",
        _corrected_by(1, 1),
    ),
]
