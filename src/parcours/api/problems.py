"""Problems on the wire (RFC 9457): one shape for everything that goes wrong, in words that say what to do."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final = {
    400: "The request cannot be read",
    401: "Sign in first",
    403: "This request was refused",
    404: "Not found",
    405: "Not this way",
    409: "Not possible now",
    413: "Too large",
    415: "Send JSON",
    421: "Unknown host name",
    422: "The request is not complete",
    429: "Too many attempts",
    503: "Not ready",
}


class FieldProblem(BaseModel):
    """One thing wrong in a request: where, and what to do."""

    path: str
    detail: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(title="Problem")

    title: str
    status: int
    detail: str
    code: str
    problems: list[FieldProblem] = []


class Refused(HTTPException):
    """Answer with a problem. `code` is stable for programs, `detail` is for people."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)
        self.code = code


def problem(
    status: int, code: str, detail: str, problems: Sequence[FieldProblem] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """A problem as a response."""
    body = Problem(title=TITLES.get(status, "Something went wrong"), status=status, detail=detail, code=code, problems=list(problems))
    return JSONResponse(body.model_dump(), status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of the app a problem."""

    async def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code, detail = getattr(error, "code", None) or f"http_{error.status_code}", str(error.detail)
        if code == "http_400":  # FastAPI's own, for a body that is no JSON
            code, detail = "unreadable", "Send the body as JSON in UTF-8."
        return problem(error.status_code, code, detail, headers=dict(error.headers or {}))

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = [FieldProblem(path=".".join(str(part) for part in one["loc"]), detail=one["msg"]) for one in error.errors()]
        return problem(422, "invalid", "Mend what is listed under problems and send it again.", found)

    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for the problems a route may answer with."""
    return {status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": TITLES[status]} for status in statuses}
