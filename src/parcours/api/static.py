"""The built interface: hashed files, and its one page for every address of the interface."""

import os
import secrets
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse

from parcours.api.problems import Refused

STATIC: Final = Path(__file__).parent.parent / "static"
NONCE: Final = "__CSP_NONCE__"
NOT_PAGES: Final = ("api", "v1", "u", "c", "assets", "sourceConfig")
FOR_A_YEAR: Final = "public, max-age=31536000, immutable"


def policy(nonce: str) -> str:
    """What the interface may load: its own files. Styles written by the component library carry the nonce of the page."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def router(folder: Path = STATIC) -> APIRouter:
    """Routes that serve the interface built into `folder`; a folder without one answers with what to do."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/assets/{name}")
    def read_asset(name: str) -> FileResponse:
        if name not in _built(folder / "assets"):
            raise Refused(404, "no_such_file", "There is no such file.")
        return FileResponse(folder / "assets" / name, headers={"Cache-Control": FOR_A_YEAR})

    @routes.get("/{path:path}", response_model=None)
    def read_page(path: str) -> HTMLResponse | FileResponse:
        if path.split("/", 1)[0] in NOT_PAGES:
            raise Refused(404, "no_such_address", "There is nothing at this address.")
        if path in ("favicon.svg", "robots.txt") and path in _built(folder):
            return FileResponse(folder / path)
        if not (folder / "index.html").is_file():
            raise Refused(503, "no_interface", "The interface was not built: run `make setup`, or npm run build in web/.")
        nonce = secrets.token_urlsafe(18)
        page = (folder / "index.html").read_text("utf-8").replace(NONCE, nonce)
        return HTMLResponse(page, headers={"Content-Security-Policy": policy(nonce), "Cache-Control": "no-store"})

    return routes


def _built(folder: Path) -> set[str]:
    """The names of a folder's own files. What is asked for is looked up in this list: no name from outside ever becomes a path."""
    try:
        return {entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)}
    except FileNotFoundError:
        return set()
