"""Erasure: what is left of a contact that asked to be forgotten, and what the history still owes it."""

from collections.abc import Sequence
from typing import Protocol


class Erasure(Protocol):
    """Forgetting contacts of one workspace."""

    def erase(self, contact: int, at: int, /) -> None:
        """Leave a tombstone and nothing else, so that no read shows the contact from this commit on.

        The contact's row stays, `erased`, without user id, attributes, tags, consents and holds. Gone are its identities, its inbox rows
        (also unrouted ones that came under one of its identities), runs, registers, trace, messages, stored links and mails; also those of
        contacts that were merged into it. Ids of imported rows stay known, so that importing the same file again does not bring it back.
        The contact is `owed` until the history is rewritten. Erasing it again changes nothing.
        """
        ...

    def owed(self) -> list[int]:
        """Erased contacts (and those merged into them) that segments may still hold, oldest erasure first."""
        ...

    def settle(self, contacts: Sequence[int], /) -> None:
        """The history no longer holds these contacts."""
        ...

    def suppress(self, digests: Sequence[bytes], at: int, /) -> None:
        """Keep salted digests of addresses that may not be written to; a known one is left as it is."""
        ...

    def suppressed(self, digests: Sequence[bytes], /) -> set[bytes]:
        """Which of these digests are kept."""
        ...
