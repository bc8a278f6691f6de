"""What runs do: they settle, step by step, until they rest or end."""

from typing import Any

from parcours.core.terms.chance import draw
from parcours.core.terms.events import NEVER, Event
from parcours.core.terms.ids import action_id
from tests.laws.reference import lengths
from tests.laws.reference.clauses import found
from tests.laws.reference.conditions import CHANGED_BY_STEP, Reader, clock, events, person_part, traits, zone_of
from tests.laws.reference.lengths import microseconds
from tests.laws.reference.model import END, ENDED, FINISHED, LIVE, Document, Intent, Person, Run, Step, World
from tests.laws.reference.sending import capped, quiet_end, refusal

MOST_STEPS, MOST_AT_ONCE = 1_000, 100
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def note(person: Person, at: int, journey: str, version: int, reason: str, run: Run | None = None, v1: int = 0, v2: int = 0) -> None:
    """One line of the trace."""
    step = run.step if run else None
    person.trace.append(
        {
            "at": at,
            "journey": journey,
            "version": version,
            "run": run.id if run else None,
            "step": step,
            "reason": reason,
            "v1": v1,
            "v2": v2,
        }
    )


def note_run(person: Person, run: Run, at: int, reason: str, v1: int = 0, v2: int = 0) -> None:
    """One line of the trace about a run."""
    note(person, at, run.journey.key, run.version.number, reason, run, v1, v2)


def end(person: Person, run: Run, at: int, reason: str, v1: int = 0) -> None:
    """The run is over (`DONE` and `STEP_REMOVED`: past its last step, still watched for its goal)."""
    note_run(person, run, at, reason, v1)
    run.status = FINISHED if reason in ("DONE", "STEP_REMOVED") else ENDED
    run.reason, run.due, run.resting, run.ready = reason, NEVER, False, False


def go(run: Run, step: str, at: int) -> None:
    """The run is to begin a step as soon as its journey is not paused."""
    run.step, run.resting, run.ready, run.due = step, False, True, at
    run.capped_since = None


def settle(world: World, person: Person, run: Run, at: int) -> None:
    """Run steps until one rests or the run is over; a held send is tried again."""
    while run.status == LIVE and run.ready:
        if run.journey.exit_when in ("unmatched", "goal_or_unmatched") and not still_matches(world, person, run, at):
            end(person, run, at, "UNMATCHED")
        elif run.resting:
            perform(world, person, run, at)
        elif run.step == END:
            end(person, run, at, "DONE")
        elif run.steps_done >= MOST_STEPS or (run.burst[0] == at and run.burst[1] >= MOST_AT_ONCE):
            end(person, run, at, "LOOP_GUARD", run.steps_done)
        else:
            begin(person, run, at)
            perform(world, person, run, at)
    run.late = 0


def still_matches(world: World, person: Person, run: Run, at: int) -> bool:
    """Whether the person clauses of the entry still hold."""
    return Reader(world, person, at, run.event).read(person_part(run.clause)) is True


def begin(person: Person, run: Run, at: int) -> None:
    """The run comes to a step."""
    run.steps_done += 1
    run.burst = (at, run.burst[1] + 1 if run.burst[0] == at else 1)
    run.visits[run.step] = run.visits.get(run.step, 0) + 1
    run.since = run.watch_from = at
    run.path.append((at, run.step, len(person.trace)))


def perform(world: World, person: Person, run: Run, at: int) -> None:
    """What the step at hand does."""
    PERFORMERS[run.journey.steps[run.step].kind](world, person, run, run.journey.steps[run.step], at)


def rest(run: Run, due: int, basis: Any = None) -> None:
    """The run stays at its step until `due`, which was computed from `basis`."""
    run.resting, run.ready, run.due, run.basis = True, False, due, basis


# waiting


def wait(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """A length, a local time or a date. When it rests already, its time has come."""
    if run.resting:
        note_run(person, run, at, "WAITED", run.due, run.late)
        return go(run, step.next, at)
    due = wait_due(world, person, run, step, at, at)
    if due is None:
        note_run(person, run, at, "DATE_MISSING")
        return go(run, step.document["wait"].get("missing", step.next), at)
    if due <= at:
        is_date = isinstance(step.document["wait"], dict) and "date" in step.document["wait"]
        note_run(person, run, at, *(("DATE_PAST", due) if is_date and due < at else ("WAITED", due)))
        return go(run, step.next, at)
    return rest(run, due, wait_basis(world, person, step))


def wait_basis(world: World, person: Person, step: Step) -> Any:
    """What a wait depends on beside the clock: the zone, the date."""
    length = step.document["wait"]
    if isinstance(length, str):
        return None
    return zone_of(world, person), found(traits(person), length["date"])[0] if "date" in length else None


def wait_due(world: World, person: Person, run: Run, step: Step, since: int, at: int) -> int | None:
    """When a wait begun at `since` and looked at now ends; None for a missing date."""
    length = step.document["wait"]
    if isinstance(length, str):
        return since + microseconds(length)
    zone = zone_of(world, person)
    if "until" in length:
        until = length["until"]
        days = tuple(WEEKDAYS.index(day) for day in until.get("weekdays", ()))
        due = lengths.next_clock(zone, since, clock(until["time"]), until.get("in_days", 0), days)
        return due if due >= at else lengths.next_clock(zone, at, clock(until["time"]), 0, days)
    return date_due(found(traits(person), length["date"])[0], length, zone, at)


def date_due(value: Any, length: Document, zone: str, at: int) -> int | None:
    """The date plus the offset, at the local time asked for; yearly, the first anniversary that is not past."""
    date = lengths.read_date(value)
    if date is None:
        return None
    if not length.get("yearly"):
        return shifted(zone, lengths.date_instant(zone, date), length)
    year = lengths.local(zone, at).year - 2
    while shifted(zone, lengths.date_instant(zone, date, year), length) < at:
        year += 1
    return shifted(zone, lengths.date_instant(zone, date, year), length)


def shifted(zone: str, at: int, length: Document) -> int:
    """An instant moved by the offset, then put at the local time asked for on the day it falls on."""
    moved = at + microseconds(length.get("offset", "0s"))
    return lengths.on_day(zone, moved, clock(length["time"])) if "time" in length else moved


def wait_for(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """State that is already so passes at once; when it rests already, its timeout has come."""
    if run.resting:
        note_run(person, run, at, "TIMED_OUT", run.due, run.late)
        return go(run, step.next, at)
    if awaited(world, person, run, at):
        note_run(person, run, at, "MATCHED")
        return go(run, step.document.get("then", step.next), at)
    return rest(run, run.since + microseconds(step.document["timeout"]))


def awaited(world: World, person: Person, run: Run, at: int) -> bool:
    """Whether what a wait_for waits for is there."""
    condition, run.tested = run.journey.steps[run.step].document["wait_for"], at
    return Reader(world, person, at, run.event, run, since=run.watch_from).read(condition) is True


# choosing


def branch(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """The first option that is true, else `else`."""
    answers = [Reader(world, person, at, run.event, run).read(option["if"]) for option in step.document["branch"]]
    if True in answers:
        index = answers.index(True)
        note_run(person, run, at, "CASE", index)
        return go(run, step.document["branch"][index]["then"], at)
    if None in answers:
        note_run(person, run, at, "ELSE_UNKNOWN", answers.index(None))
    else:
        note_run(person, run, at, "ELSE")
    return go(run, step.document.get("else", step.next), at)


def split(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """The published draw of (journey, step, contact) picks the arm."""
    drawn, edge = draw(run.journey.key, step.id, person.public_id), 0
    total = sum(arm["weight"] for arm in step.document["split"])
    for index, arm in enumerate(step.document["split"]):
        edge += arm["weight"]
        if drawn < edge * 10_000 // total:
            note_run(person, run, at, "ARM", index, drawn)
            return go(run, arm["then"], at)
    raise AssertionError("the shares cover every draw")


# acting


def act(person: Person, run: Run, at: int, kind: str, reason: str, **payload: Any) -> None:
    """One wish to the host."""
    visit, channel = run.visits[run.step], payload.get("channel", "")
    person.actions.append(
        {
            "id": action_id(run.id, run.step, visit, channel), "kind": kind, "run": run.id, "journey": run.journey.key,
            "version": run.version.number, "step": run.step, "visit": visit, "at": at, "reason": reason,
            "arm": int(run.ghost), "payload": payload,
        }
    )  # fmt: skip


def change(person: Person, run: Run, at: int, name: str, properties: Document) -> None:
    """A step changes the contact at once; the record of it comes back later as an event."""
    person.history.append(Event(person.contact, CHANGED_BY_STEP, name, at, at, at, properties=properties))


def tag(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """Adds or removes a tag; a ghost changes nothing."""
    name = step.document[step.kind]
    done = ("TAGGED", "Tag Added") if step.kind == "tag" else ("UNTAGGED", "Tag Removed")
    note_run(person, run, at, "UNCHANGED_GHOST" if run.ghost else done[0])
    if not run.ghost:
        act(person, run, at, step.kind, done[0], tag=name)
        change(person, run, at, done[1], {"tag": name})
    go(run, step.next, at)


def attribute(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """Sets an attribute; a ghost changes nothing."""
    name, value = step.document["attribute"]["name"], step.document["attribute"]["value"]
    note_run(person, run, at, "UNCHANGED_GHOST" if run.ghost else "ATTRIBUTE_SET")
    if not run.ghost:
        act(person, run, at, "attribute", "ATTRIBUTE_SET", name=name, value=value)
        change(person, run, at, "Contact Identified", {name: value})
    go(run, step.next, at)


def send(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """Late policy, permission, quiet hours, caps; then the message, once."""
    channel, template = next(iter(step.document["send"].items()))
    journey = run.journey
    late = step.document.get("when_late", {"after": "0s", "do": "send"})
    if late["do"] != "send" and run.late > microseconds(late["after"]):
        if late["do"] == "skip":
            note_run(person, run, at, "LATE_SKIPPED", run.late)
            return go(run, step.next, at)
        slot = next_slot(world, person, run, at)
        note_run(person, run, at, "NEXT_SLOT", slot, run.late)
        return rest(run, slot)
    refused = refusal(world, person, channel, journey.topic, journey.transactional)
    if refused:
        note_run(person, run, at, refused)
        return go(run, step.next, at)
    if not journey.transactional:
        quiet = quiet_end(world, person, at)
        if quiet is not None:
            note_run(person, run, at, "QUIET", quiet)
            return rest(run, quiet)
        if held_by_cap(world, person, run, step, channel, at):
            return None
    reason = "WITHHELD" if run.ghost else "SENT"
    note_run(person, run, at, reason, run.late)
    act(person, run, at, "send", reason, channel=channel, template=template, topic=journey.topic)
    run.sent[step.id] = len(events(person)), run.visits[step.id]
    if not run.ghost and not journey.transactional:
        person.intents.append(Intent(at, run.id, step.id, run.visits[step.id], channel, journey.topic))
    return go(run, step.next, at)


def next_slot(world: World, person: Person, run: Run, at: int) -> int:
    """The local time of day at which it was due, again, after now."""
    zone = zone_of(world, person)
    return lengths.next_clock(zone, at + 1, lengths.minute_of_day(zone, at - run.late))


def held_by_cap(world: World, person: Person, run: Run, step: Step, channel: str, at: int) -> bool:
    """Whether a cap keeps the message back; the run then advances, or is held to try again."""
    cap = capped(world, person, channel, run.journey.topic, at)
    if cap is None:
        return False
    rule = step.document.get("on_cap", "skip")
    if rule == "skip":
        note_run(person, run, at, "CAPPED", cap.index, cap.count)
        go(run, step.next, at)
        return True
    run.capped_since = at if run.capped_since is None else run.capped_since
    last = run.capped_since + microseconds(rule["retry"])
    if at >= last:
        note_run(person, run, at, "CAP_GIVEN_UP", cap.index)
        go(run, step.next, at)
    else:
        note_run(person, run, at, "CAP_RETRY", min(cap.reset, last), cap.index)
        rest(run, min(cap.reset, last))
    return True


def done(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """An end that can be pointed at."""
    go(run, END, at)


PERFORMERS = {
    "done": done,
    "wait": wait,
    "wait_for": wait_for,
    "branch": branch,
    "split": split,
    "send": send,
    "tag": tag,
    "untag": tag,
    "attribute": attribute,
}
