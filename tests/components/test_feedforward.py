from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from parity import assert_as_exact, assert_close, assert_parity, each_dtype, each_half, own_gradients, randomize

from transformer_lab.feedforward import FeedForward

FORMULAS = {
    "relu": lambda m, x: m.linear2(F.relu(m.linear1(x))),
    "gelu": lambda m, x: m.linear2(F.gelu(m.linear1(x))),
    "gelu_tanh": lambda m, x: m.linear2(F.gelu(m.linear1(x), approximate="tanh")),
    "swiglu": lambda m, x: (F.silu(x @ m.linear1.weight.T) * (x @ m.gate.weight.T)) @ m.linear2.weight.T,
}


@each_dtype
@pytest.mark.parametrize("activation", FORMULAS)
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 1, 4, 8), (2, 3, 4, 1), (3, 5, 6, 7)])
def test_the_formula(activation, shape, dtype):
    *tokens, d_model, d_ff = shape
    module = randomize(FeedForward(d_model, d_ff, activation)).to(dtype)
    assert_parity(module, lambda x: FORMULAS[activation](module, x), [torch.randn(*tokens, d_model, dtype=dtype)])


@each_half
@pytest.mark.parametrize("activation", FORMULAS)
def test_in_16_bits_it_is_as_exact_as_the_formula(activation, dtype, device):
    module, x = randomize(FeedForward(16, 24, activation)).to(device, dtype), torch.randn(3, 5, 16, device=device)
    found = []
    for kind in (dtype, "formula", torch.float64):
        copy, y = deepcopy(module), x.to(dtype).clone()
        if kind == torch.float64:
            copy, y = copy.double(), y.double()
        y.requires_grad_()
        output = copy(y) if kind == dtype else FORMULAS[activation](copy, y)
        output.square().sum().backward()
        found.append({"output": output.detach(), "x": y.grad, **own_gradients(copy)})
    assert_as_exact(*found)


def test_swiglu_has_three_matrices_and_no_bias():
    assert [name for name, _ in FeedForward(4, 6, "swiglu").named_parameters()] == [
        "linear1.weight",
        "gate.weight",
        "linear2.weight",
    ]
    assert FeedForward(4, 6).gate is None


@pytest.mark.parametrize("activation", FORMULAS)
def test_no_token_sees_another(activation):
    module, x = FeedForward(4, 8, activation), torch.randn(2, 3, 4)
    changed = x.clone()
    changed[0, 1] += 1
    same = (module(x) == module(changed)).all(dim=-1)
    assert same.tolist() == [[True, False, True], [True, True, True]]


@pytest.mark.parametrize("activation", FORMULAS)
def test_the_hook_sees_the_hidden_units_and_dropout_comes_after(activation):
    module, x, seen = randomize(FeedForward(4, 8, activation, dropout=0.5)), torch.randn(2, 3, 4), []
    module.hook_hidden.register_forward_hook(lambda _m, _i, hidden: seen.append(hidden))
    torch.manual_seed(3)
    output = module(x)
    torch.manual_seed(3)
    assert_close(output, module.linear2(F.dropout(seen[0], 0.5)), "training")
    assert_close(module.eval()(x), module.linear2(seen[0]), "evaluation")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((4, 8, "tanh"), "activation must be one of relu, gelu, gelu_tanh, swiglu; got 'tanh'"),
        ((0, 8), "d_model and d_ff must be at least 1, got 0 and 8"),
        ((4, 0), "d_model and d_ff must be at least 1, got 4 and 0"),
        ((4, 8, "relu", 1.5), "dropout"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        FeedForward(*arguments)
