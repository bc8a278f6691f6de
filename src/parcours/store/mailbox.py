"""The built-in mailbox in SQL."""

from collections.abc import Sequence
from typing import Any, Final

from parcours.app.ports import Mail
from parcours.store.session import Session, single
from parcours.store.statements import Statement
from parcours.store.texts import keep, told

_KEEP: Final = Statement(
    "INSERT INTO mails (workspace_id, message_id, contact, at, sender, recipient, subject, search, raw)"
    " VALUES (:workspace, :message_id, :contact, :at, :sender, :recipient, :subject, :search, :raw)"
    " ON CONFLICT (workspace_id, message_id) DO NOTHING"
)
_NAMES: Final = "row, message_id, contact, at, sender, recipient, subject"
_SOUGHT: Final = "row < :before AND (:text = '' OR {position}(search, :text) > 0)"
# The plus keeps the planner from an index on the workspace, which would sort the whole mailbox for each page.
_PAGE: Final = Statement(f"SELECT {_NAMES} FROM mails WHERE +workspace_id = :workspace AND {_SOUGHT} ORDER BY row DESC LIMIT :limit")
_PAGE_OF: Final = Statement(
    f"SELECT {_NAMES} FROM mails WHERE workspace_id = :workspace AND {_SOUGHT} AND contact = :contact ORDER BY row DESC LIMIT :limit"
)
_READ: Final = Statement(f"SELECT {_NAMES}, raw FROM mails WHERE workspace_id = :workspace AND row = :mail")
_COUNT: Final = Statement("SELECT count(*) FROM mails WHERE workspace_id = :workspace")


def _mail_of(values: Sequence[Any], raw: bytes) -> Mail:
    row, message_id, contact, at, sender, recipient, subject = values
    return Mail(row, message_id, contact, at, told(sender), told(recipient), told(subject), raw)


class SqlMailbox:
    """Every mail that `mailbox://` delivered in one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, mail: Mail, /) -> None:
        """Keep a mail; a message_id already kept is left as it is."""
        self._session.run(
            _KEEP,
            message_id=mail.message_id,
            contact=mail.contact,
            at=mail.at,
            sender=keep(mail.sender),
            recipient=keep(mail.recipient),
            subject=keep(mail.subject),
            search=keep(f"{mail.recipient}\n{mail.subject}".casefold()),
            raw=mail.raw,
        )

    def page(self, text: str, contact: int | None, before: int, limit: int, /) -> list[Mail]:
        """Newest first with id < before; `text` in recipient or subject, whatever its case. `raw` is left empty."""
        sought = {"text": keep(text.casefold()), "before": before, "limit": limit}
        rows = self._session.all(_PAGE, **sought) if contact is None else self._session.all(_PAGE_OF, contact=contact, **sought)
        return [_mail_of(values, b"") for values in rows]

    def read(self, mail: int, /) -> Mail | None:
        """The whole mail, None when unknown."""
        rows = self._session.all(_READ, mail=mail)
        return _mail_of(rows[0][:-1], bytes(rows[0][-1])) if rows else None

    def count(self) -> int:
        """Mails kept."""
        return int(single(self._session.all(_COUNT)))
