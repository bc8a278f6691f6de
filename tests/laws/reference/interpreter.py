"""One contact, from instant to instant: `advance` is the whole meaning of a journey."""

from collections.abc import Sequence

from parcours.core.terms.events import NEVER, Event
from tests.laws.reference import entering, publishing
from tests.laws.reference.conditions import fits
from tests.laws.reference.lengths import microseconds
from tests.laws.reference.model import ENDED, LIVE, Document, Person, Run, World
from tests.laws.reference.stepping import awaited, end, go, note_run, settle
from tests.laws.reference.waking import next_change


def advance(world: World, person: Person, events: Sequence[Event], until: int) -> None:
    """Apply the events (all at or before `until`); fire what is due strictly before `until`, and what is due at an event's instant."""
    waiting = unseen(person, events)
    while True:
        mail = waiting[0].turned if waiting else NEVER
        deadlines = upcoming(world, person)
        at = min([mail, *(done for _, done in deadlines)])
        if at == NEVER or (at != mail and not any(due < until and done <= until for due, done in deadlines)):
            break
        here = [e for e in waiting if e.turned == at]
        waiting = [e for e in waiting if e.turned != at]
        instant(world, person, here, at)
    person.now = max(person.now, until)


def unseen(person: Person, events: Sequence[Event]) -> list[Event]:
    """The events whose `seq` is new, each once, in order."""
    new: dict[int, Event] = {}
    for event in sorted(events, key=lambda e: (e.turned, e.seq)):
        if event.seq not in person.seen:
            new.setdefault(event.seq, event)
    return list(new.values())


def upcoming(world: World, person: Person) -> list[tuple[int, int]]:
    """What will happen by itself: when it is due, and when it will be performed."""
    runs = [(run.due, world.performed(run.journey.key, run.due)) for run in person.runs if run.status == LIVE]
    entries = [(due, world.performed("", due)) for due in [one.until for one in person.pendings] + [one.due for one in person.armed]]
    moves = [
        (version.published_at, version.published_at)
        for version in world.versions
        for run in person.runs
        if run.status == LIVE and version.follow and version.journey.key == run.journey.key and version.number > run.version.number
        if version.published_at > run.entered
    ]
    alarms = [wakes(world, person, run) for run in person.runs if is_waiting(run)]
    alarms += [entering.wakes(world, person, pending) for pending in person.pendings]
    return [*runs, *entries, *moves, *((at, world.performed("", at)) for at in alarms)]


def instant(world: World, person: Person, events: list[Event], at: int) -> None:
    """Everything that happens at one instant, in the order of the law."""
    publishing.publish(world, person, at)
    person.history += events
    person.seen |= {e.seq for e in events}
    live = [e for e in events if not e.history]
    publishing.recompute(world, person, at)
    goals(person, live, at)
    exits(person, live, at)
    waits(world, person, bool(live), at)
    entering.retry(world, person, bool(live), at)
    entries(world, person, events, at)
    deadlines(world, person, at)
    steps(world, person, at)


def matches(document: Document, event: Event, run: Run, at: int) -> bool:
    """Whether an event is the one a goal or an exit names, of the same instance when it says so."""
    if event.name != document["event"] or fits(document.get("where"), event) is not True:
        return False
    return document.get("same") != "instance" or entering.instance_of(run.journey, event) == run.instance


def goals(person: Person, events: list[Event], at: int) -> None:
    """Once, strictly after entry, at most `within` after it; finished runs are watched too."""
    for run in person.runs:
        goal = run.journey.goal
        if goal is None or run.status == ENDED or run.goal_at is not None or at <= run.entered:
            continue
        if "within" in goal and at > run.entered + microseconds(goal["within"]):
            continue
        if any(matches(goal, event, run, at) for event in events):
            reach_goal(person, run, at)


def reach_goal(person: Person, run: Run, at: int) -> None:
    """Record it; the run is over in the modes that say so."""
    run.goal_at = at
    before = sum(action["run"] == run.id and action["kind"] == "send" for action in person.actions)
    if run.status == LIVE and run.journey.exit_when in ("goal", "goal_or_unmatched"):
        end(person, run, at, "GOAL", before)
    else:
        note_run(person, run, at, "GOAL_LATER", before)


def exits(person: Person, events: list[Event], at: int) -> None:
    """Leaves at once."""
    for run in person.runs:
        if run.status == LIVE and run.entered < at:
            hits = [index for index, document in enumerate(run.journey.exits) if any(matches(document, e, run, at) for e in events)]
            if hits:
                end(person, run, at, "EXIT", hits[0])


def waits(world: World, person: Person, mail: bool, at: int) -> None:
    """What came may be what a run waits for."""
    for run in person.runs:
        if is_waiting(run) and (mail or run.retest or (world.turning(at) and wakes(world, person, run) <= at)):
            run.retest = False
            if awaited(world, person, run, at):
                note_run(person, run, at, "MATCHED")
                step = run.journey.steps[run.step]
                go(run, step.document.get("then", step.next), at)


def is_waiting(run: Run) -> bool:
    """Whether a run rests at a wait_for."""
    return run.status == LIVE and run.resting and run.journey.steps[run.step].kind == "wait_for"


def wakes(world: World, person: Person, run: Run) -> int:
    """When time alone may bring what a run waits for."""
    return next_change(world, person, run.journey.steps[run.step].document["wait_for"], run.tested)


def entries(world: World, person: Person, events: list[Event], at: int) -> None:
    """Each event is offered to every journey."""
    for event in events:
        versions = [version for key in world.journeys() if (version := world.current(key, at))]
        for version in sorted(versions, key=lambda v: (-v.journey.priority, v.journey.key)):
            entering.offer(world, person, version, event, at)


def deadlines(world: World, person: Person, at: int) -> None:
    """Timers whose time has come: pendings that end, absences, runs."""
    if not world.turning(at):
        return
    entering.expire(world, person, at)
    entering.fire_absences(world, person, at)
    for run in person.runs:
        if run.status == LIVE and run.due <= at and not world.paused(run.journey.key, at):
            run.late, run.ready = at - run.due, True


def steps(world: World, person: Person, at: int) -> None:
    """Ready runs go on, one after another: priority, then older entry, then journey key."""
    while ready := [r for r in person.runs if r.status == LIVE and r.ready and not world.paused(r.journey.key, at)]:
        settle(world, person, min(ready, key=lambda r: (-r.journey.priority, r.entered, r.journey.key, r.order)), at)
        publishing.recompute(world, person, at)
