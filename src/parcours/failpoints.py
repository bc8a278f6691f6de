"""Named points at which a test lets the process fail: `PARCOURS_FAIL=name:n` ends it at the n-th pass of the point `name`.

The end is a SIGKILL of its own: no cleanup runs. `name:n:eio` and `name:n:enospc` raise that error of the disk there instead; `n+` means at
the n-th pass and at every later one; several points are parted by commas. Unarmed, a pass costs one look at an empty dictionary.

Points: `turn.before_commit`, `turn.after_commit` and so on for the units of work of each file that submits some, `store.before_commit` and
`store.after_commit` for all of them; `file.before_sync`, `file.before_rename`, `file.after_rename` for files of the history;
`smtp.before_mail`, `smtp.before_content`, `smtp.before_dot`, `smtp.after_dot`, `smtp.after_reply` for a mail on its way.
"""

import errno
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any, Final, Literal

Effect = Literal["kill", "eio", "enospc"]
KILLED: Final = -signal.SIGKILL
"""What subprocess answers for a process that ended at a point."""
_ERRORS: Final = {"eio": errno.EIO, "enospc": errno.ENOSPC}


@dataclass(slots=True)
class Point:
    """An armed point: how many passes are left before it takes effect, what it does, and whether it does so from then on."""

    left: int
    effect: Effect
    on: bool


_armed: Final[dict[str, Point]] = {}
_lock: Final = Lock()


def arm(text: str) -> None:
    """Arm the points that a text in the form of PARCOURS_FAIL names, and no others. Raises ValueError for another form."""
    _armed.clear()
    for part in filter(None, text.split(",")):
        name, _, rest = part.partition(":")
        number, _, effect = rest.partition(":")
        if effect not in {"", "kill", *_ERRORS} or not (number or "1").rstrip("+").isdigit():
            raise ValueError(f"PARCOURS_FAIL is name:n, name:n+, name:n:eio or name:n:enospc, not {part}.")
        chosen: Effect = "eio" if effect == "eio" else "enospc" if effect == "enospc" else "kill"
        _armed[name] = Point(int(number.rstrip("+") or "1"), chosen, number.endswith("+"))


def reach(name: str) -> None:
    """Pass the point `name`; the process ends, or OSError is raised, when it is this point's turn."""
    if not _armed or name not in _armed:
        return
    with _lock:
        point = _armed[name]
        point.left -= 1
        now = point.left == 0 or (point.on and point.left < 0)
    if now:
        _fail(name, point.effect)


def reach_commit(units: Iterable[Callable[..., Any]], place: Literal["before_commit", "after_commit"]) -> None:
    """Pass the point of a commit: that of the store, and that of each file whose units are in it."""
    if not _armed:
        return
    reach(f"store.{place}")
    for owner in dict.fromkeys(map(_owner, units)):
        reach(f"{owner}.{place}")


def _owner(unit: Callable[..., Any]) -> str:
    """The file that a unit of work comes from, by its last name."""
    while isinstance(unit, partial):
        unit = unit.func
    return str(unit.__module__).rpartition(".")[2]


def _fail(name: str, effect: Effect) -> None:
    if effect == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise OSError(_ERRORS[effect], f"{os.strerror(_ERRORS[effect])} at the point {name}")


arm(os.environ.get("PARCOURS_FAIL", ""))
