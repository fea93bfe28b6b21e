import math

import pytest
import torch
import torch.nn.functional as F
from parity import assert_close, assert_gradients, assert_parity, each_dtype, each_format, each_half

from transformer_lab.losses import cross_entropy, log_softmax, perplexity, token_losses

each_shape = pytest.mark.parametrize("shape", [(1, 1, 2), (4, 7), (3, 4, 5), (6, 2)])
each_smoothing = pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])


@each_format
@each_shape
@each_smoothing
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("ignore_index", [None, 0, -100])
def test_cross_entropy_is_torch_s(ignore_index, reduction, smoothing, shape, dtype):
    *tokens, vocab = shape
    target = torch.randint(vocab, tokens)
    if ignore_index is not None:
        target.flatten()[1::2] = ignore_index
        target.flatten()[0] = vocab - 1  # at least one counts

    def theirs(x):
        options = {} if ignore_index is None else {"ignore_index": ignore_index}
        flat = F.cross_entropy(
            x.flatten(0, -2), target.flatten(), label_smoothing=smoothing, reduction=reduction, **options
        )
        return flat.view(tokens) if reduction == "none" else flat

    assert_parity(
        lambda x: cross_entropy(x, target, ignore_index=ignore_index, label_smoothing=smoothing, reduction=reduction),
        theirs,
        [torch.randn(*shape, dtype=dtype)],
        scale=target.numel() if reduction == "sum" else 1,
    )


@each_dtype
@each_smoothing
@pytest.mark.parametrize("size", [1e4, 1e30])
def test_huge_logits_overflow_nothing(size, smoothing, dtype):
    x = (torch.randn(6, 5).sign() * size).to(dtype)
    target = torch.tensor([0, 1, 2, 3, 4, 0])
    mine, theirs = (x.clone().requires_grad_() for _ in range(2))
    loss = cross_entropy(mine, target, label_smoothing=smoothing)
    expected = F.cross_entropy(theirs, target, label_smoothing=smoothing)
    assert_close(loss, expected, "loss", scale=max(1.0, float(expected.detach())))
    loss.backward()
    expected.backward()
    assert_gradients({"x": mine.grad}, {"x": theirs.grad})


@each_format
@pytest.mark.parametrize("shape", [(1,), (2, 3), (2, 3, 4)])
def test_log_softmax_is_torch_s(shape, dtype):
    for size in (1, 1e4):
        x = torch.randn(shape, dtype=dtype) * size
        assert_close(log_softmax(x), F.log_softmax(x, dim=-1), f"{size}", scale=size)
    certain = torch.tensor([0.0, -math.inf], dtype=dtype)
    assert log_softmax(certain).tolist() == [0.0, -math.inf]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@each_smoothing
def test_nothing_but_padding_has_no_loss_and_no_gradient(smoothing, reduction):
    logits = torch.randn(2, 3, 5, requires_grad=True)
    loss = cross_entropy(
        logits,
        torch.zeros(2, 3, dtype=torch.int64),
        ignore_index=0,
        label_smoothing=smoothing,
        reduction=reduction,
    )
    assert not loss.any()
    loss.sum().backward()
    assert not logits.grad.any()


def test_padding_does_not_dilute_the_mean():
    logits, target = torch.randn(1, 2, 5), torch.tensor([[3, 4]])
    padded = torch.cat([logits, torch.randn(1, 7, 5)], dim=1)
    longer = torch.cat([target, torch.zeros(1, 7, dtype=torch.int64)], dim=1)
    assert_close(cross_entropy(padded, longer, ignore_index=0), cross_entropy(logits, target), "mean")


def test_the_formula_by_hand():
    p = torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)
    plain = token_losses(p.log()[None], torch.tensor([0]))
    assert_close(plain, torch.tensor([math.log(2)], dtype=torch.float64), "−log ½")
    smooth = token_losses(p.log()[None], torch.tensor([0]), 0.3)
    by_hand = 0.7 * math.log(2) + 0.1 * (math.log(2) + 2 * math.log(4))
    assert_close(smooth, torch.tensor([by_hand], dtype=torch.float64), "smoothed")


def test_gradients_are_the_numerical_ones():
    logits = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    target = torch.tensor([1, 0, 3])
    assert torch.autograd.gradcheck(lambda x: cross_entropy(x, target, ignore_index=0, label_smoothing=0.2), [logits])


@pytest.mark.parametrize("loss", [0.0, 1.0, 2.5, torch.tensor(2.5)])
def test_perplexity(loss):
    assert perplexity(loss) == pytest.approx(math.exp(float(loss)), rel=1e-15)


@pytest.mark.parametrize("vocab", [1, 2, 32])
def test_a_model_that_knows_nothing_hesitates_between_all_words(vocab):
    loss = cross_entropy(torch.zeros(1, vocab, dtype=torch.float64), torch.tensor([0]))
    assert perplexity(loss) == pytest.approx(vocab, rel=1e-12)


@pytest.mark.parametrize(
    ("target", "options", "message"),
    [
        ([5], {}, "target must hold ids 0 to 4, got 5 to 5"),
        ([0, -1], {}, "target must hold ids 0 to 4, got -1 to 0"),
        ([-100], {}, "target must hold ids 0 to 4"),
        ([1], {"label_smoothing": 1.5}, r"label_smoothing must be in \[0, 1\], got 1.5"),
        ([1], {"label_smoothing": -0.1}, r"label_smoothing must be in \[0, 1\], got -0.1"),
        ([1], {"reduction": "average"}, "reduction must be 'mean', 'sum' or 'none', got 'average'"),
    ],
)
def test_bad_arguments_are_named(target, options, message):
    with pytest.raises(ValueError, match=message):
        cross_entropy(torch.zeros(len(target), 5), torch.tensor(target), **options)


@each_dtype
@each_smoothing
@pytest.mark.parametrize("ignore_index", [None, 2])
def test_the_kernel_is_the_formula(ignore_index, smoothing, dtype):
    logits, target = torch.randn(3, 4, 5, dtype=dtype), torch.randint(5, (3, 4))
    target[0, 0] = 2
    counts = torch.ones_like(target).bool() if ignore_index is None else target != ignore_index
    assert_parity(
        lambda x: cross_entropy(x, target, ignore_index=ignore_index, label_smoothing=smoothing),
        lambda x: token_losses(x, target, smoothing)[counts].mean(),
        [logits],
    )


@each_half
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_under_autocast_the_loss_is_float32_as_torch_s_is(reduction, dtype, device):
    logits = (300 * torch.randn(40, 50, device=device)).to(dtype)
    target = torch.randint(50, (40,), device=device)
    with torch.autocast(device, dtype):
        loss = cross_entropy(logits, target, reduction=reduction)
        expected = F.cross_entropy(logits, target, reduction=reduction)
    assert loss.dtype == expected.dtype == torch.float32
    torch.testing.assert_close(loss, F.cross_entropy(logits.float(), target, reduction=reduction))
    exact = F.cross_entropy(logits.double(), target, reduction="none")
    torch.testing.assert_close(token_losses(logits, target).double(), exact, rtol=1e-6, atol=1e-4)
    if reduction == "sum" and dtype == torch.float16:
        many = cross_entropy(logits.float().repeat(9, 1), target.repeat(9), reduction="sum")
        assert many > torch.finfo(dtype).max, "float16 would have overflowed"
