"""What every test has: shapes enforced, one thread, one seed, and no test of the browser skipped unnoticed."""

import os
import random

from jaxtyping import install_import_hook

# Before anything imports the package: every signature in it is then checked by beartype, shapes included.
install_import_hook("transformer_lab", "strict_types.check_types")

import hypothesis  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402
import torch  # noqa: E402

pytest_plugins = ["pytester"]
torch.set_num_threads(1)

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("deterministic", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile("deterministic" if os.environ.get("CI") else "local")


def pytest_configure(config):
    """``--cov`` measures the tests; nbval shall not trace the notebooks' kernels, which run as they do for a reader."""
    config.option.cov_source = None


def pytest_collection_modifyitems(items):
    """``-m device`` chooses the tests that compute on the ``device`` that they are given."""
    for item in items:
        if "device" in getattr(item, "fixturenames", ()):
            item.add_marker("device")


@pytest.fixture(autouse=True)
def _seeded():
    """Each test draws the same numbers whatever ran before it, and leaves torch's defaults as it found them."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    dtype = torch.get_default_dtype()
    yield
    torch.set_default_dtype(dtype)


@pytest.fixture(autouse=True)
def _strict_checks(monkeypatch):
    """A fault of the checks' own engine is raised here; a reader would get a verdict that says less."""
    monkeypatch.setattr("transformer_lab.checks.engine.guard.STRICT", True)


@pytest.fixture(autouse=True)
def _patient_checks(monkeypatch):
    """Measured for coverage and held to its types the engine is four times slower, and is to find the same as ever."""
    monkeypatch.setattr("transformer_lab.checks.engine.trial.VERDICT", 12.0)
    monkeypatch.setattr("transformer_lab.checks.engine.trial.LATEST", 80.0)


@pytest.fixture
def device():
    """Where a component test computes: on the CPU, or where ``make test-gpu`` says."""
    return os.environ.get("TEST_DEVICE", "cpu")


@pytest.fixture(scope="session")
def splits():
    """The shipped corpus: its pairs by the name of their split."""
    from transformer_lab.corpus import SPLITS, load_corpus

    return {name: load_corpus(name) for name in SPLITS}


@pytest.fixture(scope="session")
def every(splits):
    """Every pair of the shipped corpus."""
    return [p for pairs in splits.values() for p in pairs]


def _fail_if_skipped(report):
    if report.skipped and os.environ.get("REQUIRE_BROWSER"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but REQUIRE_BROWSER is set: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where a browser is required (`make test-browser`), a skipped browser test has failed."""
    report = yield
    return _fail_if_skipped(report) if item.get_closest_marker("browser") else report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """The same for a file that skips itself whole."""
    return _fail_if_skipped((yield))
