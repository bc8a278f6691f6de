"""Sign in, sign out, and who a session belongs to. Sessions live on the wall clock, never on the demo's."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from parcours.app.ports import Session, Tx, User
from parcours.app.services import Services

SESSION_LIFE: Final = 14 * 24 * 3_600 * 1_000_000
"""A session ends two weeks after sign-in, whatever was done in it (µs)."""


class Passwords(Protocol):
    """Hashes and verifies passwords; slow on purpose, so call it in a thread."""

    def hash(self, password: str, /) -> str: ...

    def matches(self, digest: str | None, password: str, /) -> bool:
        """None verifies against a hash that nothing matches, so that an unknown account takes as long as a known one."""
        ...


class Argon2id:
    """argon2id with OWASP's minimum (19 MiB, 2 passes, 1 lane) unless told otherwise."""

    def __init__(self, memory_kib: int = 19_456, passes: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(24))

    def hash(self, password: str, /) -> str:
        return self._hasher.hash(password)

    def matches(self, digest: str | None, password: str, /) -> bool:
        try:
            self._hasher.verify(digest or self._nobody, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):  # half of a character, say: no password at all
            return False
        return digest is not None


@dataclass(frozen=True, slots=True)
class Member:
    """Who is signed in, as far as screens need it."""

    email: str
    role: str
    language: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: `secret` goes into the cookie and is kept nowhere; `csrf` goes to the page."""

    secret: str
    csrf: str
    member: Member
    expires: int


def sign_in(services: Services, passwords: Passwords, email: str, password: str, old_secret: str | None) -> Opened | None:
    """Open a session for this e-mail and password; None when they do not belong together. The session presented before ends."""
    user = services.store.read(services.workspace, lambda tx: tx.accounts.user(email.strip().casefold()))
    if not passwords.matches(user.password if user else None, password) or user is None:
        return None
    return _open(services, user, old_secret)


def sign_in_to_demo(services: Services, old_secret: str | None) -> Opened | None:
    """Open a session for the demo's owner without a password; None outside the demo."""
    if services.demo is None:
        return None
    user = services.store.read(services.workspace, lambda tx: tx.accounts.user(1))
    return None if user is None else _open(services, user, old_secret)


def sign_out(services: Services, secret: str) -> None:
    """End the session of this cookie; an unknown one is left in peace."""

    def unit(tx: Tx) -> None:
        session = tx.accounts.session(_digest(secret))
        if session is not None:
            tx.accounts.close_sessions(session.user, session.digest)

    services.store.write(services.workspace, unit)


def whose(services: Services, secret: str | None) -> tuple[Member, str] | None:
    """The member and CSRF value behind a cookie; None when the session is unknown or over."""
    if not secret:
        return None
    now = services.clock.real()

    def unit(tx: Tx) -> tuple[Member, str] | None:
        session = tx.accounts.session(_digest(secret))
        if session is None or session.expires <= now:
            return None
        user = tx.accounts.user(session.user)
        if user is None or not hmac.compare_digest(session.csrf, _csrf(secret, user)):
            return None
        return _member(user), session.csrf

    return services.store.read(services.workspace, unit)


def _open(services: Services, user: User, old_secret: str | None) -> Opened:
    secret, now = secrets.token_urlsafe(32), services.clock.real()
    csrf = _csrf(secret, user)
    expires = now + SESSION_LIFE

    def unit(tx: Tx) -> None:
        old = tx.accounts.session(_digest(old_secret)) if old_secret else None
        if old is not None:
            tx.accounts.close_sessions(old.user, old.digest)
        tx.accounts.open_session(Session(_digest(secret), user.id, csrf, now, expires))

    services.store.write(services.workspace, unit)
    return Opened(secret, csrf, _member(user), expires)


def _member(user: User) -> Member:
    return Member(user.email, user.role, user.language)


def _csrf(secret: str, user: User) -> str:
    """The CSRF value of a session, made of its secret and of what its member was when it began.

    With another password or role it is another value, so every session from before is over, whoever changed them and however.
    """
    return hmac.new(secret.encode(), f"{user.id}|{user.role}|{user.password}".encode(), hashlib.sha256).hexdigest()


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
