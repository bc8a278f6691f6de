"""What a running Parcours holds: the ports of one workspace, wired once, passed to every use case. There are no globals."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from parcours.app.aside import Aside
from parcours.app.exclusive import HISTORY, Exclusive, Hold
from parcours.app.jobs import Jobs
from parcours.app.ports import Channel, Clock, History, Renderer, RowFiles, Store, Tx

if TYPE_CHECKING:
    from parcours.core.journey import Linked


@dataclass(frozen=True, slots=True)
class DemoControls:
    """The demo's levers: its speed (workspace seconds per real second) and pause.

    `first` and `last` bound the period it replays (UTC microseconds); `customers` is how many of the shop's take part, None for all.
    """

    set_speed: Callable[[float], None]
    set_paused: Callable[[bool], None]
    speed: Callable[[], float]
    paused: Callable[[], bool]
    first: int
    last: int
    customers: int | None = None


class _Linking:
    """Links on first use: a process that runs no kernel never loads the compiler."""

    def __init__(self) -> None:
        self._inner: Callable[[Tx, Sequence[str | None]], Linked] | None = None

    def __call__(self, tx: Tx, zones: Sequence[str | None], /) -> "Linked":
        if self._inner is None:
            from parcours.app.linking import Linking

            self._inner = Linking()
        return self._inner(tx, zones)


class Working(Protocol):
    """A loop of this process: how often in a row it failed, and with what (the type of the error and its text)."""

    name: str
    failures: int
    last_error: str


@dataclass(frozen=True, slots=True)
class Services:
    """Ports and boot values of one workspace.

    `secret` signs public links and sessions' CSRF values; `public_url` is the only base of links sent out, without trailing slash.
    `link` answers the linked programs of the workspace as a transaction sees them, with at least the zones named.
    `slow` is how late a deadline may be performed (workspace microseconds) before the turn is noted as slow.
    `disk_failed` ends the process with a sentence: a file of the history could not be written for sure.
    `wake` tells the workers that something changed (an event arrived, a message was planned); it never blocks.
    `loops` are the loops of this process, filled when they start.
    `contacts_aside` and `rows_aside` are those whose turn or routing failed and is tried again later.
    `exclusive` hands out what only one hand may do at a time, over all processes that share the workspace.
    `suspects` is held while a message is delivered of which an attempt was lost: one at a time, so that it is known who ends the process.
    """

    store: Store
    history: History
    files: RowFiles
    clock: Clock
    workspace: int
    renderer: Renderer
    channels: Mapping[str, Channel]
    secret: bytes
    public_url: str
    directory: Path
    wake: Callable[[], None] = lambda: None
    disk_failed: Callable[[str], None] = lambda sentence: None
    demo: DemoControls | None = None
    jobs: Jobs = field(default_factory=Jobs)
    exclusive: Exclusive = field(default_factory=Exclusive)
    suspects: threading.Lock = field(default_factory=threading.Lock)
    contacts_aside: Aside = field(default_factory=lambda: Aside("Contact"))
    rows_aside: Aside = field(default_factory=lambda: Aside("Inbox row"))
    loops: list["Working"] = field(default_factory=list)
    slow: int = 5 * 60 * 1_000_000
    link: Callable[[Tx, Sequence[str | None]], "Linked"] = field(default_factory=_Linking)

    @property
    def archiving(self) -> AbstractContextManager[Hold]:
        """Held while events move to the history, and while the whole history is read for registers; waits for its turn."""
        return self.exclusive.hold(HISTORY)
