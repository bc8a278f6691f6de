"""Intake: the named steps that turn one message of a client into an event, or refuse it with a reason.

A message has the shape that the common client libraries send: `type`, `userId`, `anonymousId`, `messageId`, `timestamp`, and
`event`, `name`, `properties`, `traits`, `groupId`, `previousId`, `context` as the type asks for. Nothing here knows who is who:
finding the contact is routing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, Literal, cast

from parcours.core.terms import event_names as names
from parcours.core.terms.durations import DAY, SECOND
from parcours.core.terms.instants import EARLIEST, parse_instant

Call = Literal["track", "page", "screen", "identify", "group", "alias"]

CALLS: Final = frozenset({"track", "page", "screen", "identify", "group", "alias"})
MAX_TEXT: Final = 255
"""Characters of an id or a name."""
MAX_DEPTH: Final = 32
"""Objects and lists within each other, the message itself being the first."""
MAX_KEYS: Final = 1000
MAX_INTEGER: Final = 2**63
NUL: Final = "A text holds the character NUL (U+0000), which cannot be kept. Remove it."
HISTORY_AGE: Final = DAY
"""An event older than this when it arrives is history: it starts nothing."""
TRANSIT: Final = 10 * SECOND
"""A difference between sent and received up to this is the way a message took; above it, a wrong clock."""

BY_PARCOURS: Final = frozenset(
    {
        names.EMAIL_SENT,
        names.EMAIL_DELIVERED,
        names.EMAIL_OPENED,
        names.EMAIL_CLICKED,
        names.EMAIL_REPLIED,
        names.EMAIL_BOUNCED,
        names.EMAIL_COMPLAINED,
        names.EMAIL_UNSUBSCRIBED,
        names.EMAIL_SKIPPED,
        names.EMAIL_FAILED,
        names.EMAIL_DECIDED,
    }
)
"""What only Parcours itself says: what became of its messages."""
_BY_SECRET_KEY: Final = frozenset(
    {
        names.CONSENT_GRANTED,
        names.CONSENT_WITHDRAWN,
        names.TAG_ADDED,
        names.TAG_REMOVED,
        names.SEGMENT_ENTERED,
        names.SEGMENT_LEFT,
        names.STAGE_CHANGED,
        names.SCORE_CHANGED,
        names.ADDRESS_SUPPRESSED,
        names.ADDRESS_RESTORED,
        names.CONTACT_FROZEN,
        names.CONTACT_UNFROZEN,
        names.COMPLAINT_OPENED,
        names.COMPLAINT_CLOSED,
    }
)


class Refused(ValueError):
    """The message is not an event. `code` is one word for programs, the text one sentence that says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the door knows besides the message itself. Instants are UTC microseconds.

    `sent` is when the sender's clock said the message left. `call` is the path's own; None lets the message's `type` speak.
    `history` says that everything in here is history; `trusted` that it came by the secret key or from an operator's file.
    """

    received: int
    sent: int | None = None
    call: str | None = None
    history: bool = False
    trusted: bool = False
    anonymous_id: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """A message that is an event, before it has a contact. `notes` name what was corrected on the way (`future_time`, `history`)."""

    call: Call
    name: str
    occurred: int
    properties: Mapping[str, Any]
    message_id: str | None = None
    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    history: bool = False
    notes: tuple[str, ...] = ()


def take(message: Any, envelope: Envelope, *, occurred: int | None = None, checked: bool = False) -> Intake:
    """Runs the steps on one decoded message. Raises Refused.

    `occurred` replaces the message's own timestamp when the caller has read it already; `checked` says that `check_limits` has run.
    """
    if not isinstance(message, Mapping):
        raise Refused("not_an_object", "A message is a JSON object.")
    if not checked:
        check_limits(message)
    call = call_of(message, envelope)
    name = name_of(message, call, envelope)
    user_id, anonymous_id, previous_id = people_of(message, call, envelope)
    properties = properties_of(message, call, name)
    at, notes = occurred_of(message, envelope, occurred)
    history = envelope.history or envelope.received - at > HISTORY_AGE
    if history:
        notes = (*notes, "history")
    return Intake(call, name, at, properties, identifier(message, "messageId"), user_id, anonymous_id, previous_id, history, notes)


def check_limits(message: Mapping[str, Any]) -> None:
    """Depth, number of keys, size of integers, and texts that a database can keep. Raises Refused."""
    if _keys_under(message, message.values(), 1) > MAX_KEYS:
        raise Refused("too_many_keys", f"A message has at most {MAX_KEYS} keys, those of the objects inside included.")


def _keys_under(keys: Collection[Any], values: Iterable[Any], depth: int) -> int:
    """Counts keys; `keys` of a list is empty. Texts and small numbers, which most values are, are looked at first."""
    if depth > MAX_DEPTH:
        raise Refused("too_deep", f"Objects and lists may be nested {MAX_DEPTH} deep.")
    count = len(keys)
    for text in keys:
        if "\x00" in text or not text.isascii():
            _check_text(text)
    for value in values:
        kind = type(value)
        if kind is str:
            if "\x00" in value or not value.isascii():
                _check_text(value)
        elif kind is float:
            if not isfinite(value):
                raise Refused("not_a_number", "NaN and infinity are no numbers of JSON. Leave the property out.")
        elif kind is bool or kind is float or value is None:
            continue
        elif kind is int:
            if not -MAX_INTEGER <= value < MAX_INTEGER:
                raise Refused("integer_too_large", "Integers are kept in 64 bits. Send a larger number as text.")
        elif kind is dict or isinstance(value, Mapping):
            count += _keys_under(value, value.values(), depth + 1)
        elif kind is list or isinstance(value, tuple):
            count += _keys_under((), value, depth + 1)
    return count


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise Refused("nul", NUL)
    try:
        text.encode()
    except UnicodeEncodeError:
        sentence = "A text holds half of a character (a lone surrogate), which cannot be kept. Send valid UTF-8."
        raise Refused("lone_surrogate", sentence) from None


def call_of(message: Mapping[str, Any], envelope: Envelope) -> Call:
    """Which of the six calls this is. Raises Refused."""
    call = envelope.call or message.get("type")
    if not isinstance(call, str) or call not in CALLS:
        raise Refused("unknown_type", "`type` is track, identify, page, screen, group or alias.")
    return cast("Call", call)


def name_of(message: Mapping[str, Any], call: Call, envelope: Envelope) -> str:
    """The event's name: a track's own, or the built-in name of its call. Raises Refused for reserved names."""
    if call == "page":
        return names.PAGE_VIEWED
    if call == "screen":
        return names.SCREEN_VIEWED
    if call != "track":
        return names.CONTACT_IDENTIFIED
    name = message.get("event")
    if not isinstance(name, str) or not name.strip():
        raise Refused("no_event", "A track has an `event`: its name, a text that is not empty.")
    if len(name) > MAX_TEXT:
        raise Refused("name_too_long", f"The name of an event has at most {MAX_TEXT} characters.")
    if name == names.CONTACT_IDENTIFIED:
        raise Refused("reserved_name", "Attributes of a contact are set by identify, not by track.")
    if name in BY_PARCOURS:
        raise Refused("reserved_name", "Only Parcours itself says what became of its messages. Choose another name.")
    if name in _BY_SECRET_KEY and not envelope.trusted:
        raise Refused("needs_secret_key", "Consent, tags, segments and holds are set with the secret key, from a server.")
    return name


def identifier(message: Mapping[str, Any], key: str) -> str | None:
    """An id given as text or as an integer; empty and null are no id. Raises Refused."""
    value = message.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Refused("bad_id", f"`{key}` is a text.")
    if len(value) > MAX_TEXT:
        raise Refused("id_too_long", f"`{key}` has at most {MAX_TEXT} characters.")
    return value


def people_of(message: Mapping[str, Any], call: Call, envelope: Envelope) -> tuple[str | None, str | None, str | None]:
    """(user id, anonymous id, previous id) as the message names them. Raises Refused."""
    user_id = identifier(message, "userId")
    anonymous_id = identifier(message, "anonymousId") or envelope.anonymous_id
    if call == "alias":
        previous_id = identifier(message, "previousId")
        if user_id is None or previous_id is None:
            raise Refused("no_identity", "An alias has a `userId` and a `previousId`.")
        return user_id, anonymous_id, previous_id
    if user_id is None and anonymous_id is None:
        raise Refused("no_identity", "A message has a `userId` or an `anonymousId`.")
    return user_id, anonymous_id, None


def properties_of(message: Mapping[str, Any], call: Call, name: str) -> Mapping[str, Any]:
    """What the event says: properties of a track, page or screen, the traits of an identify, a group under `company`. Raises Refused."""
    if call == "track":
        properties = _object(message, "properties")
        if name in (names.CONSENT_GRANTED, names.CONSENT_WITHDRAWN) and not _is_consent(properties):
            raise Refused("bad_consent", 'Consent names its `channel` and `topic`, for instance {"channel": "email", "topic": "offers"}.')
        return properties
    if call in ("page", "screen"):
        return _view(message, call)
    if call == "alias":
        return {}
    traits = _traits(message, call)
    if call == "identify":
        return traits
    group_id = identifier(message, "groupId")
    if group_id is None and not traits:
        raise Refused("no_group", "A group has a `groupId`.")
    return {"company": {**traits, **({} if group_id is None else {"id": group_id})}}


def _object(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = holder.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Refused("bad_properties", f"`{key}` is an object.")
    return value


def _traits(message: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    context = message.get("context")
    known = _object(context, "traits") if isinstance(context, Mapping) and call == "identify" else {}
    return {**known, **_object(message, "traits")}


def _view(message: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    context = message.get("context")
    page = context.get("page") if isinstance(context, Mapping) and call == "page" else None
    view = {**(page if isinstance(page, Mapping) else {}), **_object(message, "properties")}
    for key in ("name", "category"):
        value = message.get(key)
        if isinstance(value, str) and value:
            view[key] = value
    return view


def _is_consent(properties: Mapping[str, Any]) -> bool:
    return all(isinstance(properties.get(key), str) and properties[key] for key in ("channel", "topic"))


def occurred_of(message: Mapping[str, Any], envelope: Envelope, given: int | None = None) -> tuple[int, tuple[str, ...]]:
    """When it happened on our clock, and notes: the sender's time less the fault of the sender's clock, never after it was received.

    The fault is received − sent, left alone up to `TRANSIT`, and in history, whose times come from records. Raises Refused.
    """
    at = given if given is not None else _instant(message, "timestamp")
    if at is None:
        at = _instant(message, "originalTimestamp")
    if at is None:
        return envelope.received, ()
    sent = envelope.sent if envelope.sent is not None else _instant(message, "sentAt")
    if sent is not None and not envelope.history and abs(envelope.received - sent) > TRANSIT:
        at += envelope.received - sent
    if at > envelope.received:
        return envelope.received, ("future_time",)
    if at < EARLIEST:
        raise Refused("bad_time", "Nothing that is told here happened in the year 1. Send the instant at which it did.")
    return at, ()


def _instant(message: Mapping[str, Any], key: str) -> int | None:
    value = message.get(key)
    if value is None or value == "":
        return None
    at = parse_instant(value) if isinstance(value, str) else None
    if at is None:
        raise Refused("bad_time", f"`{key}` is an instant such as 2026-01-31T09:00:00Z.")
    return at
