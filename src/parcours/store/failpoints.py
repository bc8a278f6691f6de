"""Named points at which a test may kill the process: `PARCOURS_FAIL=name:n` ends it at the n-th pass of the point `name`.

The end is os._exit(137), as after kill -9: no cleanup runs. Unset, a pass costs one dictionary look-up.
"""

import os
from threading import Lock
from typing import Final

KILLED: Final = 137


def _armed() -> dict[str, int]:
    name, _, number = os.environ.get("PARCOURS_FAIL", "").partition(":")
    return {name: int(number or "1")} if name else {}


_left: Final = _armed()
_lock: Final = Lock()


def reach(name: str) -> None:
    """Pass the point `name`; the process ends here when it is this point's turn."""
    if name not in _left:
        return
    with _lock:
        _left[name] -= 1
        if _left[name] == 0:
            os._exit(KILLED)
