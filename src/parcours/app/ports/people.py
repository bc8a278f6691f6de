"""People: contacts, their identities and what is known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from parcours.core.terms.events import NEVER


@dataclass(frozen=True, slots=True)
class Identity:
    """A key by which a contact is known: a user id or an anonymous id."""

    kind: Literal["user", "anonymous"]
    value: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One person. `id` is dense (arrays), `public_id` unguessable (outside). `id` 0 means not stored yet.

    `consents` maps "channel.topic" to True (granted) or False (withdrawn). `holds` are reasons not to write: frozen, complaint,
    suppressed:email.
    `next_seq` numbers the contact's events. `merged_into` names the survivor when this contact was merged away.
    """

    id: int
    public_id: str
    partition: int
    created: int
    user_id: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    consents: Mapping[str, bool] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    next_seq: int = 1
    last_seen: int = -NEVER
    merged_into: int | None = None
    erased: bool = False


class People(Protocol):
    """Contacts and identities of one workspace. Erased contacts are hidden from every method but `load`."""

    def find(self, identities: Sequence[Identity], /) -> dict[Identity, int]:
        """The contact of each known identity (survivors of merges)."""
        ...

    def create(self, contacts: Sequence[Contact], /) -> list[int]:
        """Store new contacts (id 0); answers their dense ids, in order."""
        ...

    def load(self, contacts: Sequence[int], /) -> dict[int, Contact]: ...

    def save(self, contacts: Sequence[Contact], /) -> None:
        """Replace the rows of these contacts (all fields)."""
        ...

    def link(self, links: Mapping[Identity, int], /) -> None:
        """Point each identity to a contact from now on (re-pointing when it was known)."""
        ...

    def by_public_id(self, public_id: str, /) -> Contact | None: ...

    def search(self, text: str, after: int, limit: int, /) -> list[Contact]:
        """Contacts with id > `after` whose user id, e-mail, name or public id contains `text` (case-insensitive; "" = all), by id."""
        ...

    def count(self) -> int: ...
