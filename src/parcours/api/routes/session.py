"""Sign in, sign out, who am I."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, SecretStr

from parcours.api.guard import Held, SignedIn, cookie_name, cookie_of, same_site
from parcours.api.problems import Refused, answers
from parcours.api.throttle import WAIT_SECONDS, Throttle
from parcours.api.wire import Answer, Body
from parcours.app.sign_in import SESSION_LIFE, Opened, Passwords, sign_in, sign_in_to_demo, sign_out, whose

router = APIRouter(prefix="/api/session", tags=["session"])


class MemberAnswer(Answer):
    """Who is signed in."""

    email: str
    role: str
    language: str


class WorkspaceAnswer(Answer):
    """The workspace's name, zone and languages."""

    name: str
    zone: str
    languages: list[str]


class SessionAnswer(Answer):
    """Who is signed in (null: nobody), and the token that writes must carry in the header X-CSRF-Token."""

    user: MemberAnswer | None
    csrf: str
    demo: bool
    workspace: WorkspaceAnswer


class SignIn(Body):
    """An e-mail and its password; or `demo: true`, which only the demo accepts."""

    email: Annotated[str, Field(max_length=320)] = ""
    password: Annotated[SecretStr, Field(max_length=1_000)] = SecretStr("")
    demo: bool = False


@router.get("")
def read_session(request: Request, services: Held) -> SessionAnswer:
    """Who is signed in."""
    found = whose(services, cookie_of(request))
    member, csrf = found or (None, "")
    user = None if member is None else MemberAnswer.model_validate(member)
    return SessionAnswer(user=user, csrf=csrf, demo=services.demo is not None, workspace=_workspace(services, signed_in=user is not None))


@router.post("", dependencies=[Depends(same_site)], responses=answers(401, 403, 415, 422, 429, 503))
def open_session(body: SignIn, request: Request, response: Response, services: Held) -> SessionAnswer:
    """Sign in. A new session each time; the one presented ends. Five attempts in fifteen minutes per account and network."""
    old = cookie_of(request)
    opened = sign_in_to_demo(services, old) if body.demo else _with_password(body, request, services, old)
    if opened is None:
        raise Refused(401, "wrong_credentials", "This e-mail and this password do not belong together.")
    secure = services.public_url.startswith("https:")
    name, seconds = cookie_name(services), SESSION_LIFE // 1_000_000
    response.set_cookie(name, opened.secret, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
    user = MemberAnswer.model_validate(opened.member)
    return SessionAnswer(user=user, csrf=opened.csrf, demo=services.demo is not None, workspace=_workspace(services, signed_in=True))


@router.delete("", status_code=204, responses=answers(401, 403))
def close_session(request: Request, response: Response, services: Held, _: SignedIn) -> None:
    """Sign out: the session ends on the server, whatever cookie is kept."""
    sign_out(services, cookie_of(request) or "")
    response.delete_cookie(cookie_name(services), path="/", secure=services.public_url.startswith("https:"), httponly=True, samesite="lax")


def _with_password(body: SignIn, request: Request, services: Held, old: str | None) -> Opened | None:
    throttle: Throttle = request.app.state.throttle
    passwords: Passwords = request.app.state.passwords
    address = request.client.host if request.client else ""
    if not throttle.attempt(body.email, address):
        raise Refused(429, "too_many_attempts", "Wait fifteen minutes, then try again.", {"Retry-After": str(WAIT_SECONDS)})
    with throttle.turn() as had:
        if not had:
            raise Refused(503, "busy", "Too many people sign in at this moment. Try again.", {"Retry-After": "5"})
        opened = sign_in(services, passwords, body.email, body.password.get_secret_value(), old)
    if opened is not None:
        throttle.clear(body.email, address)
    return opened


def _workspace(services: Held, *, signed_in: bool) -> WorkspaceAnswer:
    """What strangers may know of the workspace is nothing but its languages."""
    settings = services.store.read(services.workspace, lambda tx: tx.definitions.settings())
    zone = str(settings.get("zone", "Europe/Paris")) if signed_in else "UTC"
    name = str(settings.get("name", "Parcours")) if signed_in else "Parcours"
    return WorkspaceAnswer(name=name, zone=zone, languages=["fr", "en"])
