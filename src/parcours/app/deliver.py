"""Deliver: take planned messages, check once more that they may leave, render, send, and record what became of each.

The order of commits is what makes a crash harmless. The claim (with its attempt) is on disk before anything is done; the address a message
goes to is on disk before its first byte leaves (starting); its outcome is recorded with its receipt in one unit (settling). So a claimed
message without an address never began, and one with an address may have left.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from parcours.app.claims import LEASE, renewing
from parcours.app.message_context import email_address, message_context
from parcours.app.outcomes import Settled, deadline, expired, failed, skipped, uncertain
from parcours.app.ports import Channel, Contact, Message, MessageState, RenderError, Template, Tx
from parcours.app.second_check import refusal, survivors
from parcours.app.services import Services
from parcours.app.settling import Settler, record
from parcours.app.starting import Prepared, Starter
from parcours.core.terms.events import NEVER

MOST_CRASHES: Final = 5
"""A message that was claimed so often without ever coming to an outcome is put aside: it may be what ends the process."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Claimed messages, and what is known of their people, templates and settings."""

    owner: str
    messages: Sequence[Message]
    people: Mapping[int, Contact]
    templates: Mapping[str, Template]
    settings: Mapping[str, Any]

    def contact(self, message: Message) -> int:
        """The number of the person a message is for, after merges."""
        found = self.people.get(message.contact)
        return message.contact if found is None else found.id


def deliver(services: Services, limit: int = 100) -> int:
    """Deliver up to `limit` messages that are due; answers how many were taken. May run in several threads and processes at once."""
    batch = _claim(services, limit, services.clock.now(), services.clock.real())
    if batch.messages:
        _deliver(services, batch)
    return len(batch.messages)


def recover(services: Services, limit: int = 500) -> int:
    """For a process that alone owns its data, before it delivers: up to `limit` messages that the last process had claimed are settled or
    planned again; answers how many."""
    batch = _claim(services, limit, -NEVER, NEVER)
    now = services.clock.now()
    settled = [_recovered(services, batch, message, now) for message in batch.messages]
    return services.store.write(services.workspace, partial(record, settled=settled, owner=batch.owner)) if settled else 0


def _claim(services: Services, limit: int, now: int, real_now: int) -> Batch:
    owner = uuid.uuid4().hex
    lease_until = services.clock.real() + LEASE

    def unit(tx: Tx) -> Batch:
        messages = tx.messages.claim(owner, now, real_now, lease_until, limit)
        people = survivors(tx, [message.contact for message in messages])
        templates = tx.definitions.templates() if messages else {}
        settings = tx.definitions.settings() if messages else {}
        return Batch(owner, messages, people, templates, settings)

    return services.store.write(services.workspace, unit)


def _recovered(services: Services, batch: Batch, message: Message, now: int) -> Settled:
    begun = _begun(services, message, now)
    return begun or Settled(replace(message, state=MessageState.PLANNED, address="", updated_at=now))


def _begun(services: Services, message: Message, now: int) -> Settled | None:
    """A message begun by a worker that never said what became of it; None when it may (still) be sent."""
    channel = services.channels.get(message.channel)
    if not message.address or channel is None or channel.idempotent:
        return None
    return uncertain(message, "The process ended while the message was on its way.", now) if not message.transactional else None


def _deliver(services: Services, batch: Batch) -> None:
    now = services.clock.now()
    settler = Settler(services, batch.owner)
    try:
        ready: dict[str, list[Prepared]] = {}
        for message in batch.messages:
            prepared = _prepare(services, batch, message, now)
            if isinstance(prepared, Settled):
                settler.add(prepared)
            else:
                ready.setdefault(message.channel, []).append(prepared)
        for channel, messages in ready.items():
            _send(services, batch, services.channels[channel], messages, settler)
    finally:
        settler.finish()
    services.wake()


def _prepare(services: Services, batch: Batch, message: Message, now: int) -> Prepared | Settled:
    """The message rendered, or why it will not leave."""
    number = batch.contact(message)
    if (begun := _begun(services, message, now)) is not None:
        return begun
    if now >= deadline(message):
        return expired(message, number, now)
    if message.attempts > MOST_CRASHES and not message.reason:
        return failed(message, number, f"Put aside: {MOST_CRASHES} attempts ended without an outcome.", now)
    contact = batch.people.get(message.contact)
    if contact is None or (why := refusal(message, contact)) is not None:
        return skipped(message, number, "erased" if contact is None else str(why), now)
    if message.channel not in services.channels:
        return failed(message, number, f"There is no channel called {message.channel}.", now)
    if not email_address(contact):
        return skipped(message, number, "no_address", now)
    template = batch.templates.get(message.template)
    if template is None:
        return failed(message, number, f"There is no template called {message.template}.", now)
    context = message_context(services, message, contact, batch.settings, now)
    try:
        outgoing = services.renderer.render(message, template, context)
    except RenderError as error:
        return failed(message, number, str(error), now)
    claimed = replace(message, state=MessageState.CLAIMED, address=outgoing.recipient)
    return Prepared(claimed, replace(outgoing, contact=number))


def _send(services: Services, batch: Batch, channel: Channel, ready: Sequence[Prepared], settler: Settler) -> None:
    """Hand rendered messages to their channel and record each outcome as it comes."""
    starter = Starter(services, batch.owner, ready, settler)
    if channel.idempotent:
        starter.start([item.message.id for item in ready])
    with renewing(services, batch.owner, starter.outstanding):
        channel.deliver([item.outgoing for item in ready], services.clock.now(), starter)
