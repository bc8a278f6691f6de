"""The draw of `chance.py` for compiled folds; compiled or plain, the same number."""

from collections.abc import Callable
from typing import Any

import numpy as np

from parcours.core.terms import chance
from parcours.core.terms.compiled import PLAIN
from parcours.core.terms.parts import part

_GOLDEN = np.uint64(chance.GOLDEN)
_FIRST = np.uint64(chance.FIRST)
_SECOND = np.uint64(chance.SECOND)
_SIDES = np.uint64(chance.SIDES)


@part
def _finalise(number: np.uint64) -> np.uint64:
    number = (number ^ (number >> np.uint64(30))) * _FIRST
    number = (number ^ (number >> np.uint64(27))) * _SECOND
    return number ^ (number >> np.uint64(31))


@part
def _draw(contact: np.uint64, step: np.uint64) -> int:
    mixed = _finalise(_finalise(np.uint64(contact) + _GOLDEN) + np.uint64(step))
    return int(((mixed >> np.uint64(32)) * _SIDES) >> np.uint64(32))


draw_seeds: Callable[[Any, Any], int] = chance.draw_seeds if PLAIN else _draw
"""`draw_seeds(contact_seed, step_seed)` on uint64 seeds, callable from compiled folds. Plain Python wraps with a mask, not with uint64."""
