"""The door of a data directory without the workers, or one that keeps nothing: python -m bench.door DIRECTORY|- PORT."""

import sys

from parcours.api import server


def main(directory: str, port: str) -> None:
    """Answer until stopped."""
    if directory == "-":
        _ceiling(int(port))
        return
    from parcours.settings import from_environment
    from parcours.wiring import open_services

    door = server.listen("127.0.0.1", int(port))
    with open_services(from_environment(directory, port=int(port))) as services:
        server.run(services, door, lambda: None)


def _ceiling(port: int) -> None:
    """Read each body and answer 200: what the HTTP server itself can bear."""
    import uvicorn

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        if scope["type"] != "http":
            return
        more = True
        while more:
            more = (await receive()).get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
