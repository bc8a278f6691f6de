"""Merging the kernel's records of two contacts that are one person."""

from collections import Counter
from dataclasses import replace
from typing import Any

from parcours.core.journey.layout import ARMED_KIND
from parcours.core.journey.packing import read_json, write_json
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import ContactRecord, RunRecord, Status, TraceEntry
from parcours.core.journey.waiting import HAPPENED, moved, moved_by
from parcours.core.terms.events import NEVER


def merge_records(lost: ContactRecord, kept: ContactRecord, at: int) -> tuple[ContactRecord, ContactRecord, tuple[TraceEntry, ...]]:
    """(the survivor's record with the runs of both, the loser's emptied record, why runs ended).

    Where both have a live run of the same journey and instance, the older stays and the other ends `merged`. Entries of a journey and
    instance are numbered anew, by entry, so that no later run gets the number of one of these; runs keep their ids. Caps count the messages
    of both; entries that wait do so for the survivor (`context`, which says what they are about, is for the host to merge). Registers are
    emptied: they are folded again over the history of both before the survivor's next turn. `at` is the instant of the merge.
    """
    runs: list[RunRecord] = []
    trace: list[TraceEntry] = []
    entries: Counter[tuple[str, str]] = Counter()
    for run in sorted((*kept.runs, *lost.runs), key=lambda run: (run.entered, run.run_id)):
        if run.status == Status.LIVE and any(_clash(run, other) for other in runs):
            run = replace(run, status=Status.ENDED, due=NEVER, ended_reason=int(Reason.MERGED))
            trace.append(TraceEntry(kept.contact, run.run_id, run.journey, run.version, at, run.step, int(Reason.MERGED)))
        entries[run.journey, run.instance] += 1
        runs.append(replace(run, entry=max(run.entry, entries[run.journey, run.instance])))
        entries[run.journey, run.instance] = runs[-1].entry
    merged = replace(
        kept,
        last_turned=max(kept.last_turned, lost.last_turned),
        due=min(kept.due, lost.due),
        registers=b"",
        ledger=merge_ledgers(kept.ledger, lost.ledger),
        pendings=merge_waiting(kept.pendings, lost.pendings),
        runs=tuple(runs),
    )
    return merged, ContactRecord(lost.contact, lost.public_id, lost.zone), tuple(trace)


def _clash(run: RunRecord, other: RunRecord) -> bool:
    return (other.status, other.journey, other.instance) == (Status.LIVE, run.journey, run.instance)


def merge_ledgers(one: bytes, other: bytes) -> bytes:
    """The counted messages of both, in order of time."""
    return write_json(sorted((*read_json(one, []), *read_json(other, [])), key=lambda entry: int(entry[0])))


def merge_waiting(kept: bytes, lost: bytes) -> bytes:
    """The entries that wait of both, the loser's with other causes (waiting.py); of two timers of one absence the later stays."""
    mine, theirs = read_json(kept, {}), read_json(lost, {})
    waiting: list[list[Any]] = []
    both = (*mine.get("waiting", ()), *moved(theirs.get("waiting", []), moved_by(kept)))
    for entry in sorted(both, key=lambda entry: int(entry[HAPPENED])):
        if entry[0] == ARMED_KIND:
            waiting = [each for each in waiting if each[:HAPPENED] != entry[:HAPPENED]]
        waiting.append(entry)
    dirty = mine.get("dirty", 0) or theirs.get("dirty", 0)
    return write_json(({"dirty": 1} if dirty else {}) | ({"waiting": waiting} if waiting else {}))
