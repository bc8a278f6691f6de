"""Property columns for tests, from plain values."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from parcours.core.terms.conditions.columns import Column
from parcours.core.terms.conditions.matchers import canonical

ABSENT = object()


def column_of(values: Sequence[Any]) -> Column:
    """A dictionary-coded column; ABSENT where the event has no such key."""
    keys = [None if value is ABSENT else canonical(value) for value in values]
    known = list(dict.fromkeys(key for key in keys if key is not None))
    distinct = [next(value for value, key in zip(values, keys, strict=True) if key == each) for each in known]
    return Column(np.array([-1 if key is None else known.index(key) for key in keys], dtype=np.int32), distinct)
