"""Every state of an explorer, computed ahead, so that it answers without Python."""

import itertools
import json
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from transformer_lab.views.common.base import STATE_LIMIT
from transformer_lab.views.explorer.controls import Control

MOST_STATES, SECONDS = 400, 1.0


def precompute(
    controls: Sequence[Control], frame: Callable[[dict[str, Any]], dict], *, limited: bool
) -> tuple[dict[str, Any], str]:
    """Return (frames, "") with a frame for every combination of positions, or ({}, why not).

    States are in the order of ``itertools.product`` over the controls. ``limited`` keeps to :data:`MOST_STATES` states
    and :data:`SECONDS` seconds of this thread's own work, so that a busy machine decides nothing (and to ten times as
    many by the clock, for a function that waits); the 256 KB always hold.
    """
    free = next((each for each in controls if each.positions is None), None)
    if free is not None:
        return {}, f"“{free.label}” takes any text"
    positions = [each.positions or [] for each in controls]
    count = math.prod(map(len, positions))
    if limited and count > MOST_STATES:
        return {}, f"its {count:,} states are more than the {MOST_STATES} that are computed ahead"
    worked, clock, drawn = time.thread_time() + SECONDS, time.monotonic() + 10 * SECONDS, []
    for state in itertools.product(*positions):
        drawn.append(frame({each.name: value for each, value in zip(controls, state, strict=True)}))
        if limited and (time.thread_time() > worked or time.monotonic() > clock):
            return {}, f"computing its {count:,} states ahead takes more than {SECONDS:g} s"
    frames = pack(drawn)
    size = len(json.dumps(frames, ensure_ascii=False).encode())
    if size > STATE_LIMIT:
        return {}, f"its {count:,} states need {size // 1024} KB, more than {STATE_LIMIT // 1024} KB"
    return frames, ""


def pack(drawn: Sequence[dict]) -> dict[str, Any]:
    """Store frames that are mostly alike: what never changes once, in a template; what changes in a pool.

    A template is a frame in which ``{"$": n}`` stands for the n-th changing leaf; a frame is ``[template, leaf, …]``
    with indices into the pool. ``compute.js: unpackFrame`` is the inverse.
    """
    groups: dict[str, list[tuple[int, list[str]]]] = {}
    for number, each in enumerate(drawn):
        leaves: list[str] = []
        groups.setdefault(json.dumps(_strip(each, leaves)), []).append((number, leaves))
    pool: dict[str, int] = {}
    templates, frames = [], [[] for _ in drawn]
    for i, (shape, members) in enumerate(groups.items()):
        columns = list(zip(*(leaves for _, leaves in members), strict=True))
        changing = [n for n, column in enumerate(columns) if len(set(column)) > 1]
        place = {n: k for k, n in enumerate(changing)}
        templates.append(_fill(json.loads(shape), members[0][1], place))
        for number, leaves in members:
            frames[number] = [i, *(pool.setdefault(leaves[n], len(pool)) for n in changing)]
    return {"templates": templates, "frames": frames, "pool": [json.loads(text) for text in pool]}


def _strip(value: Any, leaves: list[str]) -> Any:
    """Move the leaves (numbers, texts, rows of them) out, in order; return the structure with their indices."""
    if isinstance(value, dict):
        return {key: _strip(each, leaves) for key, each in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return [_strip(each, leaves) for each in value]
    leaves.append(json.dumps(value, ensure_ascii=False))
    return len(leaves) - 1


def _fill(structure: Any, leaves: list[str], place: dict[int, int]) -> Any:
    if isinstance(structure, dict):
        return {key: _fill(each, leaves, place) for key, each in structure.items()}
    if isinstance(structure, list):
        return [_fill(each, leaves, place) for each in structure]
    return {"$": place[structure]} if structure in place else json.loads(leaves[structure])
