"""Accounts in memory."""

from dataclasses import replace

from parcours.app.ports import ApiKey, Session, User
from parcours.testing.memory.state import Clash, State


class MemoryAccounts:
    """Who may do what."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_user(self, user: User, /) -> int:
        """Keep a new user. Raises Clash for a known e-mail."""
        if self.user(user.email) is not None:
            raise Clash(f"{user.email} is a member already")
        number = self._state.next("user")
        self._state.users[number] = replace(user, id=number)
        return number

    def user(self, email_or_id: str | int, /) -> User | None:
        """The member with this e-mail (as it was given) or id."""
        for user in self._state.users.values():
            if email_or_id in (user.id, user.email):
                return user
        return None

    def save_user(self, user: User, /) -> None:
        """Replace a member's row. Raises LookupError when unknown."""
        self._state.writing()
        if user.id not in self._state.users:
            raise LookupError(f"no such member: {user.id}")
        self._state.users[user.id] = user

    def open_session(self, session: Session, /) -> None:
        """Keep a session."""
        self._state.writing()
        self._state.sessions[session.digest] = session

    def session(self, digest: bytes, /) -> Session | None:
        """The session with this digest, also when it expired."""
        return self._state.sessions.get(digest)

    def close_sessions(self, user: int, digest: bytes | None = None, /) -> None:
        """End one session of the user, or all (None)."""
        self._state.writing()
        for held in list(self._state.sessions.values()):
            if held.user == user and digest in (None, held.digest):
                del self._state.sessions[held.digest]

    def add_key(self, key: ApiKey, /) -> None:
        """Keep a key; one with the same prefix is replaced."""
        self._state.writing()
        self._state.keys[key.prefix] = key

    def keys(self) -> list[ApiKey]:
        """Every key of the workspace, oldest first."""
        return sorted(self._state.keys.values(), key=lambda key: (key.created, key.prefix))
