"""The built-in mailbox: its list, and one mail taken apart for reading."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage

from parcours.app.pages.names import display_name, known
from parcours.app.ports import Mail, Tx
from parcours.app.services import Services

ALL = 2**62


@dataclass(frozen=True, slots=True)
class MailRow:
    """One line of the mailbox; `contact` is a public id, "" when the person was erased."""

    id: int
    contact: str
    person: str
    recipient: str
    sender: str
    subject: str
    at: int


@dataclass(frozen=True, slots=True)
class MailPage:
    """Part of the mailbox, newest first; `next` is the `before` of the following part."""

    mails: list[MailRow]
    next: int | None
    total: int


@dataclass(frozen=True, slots=True)
class MailHeader:
    """One header, as it stands in the message, unfolded."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MailView:
    """One mail taken apart: its text part and its headers; `html` says whether there is an HTML part. `journey` and `step` sent it."""

    mail: MailRow
    text: str
    html: bool
    headers: list[MailHeader]
    journey: str
    step: str
    size: int


def list_mails(services: Services, search: str, contact: str | None, before: int | None, limit: int) -> MailPage:
    """Mails whose recipient or subject contains `search`, of one contact or of all, newest first."""

    def unit(tx: Tx) -> MailPage:
        person = tx.people.by_public_id(contact) if contact else None
        if contact and person is None:
            return MailPage([], None, 0)
        found = tx.mailbox.page(search.strip(), person.id if person else None, before or ALL, limit + 1)
        more = found[limit - 1].id if len(found) > limit else None
        return MailPage(mail_rows(tx, found[:limit]), more, tx.mailbox.count())

    return services.store.read(services.workspace, unit)


def mail_rows(tx: Tx, mails: list[Mail]) -> list[MailRow]:
    """Mails as lines of a list, with the names of the people they went to."""
    people = known(tx, (mail.contact for mail in mails))
    rows = []
    for mail in mails:
        person = people.get(mail.contact)
        name = display_name(person) if person else ""
        rows.append(MailRow(mail.id, person.public_id if person else "", name, mail.recipient, mail.sender, mail.subject, mail.at))
    return rows


def read_mail(services: Services, mail_id: int) -> MailView | None:
    """One mail; None when there is none with this number."""

    def unit(tx: Tx) -> MailView | None:
        mail = tx.mailbox.read(mail_id)
        if mail is None:
            return None
        message = tx.messages.load([mail.message_id]).get(mail.message_id)
        parsed = _parsed(mail.raw)
        return MailView(
            mail=mail_rows(tx, [mail])[0],
            text=_part(parsed, "plain"),
            html=_part(parsed, "html") != "",
            headers=[MailHeader(name, str(value)) for name, value in parsed.items()],
            journey=message.journey if message else "",
            step=message.step if message else "",
            size=len(mail.raw),
        )

    return services.store.read(services.workspace, unit)


def mail_html(services: Services, mail_id: int) -> str | None:
    """The HTML part as it was sent, to be shown in a sandbox only; "" when the mail has none, None when there is no such mail."""
    mail = services.store.read(services.workspace, lambda tx: tx.mailbox.read(mail_id))
    return None if mail is None else _part(_parsed(mail.raw), "html")


def _parsed(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
