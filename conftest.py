"""What a notebook's report says after a cell that took too long.

nbval marks all later cells as expected to fail: then a wrong one counts as well as a right one, and with
``xfail_strict`` a right one fails for being right. Here the slow cell has failed; those after it
were not run and say so.
"""

import pytest


def _timed_out(item):
    return getattr(item.parent, "timed_out", False)  # nbval's collector of one notebook


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before nbval's own setup, which would mark the cell."""
    if _timed_out(item):
        pytest.fail(f"not run: {item.parent.slow_cell} of this notebook took too long", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A cell that took too long has failed, whatever it did when it was interrupted."""
    try:
        result = yield
    finally:
        if _timed_out(item):
            item.parent.slow_cell = item.name
    if _timed_out(item):
        pytest.fail(f"took longer than {item.config.option.nbval_cell_timeout:g} s", pytrace=False)
    return result
