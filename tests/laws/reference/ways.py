"""Ways in: the entry lines of a version, and whether one that somebody took or waits at is still there."""

from tests.laws.reference.model import Document, Version


def way_in(version: Version, line: int, event: str, *, absent: bool) -> bool:
    """Whether the version has a way in at the same place, about the same event, an absence or not as before."""
    if not 0 <= line < len(version.journey.entries):
        return False
    on = version.journey.entries[line]["on"]
    return bool(on["event"] == event and ("without" in on) == absent)


def clause_of(version: Version, line: int) -> Document | None:
    """The filter of a way in."""
    found: Document | None = version.journey.entries[line].get("where")
    return found
