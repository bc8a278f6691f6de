"""Who may pass: the session cookie, and the proof that a write comes from our own pages."""

import hmac
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request

from parcours.api.doorman import LOOPBACK, host_name
from parcours.api.problems import Refused
from parcours.app.services import Services
from parcours.app.sign_in import Member, whose

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def services_of(request: Request) -> Services:
    """The services the app was made with."""
    services: Services = request.app.state.services
    return services


def cookie_name(services: Services) -> str:
    """`__Host-` binds the cookie to this host and to https; browsers refuse the prefix over plain http."""
    return "__Host-parcours" if services.public_url.startswith("https:") else "parcours"


def cookie_of(request: Request) -> str | None:
    """The session secret the browser presented."""
    return request.cookies.get(cookie_name(services_of(request)))


def same_site(request: Request) -> None:
    """Refuse a write that another site's page sent: browsers say so in Sec-Fetch-Site and Origin. A body must be JSON."""
    if request.method in READS:
        return
    site, origin = request.headers.get("sec-fetch-site", "same-origin"), request.headers.get("origin")
    if site != "same-origin" or (origin is not None and origin not in _own_origins(request)):
        raise Refused(403, "foreign_page", "This write was sent by a page of another site.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    empty = request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers
    if kind != "application/json" and (kind or not empty):
        raise Refused(415, "not_json", "Send the body as application/json.")


def _own_origins(request: Request) -> set[str]:
    """The public address, and the known name by which this request came: under the public scheme, or plainly on this machine."""
    public, host = urlsplit(services_of(request).public_url), request.headers.get("host", "")
    plain = {f"http://{host}"} if host_name(host) in LOOPBACK else set()
    return {f"{public.scheme}://{public.netloc}", f"{public.scheme}://{host}"} | plain


def signed_in(request: Request) -> Member:
    """The member behind the request; 401 without a living session, 403 for a write without its CSRF token."""
    found = whose(services_of(request), cookie_of(request))
    if found is None:
        raise Refused(401, "signed_out", "Sign in and try again.")
    member, csrf = found
    if request.method not in READS:
        same_site(request)
        if not hmac.compare_digest(request.headers.get("x-csrf-token", "").encode(), csrf.encode()):
            raise Refused(403, "csrf", "Send the token of GET /api/session in the header X-CSRF-Token.")
    return member


Held = Annotated[Services, Depends(services_of)]
SignedIn = Annotated[Member, Depends(signed_in)]
