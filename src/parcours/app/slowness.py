"""Slowness: deadlines performed late are an input, so each slow turn is a stored workspace event."""

from collections.abc import Sequence

from parcours.app.ports import Tx
from parcours.app.revision import revise
from parcours.core.journey.state import ContactRecord


def note_slowness(tx: Tx, records: Sequence[ContactRecord], now: int, slow: int) -> None:
    """Store a `gap` when a deadline is performed more than `slow` microseconds late and no stored gap says so yet.

    A gap says: deadlines from `value` on, up to `at`, are performed at `at`. A backlog of one outage is thus one gap, however many turns.
    """
    late = [record.due for record in records if record.due < now - slow]
    if not late:
        return
    gaps = [(event["value"], event["at"]) for event in tx.definitions.workspace_events() if event["kind"] == "gap"]
    unsaid = [due for due in late if not any(start <= due < end for start, end in gaps)]
    if unsaid:
        tx.definitions.workspace_events([{"at": now, "kind": "gap", "journey": "", "version": 0, "value": min(unsaid)}])
        revise(tx)
