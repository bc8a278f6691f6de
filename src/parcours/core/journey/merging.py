"""Merging the kernel's records of two contacts that are one person."""

from dataclasses import replace

from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import ContactRecord, RunRecord, Status, TraceEntry
from parcours.core.terms.events import NEVER


def merge_records(lost: ContactRecord, kept: ContactRecord, at: int) -> tuple[ContactRecord, ContactRecord, tuple[TraceEntry, ...]]:
    """(the survivor's record with the runs of both, the loser's emptied record, why runs ended).

    Where both have a live run of the same journey and instance, the older stays and the other ends `merged`. Registers are emptied:
    they are folded again over the history of both before the survivor's next turn. `at` is the instant of the merge.
    """
    runs: list[RunRecord] = []
    trace: list[TraceEntry] = []
    for run in sorted((*kept.runs, *lost.runs), key=lambda run: (run.entered, run.run_id)):
        if run.status == Status.LIVE and any(_clash(run, other) for other in runs):
            run = replace(run, status=Status.ENDED, due=NEVER, ended_reason=int(Reason.MERGED))
            trace.append(TraceEntry(kept.contact, run.run_id, run.journey, run.version, at, run.step, int(Reason.MERGED)))
        runs.append(run)
    merged = replace(
        kept,
        last_turned=max(kept.last_turned, lost.last_turned),
        due=min((run.due for run in runs), default=NEVER),
        registers=b"",
        runs=tuple(runs),
    )
    return merged, ContactRecord(lost.contact, lost.public_id, lost.zone), tuple(trace)


def _clash(run: RunRecord, other: RunRecord) -> bool:
    return (other.status, other.journey, other.instance) == (Status.LIVE, run.journey, run.instance)
