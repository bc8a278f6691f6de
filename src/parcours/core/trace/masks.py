"""Masks: which events each matcher takes, computed once per question by the one evaluator of conditions. Folds see nothing else."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms.conditions.columns import matcher_hits
from parcours.core.terms.conditions.matchers import Matcher
from parcours.core.trace.partition import Dictionary, Partition

Hits = NDArray[np.bool_]
WORD = 64


def hits_of(partition: Partition, dictionary: Dictionary, matchers: Sequence[Matcher]) -> Hits:
    """bool[k, n]: whether matcher i takes event j. A name that the dictionary does not have takes nothing."""
    traces = partition.traces
    hits = np.zeros((len(matchers), len(traces)), dtype=np.bool_)
    for row, matcher in enumerate(matchers):
        code = dictionary.codes.get(matcher.event)
        if code is not None:
            hits[row] = matcher_hits(matcher, traces.event == code, traces.kind, partition.columns, traces.occurred)
    return hits


def pack(hits: Hits) -> NDArray[np.uint64]:
    """uint64[n, words]: bit i of an event's mask is matcher i (word i >> 6, bit i & 63)."""
    count, n = hits.shape
    masks = np.zeros((n, max(1, -(-count // WORD))), dtype=np.uint64)
    for row in range(count):
        masks[:, row // WORD] |= hits[row].astype(np.uint64) << np.uint64(row % WORD)
    return masks
