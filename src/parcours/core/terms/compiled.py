"""How core's folds are compiled: one decorator, so that the rule of the cache is said once. What they call is best a part (parts.py).

numba does not see edits in called files, so its cache is used only where the host names a folder of its own
(NUMBA_CACHE_DIR, under a hash of core, numba and CPU), never beside the source. With NUMBA_DISABLE_JIT=1 functions run as plain Python.
"""

from collections.abc import Callable
from typing import Final, TypeVar, cast

from numba import config, njit

F = TypeVar("F", bound=Callable[..., object])

PLAIN: Final = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]
"""Whether functions run as plain Python."""
CACHES: Final = bool(config.CACHE_DIR)  # type: ignore[attr-defined]
"""Whether the host named a folder for compiled code."""


def compiled(function: F) -> F:
    """The function compiled by numba: without the GIL, without Python objects, wrapping 64-bit integers."""
    return cast(F, njit(nogil=True, cache=CACHES)(function))
