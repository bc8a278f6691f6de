"""Members, sessions, keys."""

from dataclasses import replace

import pytest

from parcours.app.ports import ApiKey, Session, Store, User
from parcours.testing.builders import NOW

MARIE = User(0, "marie@example.org", "hash", "owner", NOW)


class AccountsContract:
    """What accounts promise."""

    def test_a_member_is_found_by_mail_and_by_id(self, store: Store) -> None:
        number = store.write(1, lambda tx: tx.accounts.add_user(MARIE))
        other = store.write(1, lambda tx: tx.accounts.add_user(replace(MARIE, email="paul@example.org", language="en")))
        assert number != other
        assert store.read(1, lambda tx: tx.accounts.user("marie@example.org")) == replace(MARIE, id=number)
        assert store.read(1, lambda tx: tx.accounts.user(other)) == replace(MARIE, id=other, email="paul@example.org", language="en")
        assert store.read(1, lambda tx: (tx.accounts.user("who@example.org"), tx.accounts.user(99))) == (None, None)

    def test_a_mail_is_one_member(self, store: Store) -> None:
        store.write(1, lambda tx: tx.accounts.add_user(MARIE))
        with pytest.raises(ValueError):
            store.write(1, lambda tx: tx.accounts.add_user(MARIE))

    def test_a_member_can_be_changed(self, store: Store) -> None:
        number = store.write(1, lambda tx: tx.accounts.add_user(MARIE))
        changed = replace(MARIE, id=number, language="en")
        store.write(1, lambda tx: tx.accounts.save_user(changed))
        assert store.read(1, lambda tx: tx.accounts.user(number)) == changed
        with pytest.raises(LookupError):
            store.write(1, lambda tx: tx.accounts.save_user(replace(MARIE, id=99)))

    def test_sessions_are_closed_one_by_one_or_all(self, store: Store) -> None:
        number = store.write(1, lambda tx: tx.accounts.add_user(MARIE))
        sessions = [Session(bytes([place]) * 32, number, "csrf", NOW, NOW + 1) for place in range(3)]
        for each in sessions:
            store.write(1, lambda tx, each=each: tx.accounts.open_session(each))  # type: ignore[misc]

        def held() -> list[Session | None]:
            return [store.read(1, lambda tx, d=each.digest: tx.accounts.session(d)) for each in sessions]  # type: ignore[misc]

        assert held() == sessions
        store.write(1, lambda tx: tx.accounts.close_sessions(number, sessions[0].digest))
        assert held() == [None, *sessions[1:]]
        store.write(1, lambda tx: tx.accounts.close_sessions(number + 1))
        assert held() == [None, *sessions[1:]]
        store.write(1, lambda tx: tx.accounts.close_sessions(number))
        assert held() == [None] * 3

    def test_keys_come_oldest_first_and_can_be_revoked(self, store: Store) -> None:
        young = ApiKey("wk_b", b"\x00" * 32, "write", 1, NOW + 1, "wk_b_text")
        old = ApiKey("sk_a", b"\xff" * 32, "secret", 2, NOW)
        for each in (young, old):
            store.write(1, lambda tx, each=each: tx.accounts.add_key(each))  # type: ignore[misc]
        assert store.read(1, lambda tx: tx.accounts.keys()) == [old, young]
        store.write(1, lambda tx: tx.accounts.add_key(replace(young, revoked=NOW + 5)))
        assert store.read(1, lambda tx: tx.accounts.keys()) == [old, replace(young, revoked=NOW + 5)]
