"""What a backtest's report says, counted the slow way from what the interpreter did: loops and lists, one number at a time."""

from collections import Counter
from statistics import median_low
from typing import Any

from tests.laws.reference.lengths import local
from tests.laws.reference.model import Document, Person, Run, World

DAY = 86_400_000_000
REFUSED = ("INSIDE", "NEVER_AGAIN", "COOLING", "CLAUSE", "PAUSED", "HISTORY", "NO_INSTANCE", "TOO_MANY")
ENDED = ("GOAL", "EXIT", "DONE", "UNMATCHED", "LOOP_GUARD", "STEP_REMOVED")
NOT_SENT = ("NO_CONSENT", "SUPPRESSED", "COMPLAINT", "FROZEN", "CAPPED", "CAP_GIVEN_UP", "LATE_SKIPPED")
HELD = ("QUIET", "CAP_RETRY", "NEXT_SLOT")
NOT_AN_EDGE = ("CAP_RETRY", "QUIET", "NEXT_SLOT", "RESCHEDULED", "FOLLOWED", "ENTERED", "ENTERED_LATER", "GOAL_LATER")
REACTIONS = ("delivered", "opened", "clicked", "replied", "bounced", "complained", "unsubscribed")


def report_of(world: World, people: list[Person], journey: str, start: int) -> Document:
    """Everything a report counts of one journey, in plain values."""
    trace = [(person, line) for person in people for line in person.trace if line["journey"] == journey]
    runs = [(person, run) for person in people for run in person.runs if run.journey.key == journey]
    stays = [stay for person, run in runs for stay in stays_of(person, run)]
    goals = [line for _, line in trace if line["reason"] in ("GOAL", "GOAL_LATER")]
    sends = sends_of(people, journey)
    return {
        "entered": sum(line["reason"] in ("ENTERED", "ENTERED_LATER") for _, line in trace),
        "holdout": sum(line["reason"] in ("ENTERED", "ENTERED_LATER") and line["v2"] == 1 for _, line in trace),
        "refused": reasons(trace, REFUSED),
        "ended": reasons(trace, ENDED),
        "not_sent": reasons(trace, NOT_SENT),
        "held": reasons(trace, HELD),
        "goal_reached": len(goals),
        "goal_before_first_message": sum(line["v1"] == 0 for line in goals),
        "still_inside": sum(run.status == "live" for _, run in runs),
        "steps": steps_of(world, stays, trace, journey),
        "flow": Counter((stay["from"], stay["to"], stay["reason"], stay["value"]) for stay in stays if stay["gone"]),
        "rest": rests(stays),
        "lost_while_held": Counter(stay["held"].lower() for stay in stays if stay["gone"] and stay["to"] is None and stay["held"] in HELD),
        "unknown": unknown(world, stays, journey),
        "days": Counter((str(local(world.zone, at).date()), channel) for _, at, channel in sends),
        "weeks": Counter(Counter((person, (at - start) // (7 * DAY)) for person, at, _ in sends).values()),
    }


def reasons(trace: list[Any], wanted: tuple[str, ...]) -> Counter[str]:
    """How often each was given."""
    return Counter(line["reason"].lower() for _, line in trace if line["reason"] in wanted)


def sends_of(people: list[Person], journey: str) -> list[tuple[int, int, str]]:
    """Messages that leave: (person, instant, channel)."""
    return [
        (number, action["at"], action["payload"]["channel"])
        for number, person in enumerate(people)
        for action in person.actions
        if action["kind"] == "send" and action["journey"] == journey and not action["arm"]
    ]


def stays_of(person: Person, run: Run) -> list[Document]:
    """The entry, then each stay at a step: from where, where to and why it went, and how long it was there."""
    lines = [(place, line) for place, line in enumerate(person.trace) if line["run"] == run.id]
    entry = next(place for place, line in lines if line["reason"] in ("ENTERED", "ENTERED_LATER"))
    end = next(((place, line) for place, line in lines if line["reason"] in ENDED), None)
    marks: list[tuple[int, str | None, int]] = [(run.entered, None, entry), *run.path]
    found = []
    for number, (came, step, place) in enumerate(marks):
        last = number == len(marks) - 1
        until = (end[0] if end else len(person.trace)) if last else marks[number + 1][2]
        told = [line for at, line in lines if place <= at < until and at > entry]
        edge = next((line for line in reversed(told) if line["reason"] not in NOT_AN_EDGE), None)
        stay: Document = {"from": step, "to": None, "reason": "", "value": -1, "gone": True, "length": 0}
        stay["held"] = next((line["reason"] for line in reversed(told) if line["reason"] in HELD or line is edge), "")
        if last and end is None:
            stay["gone"] = False
        elif last and end is not None:
            done = end[1]["reason"] == "DONE"
            stay["to"], stay["length"] = "done" if done else None, end[1]["at"] - came
            edge = (edge or end[1]) if done else end[1]
        else:
            stay["to"], stay["length"] = marks[number + 1][1], marks[number + 1][0] - came
        if stay["gone"]:
            why = (edge or person.trace[entry])["reason"]
            stay["reason"] = why.lower()
            stay["value"] = edge["v1"] if edge and why in ("CASE", "ARM") else -1
        found.append(stay)
    return found


def steps_of(world: World, stays: list[Document], trace: list[Any], journey: str) -> Document:
    """Per step of any version: arrived, left, sent, withheld."""
    names = [step for version in world.versions if version.journey.key == journey for step in version.journey.steps]
    return {
        name: {
            "arrived": sum(stay["from"] == name for stay in stays),
            "left": sum(stay["from"] == name and stay["gone"] for stay in stays),
            "sent": sum(line["step"] == name and line["reason"] == "SENT" for _, line in trace),
            "withheld": sum(line["step"] == name and line["reason"] == "WITHHELD" for _, line in trace),
        }
        for name in names
    }


def rests(stays: list[Document]) -> Document:
    """Per step: lengths of the stays that ended, in seconds."""
    found = {}
    for name in {stay["from"] for stay in stays if stay["gone"]} - {None}:
        lengths = sorted(stay["length"] for stay in stays if stay["from"] == name and stay["gone"])
        minutes = [length // 60_000_000 for length in lengths]
        found[name] = {
            "stays": len(lengths),
            "mean": round(sum(lengths) / len(lengths) / 1_000_000),
            "median": 60 * median_low(minutes),
            "nine_in_ten": 60 * next(m for m in minutes if 10 * sum(other <= m for other in minutes) >= 9 * len(minutes)),
            "longest": lengths[-1] // 1_000_000,
        }
    return found


def unknown(world: World, stays: list[Document], journey: str) -> Counter[str]:
    """Ways taken at steps that ask for a reaction, because it could not be known or never came."""
    asking = {
        (name, "else_unknown" if "branch" in step.document else "timed_out")
        for version in world.versions
        if version.journey.key == journey
        for name, step in version.journey.steps.items()
        if asks(step.document.get("branch")) or asks(step.document.get("wait_for"))
    }
    return Counter(stay["from"] for stay in stays if stay["gone"] and (stay["from"], stay["reason"]) in asking)


def asks(part: Any) -> bool:
    """Whether a part of a document names a reaction to a step."""
    if isinstance(part, list):
        return any(asks(each) for each in part)
    if not isinstance(part, dict) or "last_messages" in part:
        return False
    return any(kind in part for kind in REACTIONS) or any(asks(each) for each in part.values())


def company_of(people: list[Person], alone: list[Person], without: list[Person], journey: str, others: list[str], start: int) -> Document:
    """Where the journey and the others meet: the same people lived with all journeys, with it alone, and without it."""
    mine = sends_of(people, journey)
    weeks = {(person, (at - start) // (7 * DAY)) for person, at, _ in mine}
    everything = [send for key in (journey, *others) for send in sends_of(people, key)]
    found: Document = {
        "sent_alone": len(sends_of(alone, journey)),
        "weeks": Counter(sum(send[0] == week[0] and (send[1] - start) // (7 * DAY) == week[1] for send in everything) for week in weeks),
    }
    for key in others:
        theirs = sends_of(people, key)
        near = [send[0] for send in mine if any(other[0] == send[0] and abs(other[1] - send[1]) < DAY for other in theirs)]
        found[key] = (len(theirs), len(sends_of(without, key)), len(near), len(set(near)))
    return found
