"""How core's folds are compiled: one decorator, so that the rule of the cache is said once.

numba does not see edits in called files, so its cache is used only where the host names a folder of its own
(NUMBA_CACHE_DIR, under a hash of core, numba and CPU), never beside the source. With NUMBA_DISABLE_JIT=1 functions run as plain Python.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from numba import config, njit

F = TypeVar("F", bound=Callable[..., object])

PLAIN: Final = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]
"""Whether functions run as plain Python."""


def compiled(function: F) -> F:
    """The function compiled by numba: without the GIL, without Python objects, wrapping 64-bit integers."""
    return cast(F, njit(nogil=True, cache=_caches())(function))


def compiled_in_place(function: F) -> F:
    """The same, of a function that allocates nothing: no reference to an array is ever counted."""
    options: dict[str, Any] = {"nogil": True, "cache": _caches(), "_nrt": False}
    return cast(F, njit(**options)(function))


def _caches() -> bool:
    return bool(config.CACHE_DIR)  # type: ignore[attr-defined]
