"""Small changes of a program: one operator, number, axis, comparison, argument, name, call or line.

They serve twice: a wrong answer that *one* of them makes right is told so, and the tests change every reference by each
of them, to see whether the cases notice.
"""

from transformer_lab.checks.engine.edits.changed import edits
from transformer_lab.checks.engine.edits.likely import is_near, likely
from transformer_lab.checks.engine.edits.lines import line_edits
from transformer_lab.checks.engine.edits.places import Edit, local_names

__all__ = ["Edit", "edits", "is_near", "likely", "line_edits", "local_names"]
