"""For tests of Parcours and of what is built on it: doubles that keep everything in memory, and the contracts they share with the real."""

from parcours.testing.memory.history import MemoryHistory
from parcours.testing.memory.store import MemoryStore

__all__ = ["MemoryHistory", "MemoryStore"]
