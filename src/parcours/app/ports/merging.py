"""Merging: what belonged to a contact moves to the one it was merged into."""

from typing import Protocol


class Merging(Protocol):
    """Rows of the system of record only; the history keeps what it holds and is read with today's identities."""

    def move(self, loser: int, survivor: int, partition: int, next_seq: int, /) -> int:
        """Move identities, messages, mails, trace and inbox rows of the loser to the survivor; answers the survivor's new next seq.

        Rows that were placed but not turned are numbered anew from `next_seq`, in their order; turned ones keep their instant and are
        numbered after them. Runs and registers are not touched: the caller merges the kernel's records.
        """
        ...

    def merged_into(self) -> dict[int, int]:
        """Every merged contact and its (last) survivor."""
        ...
