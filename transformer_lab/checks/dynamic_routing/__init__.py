"""Exercises about routing (14): one iteration of routing by agreement, a sparse gate, a balanced load."""

from transformer_lab.checks.dynamic_routing.load_balance import LOAD_BALANCE
from transformer_lab.checks.dynamic_routing.routing_iteration import ROUTING_ITERATION
from transformer_lab.checks.dynamic_routing.top_k_gate import TOP_K_GATE

EXERCISES = (ROUTING_ITERATION, TOP_K_GATE, LOAD_BALANCE)
