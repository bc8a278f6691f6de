"""How a contact comes into a journey: offers, refusals, pending entries, absences."""

from typing import Any

from parcours.core.terms.chance import draw
from parcours.core.terms.events import NEVER, Event
from parcours.core.terms.ids import run_id
from tests.laws.reference import lengths
from tests.laws.reference.clauses import MISSING, found
from tests.laws.reference.conditions import Reader, fits, person_part, property_part
from tests.laws.reference.model import LIVE, Armed, Document, Journey, Pending, Person, Run, Version, World
from tests.laws.reference.stepping import go, note
from tests.laws.reference.waking import next_change
from tests.laws.reference.ways import clause_of, way_in

RETRY = 30 * lengths.UNITS["m"]
MOST_PENDING, MOST_INSIDE = 8, 32


def instance_of(journey: Journey, event: Event) -> str | None:
    """The value that tells instances apart, as text; "" without instances, None when the event does not say."""
    if journey.instance is None:
        return ""
    value: Any = found(event.properties, journey.instance.removeprefix("properties."))[0]
    return None if value is MISSING or isinstance(value, list | dict) else instance_text(value)


def instance_text(value: Any) -> str:
    """Numbers and text that look alike are told apart."""
    return value if isinstance(value, str) else f"={value}"


def live_runs(person: Person, journey: str) -> list[Run]:
    """The runs that are inside."""
    return [run for run in person.runs if run.journey.key == journey and run.status == LIVE]


def refusal(world: World, person: Person, version: Version, event: Event, at: int) -> tuple[str, int] | None:
    """Why the event may not start this journey, before its person clauses are asked."""
    journey = version.journey
    instance = instance_of(journey, event)
    if event.history:
        return "HISTORY", 0
    if world.paused(journey.key, at):
        return "PAUSED", 0
    if instance is None:
        return "NO_INSTANCE", 0
    before = [run for run in person.runs if run.journey.key == journey.key and run.instance == instance]
    if any(run.status == LIVE for run in before):
        return "INSIDE", 0
    if before and journey.reentry == "never":
        return "NEVER_AGAIN", before[-1].entered
    if before and isinstance(journey.reentry, int) and at - before[-1].entered < journey.reentry:
        return "COOLING", before[-1].entered + journey.reentry
    if len(live_runs(person, journey.key)) >= MOST_INSIDE:
        return "TOO_MANY", MOST_INSIDE
    return None


def offer(world: World, person: Person, version: Version, event: Event, at: int) -> None:
    """The first entry line that takes the event decides."""
    for line, entry in enumerate(version.journey.entries):
        on = entry["on"]
        if "without" in on:
            absence(person, version, line, on, event, at)
        elif on["event"] == event.name and fits(property_part(entry.get("where")), event) is True:
            return try_entry(world, person, version, line, event, at)
    return None


def try_entry(world: World, person: Person, version: Version, line: int, event: Event, at: int) -> None:
    """Refused, entered, or pending until the person fits."""
    key, number = version.journey.key, version.number
    refused = refusal(world, person, version, event, at)
    if refused:
        return note(person, at, key, number, *_reason(refused))
    clause = version.journey.entries[line].get("where")
    if Reader(world, person, at, event).read(person_part(clause)) is True:
        return enter(person, version, line, event, at, "ENTERED")
    if len(person.pendings) >= MOST_PENDING:
        return note(person, at, key, number, "CLAUSE", v1=event.turned)
    person.pendings.append(Pending(key, line, event, at + RETRY, at))
    return note(person, at, key, number, "PENDING", v1=at + RETRY)


def _reason(refused: tuple[str, int]) -> tuple[str, None, int]:
    return refused[0], None, refused[1]


def retry(world: World, person: Person, mail: bool, at: int) -> None:
    """Pending entries are tried again, the oldest first, until their 30 minutes are over; not while their way in is gone."""
    awake = world.turning(at)
    for pending in [one for one in person.pendings if at <= one.until and (mail or (awake and wakes(world, person, one) <= at))]:
        pending.tested = at
        version = world.current(pending.journey, at)
        assert version
        if not way_in(version, pending.line, pending.event.name, absent=False):
            continue
        if Reader(world, person, at, pending.event).read(person_part(clause_of(version, pending.line))) is True:
            person.pendings.remove(pending)
            refused = refusal(world, person, version, pending.event, at)
            if refused:
                note(person, at, pending.journey, version.number, *_reason(refused))
            else:
                enter(person, version, pending.line, pending.event, at, "ENTERED_LATER")


def wakes(world: World, person: Person, pending: Pending) -> int:
    """When time alone may let a pending entry in."""
    version = world.current(pending.journey, pending.tested)
    assert version
    if not way_in(version, pending.line, pending.event.name, absent=False):
        return NEVER
    wake = next_change(world, person, person_part(clause_of(version, pending.line)), pending.tested)
    return wake if wake <= pending.until else NEVER


def expire(world: World, person: Person, at: int) -> None:
    """Pending entries whose last try has been are refused."""
    for pending in list(person.pendings):
        if pending.until <= at:
            person.pendings.remove(pending)
            version = world.current(pending.journey, at)
            assert version
            note(person, at, pending.journey, version.number, "CLAUSE", v1=pending.event.turned)


def absence(person: Person, version: Version, line: int, on: Document, event: Event, at: int) -> None:
    """B disarms, A arms anew; history does neither."""
    journey = version.journey
    instance = instance_of(journey, event)
    standing = [one for one in person.armed if (one.journey, one.line, one.instance) == (journey.key, line, instance)]
    starts = event.name == on["event"] and fits(property_part(journey.entries[line].get("where")), event) is True
    if starts and (event.history or instance is None):
        return note(person, at, journey.key, version.number, "HISTORY" if event.history else "NO_INSTANCE")
    if standing and not event.history and (starts or event.name == on["without"]):
        person.armed.remove(standing[0])
        if not starts:
            note(person, at, journey.key, version.number, "DISARMED")
    if starts and instance is not None:
        due = at + lengths.microseconds(on["within"])
        person.armed.append(Armed(journey.key, line, instance, event, due))
        note(person, at, journey.key, version.number, "ARMED", v1=due)
    return None


def fire_absences(world: World, person: Person, at: int) -> None:
    """A came and B did not, for long enough: the entry is decided now, with A's properties."""
    for armed in [one for one in person.armed if one.due <= at]:
        person.armed.remove(armed)
        version = world.current(armed.journey, at)
        assert version
        there = way_in(version, armed.line, armed.event.name, absent=True)
        refused = refusal(world, person, version, armed.event, at) if there else None
        if refused:
            note(person, at, armed.journey, version.number, *_reason(refused))
        elif there and Reader(world, person, at, armed.event).read(clause_of(version, armed.line)) is True:
            enter(person, version, armed.line, armed.event, at, "ENTERED")
        else:
            note(person, at, armed.journey, version.number, "CLAUSE", v1=armed.event.turned)


def enter(person: Person, version: Version, line: int, event: Event, at: int, reason: str) -> None:
    """A new run; the holdout is drawn, not refused."""
    journey = version.journey
    instance = instance_of(journey, event) or ""
    entry = 1 + sum(run.journey.key == journey.key and run.instance == instance for run in person.runs)
    run = Run(version, instance, entry, len(person.runs), at, event, line, clause_of(version, line), journey.first)
    run.id = run_id(journey.key, person.public_id, instance, entry)
    run.ghost = draw(journey.key, "holdout", person.public_id) < journey.holdout
    person.runs.append(run)
    note(person, at, journey.key, version.number, reason, run, entry, int(run.ghost))
    go(run, journey.first, at)
