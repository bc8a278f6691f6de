"""Rules about what left: the mail server took each message once, and none after an opt-out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from parcours.app.check.finding import Finding, Ledgers
from parcours.app.check.messages import LEFT, every_message
from parcours.app.check.snapshot import Stored
from parcours.app.ports import Message
from parcours.app.second_check import survivors
from parcours.app.services import Services
from parcours.core.people.permission import consent, consent_after
from parcours.core.terms.event_names import CONSENT_GRANTED

SECOND = 1_000_000
LATE = 10 * SECOND
"""A mail server may note a mail that much after its sender was ended."""
IN_FLIGHT = 60 * SECOND
"""A mail whose content was on its way at the opt-out may be finished."""


def check_mail(services: Services, ledgers: Ledgers) -> Finding:
    """Without the ledger of a mail server nothing is looked at."""
    finding = Finding("I5 the mail server took each message once, or lost sight of the client")
    if not ledgers.smtp:
        return finding
    messages = {message.id.hex(): message for message in every_message(services)}
    kills = [int(line["at"]) for line in ledgers.client if line.get("what") == "kill"]
    taken: dict[str, int] = {}
    heard: set[str] = set()
    for line in ledgers.smtp:
        identity = _identity(line)
        if line.get("what") == "heard":
            heard.add(identity)
        elif line.get("what") == "dot":
            finding.looked_at += 1
            if identity not in messages:
                finding.fault(f"The mail server took a mail {identity} that no message intends.")
            elif identity in heard and not any(taken[identity] - LATE < kill < int(line["at"]) for kill in kills):
                finding.fault(f"The mail server took message {identity} again, although the client had its answer.")
            taken[identity] = int(line["at"])
            heard.discard(identity)
    for identity, message in messages.items():
        if message.channel == "email" and message.state in LEFT and identity not in taken:
            finding.fault(f"Message {identity} is {message.state}, and the mail server never took it.")
    return finding


def check_opt_outs(services: Services, consents: Iterable[Stored], ledgers: Ledgers) -> Finding:
    """No marketing begins later than a second after an opt-out was answered; what the store alone knows is held to a minute."""
    finding = Finding("I6 no message is sent after an opt-out")
    said: dict[int, list[Stored]] = defaultdict(list)
    for event in consents:
        if event.contact is not None:
            said[event.contact].append(event)
    marketing = {}
    for message in every_message(services):
        if message.transactional:
            continue
        marketing[message.id.hex()] = message
        if message.state in LEFT and message.contact in said:
            finding.looked_at += 1
            _look(message, sorted(said[message.contact], key=lambda event: (event.received, event.seq or 0)), finding)
    _look_at_ledgers(marketing, ledgers, finding)
    return finding


def check_consents(services: Services, consents: Iterable[Stored]) -> Finding:
    """Who opted out last of all that was said, by the person and by those merged into it, is held to have opted out."""
    finding = Finding("I9 an opt-out that was not taken back is in force")
    events = [event for event in consents if event.contact is not None]
    people = services.store.read(services.workspace, lambda tx: survivors(tx, [event.contact or 0 for event in events]))
    said: dict[int, list[Stored]] = defaultdict(list)
    for event in events:
        if event.contact in people:
            said[people[event.contact].id].append(event)
    known = {contact.id: contact for contact in people.values() if not contact.erased}
    for number in sorted(set(said) & set(known)):
        folded: Mapping[str, bool] = {}
        for event in sorted(said[number], key=lambda event: (event.received, event.seq or 0)):
            folded = _after(folded, event)
        finding.looked_at += len(folded)
        for key, granted in folded.items():
            channel, _, topic = key.partition(".")
            if not granted and consent(known[number].consents, channel, topic) is not False:
                finding.fault(f"Contact {known[number].public_id} opted out of {key}, and the store does not hold it.")
    return finding


def _after(consents: Mapping[str, bool], event: Stored) -> Mapping[str, bool]:
    channel, topic = str(event.properties.get("channel", "")), str(event.properties.get("topic", ""))
    return consent_after(consents, channel, topic, granted=event.name == CONSENT_GRANTED)


def _look(message: Message, events: list[Stored], finding: Finding) -> None:
    """The consent that was in force a minute before the message was sent."""
    consents: Mapping[str, bool] = {}
    for event in events:
        if event.received > message.sent_at - IN_FLIGHT:
            break
        consents = _after(consents, event)
    if consent(consents, message.channel, message.topic) is False:
        topic = message.topic or "everything"
        finding.fault(f"Message {message.id.hex()} was sent more than a minute after its recipient opted out of {topic}.")


def _look_at_ledgers(marketing: Mapping[str, Message], ledgers: Ledgers, finding: Finding) -> None:
    left: dict[str, int] = {}
    for line in ledgers.client:
        if line.get("what") == "left":
            left.setdefault(str(line["recipient"]), int(line["at"]))
    for line in ledgers.smtp:
        if line.get("what") == "dot" and line["recipient"] in left and _identity(line) in marketing:
            finding.looked_at += 1
            late = int(line["began"]) - left[line["recipient"]]
            if late > SECOND:
                said = f"{late / SECOND:.1f} s after the opt-out of {line['recipient']} was answered"
                finding.fault(f"Message {_identity(line)} began {said}.")


def _identity(line: Mapping[str, Any]) -> str:
    """The message id that a Message-ID is made of."""
    return str(line["message_id"]).strip("<>").partition("@")[0]
