"""From what a channel answered to the message's next state and the events that tell of it."""

import re
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from parcours.app.claims import CLAIM_LOST, ON_HOLD, UNREADABLE
from parcours.app.ports import Arrival, Delivery, Message, MessageState, Outgoing
from parcours.app.receipts import internal, receipt
from parcours.core.terms import event_names as names
from parcours.core.terms.events import NEVER, Kind

Class = Literal["hard", "soft", "message", "ours", "policy"]

MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE
LIFE: Final = 72 * HOUR
"""How long a message that cannot be delivered is tried (workspace clock)."""

HARD: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
TOO_BIG: Final = frozenset({"5.2.3", "5.3.4"})
AGAIN: Final = "again"
"""The reason of a message that somebody decided to send again: it is tried once more, also after its deadline."""
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_UNKNOWN_USER = re.compile(r"(?i)unknown|no such|not exist|doesn't exist|invalid (recipient|mailbox|user|address)|user not found|disabled")


@dataclass(frozen=True, slots=True)
class Settled:
    """A message in its next state, the events that tell of it, and whether its address must not be written to again."""

    message: Message
    events: tuple[Arrival, ...] = ()
    suppress: bool = False


def deadline(message: Message) -> int:
    """When a message is no longer worth sending."""
    return message.expires if message.expires < NEVER else message.planned_at + LIFE


def skipped(message: Message, contact: int, reason: str, now: int) -> Settled:
    after = replace(message, state=MessageState.SKIPPED, reason=reason, address="", updated_at=now)
    return Settled(after, (receipt(message, contact, names.EMAIL_SKIPPED, now, {"reason": reason}),))


def failed(message: Message, contact: int, reason: str, now: int) -> Settled:
    after = replace(message, state=MessageState.FAILED, reason=reason, address="", updated_at=now)
    return Settled(after, (receipt(message, contact, names.EMAIL_FAILED, now, {"reason": reason}),))


def uncertain(message: Message, reason: str, now: int) -> Settled:
    """Nobody knows whether it left: marketing is held for a person to decide, transactional messages are tried again."""
    if message.transactional:
        return _later(message, f"uncertain: {reason}", now, now + 5 * MINUTE)
    return Settled(replace(message, state=MessageState.UNCERTAIN, reason=reason, updated_at=now))


def deferred(message: Message, reason: str, now: int, first: int = MINUTE) -> Settled:
    """Tried again: `first` microseconds after the first attempt, three times as long after each further one, four hours at the most."""
    return _later(message, f"deferred: {reason}", now, now + min(4 * HOUR, first * 3 ** min(message.attempts - 1, 8)))


def interrupted(message: Message, reason: str, now: int, *, begun: bool) -> Settled:
    """The channel itself failed: what was begun may have left."""
    return uncertain(message, reason, now) if begun else deferred(message, reason, now)


def expired(message: Message, contact: int, now: int) -> Settled:
    """Too late. What was tried and deferred has failed; what may have left stays uncertain; what was never tried is skipped."""
    kind, _, detail = message.reason.partition(": ")
    if kind == "uncertain":
        return Settled(replace(message, state=MessageState.UNCERTAIN, reason=detail, updated_at=now))
    if kind == "deferred":
        return failed(message, contact, f"Given up after repeated tries: {detail}", now)
    return skipped(message, contact, "expired", now)


def settle(message: Message, outgoing: Outgoing, delivery: Delivery, now: int, why: str) -> Settled:
    """What a delivery means for the message. `why` explains an outcome `withdrawn`."""
    contact = outgoing.contact
    match delivery.outcome:
        case "sent":
            more: dict[str, Any] = {"tracked": bool(outgoing.links)}
            if outgoing.blanks:
                more["blanks"] = list(outgoing.blanks)
            after = replace(message, state=MessageState.SENT, reason="", sent_at=now, updated_at=now)
            return Settled(after, (receipt(message, contact, names.EMAIL_SENT, now, more),))
        case "uncertain":
            return uncertain(message, delivery.detail, now)
        case "refused":
            return _refused(message, contact, delivery, now)
        case "deferred":
            return deferred(message, _said(delivery), now, MINUTE if delivery.code == 0 else 5 * MINUTE)
        case "failed":
            return failed(message, contact, _said(delivery), now)
        case "withdrawn":
            if why in {CLAIM_LOST, UNREADABLE, ON_HOLD}:
                return _later(message, f"postponed: {why}", now, now)
            return skipped(message, contact, why, now)


def bounce_class(code: int, detail: str) -> Class:
    """The class of a refusal by its enhanced status code (RFC 3463), else by its reply code and words."""
    found = _STATUS.search(detail)
    status = found[0] if found else ""
    if status in HARD or (not status and code in {550, 551, 553} and _UNKNOWN_USER.search(detail)):
        return "hard"
    if status in TOO_BIG or (not status and code == 552):
        return "message"
    if status.startswith(("5.5.", "5.6.")) or (not status and code in range(500, 505)):
        return "ours"
    return "policy" if status.startswith("5.7.") else "soft"


def _refused(message: Message, contact: int, delivery: Delivery, now: int) -> Settled:
    """A refusal for good. Only an address that does not exist is never written to again; our own faults are no bounce."""
    kind = bounce_class(delivery.code, delivery.detail)
    if kind not in {"hard", "soft"}:
        return failed(message, contact, _said(delivery), now)
    after = replace(message, state=MessageState.BOUNCED, reason=f"{kind}: {_said(delivery)}", updated_at=now)
    bounced = receipt(message, contact, names.EMAIL_BOUNCED, now, {"reason": _said(delivery), "class": kind, "code": delivery.code})
    if kind == "soft":
        return Settled(after, (bounced,))
    said = {"channel": message.channel, "address": message.address, "reason": "hard bounce"}
    suppressed = internal(names.ADDRESS_SUPPRESSED, contact, now, said, Kind.RECEIPT, message.id.hex(), names.ADDRESS_SUPPRESSED)
    return Settled(after, (bounced, suppressed), suppress=True)


def _later(message: Message, reason: str, now: int, at: int) -> Settled:
    """Planned again, with the same identity; never after its deadline, at which it is given up."""
    at = min(at, deadline(message))
    return Settled(replace(message, state=MessageState.PLANNED, reason=reason, address="", lost=0, next_at=at, updated_at=now))


def _said(delivery: Delivery) -> str:
    return f"{delivery.code} {delivery.detail}".strip() if delivery.code else delivery.detail
