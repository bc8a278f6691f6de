"""CORS of the collecting routes: any site may send events from its pages. These routes know no cookie, so nothing is opened by it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

ALLOWED_HEADERS: Final = "authorization, anonymousid, sentat, x-write-key, content-type, content-encoding"
DAY_SECONDS: Final = "86400"


def headers(request: Request) -> dict[str, str]:
    """The headers that every answer to a page of another site carries."""
    origin = request.headers.get("origin")
    if origin is None:
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}


def preflight(request: Request) -> Response:
    """The answer to OPTIONS."""
    allowed = {
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": DAY_SECONDS,
    }
    return Response(status_code=204, headers={**headers(request), **allowed})
