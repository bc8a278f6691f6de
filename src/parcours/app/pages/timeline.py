"""One person's timeline: what they did, what was decided for them and why, what was sent. Newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from parcours.app.archived import places_of, read_archived
from parcours.app.pages import sentences
from parcours.app.pages.names import stage_titles, two_languages
from parcours.app.ports import END, Contact, Message, TraceRow, Tx
from parcours.app.services import Services
from parcours.core.journey.reasons import Reason
from parcours.core.terms import event_names as names
from parcours.core.terms.events import NEVER

Titles = Mapping[str, Mapping[str, str]]
Source = Literal["event", "decision", "message"]
TOLD_AS_MESSAGE: Final = frozenset((Reason.SENT, Reason.WITHHELD))
"""Decisions whose whole content is the message they made."""
TRACE_LIMIT: Final = 5_000
MESSAGE_LIMIT: Final = 5_000


@dataclass(frozen=True, slots=True)
class Moment:
    """One line. `key` orders lines of the same instant and is the cursor; `mail` is the number of the mail that can be read."""

    key: str
    at: int
    source: Source
    name: str
    sentence: Mapping[str, str]
    journey: str = ""
    journey_title: Mapping[str, str] = field(default_factory=lambda: {"fr": "", "en": ""})
    step: str = ""
    detail: str = ""
    mail: int | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Part of a timeline; `next` is the `before` of the following part, None at the end."""

    moments: list[Moment]
    next: str | None


def timeline(services: Services, public_id: str, before: str | None, limit: int) -> Timeline | None:
    """The lines that come before the cursor, at most `limit`; None when nobody has this id."""
    try:
        return _timeline(services, public_id, before, limit)
    except FileNotFoundError:
        # Segments were merged between the reading of their list and of their files: the list of now names the merged one.
        return _timeline(services, public_id, before, limit)


def _timeline(services: Services, public_id: str, before: str | None, limit: int) -> Timeline | None:
    def unit(tx: Tx) -> Timeline | None:
        contact = tx.people.by_public_id(public_id)
        if contact is None:
            return None
        titles = {version.journey: two_languages(version.document.get("title"), version.journey) for version in tx.definitions.journeys()}
        moments = [*_events(services, tx, contact), *_decisions(tx, contact, titles), *_messages(tx, contact, titles)]
        moments = sorted((one for one in moments if before is None or one.key < before), key=lambda one: one.key, reverse=True)
        more = moments[limit - 1].key if len(moments) > limit else None
        return Timeline(moments[:limit], more)

    return services.store.read(services.workspace, unit)


def _key(at: int, rank: int, tie: int) -> str:
    """Text that sorts as (at, rank, tie). Instants before 1970 are shifted above zero."""
    return f"{at + NEVER:020d}.{rank}.{tie:012d}"


def _events(services: Services, tx: Tx, contact: Contact) -> Iterator[Moment]:
    archived = read_archived(services, places_of(tx, [contact.id])).get(contact.id, [])
    stages = stage_titles(tx.definitions.settings())
    found = {(event.message_id, event.seq): event for event in (*archived, *tx.views.inbox_of(contact.id))}
    for event in found.values():
        if event.name not in sentences.TOLD_BY_MESSAGE:
            yield Moment(
                key=_key(event.occurred, 0, event.seq),
                at=event.occurred,
                source="event",
                name=event.name,
                sentence=sentences.of_event(event, stages),
                properties={} if event.name == names.STAGE_CHANGED else event.properties,  # the sentence tells them
            )


def _decisions(tx: Tx, contact: Contact, titles: Titles) -> Iterator[Moment]:
    rows: list[TraceRow] = tx.runs.trace_of(contact.id, TRACE_LIMIT)
    for rank, row in enumerate(reversed(rows)):
        if row.reason in TOLD_AS_MESSAGE:
            continue
        yield Moment(
            key=_key(row.at, 1, rank),
            at=row.at,
            source="decision",
            name=str(row.reason),
            sentence=sentences.of_reason(row.reason),
            journey=row.journey,
            journey_title=titles.get(row.journey, {"fr": row.journey, "en": row.journey}),
            step=row.step or "",
        )


def _messages(tx: Tx, contact: Contact, titles: Titles) -> Iterator[Moment]:
    mails = {mail.message_id: mail for mail in tx.mailbox.page("", contact.id, NEVER, MESSAGE_LIMIT)}
    found: list[Message] = tx.messages.find(contact.id, (), END, MESSAGE_LIMIT)
    for rank, message in enumerate(reversed(found)):
        at, mail = message.sent_at or message.planned_at, mails.get(message.id)
        yield Moment(
            key=_key(at, 2, rank),
            at=at,
            source="message",
            name=message.template,
            sentence=sentences.of_message(message.state, mail.subject if mail else message.template),
            journey=message.journey,
            journey_title=titles.get(message.journey, {"fr": message.journey, "en": message.journey}),
            step=message.step,
            detail=message.reason,
            mail=mail.id if mail else None,
        )
