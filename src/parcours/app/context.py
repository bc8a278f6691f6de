"""What messages may quote: the properties of the event by which a run began, kept with the run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import ContactRecord, RunRecord, Turned
from parcours.core.terms.events import Event

MOST_KEPT = 8
"""Events per journey that may yet start a run (the kernel keeps at most as many pending entries)."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def remember(records: Sequence[ContactRecord], turned: Turned, events: Sequence[Sequence[Event]]) -> list[ContactRecord]:
    """The new records, with contexts: those of old runs carried over, those of new runs found from the trace of this turn."""
    traced: dict[int, list[Any]] = {}
    for entry in turned.trace:
        if entry.reason in (Reason.ENTERED, Reason.ENTERED_LATER, Reason.PENDING, Reason.ARMED):
            traced.setdefault(entry.contact, []).append(entry)
    return [
        _with_context(old, new, traced.get(new.contact, []), happened)
        for old, new, happened in zip(records, turned.records, events, strict=True)
    ]


def quoted(run: RunRecord) -> dict[str, Any]:
    """The properties of the event by which the run began."""
    return dict(_decode(run.context)) if run.context else {}


def _with_context(old: ContactRecord, new: ContactRecord, traced: Sequence[Any], events: Sequence[Event]) -> ContactRecord:
    carried = {run.run_id: run.context for run in old.runs}
    waiting: dict[str, list[Mapping[str, Any]]] = _decode(old.context) if old.context else {}
    for entry in traced:
        happened = [event for event in events if event.turned == entry.at]
        if entry.reason in (Reason.PENDING, Reason.ARMED):
            if happened:
                waiting[entry.journey] = [*waiting.get(entry.journey, []), dict(happened[-1].properties)][-MOST_KEPT:]
        elif entry.run_id is not None:
            carried[entry.run_id] = _encode(_beginning(entry, happened, waiting))
    runs = tuple(run if run.run_id not in carried else replace(run, context=carried[run.run_id]) for run in new.runs)
    return replace(new, runs=runs, context=_encode(waiting) if waiting else b"")


def _beginning(entry: Any, happened: Sequence[Event], waiting: Mapping[str, list[Mapping[str, Any]]]) -> Mapping[str, Any]:
    """An entry at an event's instant quotes that event; one by a timer or a retry quotes the last event that was waiting."""
    if entry.reason == Reason.ENTERED and happened:
        return dict(happened[-1].properties)
    kept = waiting.get(entry.journey)
    return kept[-1] if kept else {}
