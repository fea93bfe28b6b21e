"""Exercises about routing (14): one iteration of routing by agreement, and places that are limited."""

from transformer_lab.checks.dynamic_routing.limited_places import LIMITED_PLACES
from transformer_lab.checks.dynamic_routing.routing_iteration import ROUTING_ITERATION

EXERCISES = (ROUTING_ITERATION, LIMITED_PLACES)
