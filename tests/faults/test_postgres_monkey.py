"""F-10: PostgreSQL is stopped at once every few seconds and stays away for some; nobody has to help Parcours over it.

Long: `make faults ARGS="tests/faults/test_postgres_monkey.py --kills 200"`.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path
from signal import SIGQUIT

import psycopg
import pytest

from tests.faults.test_kill import JOURNEY, TEMPLATE
from tests.fixtures.network import wait_until
from tests.fixtures.postgres import Cluster
from tests.fixtures.server import Server
from tests.system.test_worker_processes import Client, Database

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.kill]

SAMPLE = 3
BACK_WITHIN = 30.0
"""Seconds in which orders are taken again once the database is back; the pool asks anew within five on a quiet machine."""


def monkey(server: Server, cluster: Cluster, folder: Path, stops: int, chance: random.Random) -> None:
    """Stop the database so often under load; every acknowledged order is thanked once, and the server's process is the same all along."""
    (folder / "journey.yaml").write_text(JOURNEY)
    (folder / "template.yaml").write_text(TEMPLATE)
    for command in (("templates", "put", str(folder / "template.yaml")), ("journeys", "publish", str(folder / "journey.yaml"))):
        answer = server.run(*command)
        assert answer.returncode == 0, answer.stderr
    client = Client(server.start())
    client.start()
    for _ in range(stops):
        time.sleep(chance.uniform(1, 3))
        cluster.stop(SIGQUIT)
        time.sleep(chance.uniform(0, 2))
        cluster.start()
        before = len(client.acked)
        wait_until(lambda before=before: len(client.acked) > before, BACK_WITHIN, "taking orders again")  # type: ignore[misc]
    client.done.set()
    client.join(30)
    database = Database(f"{cluster.url}/shop")
    wait_until(lambda: set(client.acked) <= set(database.thanked()), 120, "thanking for every order")
    thanked = database.thanked()
    database.connection.close()
    assert {order: times for order, times in thanked.items() if times > 1} == {}
    assert server.process is not None
    assert server.process.poll() is None, "the server ended"
    assert len(client.acked) > 2 * stops


def shop(new_server: Callable[..., Server], cluster: Cluster) -> Server:
    with psycopg.connect(f"{cluster.url}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE shop")
    return new_server("data", "--database", f"{cluster.url.replace('postgresql:', 'postgresql+psycopg:')}/shop")


def test_the_database_goes_and_comes_back(new_server: Callable[..., Server], cluster: Cluster, tmp_path: Path) -> None:
    monkey(shop(new_server, cluster), cluster, tmp_path, SAMPLE, random.Random(20261122))


@pytest.mark.faults
def test_the_database_goes_and_comes_back_for_long(
    request: pytest.FixtureRequest, new_server: Callable[..., Server], cluster: Cluster, tmp_path: Path
) -> None:
    stops, seed = request.config.getoption("--kills"), request.config.getoption("--seed")
    monkey(shop(new_server, cluster), cluster, tmp_path, stops, random.Random(seed))
