"""Keys: who sends. A key is found by its public prefix and compared in constant time."""

import hashlib
import time
from collections.abc import Iterator
from hmac import compare_digest
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from parcours.api.collect.credentials import basic_user
from parcours.app.ports import ApiKey, Store, Tx

FRESH_SECONDS: Final = 5.0
"""A revoked key stops working within this time."""
RETRY_SECONDS: Final = 0.5
"""An unknown key makes the list be read again when it is older than this."""


class Keys:
    """The workspace's keys, read again every few seconds."""

    def __init__(self, store: Store, workspace: int) -> None:
        self._store, self._workspace = store, workspace
        self._keys: list[ApiKey] = []
        self._read_at = float("-inf")

    async def first(self, candidates: Iterator[str]) -> ApiKey | None:
        """The first candidate that is a key in force."""
        texts = list(dict.fromkeys(candidates))
        for age in (FRESH_SECONDS, RETRY_SECONDS):
            if time.monotonic() - self._read_at > age:
                await run_in_threadpool(self._read)
            for text in texts:
                key = self._find(text)
                if key is not None:
                    return key
        return None

    def _read(self) -> None:
        def read(tx: Tx) -> list[ApiKey]:
            return tx.accounts.keys()

        self._keys = [key for key in self._store.read(self._workspace, read) if not key.revoked]
        self._read_at = time.monotonic()

    def _find(self, text: str) -> ApiKey | None:
        found = None
        for key in self._keys:
            if text.startswith(key.prefix) and compare_digest(hashlib.sha256(text.encode()).digest(), key.digest):
                found = key
        return found


def named(request: Request, in_body: str | None) -> Iterator[str]:
    """Every place where a client may put its key: Basic user, `X-Write-Key`, `Authorization` as given or as a bearer, body, query."""
    authorization = request.headers.get("authorization", "")
    user = basic_user(authorization)
    if user:
        yield user
    yield from filter(None, (request.headers.get("x-write-key"), in_body))
    if user is None and authorization:
        yield authorization.removeprefix("Bearer ").strip()
    yield from filter(None, (request.query_params.get("writeKey"),))
