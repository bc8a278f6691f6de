"""A contact whose stored state cannot be read: everybody else goes on, it is told why, and once mended it is tried again at once."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from parcours.app.operations import run
from parcours.app.ports import Identity, Tx
from parcours.app.retry import Telling
from parcours.app.services import Services
from parcours.app.standing import standing
from parcours.channels.email.render import EmailRenderer
from parcours.cli.status import aside_lines
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.workers.drain import drain
from tests.app.sending import NOW, Hands
from tests.app.test_turn import REGULARS, happens

pytestmark = pytest.mark.postgres


@pytest.fixture
def services(postgres_url: str, tmp_path: Path) -> Iterator[Services]:
    with closing(open_store(postgres_url)) as store:
        lake, clock = open_history(tmp_path / "lake"), Hands(NOW, NOW)
        made = Services(store, lake, LocalFiles(), clock, 1, EmailRenderer(), {}, b"s" * 32, "http://localhost", tmp_path)
        run(made, "journeys.publish", {"document": REGULARS}, lambda _done, _total: None)
        yield made


def viewed(services: Services, *users: str) -> None:
    at = services.clock.now()
    happens(services, *({"type": "track", "event": "Page Viewed", "userId": user, "messageId": f"{user}-{at}"} for user in users))


def waiting(services: Services) -> list[int]:
    return services.store.read(1, lambda tx: tx.inbox.waiting(range(64), 100))


def number_of(services: Services, user: str) -> int:
    def unit(tx: Tx) -> int:
        return tx.people.find([Identity("user", user)])[Identity("user", user)]

    return services.store.read(1, unit)


def test_a_contact_whose_state_is_broken_holds_up_nobody(services: Services, postgres_url: str) -> None:
    viewed(services, "ada", "bob", "cleo")
    bob, telling = number_of(services, "bob"), Telling(services)
    with psycopg.connect(postgres_url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as database:
        [(pendings,)] = database.execute("SELECT pendings FROM contact_states WHERE contact = %s", [bob]).fetchall()
        database.execute("UPDATE contact_states SET pendings = %s WHERE contact = %s", [b"no pendings at all", bob])
        viewed(services, "ada", "bob", "cleo")
        assert waiting(services) == [bob]
        telling.step()
        [row] = standing(services)["aside"]
        assert (row["kind"], row["number"], row["tries"]) == ("Contact", bob, 1)
        lines = aside_lines([row])
        assert lines[0].startswith(f"aside    contact {bob}, after 1 tries: ")
        assert row["reason"].split(": ")[1], "it is not said why"
        assert lines[-1].endswith("parcours retry")
        database.execute("UPDATE contact_states SET pendings = %s WHERE contact = %s", [pendings, bob])
    drain(services)
    assert waiting(services) == [bob], "it was not left alone"
    assert run(services, "aside.retry", {}, lambda _done, _total: None) == {"aside": 1}
    telling.step()
    drain(services)
    assert waiting(services) == []
    telling.step()
    assert standing(services)["aside"] == []


def test_what_a_process_that_died_set_aside_is_told_no_longer(services: Services) -> None:
    services.rows_aside.put(7, ArithmeticError("planted"), services.clock.real())
    Telling(services).step()
    assert [row["reason"] for row in standing(services)["aside"]] == ["ArithmeticError: planted"]
    assert isinstance(services.clock, Hands)
    services.clock.pass_time(61_000_000)
    assert standing(services)["aside"] == []
