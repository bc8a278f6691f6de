"""Answers of the collecting routes: per event when the body could be read, a problem in one sentence when not."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from parcours.api import problems
from parcours.api.collect import cors
from parcours.app.collect import Answer

TITLES: Final = {
    400: "The body cannot be read",
    401: "The key is not known",
    404: "Not found",
    413: "Too large",
    503: "Not kept: try again later",
}

_encode = msgspec.json.Encoder().encode


def events(request: Request, answers: Sequence[Answer]) -> Response:
    """200: what became of each event."""
    return json(request, {"success": True, "events": [_event(answer) for answer in answers]})


def _event(answer: Answer) -> dict[str, str]:
    event = {"message_id": answer.message_id, "status": answer.status, "reason": answer.reason}
    return {**event, "detail": answer.detail} if answer.detail else event


def json(request: Request, content: Any) -> Response:
    """200 with a JSON document."""
    return Response(_encode(content), media_type="application/json", headers=cors.headers(request))


def problem(request: Request, status: int, code: str, sentence: str, **more: str) -> Response:
    """Any other status, readable by a page of another site."""
    content = {"title": TITLES[status], "status": status, "detail": sentence, "code": code}
    return Response(_encode(content), status, {**cors.headers(request), **more}, problems.MEDIA_TYPE)
