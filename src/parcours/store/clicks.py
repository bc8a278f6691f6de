"""Visits to tracked links in SQL."""

from collections.abc import Sequence
from typing import Final

from parcours.app.ports import Click, Visit
from parcours.store.session import Session, keys
from parcours.store.statements import BLOB, INT, Batch, Row, Statement

_COLUMNS: Final = "row, message_id, number, at, visit"
_NOTE: Final = Statement(
    "INSERT INTO clicks (workspace_id, message_id, number, at, visit, judged) VALUES (:workspace, :message_id, :number, :at, :visit, 0)"
)
_DUE: Final = Statement(
    f"SELECT {_COLUMNS} FROM clicks WHERE workspace_id = :workspace AND judged = 0 AND at <= :before ORDER BY at, row LIMIT :limit"
)
_AROUND: Final = Batch(
    f"SELECT {', '.join(f'clicks.{name}' for name in _COLUMNS.split(', '))} FROM given CROSS JOIN clicks"
    " WHERE clicks.workspace_id = :workspace AND clicks.message_id = given.message_id{narrow clicks.message_id message_id}",
    {"message_id": BLOB},
)
_LINKS: Final = Batch(
    "SELECT links.message_id, count(*) FROM given CROSS JOIN links"
    " WHERE links.workspace_id = :workspace AND links.message_id = given.message_id{narrow links.message_id message_id}"
    " GROUP BY links.message_id",
    {"message_id": BLOB},
)
_JUDGE: Final = Batch("UPDATE clicks SET judged = 1 FROM given WHERE clicks.row = given.row{narrow clicks.row row}", {"row": INT})
_DROP: Final = Statement("DELETE FROM clicks WHERE workspace_id = :workspace AND judged = 1 AND at < :before")


class SqlClicks:
    """Visits of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, click: Click, /) -> None:
        """Keep a visit; its `row` is ignored."""
        self._session.run(_NOTE, message_id=click.message_id, number=click.number, at=click.at, visit=int(click.visit))

    def due(self, before: int, limit: int, /) -> list[Click]:
        """Visits not judged yet with `at` <= `before`, oldest first."""
        return [_click_of(values) for values in self._session.all(_DUE, before=before, limit=limit)]

    def around(self, messages: Sequence[bytes], /) -> list[Click]:
        """Every visit kept of these messages, judged or not."""
        return [_click_of(values) for values in self._session.all_of(_AROUND, keys(messages))]

    def links(self, messages: Sequence[bytes], /) -> dict[bytes, int]:
        """How many tracked links each of these messages has; those without any are left out."""
        return {bytes(message): int(count) for message, count in self._session.all_of(_LINKS, keys(messages))}

    def judge(self, rows: Sequence[int], /) -> None:
        """Never answer these as due again."""
        self._session.each(_JUDGE, keys(rows))

    def drop(self, before: int, /) -> None:
        """Forget judged visits with `at` < `before`."""
        self._session.run(_DROP, before=before)


def _click_of(values: Row) -> Click:
    row, message_id, number, at, visit = values
    return Click(row, bytes(message_id), number, at, Visit(visit))
