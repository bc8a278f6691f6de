"""Members, sessions and keys in SQL."""

from typing import Final

from parcours.app.ports import ApiKey, Session, User
from parcours.store import session as sql
from parcours.store.counters import next_numbers
from parcours.store.statements import Statement
from parcours.store.texts import keep, told

_USER: Final = "id, email, password, role, created, language"
_ADD_USER: Final = Statement(
    f"INSERT INTO users (workspace_id, {_USER}) VALUES (:workspace, :id, :email, :password, :role, :created, :language)"
    " ON CONFLICT (workspace_id, email) DO NOTHING"
)
_SAVE_USER: Final = Statement(
    "UPDATE users SET email = :email, password = :password, role = :role, created = :created, language = :language"
    " WHERE workspace_id = :workspace AND id = :id"
)
_BY_EMAIL: Final = Statement(f"SELECT {_USER} FROM users WHERE workspace_id = :workspace AND email = :email")
_BY_ID: Final = Statement(f"SELECT {_USER} FROM users WHERE workspace_id = :workspace AND id = :id")
_SESSION: Final = "digest, user_id, csrf, created, expires"
_OPEN: Final = Statement(f"INSERT INTO sessions (workspace_id, {_SESSION}) VALUES (:workspace, :digest, :user, :csrf, :created, :expires)")
_READ: Final = Statement(f"SELECT {_SESSION} FROM sessions WHERE workspace_id = :workspace AND digest = :digest")
_CLOSE: Final = Statement("DELETE FROM sessions WHERE workspace_id = :workspace AND user_id = :user AND digest = :digest")
_CLOSE_ALL: Final = Statement("DELETE FROM sessions WHERE workspace_id = :workspace AND user_id = :user")
_KEY: Final = "prefix, digest, kind, source, created, text, revoked"
_SAVE_KEY: Final = Statement(
    f"INSERT INTO api_keys (workspace_id, {_KEY}) VALUES (:workspace, :prefix, :digest, :kind, :source, :created, :text, :revoked)"
    " ON CONFLICT (workspace_id, prefix) DO UPDATE SET digest = excluded.digest, kind = excluded.kind, source = excluded.source,"
    " created = excluded.created, text = excluded.text, revoked = excluded.revoked"
)
_KEYS: Final = Statement(f"SELECT {_KEY} FROM api_keys WHERE workspace_id = :workspace ORDER BY created, prefix")


class SqlAccounts:
    """Who may do what in one workspace."""

    def __init__(self, session: sql.Session) -> None:
        self._session = session

    def add_user(self, user: User, /) -> int:
        """Keep a new user (id 0). Raises Clash for a known e-mail."""
        number = next_numbers(self._session, "user", 1)[0]
        if not self._session.run(_ADD_USER, **_values(user, number)):
            raise sql.Clash(f"{user.email} is a member already")
        return number

    def user(self, email_or_id: str | int, /) -> User | None:
        """The member with this e-mail (as it was given) or id."""
        if isinstance(email_or_id, int):
            rows = self._session.all(_BY_ID, id=email_or_id)
        else:
            rows = self._session.all(_BY_EMAIL, email=keep(email_or_id))
        return User(rows[0][0], told(rows[0][1]), *rows[0][2:]) if rows else None

    def save_user(self, user: User, /) -> None:
        """Replace a member's row. Raises LookupError when unknown."""
        if not self._session.run(_SAVE_USER, **_values(user, user.id)):
            raise LookupError(f"no such member: {user.id}")

    def open_session(self, session: Session, /) -> None:
        """Keep a session."""
        self._session.run(
            _OPEN, digest=session.digest, user=session.user, csrf=session.csrf, created=session.created, expires=session.expires
        )

    def session(self, digest: bytes, /) -> Session | None:
        """The session with this digest, also when it expired."""
        rows = self._session.all(_READ, digest=digest)
        return Session(bytes(rows[0][0]), *rows[0][1:]) if rows else None

    def close_sessions(self, user: int, digest: bytes | None = None, /) -> None:
        """End one session of the user, or all (None)."""
        if digest is None:
            self._session.run(_CLOSE_ALL, user=user)
        else:
            self._session.run(_CLOSE, user=user, digest=digest)

    def add_key(self, key: ApiKey, /) -> None:
        """Keep a key; one with the same prefix is replaced (revoked, for instance)."""
        self._session.run(
            _SAVE_KEY,
            prefix=key.prefix,
            digest=key.digest,
            kind=key.kind,
            source=key.source,
            created=key.created,
            text=key.text,
            revoked=key.revoked,
        )

    def keys(self) -> list[ApiKey]:
        """Every key of the workspace, oldest first."""
        return [ApiKey(prefix, digest, *rest) for prefix, digest, *rest in self._session.all(_KEYS)]


def _values(user: User, number: int) -> dict[str, str | int]:
    return {
        "id": number,
        "email": keep(user.email),
        "password": user.password,
        "role": user.role,
        "created": user.created,
        "language": user.language,
    }
