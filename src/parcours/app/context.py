"""What messages may quote: the properties of the event by which a run began, kept with the run.

Events that may yet start a run are kept with the contact, by journey and `seq`, as long as the kernel keeps the entry that waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import ContactRecord, TraceEntry, Turned
from parcours.core.journey.waiting import causes, moved_by
from parcours.core.terms.events import Event

Waiting = dict[tuple[str, int], Mapping[str, Any]]

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Remembered:
    """The records with their contexts, and what each run of this turn may quote, also of those that the turn began, ended and dropped."""

    records: list[ContactRecord]
    quotes: Mapping[bytes, bytes]


def remember(records: Sequence[ContactRecord], turned: Turned, events: Sequence[Sequence[Event]]) -> Remembered:
    """Keep the contexts of runs that began in this turn (the kernel carries over those of older ones), and of entries that wait."""
    traced: dict[int, list[TraceEntry]] = {}
    for entry in turned.trace:
        if entry.reason in (Reason.ENTERED, Reason.ENTERED_LATER, Reason.PENDING, Reason.ARMED):
            traced.setdefault(entry.contact, []).append(entry)
    quotes = {run.run_id: run.context for record in records for run in record.runs}
    after = [
        _with_context(old, new, traced.get(new.contact, []), happened, quotes)
        for old, new, happened in zip(records, turned.records, events, strict=True)
    ]
    return Remembered(after, quotes)


def quoted(context: bytes) -> dict[str, Any]:
    """The properties of the event by which a run began."""
    return dict(_decode(context)) if context else {}


def merged_context(lost: ContactRecord, kept: ContactRecord) -> bytes:
    """The events that may yet start a run, of two contacts that are one person; made before their records are merged."""
    by = moved_by(kept.pendings)
    theirs = {(journey, cause + by): properties for (journey, cause), properties in _read(lost.context).items()}
    return _written(_read(kept.context) | theirs)


def _with_context(
    old: ContactRecord, new: ContactRecord, traced: Sequence[TraceEntry], events: Sequence[Event], quotes: dict[bytes, bytes]
) -> ContactRecord:
    if not traced and not old.context:
        return new
    happened = {event.seq: event.properties for event in events}
    waiting = _read(old.context)
    for entry in traced:
        about = waiting.get((entry.journey, entry.cause), happened.get(entry.cause, {}))
        if entry.run_id is not None:
            quotes[entry.run_id] = _encode(about)
        else:
            waiting[entry.journey, entry.cause] = about
    runs = tuple(replace(run, context=quotes.get(run.run_id, b"")) for run in new.runs)
    still = causes(new.pendings)
    return replace(new, runs=runs, context=_written({key: about for key, about in waiting.items() if key in still}))


def _read(context: bytes) -> Waiting:
    return {(journey, cause): properties for journey, cause, properties in _decode(context)} if context else {}


def _written(waiting: Waiting) -> bytes:
    return _encode([(journey, cause, properties) for (journey, cause), properties in waiting.items()]) if waiting else b""
