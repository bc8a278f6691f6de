"""The system of record: units of work that commit whole or not at all, bound to one workspace."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from parcours.app.ports.accounts import Accounts
from parcours.app.ports.clicks import Clicks
from parcours.app.ports.definitions import Definitions
from parcours.app.ports.erasure import Erasure
from parcours.app.ports.extracts import Extracts
from parcours.app.ports.history import Manifest
from parcours.app.ports.inbox import Inbox
from parcours.app.ports.merging import Merging
from parcours.app.ports.messages import Mailbox, Messages
from parcours.app.ports.people import People
from parcours.app.ports.runs import Leases, Runs
from parcours.app.ports.views import Views

T = TypeVar("T")


class NotDurable(Exception):
    """A unit of work did not reach the disk and nothing of it was kept: the disk is full, the writer stopped, or too much is waiting.

    The text is one sentence. `retry_after` is when trying again is worth it, in real seconds.
    """

    def __init__(self, sentence: str, retry_after: int = 5) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Tx(Protocol):
    """One transaction (or savepoint) of one workspace, seen as the ports."""

    @property
    def workspace(self) -> int: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def people(self) -> People: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def mailbox(self) -> Mailbox: ...
    @property
    def clicks(self) -> Clicks: ...
    @property
    def definitions(self) -> Definitions: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def manifest(self) -> Manifest: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def views(self) -> Views: ...
    @property
    def extracts(self) -> Extracts: ...
    @property
    def merging(self) -> Merging: ...
    @property
    def erasure(self) -> Erasure: ...


class Store(Protocol):
    """Where units of work run. A failing unit rolls back alone; what it raised reaches its caller.

    `write` and `submit` answer only after the commit is on disk (group commit of several units). They raise NotDurable when that
    cannot be (`submit` at once when the queue is too long, else through its future).
    `read` sees one consistent snapshot and never waits for the writer.
    """

    def write(self, workspace: int, unit: Callable[[Tx], T], /) -> T: ...
    def write_anyway(self, workspace: int, unit: Callable[[Tx], T], /) -> T:
        """The same for what must be kept even when the disk is full (opt-outs): there is a reserve for it."""
        ...

    def submit(self, workspace: int, unit: Callable[[Tx], T], /) -> "Future[T]": ...
    def read(self, workspace: int, unit: Callable[[Tx], T], /) -> T: ...
    def fault(self) -> str | None:
        """Why nothing can be written any more until the process starts anew (a sentence), None when all is well."""
        ...

    def prune(self, workspace: int, now: int, /) -> int:
        """Forget ids of events that came by the door over 30 days before `now` and left the inbox; answers how many."""
        ...

    def close(self) -> None: ...
