"""Entries that wait (pending on a person clause, armed absences) as records keep them: which event each is about."""

from typing import Any, Final

from parcours.core.journey.packing import read_json

JOURNEY: Final = 1
HAPPENED: Final = 4
"""In an entry that waits (packing.py): what comes before says whose it is, this is when its event came."""
CAUSE: Final = 7
"""The `seq` of its event."""
APART: Final = 1 << 48
"""More than any `seq`: how far the causes of a merged contact are moved, so that they never meet those of the survivor."""


def causes(pendings: bytes) -> set[tuple[str, int]]:
    """(journey, `seq` of the event) of every entry that waits: what `TraceEntry.cause` said of it."""
    return {(entry[JOURNEY], entry[CAUSE]) for entry in read_json(pendings, {}).get("waiting", ())}


def moved_by(kept: bytes) -> int:
    """How far the causes of a contact that is merged into one with these entries are moved."""
    return APART * (1 + max((cause // APART for _, cause in causes(kept)), default=0))


def moved(entries: list[list[Any]], by: int) -> list[list[Any]]:
    """The entries with their causes moved."""
    return [[*entry[:CAUSE], entry[CAUSE] + by, *entry[CAUSE + 1 :]] for entry in entries]
