"""What conftest.py promises, proved, so that it cannot fall away unseen: enforced shapes, seeds, no browser skipped."""

import importlib
import pkgutil
from pathlib import Path

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


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_draws_the_same_numbers(turn):
    assert torch.rand(()).item() == pytest.approx(0.4962566)
    assert torch.get_num_threads() == 1


SKIPPED = {
    "a test": "import pytest\n@pytest.mark.browser\ndef test_it():\n    pytest.skip('no browser')\n",
    "a file": "import pytest\npytest.skip('no browser', allow_module_level=True)\n",
}


@pytest.mark.parametrize("source", SKIPPED.values(), ids=SKIPPED)
def test_a_skipped_browser_test_fails_where_a_browser_is_required(source, pytester, monkeypatch):
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(source)
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(skipped=1)
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    assert result.ret != 0
    result.stdout.fnmatch_lines("*skipped, but REQUIRE_BROWSER is set*")
