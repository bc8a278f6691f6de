"""What the benchmarks of the live path share: a PostgreSQL whose commits are on the disk, messages as a shop's site sends them."""

import contextlib
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fixtures.postgres import Cluster


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder that goes with the block."""
    made = Path(tempfile.mkdtemp(prefix="parcours-bench-"))
    made.chmod(0o755)  # PostgreSQL runs as somebody else when this runs as root
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def postgres(scratch: Path) -> Iterator[str]:
    """The URL of an empty database on a server as it comes, with memory for its pages."""
    place = scratch / "postgresql"
    place.mkdir(parents=True)
    cluster = Cluster(place, "shared_buffers=512MB", "max_wal_size=4GB", "timezone=UTC")
    cluster.start()
    try:
        yield f"{cluster.url.replace('postgresql:', 'postgresql+psycopg:')}/postgres"
    finally:
        cluster.stop(signal.SIGQUIT)


def message(number: int, tag: str) -> dict[str, Any]:
    """One event of 50,000 people: some 270 bytes of JSON."""
    return {
        "type": "track",
        "event": f"Event {number % 20}",
        "messageId": f"{tag}-{number}",
        "userId": f"u{number % 50_000}",
        "context": {"library": {"name": "bench"}},
        "properties": {
            "value": number % 100,
            "currency": "EUR",
            "product": f"p{number % 1000}",
            "list": "home page recommendations",
            "position": number % 12,
            "coupon": "none",
        },
    }
