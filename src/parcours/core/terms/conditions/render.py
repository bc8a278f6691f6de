"""A condition tree back to its document: `parse_condition(render_condition(tree))` is the tree again."""

from typing import Any

from parcours.core.terms.conditions.forms import DAYS
from parcours.core.terms.conditions.tree import (
    All,
    AnyOf,
    Attribute,
    Condition,
    Consent,
    Done,
    LocalTime,
    Messages,
    Not,
    Property,
    Reaction,
    Score,
    Segment,
    Stage,
    Tag,
    Weekday,
)
from parcours.core.terms.conditions.values import write_value
from parcours.core.terms.durations import format_duration
from parcours.core.terms.shape_types import CLOCK


def _clause(name: str, clause: Property | Attribute) -> dict[str, Any]:
    document: dict[str, Any] = {name: clause.path, "op": clause.op}
    return document if clause.op == "exists" else document | {"value": write_value(clause.op, clause.value)}


def _done(done: Done) -> dict[str, Any]:
    document: dict[str, Any] = {"event": done.event}
    if done.where is not None:
        document["where"] = render_condition(done.where)
    written = {"at_least": done.at_least, "at_most": done.at_most, "sum": done.sum_path, "op": done.op, "value": done.value}
    document |= {key: value for key, value in written.items() if value is not None}
    return document if done.within is None else document | {"within": format_duration(done.within)}


def _messages(messages: Messages) -> dict[str, Any]:
    return {"last_messages": messages.last, messages.reaction: messages.at_least or "none", "channel": messages.channel}


def render_condition(tree: Condition) -> dict[str, Any]:
    """The document of a condition tree, with every choice written out."""
    match tree:
        case All(items):
            return {"all": [render_condition(item) for item in items]}
        case AnyOf(items):
            return {"any": [render_condition(item) for item in items]}
        case Not(item):
            return {"not": render_condition(item)}
        case Property():
            return _clause("property", tree)
        case Attribute():
            return _clause("attribute", tree)
        case Tag(name):
            return {"tag": name}
        case Segment(name):
            return {"segment": name}
        case Stage(name):
            return {"stage": name}
        case Score(name, op, value):
            return {"score": name, "op": op, "value": value}
        case Consent(channel, topic):
            return {"consent": topic, "channel": channel}
        case Done():
            return _done(tree)
        case Messages():
            return _messages(tree)
        case Reaction(kind, step):
            return {kind: step}
        case LocalTime(start, end):
            return {"time": {"from": CLOCK.write(start), "to": CLOCK.write(end)}}
        case Weekday(days):
            return {"weekday": [DAYS[day] for day in days]}
