"""Routes of the public door. GET and HEAD change nothing that matters; only POST unsubscribes (RFC 8058), and it never redirects."""

from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from parcours.api.public.page import POLICY, State, language_of, page
from parcours.app.click import click
from parcours.app.ports import NotDurable, Visit
from parcours.app.services import Services
from parcours.app.unsubscribe import Subscription, subscription, unsubscribe

MOST_READ: Final = 16_384
"""Bytes of a form that are looked at; whatever comes after does not matter."""

PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def router(services: Services) -> APIRouter:
    """The routes of one workspace's public links."""
    routes = APIRouter(include_in_schema=False)

    async def show(request: Request, token: str) -> Response:
        about = await run_in_threadpool(subscription, services, token)
        if about is None:
            return _answer(request, "unknown", None, 404)
        return _answer(request, "ask" if about.wanted else "done", about)

    async def act(request: Request, token: str) -> Response:
        everything = await _wants_everything(request)
        try:
            known = await run_in_threadpool(unsubscribe, services, token, everything=everything)
        except NotDurable as lost:
            return Response("Try again in a moment.", 503, PRIVATE | {"Retry-After": str(lost.retry_after)}, "text/plain")
        if not known:
            return _answer(request, "unknown", None, 404)
        return _answer(request, "done", await run_in_threadpool(subscription, services, token), everything=everything)

    async def follow(request: Request, token: str) -> Response:
        url = await run_in_threadpool(click, services, token, _visit(request))
        return _answer(request, "unknown", None, 404) if url is None else RedirectResponse(url, 302, PRIVATE)

    routes.add_api_route("/u/{token}", show, methods=["GET", "HEAD"], response_model=None)
    routes.add_api_route("/u/{token}", act, methods=["POST"], response_model=None)
    routes.add_api_route("/c/{token}", follow, methods=["GET", "HEAD"], response_model=None)
    return routes


def _visit(request: Request) -> Visit:
    """Whether the link is followed, fetched ahead of a reader (browsers and mail programs say so), or only looked at."""
    if request.method == "HEAD":
        return Visit.LOOKED_AT
    said = " ".join(request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz")).casefold()
    return Visit.AHEAD if "prefetch" in said or "preview" in said or "prerender" in said else Visit.FOLLOWED


def _answer(request: Request, state: State, about: Subscription | None, status: int = 200, *, everything: bool = False) -> Response:
    language = language_of(about, request.headers.get("accept-language", ""))
    headers = PRIVATE | {"Content-Security-Policy": POLICY, "Content-Language": language}
    return HTMLResponse(page(state, language, about, everything=everything), status, headers)


async def _wants_everything(request: Request) -> bool:
    """Whether the page's second button was pressed. Anything else that is posted, one-click mailers' bodies too, means the topic."""
    body = b""
    try:
        async for chunk in request.stream():
            body = (body + chunk)[:MOST_READ]
    except ClientDisconnect:
        return False
    try:
        return ("choice", "all") in parse_qsl(body.decode("ascii"), max_num_fields=10)
    except ValueError:
        return False
