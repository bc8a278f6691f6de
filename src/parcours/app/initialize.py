"""The first owner, the first keys and the first settings of a workspace."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from parcours.app.operations import Refusal
from parcours.app.ports import ApiKey, Store, Tx, User

WEB_SOURCE, SERVER_SOURCE = 1, 2
"""The sources behind the first write key and the first secret key."""
PREFIX_LENGTH = 11


@dataclass(frozen=True, slots=True)
class Made:
    """The keys in clear: the secret key is shown now and never again."""

    write_key: str
    secret_key: str


def new_key(kind: Literal["write", "secret"], source: int, created: int) -> tuple[str, ApiKey]:
    """A key in clear (256 random bits behind a public prefix) and as it is stored."""
    text = f"{'wk' if kind == 'write' else 'sk'}_{secrets.token_hex(4)}{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(text.encode()).digest()
    return text, ApiKey(text[:PREFIX_LENGTH], digest, kind, source, created, text if kind == "write" else "")


def initialize_workspace(store: Store, workspace: int, owner: str, password: str, settings: Mapping[str, Any], now: int) -> Made:
    """Keep owner (`password` is a hash), keys and settings. Raises Refusal for an address that is none."""
    if "@" not in owner or len(owner) > 254:
        raise Refusal(f"{owner} is not an e-mail address. Give the owner's: --owner you@example.org")
    write_key, write = new_key("write", WEB_SOURCE, now)
    secret_key, secret = new_key("secret", SERVER_SOURCE, now)

    def unit(tx: Tx) -> None:
        tx.accounts.add_user(User(0, owner, password, "owner", now))
        tx.accounts.add_key(write)
        tx.accounts.add_key(secret)
        for key, value in settings.items():
            tx.definitions.set_setting(key, value)

    store.write(workspace, unit)
    return Made(write_key, secret_key)
