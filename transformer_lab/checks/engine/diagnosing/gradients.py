"""Right values with a wrong gradient: what is cut off from it, or where a NaN came in."""

from torch import Tensor

from transformer_lab.checks.engine.comparing import Fault
from transformer_lab.checks.engine.diagnosing.evidence import Evidence, Finding
from transformer_lab.checks.engine.diagnosing.repair import search
from transformer_lab.checks.engine.slopes import Slope, gradients_all, wrong_slope


def wrong_gradient(evidence: Evidence, slope: Slope | None) -> Finding | None:
    """What is wrong with a gradient (``slope``), or with one that does not arrive (None)."""
    if slope is not None and _only_nan(slope.fault):
        text = (
            f"The values are right, but the gradient of {slope.argument} is NaN: an infinity or 0 / 0 on the way stays "
        )
        text += "in it, even if it is replaced afterwards. Replace what goes in, before the softmax, root or division."
        return Finding("NaN in the gradient", text, slope.index)
    wide = evidence.widened()
    if any(wide.faults):
        return None  # not the same function: its slopes may well differ
    found = search(wide, wide.mends)
    if found is not None:
        return Finding("gradient cut off", found.sentence, slope.index if slope else None)
    if slope is None or not _everywhere(wide, slope):
        return None
    text = f"The values are right, but a part of what you compute is hidden from the gradient of {slope.argument}: "
    text += "look for detach(), .data, .item(), torch.no_grad(), or torch.tensor(…) around a tensor."
    return Finding("gradient cut off", text, slope.index)


def _only_nan(fault: Fault) -> bool:
    if not isinstance(fault.got, Tensor) or fault.got.shape != fault.want.shape:
        return False
    differs = ~fault.got.isclose(fault.want, equal_nan=True)
    return bool(differs.any()) and bool(fault.got[differs].isnan().all())


def _everywhere(wide: Evidence, slope: Slope) -> bool:
    """Whether the gradient is as wrong with other numbers, and so not by a tie or a corner in the first ones."""
    case = wide.cases[slope.index]
    others = [other for other in wide.cases[wide.tried :] if other.label == case.label]
    found = gradients_all(wide.answer, others, wide.names, max(0.05, min(0.4, wide.left())))
    wanted = gradients_all(wide.reference, others, wide.names)
    return bool(others) and wrong_slope(others, found, wanted) is not None
