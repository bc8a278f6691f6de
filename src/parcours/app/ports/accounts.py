"""Accounts: workspaces, members, sessions, API keys."""

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class User:
    """A member. `password` is an argon2id hash."""

    id: int
    email: str
    password: str
    role: str
    created: int
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Session:
    """A server-side session: `digest` is SHA-256 of the cookie's secret; instants are real time."""

    digest: bytes
    user: int
    csrf: str
    created: int
    expires: int


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key: `kind` write (may only bring events in) or secret. `prefix` is public and finds it; `digest` is SHA-256 of the whole key.

    `text` is kept for write keys only (they are public by nature, in web pages); empty for secret keys.
    """

    prefix: str
    digest: bytes
    kind: Literal["write", "secret"]
    source: int
    created: int
    text: str = ""
    revoked: int = 0


class Accounts(Protocol):
    """Who may do what. `key` looks over all workspaces."""

    def add_user(self, user: User, /) -> int:
        """Keep a new user (id 0); a known e-mail raises ValueError."""
        ...

    def user(self, email_or_id: str | int, /) -> User | None: ...

    def save_user(self, user: User, /) -> None: ...

    def open_session(self, session: Session, /) -> None: ...

    def session(self, digest: bytes, /) -> Session | None: ...

    def close_sessions(self, user: int, digest: bytes | None = None, /) -> None:
        """End one session of the user, or all (None)."""
        ...

    def add_key(self, key: ApiKey, /) -> None: ...

    def keys(self) -> list[ApiKey]:
        """Every key of the workspace, oldest first."""
        ...
