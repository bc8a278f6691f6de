"""One open transaction as the ports see it: run a text, or a text over many rows."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from parcours.store.statements import Batch, Row, Statement


class Clash(ValueError):
    """A unique key or another constraint forbids this write."""


class Session(Protocol):
    """Runs statements inside one transaction. Every method raises Clash when a constraint is broken."""

    workspace: int

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Every row of the answer. `workspace` is always among the values."""
        ...

    def run(self, statement: Statement, /, **values: Any) -> int:
        """Run it; answers how many rows changed."""
        ...

    def each(self, batch: Batch, rows: Sequence[Row], /, **values: Any) -> int:
        """Run it over the rows; answers how many rows changed. No rows, no work."""
        ...

    def all_of(self, batch: Batch, rows: Sequence[Row], /, **values: Any) -> list[Row]:
        """Run it over the rows; answers what it returns, in no order."""
        ...


def first(rows: Sequence[Row]) -> Row | None:
    """The first row, None when there is none."""
    return rows[0] if rows else None


def single(rows: Sequence[Row]) -> Any:
    """The one value of an aggregate."""
    return rows[0][0]


def keys(values: Iterable[Any]) -> list[Row]:
    """Values as rows of one column, each once."""
    return [(value,) for value in dict.fromkeys(values)]
