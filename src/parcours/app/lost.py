"""Lost attempts: messages that were claimed when their process ended, or stood still too long, and what becomes of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from parcours.app.outcomes import Settled, failed
from parcours.app.ports import Channel, Contact, Message, MessageState, Tx
from parcours.app.second_check import survivors
from parcours.app.settling import record

MOST_LOST: Final = 5
"""A message of which so many attempts in a row were lost is put aside: it may be what ends the process."""


def taken_back(tx: Tx, channels: Mapping[str, Channel], owner: str, at: tuple[int, int, int], limit: int) -> int:
    """Settle up to `limit` lapsed claims in this unit; answers how many. `at`: real time, workspace time, the end of the lease."""
    real_now, now, lease_until = at
    messages = tx.messages.claim("lapsed", owner, real_now, lease_until, limit)
    people = survivors(tx, [message.contact for message in messages])
    return record(tx, [_settled(message, channels.get(message.channel), people, now) for message in messages], owner)


def _settled(message: Message, channel: Channel | None, people: Mapping[int, Contact], now: int) -> Settled:
    """Planned again, unless it may have left and is marketing, or was lost too often."""
    begun = bool(message.address) and channel is not None and not channel.idempotent
    aside = f"Put aside: {MOST_LOST} attempts ended without an outcome." if message.lost >= MOST_LOST else ""
    if begun and (aside or not message.transactional):
        reason = aside or "The process ended while the message was on its way."
        return Settled(replace(message, state=MessageState.UNCERTAIN, reason=reason, updated_at=now))
    if aside:
        known = people.get(message.contact)
        return failed(message, message.contact if known is None else known.id, aside, now)
    return Settled(replace(message, state=MessageState.PLANNED, address="", updated_at=now))
