"""Exercises about residual connections."""

from transformer_lab.checks.residual_connection.branch_scale import BRANCH_SCALE
from transformer_lab.checks.residual_connection.residual_jacobian import RESIDUAL_JACOBIAN

EXERCISES = (BRANCH_SCALE, RESIDUAL_JACOBIAN)
