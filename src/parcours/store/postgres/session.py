"""A transaction of PostgreSQL."""

from collections.abc import Sequence
from typing import Any

import psycopg

from parcours.store.postgres.arrays import literal
from parcours.store.session import Clash
from parcours.store.statements import Batch, Dialect, Row, Statement, postgres_batch, translate


class PostgresSession:
    """Statements on one connection, bound to one workspace. After a Clash nothing more can be done in the transaction.

    Unless it is only `reading`, it holds the contacts that it loads: other units wait for them, so that none writes back what it read
    before another one's commit.
    """

    __slots__ = ("_cursor", "_dialect", "workspace")

    def __init__(self, connection: "psycopg.Connection[Row]", workspace: int, *, reading: bool = False) -> None:
        self._dialect: Dialect = "postgresql reading" if reading else "postgresql"
        self._cursor = connection.cursor(binary=True)
        self.workspace = workspace

    def _execute(self, text: str, values: list[Any]) -> "psycopg.Cursor[Row]":
        try:
            return self._cursor.execute(text.encode(), values)
        except psycopg.errors.IntegrityError as error:
            raise Clash(str(error)) from error

    def _statement(self, statement: Statement, values: dict[str, Any]) -> "psycopg.Cursor[Row]":
        values["workspace"] = self.workspace
        translated = translate(statement.text, self._dialect)
        return self._execute(translated.text, translated.values(values))

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Every row of the answer."""
        return self._statement(statement, values).fetchall()

    def run(self, statement: Statement, /, **values: Any) -> int:
        """Run it; answers how many rows changed."""
        return self._statement(statement, values).rowcount

    def _batch(self, batch: Batch, rows: Sequence[Row], values: dict[str, Any]) -> "psycopg.Cursor[Row]":
        values["workspace"] = self.workspace
        translated = postgres_batch(batch, self._dialect)
        columns = [literal(kind, column) for kind, column in zip(batch.columns.values(), zip(*rows, strict=True), strict=True)]
        return self._execute(translated.text, [self.workspace, *columns, *translated.values(values)])

    def each(self, batch: Batch, rows: Sequence[Row], /, **values: Any) -> int:
        """Run it over the rows; answers how many rows changed."""
        return self._batch(batch, rows, values).rowcount if rows else 0

    def all_of(self, batch: Batch, rows: Sequence[Row], /, **values: Any) -> list[Row]:
        """Run it over the rows; answers what it returns."""
        return self._batch(batch, rows, values).fetchall() if rows else []
