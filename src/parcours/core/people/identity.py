"""Whose event is it? Identity resolution, decided from what is known and nothing else.

A user id is never shared. An anonymous id points to one contact at a time. Only an alias, or an anonymous contact without
user id, merges; the survivor is the older contact that has a user id. Equal e-mail addresses never merge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KeyKind = Literal["user", "anonymous"]
Key = tuple[KeyKind, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What identity needs of a contact: its number, its user id (None: anonymous), and when it was made (UTC microseconds)."""

    contact: int
    user_id: str | None
    created: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """What to do, in this order: merge (loser into survivor), make a contact when `contact` is None, point `links` to it, set its user id.

    `merge` is (loser, survivor) or None.
    """

    contact: int | None
    links: tuple[Key, ...] = ()
    user_id: str | None = None
    merge: tuple[int, int] | None = None


def resolve(user: str | None, anonymous: str | None, known: Mapping[Key, Known]) -> Resolution:
    """Whose event this is, for every call but alias. At least one id is given; `known` has the contacts of those that are known."""
    if user is None:
        return _anonymous(str(anonymous), known)
    owner = known.get(("user", user))
    visitor = known.get(("anonymous", anonymous)) if anonymous is not None else None
    links = _links(user, anonymous, owner, visitor)
    if owner is None:
        if visitor is not None and visitor.user_id is None:
            return Resolution(visitor.contact, links, user_id=user)
        return Resolution(None, links, user_id=user)
    if visitor is None or visitor.contact == owner.contact:
        return Resolution(owner.contact, links)
    merge = (visitor.contact, owner.contact) if visitor.user_id is None else None
    return Resolution(owner.contact, links, merge=merge)


def alias(user: str, previous: str, known: Mapping[Key, Known]) -> Resolution:
    """`previous` and `user` are one person. A previous id may be a user id or an anonymous id; an unknown one is linked from now on."""
    owner = known.get(("user", user))
    key: Key = ("user", previous) if ("user", previous) in known else ("anonymous", previous)
    other = known.get(key)
    if owner is None and other is None:
        return Resolution(None, (("user", user), ("anonymous", previous)), user_id=user)
    if other is None and owner is not None:
        return Resolution(owner.contact, (("anonymous", previous),))
    if owner is None and other is not None:
        return Resolution(other.contact, (("user", user),), user_id=user if other.user_id is None else None)
    assert owner is not None and other is not None
    if owner.contact == other.contact:
        return Resolution(owner.contact)
    survivor, loser = _elder(owner, other)
    return Resolution(survivor.contact, merge=(loser.contact, survivor.contact))


def _anonymous(anonymous: str, known: Mapping[Key, Known]) -> Resolution:
    visitor = known.get(("anonymous", anonymous))
    if visitor is None:
        return Resolution(None, (("anonymous", anonymous),))
    return Resolution(visitor.contact)


def _links(user: str, anonymous: str | None, owner: Known | None, visitor: Known | None) -> tuple[Key, ...]:
    links: list[Key] = [] if owner is not None else [("user", user)]
    if anonymous is not None and (visitor is None or owner is None or visitor.contact != owner.contact):
        links.append(("anonymous", anonymous))
    return tuple(links)


def _elder(one: Known, two: Known) -> tuple[Known, Known]:
    """(survivor, loser): a contact with a user id before one without, then the older, then the smaller number."""
    first, second = sorted((one, two), key=lambda known: (known.user_id is None, known.created, known.contact))
    return first, second
