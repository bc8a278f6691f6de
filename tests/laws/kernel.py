"""The kernel, asked the same cases as the reference, answering in the same plain values."""

from ast import literal_eval
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from parcours.app.zones import table_of
from parcours.core.journey import Linked, Placed, Program, WorkspaceEvent, advance, compile_journey, link, parse_journey
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import Action, ContactRecord, RunRecord, Status, TraceEntry
from parcours.core.terms.events import NEVER, Event
from tests.laws.case import Case, Line, Outcome, Publication, plain
from tests.laws.histories import ZONES
from tests.laws.reference.model import Cap


def linked(case: Case) -> Linked:
    """The case's shared part, as the kernel's tables."""
    return link(
        [placed(publication) for publication in case.publications],
        workspace_events(case),
        [cap_document(cap) for cap in case.caps],
        quiet_document(case.quiet),
        table_of([*ZONES, *(contact.zone for contact in case.contacts)], case.zone),
        strict_consent=True,
    )


def placed(publication: Publication) -> Placed:
    """A version, compiled."""
    program = compiled(repr(publication.document))
    return Placed(program, publication.number, publication.at, publication.follow, dict(publication.redirects))


@lru_cache(50)
def compiled(document: str) -> Program:
    """The program of a document, which is without problems."""
    journey, problems = parse_journey(literal_eval(document))
    assert journey is not None, problems
    return compile_journey(journey)


def workspace_events(case: Case) -> list[WorkspaceEvent]:
    """Pauses, slow turns and settings as dated events."""
    events = [WorkspaceEvent(start, "paused", journey) for journey, start, _ in case.pauses]
    events += [WorkspaceEvent(end, "resumed", journey) for journey, _, end in case.pauses if end < NEVER]
    events += [WorkspaceEvent(end, "gap", value=start) for start, end in case.gaps]
    for at, caps, quiet in case.later:
        value = {"caps": [cap_document(cap) for cap in caps], "quiet_hours": quiet_document(quiet)}
        events.append(WorkspaceEvent(at, "settings", value=value))
    return sorted(events, key=lambda event: event.at)


def cap_document(cap: Cap) -> dict[str, Any]:
    """A cap as settings write it."""
    document: dict[str, Any] = {"most": cap.limit}
    document |= {"per": "day"} if cap.window is None else {"within": f"{cap.window // 1_000_000}s"}
    document |= {"channel": cap.channel} if cap.channel else {}
    return document | ({"topic": cap.topic} if cap.topic else {})


def quiet_document(quiet: tuple[int, int] | None) -> dict[str, str] | None:
    """Quiet hours as settings write them."""
    return (
        None if quiet is None else {"from": f"{quiet[0] // 60:02d}:{quiet[0] % 60:02d}", "to": f"{quiet[1] // 60:02d}:{quiet[1] % 60:02d}"}
    )


def fresh(case: Case) -> list[ContactRecord]:
    """Contacts of whom nothing is known."""
    return [ContactRecord(contact.number, contact.public_id, contact.zone) for contact in case.contacts]


def by_kernel(case: Case) -> list[Outcome]:
    """What the kernel makes of a case, contact by contact."""
    return turned(linked(case), fresh(case), case.events, case.until)[0]


def turned(
    tables: Linked, records: Sequence[ContactRecord], events: Sequence[Sequence[Event]], until: int
) -> tuple[list[Outcome], list[ContactRecord]]:
    """One turn: what came out of it by contact, and the records after it."""
    result = advance(tables, records, events, until)
    outcomes = [
        Outcome(
            [action_line(a) for a in result.actions if a.contact == record.contact],
            [trace_line(t) for t in result.trace if t.contact == record.contact],
            sorted((run_line(r) for r in record.runs), key=repr),
        )
        for record in result.records
    ]
    return outcomes, list(result.records)


def action_line(a: Action) -> Line:
    """An action in plain values."""
    payload = {key: value for key, value in a.payload.items() if key != "transactional"}
    return (a.at, a.kind, a.id.hex(), a.run_id.hex(), a.journey, a.version, a.step, a.visit, Reason(a.reason).name, a.arm, plain(payload))


def trace_line(t: TraceEntry) -> Line:
    """A trace entry in plain values."""
    return (t.at, t.journey, t.version, t.run_id.hex() if t.run_id else None, t.step, Reason(t.reason).name, t.v1, t.v2)


def run_line(r: RunRecord) -> Line:
    """A run in plain values."""
    reason = Reason(r.ended_reason).name if r.ended_reason else ""
    line = (
        r.journey,
        r.instance,
        r.entry,
        r.run_id.hex(),
        r.version,
        Status(r.status).name.lower(),
        reason,
        r.arm,
        r.entered,
        r.steps_done,
    )
    return line + ((r.step, r.visit, r.since, r.due) if r.status == Status.LIVE else ())
