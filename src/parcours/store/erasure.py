"""Forgetting contacts in SQL: a tombstone, and nothing else."""

from collections.abc import Sequence
from typing import Final

from parcours.store.inbox import SqlInbox
from parcours.store.session import Session, keys
from parcours.store.statements import BLOB, INT, Batch, Row, Statement
from parcours.store.tallies import Place, SqlTallies
from parcours.store.traces import SqlTraces

_MERGED: Final = Batch(
    "SELECT contacts.id FROM given CROSS JOIN contacts WHERE contacts.workspace_id = :workspace AND contacts.merged_into = given.id"
    " AND contacts.merged_into IS NOT NULL",
    {"id": INT},
)
_PARTITIONS: Final = Batch(
    "SELECT contacts.id, contacts.partition FROM given CROSS JOIN contacts"
    " WHERE contacts.workspace_id = :workspace AND contacts.id = given.id",
    {"id": INT},
)
_TOMBSTONE: Final = Batch(
    "UPDATE contacts SET erased = 1, user_id = NULL, stage = '', tags = '[]', consents = '{}', holds = '[]', attributes = '{}', search = ''"
    " FROM given WHERE contacts.workspace_id = given.workspace AND contacts.id = given.id AND contacts.erased = 0 RETURNING contacts.id",
    {"id": INT},
)
_ROWS: Final = Batch(
    "SELECT inbox.row FROM given CROSS JOIN inbox"
    " WHERE inbox.workspace_id = :workspace AND inbox.contact = given.id AND inbox.seq IS NOT NULL",
    {"id": INT},
)
_UNROUTED: Final = Statement(
    "SELECT row FROM inbox WHERE workspace_id = :workspace AND seq IS NULL AND row > 0 AND (contact = :id"
    " OR user_id IN (SELECT value FROM identities WHERE workspace_id = :workspace AND contact = :id AND kind = 0)"
    " OR anonymous_id IN (SELECT value FROM identities WHERE workspace_id = :workspace AND contact = :id AND kind = 1))"
)
_LIVE: Final = Batch(
    "SELECT runs.contact, runs.journey, runs.step FROM given CROSS JOIN runs"
    " WHERE runs.workspace_id = :workspace AND runs.contact = given.id AND runs.status = 0",
    {"id": INT},
)
_OF_MESSAGES: Final = tuple(
    Batch(
        f"DELETE FROM {table} WHERE workspace_id = :workspace AND message_id IN"
        " (SELECT messages.id FROM given CROSS JOIN messages WHERE messages.workspace_id = :workspace AND messages.contact = given.id)",
        {"id": INT},
    )
    for table in ("links", "clicks")
)
_OWN: Final = tuple(
    Batch(f"DELETE FROM {table} WHERE workspace_id = :workspace AND contact IN (SELECT id FROM given)", {"id": INT})
    for table in ("identities", "contact_states", "runs", "trace", "messages", "mails")
)
_OWE: Final = Batch(
    "INSERT INTO owed_erasures (workspace_id, contact, at) SELECT :workspace, id, :at FROM given WHERE true ON CONFLICT DO NOTHING",
    {"id": INT},
)
_OWED: Final = Statement("SELECT contact FROM owed_erasures WHERE workspace_id = :workspace ORDER BY at, contact")
_SETTLE: Final = Batch("DELETE FROM owed_erasures WHERE workspace_id = :workspace AND contact IN (SELECT id FROM given)", {"id": INT})
_SUPPRESS: Final = Batch(
    "INSERT INTO suppressed_addresses (workspace_id, digest, at) SELECT :workspace, digest, :at FROM given WHERE true"
    " ON CONFLICT DO NOTHING",
    {"digest": BLOB},
)
_SUPPRESSED: Final = Batch(
    "SELECT given.digest FROM given CROSS JOIN suppressed_addresses"
    " WHERE suppressed_addresses.workspace_id = :workspace AND suppressed_addresses.digest = given.digest",
    {"digest": BLOB},
)


class SqlErasure:
    """Forgetting contacts of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def erase(self, contact: int, at: int, /) -> None:
        """Leave a tombstone of the contact and of those merged into it, and nothing else. Raises LookupError when it is not stored."""
        family = self._family(contact)
        if not family:
            raise LookupError(f"no such contact: {contact}")
        fresh = self._session.all_of(_TOMBSTONE, keys(family))
        if not fresh:
            return
        inbox = SqlInbox(self._session)
        inbox.remove([row for (row,) in self._session.all_of(_ROWS, keys(family))])
        for member in family:
            inbox.remove([row for (row,) in self._session.all(_UNROUTED, id=member)])
        self._forget_counts(family)
        for batch in (*_OF_MESSAGES, *_OWN):
            self._session.each(batch, keys(family))
        self._session.each(_OWE, fresh, at=at)

    def _family(self, contact: int) -> dict[int, int]:
        """The contact and those merged into it, each with its partition."""
        known: dict[int, int] = {}
        new: list[Row] = [(contact,)]
        while new:
            known |= dict(self._session.all_of(_PARTITIONS, new))
            new = [row for row in self._session.all_of(_MERGED, new) if row[0] not in known]
        return known

    def _forget_counts(self, family: dict[int, int]) -> None:
        tallies = SqlTallies(self._session)
        traces = SqlTraces(self._session)
        for contact, partition in family.items():
            tallies.add_trace(((partition, row) for row in traces.of(contact, 2**31)), sign=-1)
        for contact, journey, step in self._session.all_of(_LIVE, keys(family)):
            tallies.take(Place.live(journey, step, family[contact]))

    def owed(self) -> list[int]:
        """Erased contacts that segments may still hold, oldest erasure first."""
        return [contact for (contact,) in self._session.all(_OWED)]

    def settle(self, contacts: Sequence[int], /) -> None:
        """The history no longer holds these contacts."""
        self._session.each(_SETTLE, keys(contacts))

    def suppress(self, digests: Sequence[bytes], at: int, /) -> None:
        """Keep salted digests of addresses that may not be written to."""
        self._session.each(_SUPPRESS, keys(digests), at=at)

    def suppressed(self, digests: Sequence[bytes], /) -> set[bytes]:
        """Which of these digests are kept."""
        return {digest for (digest,) in self._session.all_of(_SUPPRESSED, keys(digests))}
