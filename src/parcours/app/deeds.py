"""Deeds: what the host does with the kernel's wishes, in the turn's own transaction. An unknown wish raises."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parcours.app.context import quoted
from parcours.app.ports import Arrival, Message, MessageState, Tx
from parcours.core.journey.state import Action, Arm
from parcours.core.terms import event_names as names
from parcours.core.terms.events import Kind

RUN_SOURCE = 0
"""The source of events that Parcours writes itself."""


def perform(tx: Tx, actions: Sequence[Action], quotes: Mapping[bytes, bytes], now: int) -> None:
    """Plan messages, which may quote the context of their run, and record the events of tags and attributes."""
    messages = [_message(action, quotes[action.run_id], now) for action in actions if action.kind == "send"]
    events = [_EVENTS[action.kind](action, now) for action in actions if action.kind != "send"]
    if messages:
        tx.messages.plan(messages)
    if events:
        tx.inbox.append(events)


def _message(action: Action, context: bytes, now: int) -> Message:
    payload = action.payload
    return Message(
        id=action.id,
        contact=action.contact,
        run_id=action.run_id,
        journey=action.journey,
        version=action.version,
        step=action.step,
        visit=action.visit,
        channel=str(payload["channel"]),
        topic=str(payload.get("topic") or ""),
        template=str(payload["template"]),
        planned_at=action.at,
        transactional=bool(payload.get("transactional", False)),
        state=MessageState.WITHHELD if action.arm == Arm.HOLDOUT else MessageState.PLANNED,
        expires=action.expires,
        next_at=action.at,
        updated_at=now,
        payload={"event": quoted(context)},
    )


def _event(action: Action, name: str, properties: dict[str, Any], now: int) -> Arrival:
    return Arrival(
        message_id=action.id,
        client_message_id=action.id.hex(),
        source=RUN_SOURCE,
        call="internal",
        name=name,
        occurred=action.at,
        received=max(now, action.at),
        kind=Kind.RUN,
        contact=action.contact,
        properties=properties,
    )


def _tagged(action: Action, now: int) -> Arrival:
    name = names.TAG_ADDED if action.kind == "tag" else names.TAG_REMOVED
    return _event(action, name, {"tag": action.payload["tag"]}, now)


def _attribute(action: Action, now: int) -> Arrival:
    return _event(action, names.CONTACT_IDENTIFIED, {str(action.payload["name"]): action.payload["value"]}, now)


_EVENTS: dict[str, Callable[[Action, int], Arrival]] = {"tag": _tagged, "untag": _tagged, "attribute": _attribute}
