"""How a workspace does: what waits, what was set aside after a fault, which loops of this process fail."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from parcours.app.pages.names import display_name, known
from parcours.app.ports import Tx
from parcours.app.services import Services

SPACE: Final = 1 << 30
"""Bytes of free space below which somebody should make room."""
LATE: Final = 5 * 60 * 1_000_000
"""Real microseconds that something may wait for its turn before somebody should look."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A contact whose turn failed, or an arrived event (contact "") whose routing failed. Tried again at `until` (real time)."""

    what: Literal["contact", "event"]
    contact: str
    person: str
    tries: int
    error: str
    until: int


@dataclass(frozen=True, slots=True)
class FailingLoop:
    """A loop of this process that failed `failures` times in a row; it goes on trying."""

    name: str
    failures: int
    error: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the workspace does at one instant. Ages are microseconds of the workspace's clock, `free_bytes` is of the data directory's disk.

    `fault` says why nothing can be written any more. `oldest_arrival` is the age of the oldest event that is not routed, `oldest_due` that
    of the oldest deadline that is not performed; 0 when none waits.
    """

    well: bool
    fault: str | None
    free_bytes: int
    oldest_arrival: int
    oldest_due: int
    messages: Mapping[str, int]
    aside: list[SetAside]
    loops: list[FailingLoop]


def health(services: Services) -> Health:
    """Look at the store, the disk, the queues and this process's loops."""
    now, fault = services.clock.now(), services.store.fault()
    free = shutil.disk_usage(services.directory).free
    loops = [FailingLoop(loop.name, loop.failures, loop.last_error) for loop in services.loops if loop.failures]

    def unit(tx: Tx) -> Health:
        first, due = tx.inbox.unrouted(1), tx.runs.next_due()
        arrival = max(0, now - first[0].arrival.received) if first else 0
        late, aside = max(0, now - due), _aside(services, tx)
        well = fault is None and free > SPACE and max(arrival, late) <= max(LATE, services.slow) and not aside and not loops
        return Health(well, fault, free, arrival, late, tx.messages.counts(), aside, loops)

    return services.store.read(services.workspace, unit)


def _aside(services: Services, tx: Tx) -> list[SetAside]:
    contacts = services.contacts_aside.all()
    people = known(tx, contacts)
    found = [
        SetAside("contact", people[number].public_id, display_name(people[number]), tries, error, until)
        for number, (until, tries, error) in contacts.items()
        if number in people
    ]
    events = [SetAside("event", "", "", tries, error, until) for until, tries, error in services.rows_aside.all().values()]
    return sorted([*found, *events], key=lambda one: one.until)
