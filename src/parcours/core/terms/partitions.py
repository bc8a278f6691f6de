"""Partitions: the fixed slices of a workspace's contacts that folds, segments and workers share."""

from typing import Final

from parcours.core.terms.chance import stable_hash

PARTITIONS: Final = 64


def partition_of(public_id: str) -> int:
    """The partition, 0 to 63, of a contact; fixed for ever by its public id."""
    return stable_hash("partition", public_id) % PARTITIONS
