"""Check: what is stored agrees with itself. Reads only."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from parcours.app.ports import MessageState, Tx
from parcours.app.services import Services
from parcours.core.journey.state import ContactRecord, Status

PAGE = 1000
SENT = frozenset((MessageState.SENT, MessageState.DELIVERED, MessageState.BOUNCED, MessageState.COMPLAINED))


@dataclass(slots=True)
class Finding:
    """One rule: how much was looked at, and a sentence for each thing that breaks it (`faults`)."""

    rule: str
    looked_at: int = 0
    faults: list[str] = field(default_factory=list)


def check(services: Services, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Every rule with its faults; `fine` when there are none."""
    findings = [*_people(services, progress), _messages(services), _history(services)]
    return {"fine": not any(finding.faults for finding in findings), "rules": [asdict(finding) for finding in findings]}


def _people(services: Services, progress: Callable[[int, int], None]) -> list[Finding]:
    """Events once each and in order; one live run per journey and instance; a deadline for every run that waits."""
    order = Finding("each event of a contact has its own number")
    runs = Finding("at most one live run per journey, contact and instance")
    due = Finding("a contact is due no later than its runs")
    after, total = 0, services.store.read(services.workspace, lambda tx: tx.people.count())
    while True:
        contacts = services.store.read(services.workspace, lambda tx, after=after: tx.people.search("", after, PAGE))  # type: ignore[misc]
        if not contacts:
            return [order, runs, due]
        numbers = [contact.id for contact in contacts]
        services.store.read(services.workspace, lambda tx, numbers=numbers: _look(tx, numbers, order, runs, due))  # type: ignore[misc]
        after = numbers[-1]
        progress(runs.looked_at, total)


def _look(tx: Tx, numbers: list[int], order: Finding, runs: Finding, due: Finding) -> None:
    for record in tx.runs.records(numbers):
        seqs = [event.seq for event in tx.views.inbox_of(record.contact)]
        order.looked_at += len(seqs)
        if len(set(seqs)) != len(seqs):
            order.faults.append(f"Contact {record.public_id} has events with the same number.")
        _look_at_runs(record, runs, due)


def _look_at_runs(record: ContactRecord, runs: Finding, due: Finding) -> None:
    live = [run for run in record.runs if run.status == Status.LIVE]
    runs.looked_at += 1
    due.looked_at += len(live)
    runs.faults += [
        f"Contact {record.public_id} is {count} times inside {journey} ({instance or 'no instance'})."
        for (journey, instance), count in Counter((run.journey, run.instance) for run in live).items()
        if count > 1
    ]
    if live and record.due > min(run.due for run in live):
        due.faults.append(f"Contact {record.public_id} has a run that waits for an instant before the contact's own.")


def _messages(services: Services) -> Finding:
    """Every message that was sent has an instant and an address; none was sent without an attempt."""
    finding = Finding("a message that was sent has an address, an instant and an attempt")

    def unit(tx: Tx) -> None:
        for message in tx.messages.find(None, sorted(SENT), 2**62, 10_000_000):
            finding.looked_at += 1
            if not (message.address and message.sent_at and message.attempts):
                finding.faults.append(f"Message {message.id.hex()} is {message.state} without address, instant or attempt.")

    services.store.read(services.workspace, unit)
    return finding


def _history(services: Services) -> Finding:
    """Files are there, whole and as their manifest says."""
    segments = services.store.read(services.workspace, lambda tx: tx.manifest.segments())
    faults = services.history.verify(segments, lambda done: None)
    return Finding("segments are whole", len(segments), faults)
