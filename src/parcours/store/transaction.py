"""One transaction of one workspace, seen as the ports."""

from functools import cached_property

from parcours.store.accounts import SqlAccounts
from parcours.store.clicks import SqlClicks
from parcours.store.definitions import SqlDefinitions
from parcours.store.erasure import SqlErasure
from parcours.store.extracts import SqlExtracts
from parcours.store.inbox import SqlInbox
from parcours.store.leases import SqlLeases
from parcours.store.mailbox import SqlMailbox
from parcours.store.manifest import SqlManifest
from parcours.store.merging import SqlMerging
from parcours.store.messages import SqlMessages
from parcours.store.people import SqlPeople
from parcours.store.runs import SqlRuns
from parcours.store.session import Session
from parcours.store.views import SqlViews


class SqlTx:
    """The ports over one session; each is made when it is first asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def workspace(self) -> int:
        """The workspace that every read and write is bound to."""
        return self._session.workspace

    @cached_property
    def inbox(self) -> SqlInbox:
        """Arrived events."""
        return SqlInbox(self._session)

    @cached_property
    def people(self) -> SqlPeople:
        """Contacts and identities."""
        return SqlPeople(self._session)

    @cached_property
    def runs(self) -> SqlRuns:
        """Kernel state, runs and trace."""
        return SqlRuns(self._session)

    @cached_property
    def messages(self) -> SqlMessages:
        """The outbox."""
        return SqlMessages(self._session)

    @cached_property
    def mailbox(self) -> SqlMailbox:
        """The built-in mailbox."""
        return SqlMailbox(self._session)

    @cached_property
    def clicks(self) -> SqlClicks:
        """Visits to tracked links."""
        return SqlClicks(self._session)

    @cached_property
    def definitions(self) -> SqlDefinitions:
        """Journeys, templates, settings."""
        return SqlDefinitions(self._session)

    @cached_property
    def accounts(self) -> SqlAccounts:
        """Members, sessions, keys."""
        return SqlAccounts(self._session)

    @cached_property
    def manifest(self) -> SqlManifest:
        """Segments and event codes."""
        return SqlManifest(self._session)

    @cached_property
    def leases(self) -> SqlLeases:
        """Who moves which shard."""
        return SqlLeases(self._session)

    @cached_property
    def views(self) -> SqlViews:
        """Counts for screens."""
        return SqlViews(self._session)

    @cached_property
    def extracts(self) -> SqlExtracts:
        """Bulk reads."""
        return SqlExtracts(self._session)

    @cached_property
    def merging(self) -> SqlMerging:
        """Moving what a merged contact had."""
        return SqlMerging(self._session)

    @cached_property
    def erasure(self) -> SqlErasure:
        """Forgetting contacts."""
        return SqlErasure(self._session)
