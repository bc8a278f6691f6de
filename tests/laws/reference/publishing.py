"""People inside when a journey is published anew, and waits that must be computed again."""

from tests.laws.reference.lengths import microseconds
from tests.laws.reference.model import END, LIVE, Person, Run, Step, Version, World
from tests.laws.reference.stepping import end, go, note_run, rest, wait_basis, wait_due
from tests.laws.reference.ways import clause_of, way_in


def publish(world: World, person: Person, at: int) -> None:
    """Every version published at this instant takes over the live runs of older ones, if it follows."""
    for run in person.runs:
        for version in sorted(world.versions, key=lambda version: version.number):
            newer = version.journey.key == run.journey.key and version.number > run.version.number
            if run.status == LIVE and newer and version.follow and version.published_at == at:
                move(world, person, run, version, at)


def move(world: World, person: Person, run: Run, version: Version, at: int) -> None:
    """Same id and kind stays; else the step chosen, else the next surviving one."""
    left, old = run.version, run.journey.steps.get(run.step)
    run.version = version
    absent = run.line >= 0 and "without" in left.journey.entries[run.line]["on"]
    there = way_in(version, run.line, run.event.name, absent=absent)
    run.line, run.clause = (run.line, clause_of(version, run.line)) if there else (-1, None)
    if old is None or survives(version, left, run.step):
        if run.resting and old is not None:
            refit(world, person, run, left, at)
        note_run(person, run, at, "FOLLOWED", left.number, run.due)
        return
    chosen = version.redirects.get(run.step)
    order = list(left.journey.steps)
    following = [step for step in order[order.index(run.step) + 1 :] if survives(version, left, step)]
    if chosen is None and not following:
        end(person, run, at, "STEP_REMOVED", left.number)
        run.step = END
        return
    note_run(person, run, at, "REDIRECTED", left.number)
    go(run, chosen or following[0], at)
    return


def survives(version: Version, left: Version, step: str) -> bool:
    """Whether the new version has this step, of the same kind."""
    old, new = left.journey.steps[step], version.journey.steps.get(step)
    return new is not None and new.kind == old.kind


def refit(world: World, person: Person, run: Run, left: Version, at: int) -> None:
    """A changed wait is computed anew from the instant it began."""
    old, new = left.journey.steps[run.step], run.journey.steps[run.step]
    if old.kind == "wait" and old.document["wait"] != new.document["wait"]:
        due = wait_due(world, person, run, new, run.since, at)
        if due is None:
            go(run, new.document["wait"].get("missing", new.next), at)
        else:
            rest(run, max(at, due), wait_basis(world, person, new))
    if old.kind == "wait_for":
        if old.document.get("timeout") != new.document.get("timeout"):
            run.due = max(at, run.since + microseconds(new.document["timeout"]))
        if old.document["wait_for"] != new.document["wait_for"]:
            run.watch_from, run.retest = at, True


def recompute(world: World, person: Person, at: int) -> None:
    """Local times and dates that changed under waiting runs."""
    for run in person.runs:
        step = run.journey.steps.get(run.step) if run.status == LIVE and run.resting else None
        if step is not None and step.kind == "wait" and run.basis != wait_basis(world, person, step):
            reschedule(world, person, run, step, at)


def reschedule(world: World, person: Person, run: Run, step: Step, at: int) -> None:
    """Another instant, or on at once when the date is past or gone."""
    due = wait_due(world, person, run, step, run.since, at)
    if due is None:
        note_run(person, run, at, "DATE_MISSING")
        return go(run, step.document["wait"].get("missing", step.next), at)
    if due < at:
        note_run(person, run, at, "DATE_PAST", due)
        return go(run, step.next, at)
    if due != run.due:
        note_run(person, run, at, "RESCHEDULED", due)
    return rest(run, due, wait_basis(world, person, step))
