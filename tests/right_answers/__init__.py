"""For every exercise a right answer, written another way than the reference: a function of the exercise's name.

One module for each room of ``transformer_lab.checks``, of its name; names that begin with an underscore are helpers.
"""

import importlib
import inspect
import pkgutil

ANOTHER_WAY = {}
for _module in pkgutil.iter_modules(__path__):
    _room = importlib.import_module(f"{__name__}.{_module.name}")
    for _name, _function in inspect.getmembers(_room, callable):
        if not _name.startswith("_") and getattr(_function, "__module__", None) == _room.__name__:
            assert _name not in ANOTHER_WAY, f"two answers are called {_name}"
            ANOTHER_WAY[_name] = _function
