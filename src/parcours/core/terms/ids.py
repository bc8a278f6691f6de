"""Identifiers that follow from what they name: the same inputs give the same id, on every host. Ids that need dice are made by hosts."""

from hashlib import blake2b
from typing import Final
from uuid import UUID, uuid5

from parcours.core.terms.chance import stable_hash

NAMESPACE: Final = UUID("8b0ed36c-3f0e-5ed1-9f5a-5e1d3ce0f7aa")
"""The namespace of public contact ids where there is no database to keep a random one. It never changes."""
PARTITIONS: Final = 64
"""The fixed slices of a workspace's contacts that folds, segments and workers share."""
ID_BYTES: Final = 16


def _digest(person: bytes, *parts: str | int | bytes) -> bytes:
    digest = blake2b(digest_size=ID_BYTES, person=person)
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.digest()


def message_key(text: str) -> bytes:
    """The 16 bytes that stand for a client's message id: those of a UUID in its usual form, else a blake2b digest of the text."""
    if len(text) == 36:
        try:
            return UUID(text).bytes
        except ValueError:
            pass
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=ID_BYTES).digest()


def run_id(journey: str, public_id: str, instance: str, entry: int) -> bytes:
    """The 16 bytes of a run: the n-th entry of a contact into a journey, per instance."""
    return _digest(b"run", journey, public_id, instance, entry)


def action_id(run: bytes, step: str, visit: int, channel: str) -> bytes:
    """The 16 bytes of what a run does at a step: the same whenever it is decided again."""
    return _digest(b"action", run, step, visit, channel)


def public_id_of(user_id: str) -> str:
    """The public id of a contact where there is no database: UUIDv5 of its user id."""
    return str(uuid5(NAMESPACE, user_id))


def partition_of(public_id: str) -> int:
    """The partition of a contact, in [0, PARTITIONS); fixed for ever by its public id."""
    return stable_hash("partition", public_id) % PARTITIONS
