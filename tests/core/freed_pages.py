"""What compiled code reads when its caller has let go of the arrays: `told()` with references that hold them, and with ones that do not.

Freed memory may still look right, so here an array that dies overwrites its page. Run as a program it prints both readings.
"""

import gc
import json
import sys
import weakref
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from parcours.core.journey.references import Reference

TRUE, OVERWRITTEN = 7, -1


class Pages(NamedTuple):
    """One array, as the kernel's tables are."""

    numbers: Any


@njit
def first(pages: Any) -> int:
    """The first number, read by address."""
    return int(pages.numbers[0])


def reference(page: Any) -> Reference:
    """A reference to a view of the page; nobody but the reference holds the view, and the page is overwritten when it dies."""
    view = page[:]
    weakref.finalize(view, page.fill, OVERWRITTEN)
    return Reference(Pages(view))


def told() -> list[int]:
    """The first number of a page that is held, and of one that is not."""
    numbers = []
    for holds in (True, False):
        page = np.full(8, TRUE, dtype=np.int64)
        made: Any = reference(page)
        if not holds:
            made.arrays = None
        gc.collect()
        numbers.append(first(made))
    return numbers


if __name__ == "__main__":
    json.dump(told(), sys.stdout)
