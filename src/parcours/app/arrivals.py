"""Arrivals: the inbox's form of an intake, and the ids of messages that bring none."""

import hashlib
from collections import Counter
from typing import Any

import msgspec

from parcours.app.ports import Arrival
from parcours.core.terms.ids import message_key
from parcours.core.terms.intake import Intake

_canonical = msgspec.json.Encoder(order="sorted", enc_hook=str)


def arrival(
    intake: Intake, received: int, source: int, message_id: str, *, kept_forever: bool = False, key: bytes | None = None
) -> Arrival:
    """The inbox's form of an intake, under the id that it came with or was given; `key` are its 16 bytes when they are not the id's own."""
    return Arrival(
        message_id=key or message_key(message_id),
        client_message_id=message_id,
        source=source,
        call=intake.call,
        name=intake.name,
        occurred=intake.occurred,
        received=received,
        user_id=intake.user_id,
        anonymous_id=intake.anonymous_id,
        previous_id=intake.previous_id,
        properties=intake.properties,
        history=intake.history,
        kept_forever=kept_forever,
    )


def content_digest(space: str, content: Any) -> bytes:
    """16 bytes of a whole row or message, whatever the order of its keys. `space` keeps different kinds of import apart."""
    digest = hashlib.blake2b(space.encode(), digest_size=16)
    digest.update(b"\x00" + _canonical.encode(content))
    return digest.digest()


def content_id(digest: bytes, rank: int) -> str:
    """The id of the row with this digest that has `rank` equal rows before it: the same in every run of the same import."""
    return hashlib.blake2b(digest + rank.to_bytes(8, "big"), digest_size=16).hexdigest()


class Ranks:
    """How many equal rows came before, by digest."""

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()

    def next(self, digest: bytes) -> int:
        """The rank of one more row with this digest: 0 for the first."""
        rank = self._seen[digest]
        self._seen[digest] = rank + 1
        return rank
