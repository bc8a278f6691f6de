"""Every store and every history keeps the contracts that ship with Parcours."""

from parcours.testing.contracts import (
    AccountsContract,
    ClicksContract,
    DefinitionsContract,
    ErasureContract,
    ExtractsContract,
    HistoryContract,
    InboxContract,
    LeasesContract,
    MailboxContract,
    ManifestContract,
    MergingContract,
    MessagesContract,
    NaughtyTextContract,
    PeopleContract,
    RunsContract,
    TalliesContract,
    UnitsContract,
    ViewsContract,
)


class TestUnits(UnitsContract):
    pass


class TestInbox(InboxContract):
    pass


class TestPeople(PeopleContract):
    pass


class TestRuns(RunsContract):
    pass


class TestTallies(TalliesContract):
    pass


class TestMessages(MessagesContract):
    pass


class TestClicks(ClicksContract):
    pass


class TestMailbox(MailboxContract):
    pass


class TestDefinitions(DefinitionsContract):
    pass


class TestAccounts(AccountsContract):
    pass


class TestManifest(ManifestContract):
    pass


class TestLeases(LeasesContract):
    pass


class TestErasure(ErasureContract):
    pass


class TestMerging(MergingContract):
    pass


class TestExtracts(ExtractsContract):
    pass


class TestViews(ViewsContract):
    pass


class TestNaughtyText(NaughtyTextContract):
    pass


class TestHistory(HistoryContract):
    pass
