"""What a started server kept, read back with its own export."""

import json
from typing import Any

from tests.fixtures.network import wait_until
from tests.fixtures.server import Server


def kept(server: Server, user_id: str, count: int, seconds: float = 30) -> list[dict[str, Any]]:
    """The events of one user, in order of arrival, once there are at least `count` of them."""
    found: list[dict[str, Any]] = []

    def enough() -> bool:
        answer = server.run("export", "events", "--jsonl")
        assert answer.returncode == 0, answer.stderr
        events = [json.loads(line) for line in answer.stdout.splitlines()]
        found[:] = [event for event in events if event["user_id"] == user_id]
        return len(found) >= count

    wait_until(enough, seconds, f"{count} events of {user_id}")
    return found


def said(events: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """(name, properties) of events."""
    return [(event["event"], event["properties"]) for event in events]
