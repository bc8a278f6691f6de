"""The pass that counts transitions over paths: compiled, without the GIL."""

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.compiled import compiled

Ints = NDArray[np.int64]


@compiled
def fold_paths(paths: Ints, contact: Ints, occurred: Ints, nodes: Ints, size: int, merge_repeats: bool) -> tuple[Ints, Ints, Ints]:
    """(transitions, people, time in microseconds) from node to node: three int64[size, size].

    `paths` int64[p + 1]: where each path begins, and the end; `contact`, `occurred`, `nodes` int64[n]. The last two nodes are the start
    and the end of a path. A merged repeat's time belongs to the transition that leaves it.
    """
    counts = np.zeros((size, size), dtype=np.int64)
    people = np.zeros((size, size), dtype=np.int64)
    time = np.zeros((size, size), dtype=np.int64)
    latest = np.full((size, size), -1, dtype=np.int64)
    for path in range(len(paths) - 1):
        low, high = paths[path], paths[path + 1]
        source, since = size - 2, occurred[low]
        for row in range(low, high + 1):
            target = nodes[row] if row < high else size - 1
            if merge_repeats and target == source:
                continue
            counts[source, target] += 1
            if latest[source, target] != contact[low]:
                latest[source, target] = contact[low]
                people[source, target] += 1
            if row < high:
                time[source, target] += occurred[row] - since
                source, since = target, occurred[row]
    return counts, people, time
