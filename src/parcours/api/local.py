"""The local socket: the command line asks the running server to write, so that one process owns the data directory.

It is a UNIX socket in the data directory that only its owner may open; it knows no other authentication.
"""

import json
import queue
import threading
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from parcours.app.operations import Refusal, run
from parcours.app.services import Services


class Request(BaseModel):
    """One operation and its arguments."""

    model_config = ConfigDict(extra="forbid")
    name: str
    arguments: dict[str, Any] = {}


def create_local_app(services: Services) -> FastAPI:
    """`POST /run` answers JSON lines: {"progress": [done, total]} now and then, at the end {"result"} or {"refusal", "problems"}."""
    app = FastAPI(docs_url=None, openapi_url=None)

    @app.post("/run")
    def run_operation(request: Request) -> StreamingResponse:
        return StreamingResponse(_lines(services, request), media_type="application/x-ndjson")

    @app.get("/alive")
    def alive() -> dict[str, bool]:
        return {"alive": True}

    return app


def _lines(services: Services, request: Request) -> Iterator[str]:
    told: queue.Queue[dict[str, Any]] = queue.Queue()

    def work() -> None:
        try:
            told.put({"result": run(services, request.name, request.arguments, lambda done, total: told.put({"progress": [done, total]}))})
        except Refusal as refusal:
            told.put({"refusal": str(refusal), "problems": refusal.problems})
        except Exception as error:
            told.put({"refusal": f"{type(error).__name__}: {error}", "problems": []})

    threading.Thread(target=work, daemon=True).start()
    while True:
        line = told.get()
        yield json.dumps(line) + "\n"
        if "progress" not in line:
            return
