"""Exercises about routing (14): one iteration of routing by agreement, a sparse gate, places that are limited."""

from transformer_lab.checks.dynamic_routing.limited_places import LIMITED_PLACES
from transformer_lab.checks.dynamic_routing.routing_iteration import ROUTING_ITERATION
from transformer_lab.checks.dynamic_routing.top_k_gate import TOP_K_GATE

EXERCISES = (ROUTING_ITERATION, TOP_K_GATE, LIMITED_PLACES)
