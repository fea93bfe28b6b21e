"""Transformer Lab: the small package under the thirty notebooks.

Every component is short enough to be read in one sitting and is proved equal to its ``torch.nn`` counterpart.
"""

__version__ = "0.1.0"
