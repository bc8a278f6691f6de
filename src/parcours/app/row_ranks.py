"""Ranks: ids for rows that bring none, the same in every import of the same file, in memory that grows by sixteen bytes a row."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np

from parcours.app.arrivals import content_id

WIDTH: Final = 16


class RowRanks:
    """Made from the digests (16 bytes each) of all rows. Equal rows are told apart by how many came before."""

    def __init__(self, digests: Iterable[bytes]) -> None:
        self._digests = bytearray()
        for digest in digests:
            self._digests += digest
        prefixes = np.frombuffer(self._digests, dtype=np.uint64)[::2].copy()
        prefixes.sort()
        self._repeated = frozenset(prefixes[1:][prefixes[1:] == prefixes[:-1]].tolist())
        self._seen: Counter[bytes] = Counter()

    def __len__(self) -> int:
        return len(self._digests) // WIDTH

    def next_id(self, number: int) -> str:
        """The id of the row with this number, counted from 0. Rows are asked for in order."""
        digest = bytes(self._digests[number * WIDTH : (number + 1) * WIDTH])
        if int.from_bytes(digest[:8], "little") not in self._repeated:
            return content_id(digest, 0)
        rank = self._seen[digest]
        self._seen[digest] = rank + 1
        return content_id(digest, rank)
