"""The traces of a partition: one row per event, sorted by (contact, occurred, seq)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Instants = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Traces:
    """n events of m contacts. Arrays may be memory-mapped; nobody writes to them.

    `contact` int64[n], `event` int32[n] (code of the name), `occurred` int64[n], `turned` int64[n] (UTC microseconds, NEVER when not
    turned), `seq` int64[n], `kind` uint8[n] (terms.events.Kind), `history` uint8[n] (1 when the event starts nothing);
    `starts` int64[m + 1]: contact i of this partition has rows starts[i] to starts[i + 1].
    """

    contact: Instants
    event: NDArray[np.int32]
    occurred: Instants
    turned: Instants
    seq: Instants
    kind: NDArray[np.uint8]
    history: NDArray[np.uint8]
    starts: Instants

    def __len__(self) -> int:
        """How many events there are."""
        return len(self.contact)

    @property
    def contacts(self) -> Instants:
        """The contacts, in order: int64[m]."""
        return self.contact[self.starts[:-1]]

    def rows_of(self, contact: int) -> slice:
        """The rows of one contact; empty when it has none."""
        low, high = np.searchsorted(self.contact, [contact, contact + 1])
        return slice(int(low), int(high))


def trace_order(contact: Instants, occurred: Instants, seq: Instants) -> NDArray[np.intp]:
    """The order of traces: by contact, occurred, seq."""
    return np.lexsort((seq, occurred, contact))


def starts_of(contact: Instants) -> Instants:
    """Where each contact begins in a sorted column, and the end: int64[m + 1]."""
    changes = np.flatnonzero(np.diff(contact)) + 1
    return np.concatenate(([0], changes, [len(contact)] if len(contact) else [])).astype(np.int64)


def traces_of(contact: Any, event: Any, occurred: Any, seq: Any, kind: Any = None, turned: Any = None, history: Any = None) -> Traces:
    """Traces from columns in any order (each a sequence of n numbers). Left out: customers' events, turned as they occurred, no history.

    Raises ValueError when the columns differ in length or an event is there twice.
    """
    n = len(contact)
    given = (contact, occurred, occurred if turned is None else turned, seq)
    contacts, instants, turns, seqs = (np.asarray(column, dtype=np.int64) for column in given)
    events = np.asarray(event, dtype=np.int32)
    kinds, old = (np.zeros(n, dtype=np.uint8) if each is None else np.asarray(each, dtype=np.uint8) for each in (kind, history))
    if any(len(column) != n for column in (instants, turns, seqs, events, kinds, old)):
        raise ValueError("the columns of traces differ in length")
    order = trace_order(contacts, instants, seqs)
    contacts, instants, seqs = contacts[order], instants[order], seqs[order]
    if bool(((np.diff(contacts) == 0) & (np.diff(instants) == 0) & (np.diff(seqs) == 0)).any()):
        raise ValueError("an event is in the traces twice: same contact, instant and seq")
    return Traces(contacts, events[order], instants, turns[order], seqs, kinds[order], old[order], starts_of(contacts))
