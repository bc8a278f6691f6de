"""Histories that answer: each message that is decided gets its receipts, each change its record, as a host would write them."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from parcours.core.terms.events import Event, Kind
from tests.laws.case import Case, person_of, world_of
from tests.laws.reference.interpreter import advance
from tests.laws.reference.model import Document, World

Happening = tuple[str, Document, Kind, bool]


@dataclass(frozen=True)
class Plan:
    """What becomes of a message: (delay, receipt, human) one after another."""

    tracked: bool
    receipts: list[tuple[int, str, bool]]


def grow(case: Case, lives: Sequence[Sequence[tuple[int, Happening]]], plans: Sequence[Plan]) -> Case:
    """The case with its events: what happens by itself, and what answers the reference's actions."""
    world = world_of(case)
    return replace(case, events=tuple(tuple(grown(world, case, index, life, plans)) for index, life in enumerate(lives)))


def grown(world: World, case: Case, index: int, life: Sequence[tuple[int, Happening]], plans: Sequence[Plan]) -> list[Event]:
    """The events of one contact, in order, numbered."""
    person, events, known, answered = person_of(case.contacts[index]), list[Event](), 0, set[bytes]()
    ahead = sorted(((at, order, happening) for order, (at, happening) in enumerate(life)), key=lambda one: one[:2])
    while ahead:
        at = after_gaps(case, ahead[0][0])
        here = [one for one in ahead if after_gaps(case, one[0]) <= at]
        ahead = ahead[len(here) :]
        new = [
            Event(person.contact, len(events) + n, name, at, at, at, kind, deepcopy(properties), history)
            for n, (_, _, (name, properties, kind, history)) in enumerate(here)
        ]
        events += new
        if at > case.until or len(events) > 60:
            return events[: -len(new)]
        advance(world, person, new, at)
        for action in person.actions[known:]:
            ahead += answers(action, plans[known % len(plans)], at, known) if action["id"] not in answered else []
            answered.add(action["id"])
            known += 1
        ahead.sort(key=lambda one: one[:2])
        if not ahead:
            advance(world, person, [], case.until)
            for action in person.actions[known:]:
                ahead += answers(action, plans[known % len(plans)], action["at"], known) if action["id"] not in answered else []
                answered.add(action["id"])
                known += 1
            ahead = sorted((one for one in ahead if one[0] > at), key=lambda one: one[:2])
            person = replayed(world, case, index, events)
            known = len(person.actions)
    return events


def replayed(world: World, case: Case, index: int, events: list[Event]) -> Any:
    """The contact after these events, as if nothing had been looked ahead."""
    person = person_of(case.contacts[index])
    advance(world, person, events, events[-1].turned)
    return person


def after_gaps(case: Case, at: int) -> int:
    """Nothing is turned while the turns are slow."""
    for start, end in case.gaps:
        at = end if start <= at < end else at
    return at


def answers(action: Document, plan: Plan, at: int, order: int) -> list[tuple[int, int, Happening]]:
    """The receipts of a message, or the record of a change."""
    if action["kind"] in ("tag", "untag"):
        name = "Tag Added" if action["kind"] == "tag" else "Tag Removed"
        return [(max(action["at"], at) + 1, 1_000 + order, (name, dict(action["payload"]), Kind.RUN, False))]
    if action["kind"] == "attribute":
        traits = {action["payload"]["name"]: action["payload"]["value"]}
        return [(max(action["at"], at) + 1, 1_000 + order, ("Contact Identified", traits, Kind.RUN, False))]
    if action["arm"]:
        return []
    told, when = [], max(action["at"], at)
    for delay, receipt, human in plan.receipts:
        when += delay
        told.append(
            (
                when,
                1_000 + order,
                (f"{action['payload']['channel'].title()} {receipt}", receipt_of(action, plan, receipt, human), Kind.RECEIPT, False),
            )
        )
    return told


def receipt_of(action: Document, plan: Plan, receipt: str, human: bool) -> Document:
    """The properties of a receipt."""
    properties = {"message": action["id"].hex(), "run": action["run"].hex(), "visit": action["visit"]}
    properties |= {key: action[key] for key in ("journey", "step")} | {"channel": action["payload"]["channel"]}
    return properties | ({"tracked": plan.tracked} if receipt == "Sent" else {}) | ({} if human else {"human": False})
