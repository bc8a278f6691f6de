"""Permission to contact: what consents say, what holds forbid, and the check made right before a message leaves."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from parcours.core.terms.event_names import EVERY_TOPIC

TRACKING_TOPIC: Final = "tracking_email"
"""Consent to measured links and images is asked for apart, is off by default, and is never covered by "every topic"."""

Refusal = Literal["erased", "frozen", "suppressed", "complaint", "opted_out"]


def consent_after(consents: Mapping[str, bool], channel: str, topic: str, granted: bool) -> dict[str, bool]:
    """The consents ("channel.topic" to granted) after one grant or withdrawal.

    "*" overrides every topic said before it; a withdrawal of "*" also ends tracking, a grant of "*" does not begin it.
    """
    after = dict(consents)
    after[f"{channel}.{topic}"] = granted
    if topic == EVERY_TOPIC:
        tracking = f"{channel}.{TRACKING_TOPIC}"
        after.update({key: granted for key in consents if key.startswith(f"{channel}.") and (key != tracking or not granted)})
    return after


def consent(consents: Mapping[str, bool], channel: str, topic: str) -> bool | None:
    """True granted, False withdrawn, None never said. What was said of the topic itself wins over "*"."""
    own = consents.get(f"{channel}.{topic}")
    if own is None and topic != TRACKING_TOPIC:
        return consents.get(f"{channel}.{EVERY_TOPIC}")
    return own


def may_track(consents: Mapping[str, bool]) -> bool:
    """Whether links of this person's e-mails may be measured: only when tracking itself was granted."""
    return consent(consents, "email", TRACKING_TOPIC) is True


def refusal_to_deliver(
    consents: Mapping[str, bool], holds: Iterable[str], channel: str, topic: str, *, transactional: bool, erased: bool = False
) -> Refusal | None:
    """Why a planned message may no longer leave, or None.

    Erasure, a freeze and a suppressed address stop everything; an open complaint and an opt-out stop marketing.
    """
    standing = tuple(holds)
    if erased:
        return "erased"
    if "frozen" in standing:
        return "frozen"
    if f"suppressed:{channel}" in standing:
        return "suppressed"
    if transactional:
        return None
    if "complaint" in standing:
        return "complaint"
    return "opted_out" if consent(consents, channel, topic) is False else None


def merged_consents(one: Mapping[str, bool], two: Mapping[str, bool]) -> dict[str, bool]:
    """The consents of two contacts that are one person: a withdrawal on either side survives, one of "*" covers the other's topics."""
    merged = {}
    for key in {**one, **two}:
        channel, _, topic = key.partition(".")
        said = (_last_word(one, channel, topic), _last_word(two, channel, topic))
        merged[key] = False not in said
    return merged


def told_by_merge(one: Mapping[str, bool], two: Mapping[str, bool]) -> list[tuple[str, str, bool]]:
    """(channel, topic, granted) to be said anew, in this order, when two contacts become one person.

    Taken by themselves their histories would let the last word win, whosever it was: a withdrawal on one side that a grant on the
    other may outrank is said once more; one of "*" is followed by what is granted all the same.
    """
    merged, anew = merged_consents(one, two), []
    every = {key for key in merged if key.endswith(f".{EVERY_TOPIC}")}
    for key in sorted(merged, key=lambda key: (key not in every, key)):
        channel, _, topic = key.partition(".")
        clash = not merged[key] and True in (consent(one, channel, topic), consent(two, channel, topic))
        if clash or (merged[key] and (channel, EVERY_TOPIC, False) in anew):
            anew.append((channel, topic, merged[key]))
    return anew


def _last_word(consents: Mapping[str, bool], channel: str, topic: str) -> bool | None:
    """Like `consent`, but a withdrawal of "*" is one of tracking too."""
    said = consent(consents, channel, topic)
    return False if said is None and consents.get(f"{channel}.{EVERY_TOPIC}") is False else said
