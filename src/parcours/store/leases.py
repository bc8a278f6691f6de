"""Shard leases in SQL: one row for each shard, a token that grows at each change of owner."""

from typing import Final

from parcours.store.session import Session, single
from parcours.store.statements import Statement

_TAKE: Final = Statement(
    "INSERT INTO leases (workspace_id, shard, owner, until, token) VALUES (:workspace, :shard, :owner, :until, 1)"
    " ON CONFLICT (workspace_id, shard) DO UPDATE SET until = excluded.until, owner = excluded.owner,"
    " token = leases.token + CASE WHEN leases.owner = excluded.owner AND leases.until >= :now THEN 0 ELSE 1 END"
    " WHERE leases.owner = excluded.owner OR leases.until < :now RETURNING token"
)
_CHECK: Final = Statement("SELECT token FROM leases WHERE workspace_id = :workspace AND shard = :shard {lock}")
_RELEASE: Final = Statement("UPDATE leases SET owner = '', until = 0 WHERE workspace_id = :workspace AND shard = :shard AND token = :token")
_LASTING: Final = Statement(
    "SELECT count(*) FROM leases WHERE workspace_id = :workspace AND shard >= :first AND shard < :before AND until >= :now"
)


class SqlLeases:
    """Who may move which shard of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, shard: int, owner: str, now: int, until: int, /) -> int | None:
        """Take or renew the lease; answers its token, None when another holds it. Taken again after it ran out, the token grows."""
        rows = self._session.all(_TAKE, shard=shard, owner=owner, now=now, until=until)
        return int(rows[0][0]) if rows else None

    def check(self, shard: int, token: int, /) -> bool:
        """The token is still the newest of the shard; holds the row until commit."""
        return self._session.all(_CHECK, shard=shard) == [(token,)]

    def release(self, shard: int, token: int, /) -> None:
        """Give the shard up, when the token is still its newest."""
        self._session.run(_RELEASE, shard=shard, token=token)

    def lasting(self, first: int, before: int, now: int, /) -> int:
        """How many leases numbered from `first` on, below `before`, have not run out."""
        return int(single(self._session.all(_LASTING, first=first, before=before, now=now)))
