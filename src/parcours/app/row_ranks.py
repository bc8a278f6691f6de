"""Ranks: how many equal rows came before a row of a file, in memory that grows by eight bytes a row."""

from collections import Counter
from collections.abc import Iterable

import numpy as np


class RowRanks:
    """Made from the digests of all rows, then asked for the rank of each, in the same order."""

    def __init__(self, digests: Iterable[bytes]) -> None:
        prefixes = np.fromiter((int.from_bytes(digest[:8], "big") for digest in digests), dtype=np.uint64)
        prefixes.sort()
        self._repeated = frozenset(prefixes[1:][prefixes[1:] == prefixes[:-1]].tolist())
        self._seen: Counter[bytes] = Counter()

    def next(self, digest: bytes) -> int:
        """The rank of the next row, whose digest this is: 0 for the first of its kind."""
        if int.from_bytes(digest[:8], "big") not in self._repeated:
            return 0
        rank = self._seen[digest]
        self._seen[digest] = rank + 1
        return rank
