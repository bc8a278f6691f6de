"""A case: all that goes into a turn; an outcome: all that comes out, in plain values that two interpreters can be compared by."""

from ast import literal_eval
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from parcours.core.terms.events import NEVER, Event
from tests.laws.reference.interpreter import advance
from tests.laws.reference.model import LIVE, Cap, Document, Person, Settings, Version, World
from tests.laws.reference.reading import read_journey

Line = tuple[Any, ...]


@dataclass(frozen=True)
class Publication:
    """A version of a journey and how it was published."""

    document: Document
    number: int
    at: int
    follow: bool = True
    redirects: tuple[tuple[str, str], ...] = ()

    @property
    def journey(self) -> str:
        """The journey's key."""
        return str(self.document["journey"])


@dataclass(frozen=True)
class Contact:
    """Who it is about."""

    number: int
    public_id: str
    zone: str | None = None


@dataclass(frozen=True)
class Case:
    """`pauses`: (journey, from, until or NEVER); `gaps`: (from, performed) of slow turns; `quiet` in local minutes.

    `later`: settings that replace caps and quiet hours, with their instants.
    """

    publications: tuple[Publication, ...]
    contacts: tuple[Contact, ...]
    events: tuple[tuple[Event, ...], ...]
    until: int
    pauses: tuple[tuple[str, int, int], ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    caps: tuple[Cap, ...] = ()
    quiet: tuple[int, int] | None = None
    later: tuple[tuple[int, tuple[Cap, ...], tuple[int, int] | None], ...] = ()
    zone: str = "Europe/Paris"


@dataclass
class Outcome:
    """What one contact's turn gave: `actions`, `trace` and `runs` are tuples, sorted as the laws sort them."""

    actions: list[Line] = field(default_factory=list)
    trace: list[Line] = field(default_factory=list)
    runs: list[Line] = field(default_factory=list)


def world_of(case: Case) -> World:
    """The case's shared part, for the reference."""
    versions = [Version(read_journey(p.document), p.number, p.at, p.follow, dict(p.redirects)) for p in case.publications]
    settings = [Settings(at, list(caps), quiet) for at, caps, quiet in ((-NEVER, case.caps, case.quiet), *case.later)]
    return World(versions, case.zone, settings, list(case.pauses), list(case.gaps))


def person_of(contact: Contact) -> Person:
    """A contact of whom nothing is known."""
    return Person(contact.number, contact.public_id, contact.zone)


def by_reference(case: Case) -> list[Outcome]:
    """What the reference makes of a case, contact by contact."""
    world, outcomes = world_of(case), []
    for contact, events in zip(case.contacts, case.events, strict=True):
        person = person_of(contact)
        advance(world, person, events, case.until)
        outcomes.append(outcome_of(person))
    return outcomes


def outcome_of(person: Person) -> Outcome:
    """What the reference knows of a contact in the end."""
    actions = [
        (
            a["at"],
            a["kind"],
            a["id"].hex(),
            a["run"].hex(),
            a["journey"],
            a["version"],
            a["step"],
            a["visit"],
            a["reason"],
            a["arm"],
            plain(a["payload"]),
        )
        for a in person.actions
    ]
    trace = [
        (t["at"], t["journey"], t["version"], t["run"].hex() if t["run"] else None, t["step"], t["reason"], t["v1"], t["v2"])
        for t in person.trace
    ]
    runs = [
        (r.journey.key, r.instance, r.entry, r.id.hex(), r.version.number, r.status, r.reason, int(r.ghost), r.entered, r.steps_done)
        + ((r.step, r.visits.get(r.step, 0), r.since, min(r.due, NEVER)) if r.status == LIVE else ())
        for r in person.runs
    ]
    return Outcome(actions, trace, sorted(runs, key=repr))


def payload_of(line: Line) -> dict[str, Any]:
    """The payload of a line of actions."""
    return dict(literal_eval(line[10]))


def plain(payload: dict[str, Any]) -> str:
    """A payload as text, whatever the order of its keys."""
    return repr(sorted(deepcopy(payload).items()))
