"""The built-in mailbox."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import HTMLResponse

from parcours.api.guard import Held, signed_in
from parcours.api.problems import Refused, answers
from parcours.api.wire import Answer, Instant
from parcours.app.pages import mailbox as page

router = APIRouter(prefix="/api/mailbox", tags=["mailbox"], dependencies=[Depends(signed_in)], responses=answers(401))

SANDBOX: Final = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A mail runs no script, loads nothing from anywhere and has an origin of its own; its links open in a new window."""
MOST: Final = 2**53 - 1
"""The largest number of a mail: what the database, JSON and a browser all keep exactly."""
Number = Annotated[int, Path(ge=1, le=MOST)]
NEW_WINDOW: Final = '<base target="_blank">'
HEAD: Final = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


class MailRowAnswer(Answer):
    """One line of the mailbox."""

    id: int
    contact: str
    person: str
    recipient: str
    sender: str
    subject: str
    at: Instant


class MailPageAnswer(Answer):
    """Part of the mailbox, newest first; `next` is the `before` of the following part."""

    mails: list[MailRowAnswer]
    next: int | None
    total: int


class MailHeaderAnswer(Answer):
    """One header of a mail."""

    name: str
    value: str


class MailAnswer(Answer):
    """One mail taken apart for reading."""

    mail: MailRowAnswer
    text: str
    html: bool
    headers: list[MailHeaderAnswer]
    journey: str
    step: str
    size: int


@router.get("", response_model=MailPageAnswer)
def read_mailbox(
    services: Held,
    search: Annotated[str, Query(max_length=200)] = "",
    contact: Annotated[str | None, Query(max_length=64)] = None,
    before: Annotated[int | None, Query(ge=1, le=MOST)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> page.MailPage:
    """Mails, newest first; `search` in recipient and subject, `contact` one person's."""
    return page.list_mails(services, search, contact, before, limit)


@router.get("/{mail_id}", response_model=MailAnswer, responses=answers(404))
def read_mail(mail_id: Number, services: Held) -> page.MailView:
    """One mail: text, headers, and whether it has HTML."""
    mail = page.read_mail(services, mail_id)
    if mail is None:
        raise Refused(404, "no_such_mail", "There is no mail with this number.")
    return mail


@router.get("/{mail_id}/html", response_class=HTMLResponse, responses=answers(404))
def read_mail_html(mail_id: Number, services: Held) -> HTMLResponse:
    """The HTML part as it was sent, under a policy that lets it do nothing; for a sandboxed frame."""
    html = page.mail_html(services, mail_id)
    if html is None:
        raise Refused(404, "no_such_mail", "There is no mail with this number.")
    headers = {"Content-Security-Policy": SANDBOX, "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "no-referrer"}
    return HTMLResponse(HEAD.sub(r"\g<0>" + NEW_WINDOW, html, count=1) if HEAD.search(html) else NEW_WINDOW + html, headers=headers)
