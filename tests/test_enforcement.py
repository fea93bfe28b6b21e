"""The tests run with the package's shapes enforced: proved, so that the import hook cannot fall away unseen."""

import importlib
import pkgutil

import jaxtyping
import pytest
import torch

import transformer_lab
from transformer_lab.attention import scaled_dot_product_attention

MODULES = [module.name for module in pkgutil.walk_packages(transformer_lab.__path__, "transformer_lab.")]


def test_right_shapes_pass():
    q = torch.zeros(2, 3, 4, 8)
    scaled_dot_product_attention(q, q, q)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (torch.zeros(2, 3, 5, 7), torch.zeros(2, 3, 5, 8)),  # d_head differs from the query's
        (torch.zeros(2, 3, 5, 8), torch.zeros(2, 3, 6, 8)),  # more values than keys
        (torch.zeros(2, 3, 5, 8, dtype=torch.int64), torch.zeros(2, 3, 5, 8)),  # not a float
        (torch.zeros(8), torch.zeros(2, 3, 5, 8)),  # too few axes
    ],
)
def test_wrong_shapes_are_refused(key, value):
    with pytest.raises(jaxtyping.TypeCheckError):
        scaled_dot_product_attention(torch.zeros(2, 3, 4, 8), key, value)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_enforced(name):
    module = importlib.import_module(name)
    assert type(module.__spec__.loader).__module__.startswith("jaxtyping"), f"{name} escaped the import hook"
