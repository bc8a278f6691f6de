"""Journey documents, at random: every step kind, loops with waits, reactions, absences, instances, exits and goals."""

from typing import Any

from tests.laws.conditions_made import (
    DAYS,
    EVENTS,
    TAGS,
    TOPICS,
    any_atom,
    awaited_atom,
    joined,
    person_atom,
    property_clause,
    reacting_steps,
    steady,
    where,
)
from tests.laws.dice import Dice, once_in, some
from tests.laws.reference.model import Document

LENGTHS = ("1h", "30m", "1h", "30m", "2h", "1d", "12h")
LONG_LENGTHS = ("1d", "1h", "6h", "2d", "1w")
CLOCKS = ("09:00", "00:00", "02:30", "03:00", "12:00", "21:30")
PAUSES = ("wait", "wait", "until", "date", "wait_for")
AFTER_A_PAUSE = ("send", "send", "branch", "branch", "wait_for", "tag", "split", "wait", "done")
AFTER_A_DEED = ("wait", "wait", "branch", "wait_for", "until", "send", "untag", "attribute", "date", "send")
REENTRIES: tuple[Document, ...] = (
    {}, {"reentry": "after_exit"}, {"reentry": "after_exit"}, {"reentry": {"after": "1h"}}, {"reentry": {"after": "1d"}},
)  # fmt: skip
ENDS: tuple[Document, ...] = (
    {}, {}, {"exit": {"when": "end"}}, {"exit": {"when": "unmatched"}}, {"exit": {"when": "goal_or_unmatched"}},
)  # fmt: skip
PRIORITIES: tuple[Document, ...] = ({}, {}, {"priority": 10}, {"priority": 90})
CHANGES = (
    {"name": "level", "value": 2},
    {"name": "plan", "value": "pro"},
    {"name": "plan", "value": None},
    {"name": "timezone", "value": "Asia/Tokyo"},
    {"name": "day", "value": "2026-05-08"},
    {"name": "day", "value": None},
)


def journey(dice: Dice, key: str = "one") -> Document:
    """A whole document without problems."""
    instance = once_in(dice, 4)
    ends = dice.pick(ENDS)
    watched = ends.get("exit", {}).get("when") in ("unmatched", "goal_or_unmatched")
    document: Document = {"journey": key, "entry": some(dice, 1, 2, lambda: entry(dice, watched))}
    document |= {"instance": "properties.cart"} if instance else {}
    document |= dice.pick(REENTRIES)
    document |= {"goal": rule(dice, instance, within=True)} if once_in(dice, 2) else {}
    document |= ends
    document |= {"exits": some(dice, 1, 2, lambda: rule(dice, instance, within=False))} if once_in(dice, 4) else {}
    document |= {"holdout": dice.pick(("0%", "0%", "0%", "50%", "100%")), "topic": dice.pick(TOPICS)}
    document |= {"transactional": True} if once_in(dice, 8) else {}
    document |= dice.pick(PRIORITIES)
    return document | {"steps": steps(dice)}


def endless(key: str) -> Document:
    """A journey that goes round until the guard ends it."""
    steps: list[Document] = [{"id": "s0", "wait": "1m"}, {"id": "s1", "branch": [{"if": {"tag": "gold"}, "then": "done"}], "else": "s0"}]
    return {"journey": key, "entry": [{"on": {"event": EVENTS[0]}}], "holdout": "0%", "topic": TOPICS[0], "steps": steps}


def of_each_cart(key: str) -> Document:
    """A journey that many runs of one person may be in at once."""
    steps: list[Document] = [{"id": "s0", "wait": "2d"}, {"id": "s1", "send": {"email": "cart"}}]
    document = {"journey": key, "entry": [{"on": {"event": EVENTS[0]}}], "instance": "properties.cart", "reentry": "after_exit"}
    return document | {"holdout": "0%", "topic": TOPICS[0], "steps": steps}


def entry(dice: Dice, watched: bool) -> Document:
    """One way in; one in eight is an absence. The filter of a journey that is left when it no longer holds may well cease to hold."""
    on: Document = {"event": dice.pick(EVENTS)}
    on |= {"without": dice.pick(EVENTS), "within": dice.pick(LENGTHS)} if once_in(dice, 8) else {}
    if watched and not once_in(dice, 4):
        return {
            "on": on,
            "where": dice.pick(({"not": {"tag": dice.pick(TAGS)}}, {"all": [{"not": {"segment": "staff"}}, property_clause(dice)]})),
        }
    return {"on": on} | entry_filter(dice)


def entry_filter(dice: Dice) -> Document:
    """Nothing, property clauses, person clauses, both, or anything."""
    form = dice.number(0, 7)
    if form < 3:
        return {}
    if form == 3:
        return {"where": joined(dice, property_clause)}
    if form < 6:
        return {"where": joined(dice, steady, 1)}
    if form == 6:
        return {"where": {"all": [property_clause(dice), steady(dice)]}}
    return {"where": joined(dice, lambda inner: property_clause(inner) if once_in(inner, 2) else person_atom(inner))}


def rule(dice: Dice, instance: bool, within: bool) -> Document:
    """A goal or an exit."""
    document = {"event": dice.pick(EVENTS)} | where(dice)
    document |= {"within": dice.pick(LONG_LENGTHS)} if within else {}
    return document | ({"same": "instance"} if instance and once_in(dice, 2) else {})


def steps(dice: Dice) -> list[Document]:
    """Steps without problems: backwards only to waits of a length, none out of reach."""
    kinds = [dice.pick(AFTER_A_DEED)]
    for _ in range(dice.number(2, 8)):
        kinds.append(dice.pick(AFTER_A_PAUSE if kinds[-1] in PAUSES else AFTER_A_DEED))
    ids = [f"s{index}" for index in range(len(kinds))]
    senders = [step for step, kind in zip(ids, kinds, strict=True) if kind == "send"]
    listed = []
    for index, (step, kind) in enumerate(zip(ids, kinds, strict=True)):
        back = [ids[i] for i in range(index) if kinds[i] == "wait"] if once_in(dice, 4) else []
        ahead = ids[index + 1 :]
        targets = [*ahead[:2], *ahead[:2], *ahead, *ahead, "done", *back]
        following = {"next": dice.pick(targets)} if kind not in ("done", "split") and once_in(dice, 10) else {}
        listed.append({"id": step} | body(dice, kind, step, targets, senders) | following)
    return reachable(listed)


def body(dice: Dice, kind: str, step: str, targets: list[str], senders: list[str]) -> Document:
    """What a step of a kind does."""
    if kind in ("wait", "until", "date"):
        return wait(dice, kind, targets)
    if kind == "wait_for":
        then = {} if once_in(dice, 4) else {"then": dice.pick(targets)}
        return {"wait_for": joined(dice, awaited_atom(senders)), "timeout": dice.pick(LENGTHS)} | then
    if kind == "branch":
        otherwise = {"else": dice.pick(targets)} if once_in(dice, 4) else {}
        return {"branch": some(dice, 1, 3, lambda: {"if": joined(dice, any_atom(senders)), "then": dice.pick(targets)})} | otherwise
    if kind == "split":
        return {"split": some(dice, 1, 3, lambda: {"weight": dice.number(1, 3), "then": dice.pick(targets)})}
    if kind == "send":
        return send(dice, step)
    if kind in ("tag", "untag"):
        return {kind: dice.pick(TAGS)}
    return {"attribute": dict(dice.pick(CHANGES))} if kind == "attribute" else {"done": True}


def wait(dice: Dice, kind: str, targets: list[str]) -> Document:
    """The three forms of a wait."""
    if kind == "wait":
        return {"wait": dice.pick(LENGTHS)}
    if kind == "until":
        until: Document = {"time": dice.pick(CLOCKS)} | ({"in_days": dice.number(1, 2)} if once_in(dice, 4) else {})
        days = sorted({dice.pick(DAYS) for _ in range(dice.number(1, 4))}, key=DAYS.index)
        return {"wait": {"until": until | ({"weekdays": days} if once_in(dice, 4) else {})}}
    date: Document = {"date": "day"} | ({"offset": dice.pick(("-1d", "2h"))} if once_in(dice, 3) else {})
    date |= {"time": dice.pick(CLOCKS)} if once_in(dice, 4) else {}
    date |= {"yearly": True} if once_in(dice, 4) else {}
    return {"wait": date | ({"missing": dice.pick(targets)} if once_in(dice, 3) else {})}


def send(dice: Dice, step: str) -> Document:
    """A send with its policies."""
    document: Document = {"send": {"sms" if once_in(dice, 6) else "email": f"template-{step}"}}
    if not once_in(dice, 3):
        document["when_late"] = {"after": dice.pick(("0s", "10m", "1h")), "do": dice.pick(("skip", "next_slot", "next_slot", "send"))}
    document |= {"on_cap": {"retry": dice.pick(("10m", "2h", "2d"))}} if once_in(dice, 2) else {}
    return document | ({"expires": "1d"} if once_in(dice, 4) else {})


def leads_to(listed: list[Document], index: int) -> list[str]:
    """Where a step may lead."""
    step = listed[index]
    targets = [case["then"] for case in [*step.get("branch", []), *step.get("split", [])]]
    targets += [step[key] for key in ("then", "else") if key in step]
    targets += [step["wait"]["missing"]] if isinstance(step.get("wait"), dict) and "missing" in step["wait"] else []
    following = listed[index + 1]["id"] if index + 1 < len(listed) else "done"
    return targets + ([step.get("next", following)] if goes_on(step) else [])


def goes_on(step: Document) -> bool:
    """Whether something leads on to the next step."""
    return not ("done" in step or "split" in step or ("branch" in step and "else" in step))


def reachable(listed: list[Document]) -> list[Document]:
    """The steps that can be reached; the others would be problems, and so would be a `next` that nothing takes."""
    listed = [{key: value for key, value in step.items() if key != "next" or goes_on(step)} for step in listed]
    place = {step["id"]: index for index, step in enumerate(listed)}
    found: dict[int, bool] = {}
    ahead = [0]
    while ahead:
        index = ahead.pop()
        if index not in found:
            found[index] = True
            ahead += [place[target] for target in leads_to(listed, index) if target != "done"]
    kept = [step for index, step in enumerate(listed) if index in found]
    senders = {step["id"] for step in kept if "send" in step}
    return kept if reacting_steps(kept) <= senders else without_reactions(kept)


def without_reactions(value: Any) -> Any:
    """Reactions to steps that are gone become tags."""
    if isinstance(value, list):
        return [without_reactions(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and next(iter(value)) in ("delivered", "bounced", "opened", "clicked"):
        return {"tag": "red"}
    return {key: without_reactions(item) for key, item in value.items()}
