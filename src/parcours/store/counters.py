"""Numbers given in order, per workspace, without gaps."""

from typing import Final

from parcours.store.session import Session, single
from parcours.store.statements import Statement

_TAKE: Final = Statement(
    "INSERT INTO counters (workspace_id, name, value) VALUES (:workspace, :name, :amount)"
    " ON CONFLICT (workspace_id, name) DO UPDATE SET value = counters.value + excluded.value RETURNING value"
)


def next_numbers(session: Session, name: str, amount: int) -> range:
    """The next `amount` numbers of the counter, the first ever being 1. In PostgreSQL others who count wait until this commits."""
    if not amount:
        return range(0)
    last = int(single(session.all(_TAKE, name=name, amount=amount)))
    return range(last - amount + 1, last + 1)
