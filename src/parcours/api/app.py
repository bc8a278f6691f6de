"""The app factory: every door of one process, made from its services."""

from typing import Any, Final

from fastapi import FastAPI

import parcours
from parcours.api import collect, problems, public, static
from parcours.api.collect.keys import Keys
from parcours.api.doorman import Doorman
from parcours.api.routes import backtests, health, journeys, keys, mailbox, messages, overview, people, session
from parcours.api.throttle import Throttle
from parcours.app.services import Services
from parcours.app.sign_in import Argon2id, Passwords

SCREENS: Final = tuple(screen.router for screen in (session, overview, journeys, backtests, people, mailbox, messages, keys, health))
"""The routes of the interface."""

EVERYWHERE: Final = problems.answers(400, 422)
"""What every route may answer to a request that is not what it asks for."""


def create_app(services: Services, passwords: Passwords | None = None) -> FastAPI:
    """The HTTP app of one workspace. `passwords` is argon2id unless a test brings a faster one."""
    app = FastAPI(
        title="Parcours",
        version=parcours.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        responses=EVERYWHERE,
    )
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.passwords = passwords or Argon2id()
    app.state.throttle = Throttle()
    app.state.keys = Keys(services.store, services.workspace)
    problems.install(app)
    app.add_middleware(Doorman, public_url=services.public_url)
    app.include_router(collect.router(services))  # first: routes are tried in their order, and most requests bring events
    for screen in SCREENS:
        app.include_router(screen)
    app.include_router(public.router(services))
    app.include_router(static.router())
    return app


def interface_schema() -> dict[str, Any]:
    """The OpenAPI document of the interface's own routes, from which its client is generated (web/openapi.json)."""
    app = FastAPI(title="Parcours", version="1", generate_unique_id_function=lambda route: route.name, responses=EVERYWHERE)
    for screen in SCREENS:
        app.include_router(screen)
    return app.openapi()
