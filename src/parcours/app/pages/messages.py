"""Messages by state: what waits, what left, what did not, and why; and whether sending is on hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from parcours.app.pages.message_words import why
from parcours.app.pages.names import display_name, known, two_languages
from parcours.app.ports import END, Message, MessageState, Place, Tx
from parcours.app.second_check import on_hold
from parcours.app.services import Services


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One intended send; `contact` is a public id, "" when the person was erased. `next_at` only while it is planned."""

    id: str
    contact: str
    person: str
    journey: str
    journey_title: Mapping[str, str]
    step: str
    template: str
    topic: str
    transactional: bool
    state: str
    why: Mapping[str, str]
    attempts: int
    planned_at: int
    next_at: int | None
    updated_at: int


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Part of the messages, newest planned first; `next` is the `before` of the following part."""

    messages: list[MessageRow]
    next: str | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sending:
    """Whether sending is on hold; how many messages wait, failed, and are uncertain."""

    hold: bool
    planned: int
    failed: int
    uncertain: int


def list_messages(services: Services, states: list[str], before: str | None, limit: int) -> MessagePage:
    """Messages in these states (none: all). Raises ValueError for a `before` that is not one of ours, or a state that is none."""
    place, wanted = END if before is None else _place(before), [MessageState(state) for state in states]

    def unit(tx: Tx) -> MessagePage:
        found = tx.messages.find(None, wanted, place, limit + 1)
        more = f"{found[limit - 1].planned_at}.{found[limit - 1].id.hex()}" if len(found) > limit else None
        return MessagePage(_rows(tx, found[:limit]), more, tx.messages.counts())

    return services.store.read(services.workspace, unit)


def read_message(services: Services, identity: str) -> MessageRow | None:
    """One message by its id in hexadecimal digits; None when there is none."""

    def unit(tx: Tx) -> MessageRow | None:
        rows = _rows(tx, list(tx.messages.load([bytes.fromhex(identity)]).values()))
        return rows[0] if rows else None

    return services.store.read(services.workspace, unit)


def sending(services: Services) -> Sending:
    """How sending stands."""

    def unit(tx: Tx) -> Sending:
        counts = tx.messages.counts()
        return Sending(on_hold(tx), *(counts.get(state, 0) for state in ("planned", "failed", "uncertain")))

    return services.store.read(services.workspace, unit)


def _place(text: str) -> Place:
    at, _, identity = text.partition(".")
    return int(at), bytes.fromhex(identity)


def _rows(tx: Tx, messages: list[Message]) -> list[MessageRow]:
    people = known(tx, (message.contact for message in messages))
    titles = {version.journey: two_languages(version.document.get("title"), version.journey) for version in tx.definitions.journeys()}
    hold = on_hold(tx)
    rows = []
    for message in messages:
        person = people.get(message.contact)
        rows.append(
            MessageRow(
                id=message.id.hex(),
                contact=person.public_id if person else "",
                person=display_name(person) if person else "",
                journey=message.journey,
                journey_title=titles.get(message.journey, {"fr": message.journey, "en": message.journey}),
                step=message.step,
                template=message.template,
                topic=message.topic,
                transactional=message.transactional,
                state=message.state.value,
                why=why(message, on_hold=hold),
                attempts=message.attempts,
                planned_at=message.planned_at,
                next_at=message.next_at or message.planned_at if message.state == MessageState.PLANNED else None,
                updated_at=message.updated_at or message.planned_at,
            )
        )
    return rows
