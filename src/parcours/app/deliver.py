"""Deliver: take planned messages, check once more that they may leave, render, send, and record what became of each.

The order of commits is what makes a crash harmless. The claim (with its attempt) is on disk before anything is done; the address a message
goes to is on disk before its first byte leaves (starting); its outcome is recorded with its receipt in one unit (settling). So a claimed
message without an address never began, and one with an address may have left.

One message must not hold up the others. What raises while it is prepared is tried again later by itself. What was claimed when a process
ended is suspect: it is delivered alone, so that a message which ends the process every time is soon the only one that does, and put aside.
"""

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parcours.app.claims import LEASE, renewing
from parcours.app.lost import taken_back
from parcours.app.message_context import email_address, message_context
from parcours.app.outcomes import AGAIN, Settled, deadline, deferred, expired, failed, skipped
from parcours.app.ports import Channel, Claim, Contact, Message, MessageState, RenderError, Template, Tx
from parcours.app.second_check import on_hold, refusal, survivors
from parcours.app.services import Services
from parcours.app.settling import Settler
from parcours.app.starting import Prepared, Starter
from parcours.core.terms.events import NEVER

log = logging.getLogger("parcours.deliver")


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
    """Deliver up to `limit` messages that are due, and one suspect; answers how many were taken or taken back. Nothing while on hold.

    May run in several threads and processes at once.
    """
    lapsed = _take_back(services, limit, services.clock.real())
    taken = _deliver(services, _claim(services, "due", limit))
    if services.suspects.acquire(blocking=False):
        try:
            taken += _deliver(services, _claim(services, "suspect", 1))
        finally:
            services.suspects.release()
    return lapsed + taken


def recover(services: Services, limit: int = 500) -> int:
    """For a process that alone owns its data, before it delivers: up to `limit` messages that the last process had claimed are settled or
    planned again; answers how many."""
    return _take_back(services, limit, NEVER)


def _take_back(services: Services, limit: int, real_now: int) -> int:
    owner, now, until = uuid.uuid4().hex, services.clock.now(), services.clock.real() + LEASE
    return services.store.write(services.workspace, lambda tx: taken_back(tx, services.channels, owner, (real_now, now, until), limit))


def _claim(services: Services, which: Claim, limit: int) -> Batch:
    owner, now = uuid.uuid4().hex, services.clock.now()
    lease_until = services.clock.real() + LEASE

    def unit(tx: Tx) -> Batch:
        messages = [] if on_hold(tx) else tx.messages.claim(which, owner, now, lease_until, limit)
        people = survivors(tx, [message.contact for message in messages])
        templates = tx.definitions.templates() if messages else {}
        settings = tx.definitions.settings() if messages else {}
        return Batch(owner, messages, people, templates, settings)

    return services.store.write(services.workspace, unit)


def _deliver(services: Services, batch: Batch) -> int:
    """Deliver what was claimed; answers how many."""
    if not batch.messages:
        return 0
    now = services.clock.now()
    settler = Settler(services, batch.owner)
    try:
        ready: dict[str, list[Prepared]] = {}
        for message in batch.messages:
            prepared = _prepared(services, batch, message, now)
            if isinstance(prepared, Settled):
                settler.add(prepared)
            else:
                ready.setdefault(message.channel, []).append(prepared)
        for channel, messages in ready.items():
            _send(services, batch.owner, services.channels[channel], messages, settler)
    finally:
        settler.finish()
    services.wake()
    return len(batch.messages)


def _prepared(services: Services, batch: Batch, message: Message, now: int) -> Prepared | Settled:
    """The message ready to leave, or what became of it; a fault of ours costs this message a delay, and the others nothing."""
    try:
        return _prepare(services, batch, message, now)
    except Exception as error:
        log.exception("Message %s could not be prepared; it is tried again later.", message.id.hex())
        return deferred(message, f"{type(error).__name__}: {error}", now)


def _prepare(services: Services, batch: Batch, message: Message, now: int) -> Prepared | Settled:
    """The message rendered, or why it will not leave."""
    number = batch.contact(message)
    if now >= deadline(message) and message.reason != AGAIN:
        return expired(message, number, now)
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


def _send(services: Services, owner: str, channel: Channel, ready: Sequence[Prepared], settler: Settler) -> None:
    """Hand rendered messages to their channel, which tells the starter what becomes of each."""
    starter = Starter(services, owner, ready, settler)
    if channel.idempotent:
        starter.start([item.message.id for item in ready])
    with renewing(services, owner, starter.outstanding):
        try:
            channel.deliver([item.outgoing for item in ready], services.clock.now(), starter)
        except Exception as error:
            log.exception("A channel failed with %d messages in hand.", len(starter.outstanding()))
            starter.interrupted(f"{type(error).__name__}: {error}", idempotent=channel.idempotent)
