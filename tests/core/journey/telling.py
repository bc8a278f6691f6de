"""Transcripts: `>>` happened, `<<` was asked for, `--` was decided. Times are hours and minutes since the beginning."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from parcours.core.journey import Linked, advance
from parcours.core.journey.reasons import Reason, key
from parcours.core.journey.state import ContactRecord, Turned
from parcours.core.terms.events import Event, Kind

START = 1_772_409_600_000_000
"""2026-03-02T00:00Z, a Monday."""
MINUTE = 60_000_000
KINDS = {"~": Kind.RECEIPT, "^": Kind.RUN}


def instant(clock: str) -> int:
    """`26:30` is half past two of the second day."""
    hours, minutes = clock.split(":")
    return START + (int(hours) * 60 + int(minutes)) * MINUTE


def clock(at: int) -> str:
    """The inverse of `instant`."""
    hours, minutes = divmod((at - START) // MINUTE, 60)
    return f"{hours:02d}:{minutes:02d}"


def event(line: str, seq: int) -> Event:
    """`10:00 Product Added {"value": 30}`; `~` before the name is a receipt, `^` an event of a run, `*` history."""
    when, _, rest = line.partition(" ")
    name, _, properties = rest.partition(" {")
    kind, history = KINDS.get(name[0], Kind.CUSTOMER), name[0] == "*"
    at = instant(when)
    return Event(1, seq, name.lstrip("~^*"), at, at, at, kind, json.loads("{" + properties) if properties else {}, history)


@dataclass
class Story:
    """One contact in front of linked journeys."""

    linked: Linked
    record: ContactRecord = field(default_factory=lambda: ContactRecord(1, "00000000-0000-4000-8000-000000000001"))
    seq: int = 0

    def turn(self, lines: Sequence[str], until: str) -> Turned:
        """Turn the contact with these events, up to `until`."""
        events = []
        for line in lines:
            self.seq += 1
            events.append(event(line, self.seq))
        turned = advance(self.linked, [self.record], [events], instant(until))
        (self.record,) = turned.records
        return turned

    def tell(self, text: str, until: str = "9999:00") -> None:
        """Play the `>>` lines of a transcript; raises AssertionError unless all its other lines are what comes of them."""
        lines = [line.strip() for line in text.strip().splitlines()]
        happened = [line[3:] for line in lines if line.startswith(">>")]
        turned = self.turn(happened, until)
        told = [(instant(line.split()[0]), 0, f">> {line}") for line in happened]
        asked = {(action.at, action.step, action.visit) for action in turned.actions}
        for entry in turned.trace:
            what = f"{entry.step}: {key(Reason(entry.reason))}" if entry.step is not None else key(Reason(entry.reason))
            wished = Reason(entry.reason).name in ("SENT", "WITHHELD", "TAGGED", "UNTAGGED", "ATTRIBUTE_SET")
            assert not wished or any(at == entry.at and step == entry.step for at, step, _ in asked)
            told.append((entry.at, 1, f"{'<<' if wished else '--'} {clock(entry.at)} {what}"))
        assert [line for *_, line in sorted(told, key=lambda one: one[:2])] == lines
