"""Sessions: the runs of a contact's events without a long silence. Compiled."""

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.compiled import compiled
from parcours.core.terms.durations import DAY, MINUTE

Instants = NDArray[np.int64]

SILENCE = 30 * MINUTE
LONGEST = DAY


@compiled
def session_starts(starts: Instants, occurred: Instants, silence: int, longest: int) -> Instants:
    """Where each session begins, and the end: int64[sessions + 1].

    A gap over `silence` splits (exactly that long does not); a new session starts at the first event `longest` or more after the
    session's first.
    """
    bounds = np.empty(len(occurred) + 1, dtype=np.int64)
    found = 0
    for contact in range(len(starts) - 1):
        first = starts[contact]
        for row in range(starts[contact], starts[contact + 1]):
            if row == starts[contact] or occurred[row] - occurred[row - 1] > silence or occurred[row] - occurred[first] >= longest:
                bounds[found] = first = row
                found += 1
    bounds[found] = len(occurred)
    return bounds[: found + 1]
