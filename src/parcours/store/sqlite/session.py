"""A transaction of SQLite."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import pysqlite3.dbapi2 as sqlite

from parcours.store.session import Clash
from parcours.store.statements import Batch, Row, Statement, chunks, sqlite_batch, translate


class SqliteSession:
    """Statements on one connection, bound to one workspace."""

    __slots__ = ("_connection", "workspace")

    def __init__(self, connection: sqlite.Connection, workspace: int) -> None:
        self._connection = connection
        self.workspace = workspace

    def _execute(self, text: str, values: list[Any]) -> sqlite.Cursor:
        try:
            return self._connection.execute(text, values)
        except sqlite.IntegrityError as error:
            raise Clash(str(error)) from error

    def _statement(self, statement: Statement, values: dict[str, Any]) -> sqlite.Cursor:
        values["workspace"] = self.workspace
        translated = translate(statement.text, "sqlite")
        return self._execute(translated.text, translated.values(values))

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Every row of the answer."""
        return list(self._statement(statement, values).fetchall())

    def run(self, statement: Statement, /, **values: Any) -> int:
        """Run it; answers how many rows changed."""
        before = self._connection.total_changes
        self._statement(statement, values)
        return int(self._connection.total_changes - before)

    def _batch(self, batch: Batch, rows: Sequence[Row], values: dict[str, Any]) -> list[Row]:
        values["workspace"] = self.workspace
        answers: list[Row] = []
        for part in chunks(rows):
            translated = sqlite_batch(batch, len(part))
            answers += self._execute(translated.text, [self.workspace, *chain.from_iterable(part), *translated.values(values)]).fetchall()
        return answers

    def each(self, batch: Batch, rows: Sequence[Row], /, **values: Any) -> int:
        """Run it over the rows; answers how many rows changed."""
        before = self._connection.total_changes
        self._batch(batch, rows, values)
        return int(self._connection.total_changes - before)

    def all_of(self, batch: Batch, rows: Sequence[Row], /, **values: Any) -> list[Row]:
        """Run it over the rows; answers what it returns."""
        return self._batch(batch, rows, values)
