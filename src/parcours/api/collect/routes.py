"""The collecting routes: raw bodies in, an answer per event out, and only after the commit is on disk."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from parcours.api.collect import answers, browser, cors, dialects
from parcours.api.collect.body import Parcelled, TooLarge, Unreadable, read, take_apart
from parcours.api.collect.credentials import unbased
from parcours.api.collect.keys import Keys, named
from parcours.app import collect
from parcours.app.ports import ApiKey, NotDurable
from parcours.app.services import Services
from parcours.core.terms.instants import parse_instant
from parcours.core.terms.intake import Envelope

Endpoint = Callable[[Request], Awaitable[Response]]

SINGLE: Final = {"identify": "i", "track": "t", "page": "p", "screen": "s", "group": "g", "alias": "a"}
BATCHES: Final = ("batch", "b", "import")
IN_THREAD: Final = 32 * 1024
"""Bodies above this are decoded in a thread, so that one large batch does not hold up everybody's small ones."""


class Collector:
    """The door for events of one workspace."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._keys = Keys(services.store, services.workspace)

    def endpoint(self, call: str | None, *, history: bool = False) -> Endpoint:
        """The route of one call, or of batches (None)."""

        async def collected(request: Request) -> Response:
            if request.method == "OPTIONS":
                return cors.preflight(request)
            try:
                return await self._collect(request, call, history=history)
            except Unreadable as unreadable:
                return answers.problem(request, 400, "unreadable", str(unreadable))
            except TooLarge as large:
                return answers.problem(request, 413, "too_large", str(large))
            except NotDurable as lost:
                return answers.problem(request, 503, "not_durable", str(lost), **{"Retry-After": str(lost.retry_after)})
            except ClientDisconnect:
                return Response(status_code=400)

        return collected

    async def _collect(self, request: Request, call: str | None, *, history: bool) -> Response:
        body = await read(request.stream(), _declared(request))
        envelope = Envelope(self._services.clock.now(), call=call, history=history)
        batch = call is None
        parcelled = await run_in_threadpool(take_apart, body, batch=batch) if len(body) > IN_THREAD else take_apart(body, batch=batch)
        key = await self._keys.first(named(request, parcelled.write_key))
        if key is None:
            return _unknown_key(request)
        made = await self._parcel(request, envelope, parcelled, key, len(body))
        kept = await asyncio.wrap_future(collect.submit(self._services, made))
        return answers.events(request, made.answers(kept))

    async def _parcel(self, request: Request, envelope: Envelope, parcelled: Parcelled, key: ApiKey, size: int) -> collect.Parcel:
        anonymous_id = request.headers.get("anonymousid")
        known = replace(
            envelope,
            sent=parcelled.sent or parse_instant(request.headers.get("sentat", "")),
            trusted=key.kind == "secret",
            anonymous_id=(unbased(anonymous_id) or anonymous_id)[:255] if anonymous_id else None,
        )
        if size > IN_THREAD:
            return await run_in_threadpool(collect.parcel, parcelled.messages, known, key.source)
        return collect.parcel(parcelled.messages, known, key.source)

    async def settings(self, request: Request) -> Response:
        """`GET /v1/projects/KEY/settings`."""
        if request.method == "OPTIONS":
            return cors.preflight(request)
        key = await self._keys.first(iter((request.path_params["key"],)))
        if key is None or key.kind != "write":
            return answers.problem(request, 404, "unknown_key", "No write key of this address reads like that.")
        return answers.json(request, browser.project_settings(request, request.path_params["key"]))

    async def source_config(self, request: Request) -> Response:
        """`GET /sourceConfig/`."""
        if request.method == "OPTIONS":
            return cors.preflight(request)
        key = await self._keys.first(named(request, None))
        return _unknown_key(request) if key is None else answers.json(request, browser.source_config(key.text))


def _declared(request: Request) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else None


def _unknown_key(request: Request) -> Response:
    return answers.problem(
        request, 401, "unknown_key", "Send the write key as the user of Basic authorization, as X-Write-Key, or as `writeKey`."
    )


def _refused(family: str) -> Endpoint:
    async def refused(request: Request) -> Response:
        if request.method == "OPTIONS":
            return cors.preflight(request)
        return answers.problem(request, 404, "other_dialect", dialects.sentence(family))

    return refused


def router(services: Services) -> APIRouter:
    """Every collecting route of the workspace, the paths of other dialects included."""
    made = APIRouter()
    collector = Collector(services)

    def add(path: str, endpoint: Endpoint, *methods: str) -> None:
        for variant in (path, f"{path}/"):
            made.add_route(variant, endpoint, methods=[*methods, "OPTIONS"], include_in_schema=False)

    for call, short in SINGLE.items():
        for name in (call, short):
            add(f"/v1/{name}", collector.endpoint(call), "POST")
    for name in BATCHES:
        add(f"/v1/{name}", collector.endpoint(None, history=name == "import"), "POST")
    add("/v1/projects/{key}/settings", collector.settings, "GET")
    add("/sourceConfig", collector.source_config, "GET")
    for family, paths in dialects.FAMILIES.items():
        for path in paths:
            add(path, _refused(family), "GET", "POST", "PUT", "DELETE")
    return made
