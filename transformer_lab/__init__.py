"""Transformer Lab: the small package under the thirty notebooks.

Every component is short enough to be read in one sitting and is proved equal to its ``torch.nn`` counterpart.
"""

from transformer_lab.threads import one_thread_in_a_kernel

__version__ = "0.1.0"
one_thread_in_a_kernel()


def __getattr__(name: str) -> object:
    # On demand: the command line's --help should not wait for the exercises.
    if name == "check":
        from transformer_lab.checks import check

        return check
    if name == "about":
        from transformer_lab.rounding import about

        return about
    if name == "reseed":
        from transformer_lab.seeds import reseed

        return reseed
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
