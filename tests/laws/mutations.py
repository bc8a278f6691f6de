"""The next version of a journey: a wait changed, a step gone, another condition, new ends."""

from copy import deepcopy

from tests.laws.conditions_made import EVENTS, TAGS, reacting_steps
from tests.laws.dice import Dice, once_in
from tests.laws.documents import LENGTHS, reachable
from tests.laws.reference.model import Document

Redirects = tuple[tuple[str, str], ...]


def mutated(dice: Dice, document: Document) -> tuple[Document, Redirects]:
    """A later version of a document, and where people at removed steps go."""
    new = deepcopy(document)
    for change in (other_wait, other_condition, other_timeout, without_a_step, without_a_step, longer, other_goal, other_ways_in):
        if once_in(dice, 3):
            change(dice, new)
    new["steps"] = reachable(new["steps"])
    kept = [step["id"] for step in new["steps"]]
    gone = [step["id"] for step in document["steps"] if step["id"] not in kept]
    return new, tuple((step, dice.pick(kept)) for step in gone if once_in(dice, 2))


def other_wait(dice: Dice, new: Document) -> None:
    """Waits take another time."""
    for step in new["steps"]:
        if isinstance(step.get("wait"), str):
            step["wait"] = dice.pick(LENGTHS)
        elif "until" in step.get("wait", {}):
            step["wait"]["until"]["time"] = dice.pick(("09:00", "21:30"))


def other_condition(dice: Dice, new: Document) -> None:
    """A wait_for waits for something else."""
    for step in new["steps"]:
        if "wait_for" in step:
            step["wait_for"] = dice.pick(({"event": dice.pick(EVENTS)}, {"tag": dice.pick(TAGS)}))


def other_timeout(dice: Dice, new: Document) -> None:
    """A wait_for waits longer or shorter."""
    for step in new["steps"]:
        if "wait_for" in step:
            step["timeout"] = dice.pick(LENGTHS)


def without_a_step(dice: Dice, new: Document) -> None:
    """A step that nothing needs is gone; what led to it leads to the end."""
    names = [step["id"] for step in new["steps"]]
    names += [step["id"] for step in new["steps"] if "wait" in step or "wait_for" in step]
    free = [name for name in names if name not in reacting_steps(new["steps"])]
    if len(new["steps"]) < 2 or not free:
        return
    gone = dice.pick(free)
    new["steps"] = [redirected(step, gone) for step in new["steps"] if step["id"] != gone]


def redirected(step: Document, gone: str) -> Document:
    """A step whose edges no longer lead to `gone`."""
    step = {key: "done" if value == gone and key in ("next", "then", "else") else value for key, value in step.items()}
    for edges in ("branch", "split"):
        if edges in step:
            step[edges] = [case | {"then": "done"} if case["then"] == gone else case for case in step[edges]]
    if isinstance(step.get("wait"), dict) and step["wait"].get("missing") == gone:
        step["wait"] = {key: value for key, value in step["wait"].items() if key != "missing"}
    return step


def longer(dice: Dice, new: Document) -> None:
    """A tag before everything and a message at the end."""
    new["steps"] = [{"id": "before", "tag": dice.pick(TAGS)}, *new["steps"], {"id": "after", "send": {"email": "after"}}]


def other_goal(dice: Dice, new: Document) -> None:
    """Another goal."""
    new["goal"] = {"event": dice.pick(EVENTS), "within": "2d"}


def other_ways_in(dice: Dice, new: Document) -> None:
    """Another event begins the journey, or one way in less: who was awaited there no longer is."""
    if len(new["entry"]) > 1 and once_in(dice, 2):
        new["entry"] = new["entry"][1:]
    else:
        new["entry"][0]["on"]["event"] = dice.pick(EVENTS)
