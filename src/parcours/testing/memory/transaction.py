"""One unit of work on the state in memory, seen as the ports."""

from parcours.testing.memory.accounts import MemoryAccounts
from parcours.testing.memory.clicks import MemoryClicks
from parcours.testing.memory.definitions import MemoryDefinitions
from parcours.testing.memory.erasure import MemoryErasure
from parcours.testing.memory.extracts import MemoryExtracts
from parcours.testing.memory.inbox import MemoryInbox
from parcours.testing.memory.leases import MemoryLeases
from parcours.testing.memory.manifest import MemoryManifest
from parcours.testing.memory.merging import MemoryMerging
from parcours.testing.memory.messages import MemoryMailbox, MemoryMessages
from parcours.testing.memory.people import MemoryPeople
from parcours.testing.memory.runs import MemoryRuns
from parcours.testing.memory.state import State
from parcours.testing.memory.views import MemoryViews


class MemoryTx:
    """The ports over one state."""

    def __init__(self, workspace: int, state: State) -> None:
        self.workspace = workspace
        self.inbox = MemoryInbox(state)
        self.people = MemoryPeople(state)
        self.runs = MemoryRuns(state)
        self.messages = MemoryMessages(state)
        self.mailbox = MemoryMailbox(state)
        self.clicks = MemoryClicks(state)
        self.definitions = MemoryDefinitions(state)
        self.accounts = MemoryAccounts(state)
        self.manifest = MemoryManifest(state)
        self.leases = MemoryLeases(state)
        self.views = MemoryViews(state)
        self.extracts = MemoryExtracts(state)
        self.merging = MemoryMerging(state)
        self.erasure = MemoryErasure(state)
