"""Stop with a clear message when this Python is too old for Transformer Lab. Runs on any Python, however old."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Transformer Lab needs Python 3.11 or newer; %s is %d.%d. Name another one: make lab PYTHON=python3.12"  # noqa: UP031
        % (sys.executable, sys.version_info[0], sys.version_info[1])
    )
