"""Rules about people: one live run per journey and instance, and a deadline for every run that waits."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from parcours.app.check.finding import Finding
from parcours.app.ports import Tx
from parcours.app.services import Services
from parcours.core.journey.state import ContactRecord, Status

PAGE = 1000


def check_people(services: Services, progress: Callable[[int, int], None]) -> list[Finding]:
    """Everybody, page by page."""
    runs = Finding("at most one live run per journey, contact and instance")
    due = Finding("a contact is due no later than its runs")
    after, total = 0, services.store.read(services.workspace, lambda tx: tx.people.count())
    while numbers := services.store.read(services.workspace, partial(_look, after=after, runs=runs, due=due)):
        after = numbers[-1]
        progress(runs.looked_at, total)
    return [runs, due]


def _look(tx: Tx, *, after: int, runs: Finding, due: Finding) -> list[int]:
    numbers = [contact.id for contact in tx.people.search("", after, PAGE)]
    for record in tx.runs.records(numbers):
        _look_at_runs(record, runs, due)
    return numbers


def _look_at_runs(record: ContactRecord, runs: Finding, due: Finding) -> None:
    live = [run for run in record.runs if run.status == Status.LIVE]
    runs.looked_at += 1
    due.looked_at += len(live)
    for (journey, instance), count in Counter((run.journey, run.instance) for run in live).items():
        if count > 1:
            runs.fault(f"Contact {record.public_id} is {count} times inside {journey} ({instance or 'no instance'}).")
    if live and record.due > min(run.due for run in live):
        due.fault(f"Contact {record.public_id} has a run that waits for an instant before the contact's own.")
