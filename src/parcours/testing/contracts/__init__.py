"""Contracts: what every store and every history must do, as test classes for pytest.

A test module names the classes it wants to hold and gives a fixture `store` (or `history`): an empty one for each test.

    from parcours.testing.contracts import STORE

Importing this package needs pytest.
"""

from parcours.testing.contracts.accounts import AccountsContract
from parcours.testing.contracts.clicks import ClicksContract
from parcours.testing.contracts.definitions import DefinitionsContract
from parcours.testing.contracts.erasure import ErasureContract
from parcours.testing.contracts.extracts import ExtractsContract
from parcours.testing.contracts.history import HistoryContract
from parcours.testing.contracts.inbox import InboxContract
from parcours.testing.contracts.leases import LeasesContract
from parcours.testing.contracts.mailbox import MailboxContract
from parcours.testing.contracts.manifest import ManifestContract
from parcours.testing.contracts.merging import MergingContract
from parcours.testing.contracts.messages import MessagesContract
from parcours.testing.contracts.naughty import NaughtyTextContract
from parcours.testing.contracts.people import PeopleContract
from parcours.testing.contracts.runs import RunsContract
from parcours.testing.contracts.tallies import TalliesContract
from parcours.testing.contracts.units import UnitsContract
from parcours.testing.contracts.views import ViewsContract

__all__ = [
    "AccountsContract",
    "ClicksContract",
    "DefinitionsContract",
    "ErasureContract",
    "ExtractsContract",
    "HistoryContract",
    "InboxContract",
    "LeasesContract",
    "MailboxContract",
    "ManifestContract",
    "MergingContract",
    "MessagesContract",
    "NaughtyTextContract",
    "PeopleContract",
    "RunsContract",
    "TalliesContract",
    "UnitsContract",
    "ViewsContract",
]
