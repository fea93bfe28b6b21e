"""Exercises about residual connections."""

from transformer_lab.checks.residual_connection.residual_connection import RESIDUAL_CONNECTION
from transformer_lab.checks.residual_connection.residual_jacobian import RESIDUAL_JACOBIAN

EXERCISES = (RESIDUAL_CONNECTION, RESIDUAL_JACOBIAN)
