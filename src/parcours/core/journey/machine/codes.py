"""Numbers as the compiler shall see them: typed, not each a type of its own, so that one compiled form of a function serves them all."""

from enum import IntEnum
from typing import Final, cast

import numpy as np


def typed(number: int | IntEnum) -> int:
    """An int64 of the same value."""
    return cast(int, np.int64(int(number)))


NOTHING: Final = typed(0)
NOBODY: Final = typed(-1)
"""The place of what was not found."""
