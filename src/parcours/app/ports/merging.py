"""Merging: what belonged to a contact moves to the one it was merged into."""

from collections.abc import Sequence
from typing import Protocol

from parcours.core.terms.events import Event


class Merging(Protocol):
    """Rows of the system of record only; the history keeps what it holds and is read with today's identities."""

    def move(self, loser: int, survivor: int, partition: int, next_seq: int, /) -> int:
        """Move identities, messages, mails, trace and inbox rows of the loser to the survivor; answers the survivor's new next seq.

        Rows that were placed but not turned are numbered anew from `next_seq`, in their order; turned ones keep their instant and are
        numbered after them. Runs and registers are not touched: the caller merges the kernel's records.
        """
        ...

    def tell(self, partition: int, events: Sequence[Event], /) -> None:
        """Keep events that a merge itself tells: placed (contact, seq), and turned unless `turned` is NEVER. Their source is 0."""
        ...

    def absorbed(self, contacts: Sequence[int], /) -> dict[int, list[tuple[int, int]]]:
        """(number, partition) of everybody who was merged into each of these, directly or through others; without any it is left out."""
        ...

    def merged_into(self) -> dict[int, int]:
        """Every merged contact and its (last) survivor."""
        ...
