"""Forgetting: nothing shows the contact from the commit on, no file holds it afterwards, and its refusal to be written to stays."""

from pathlib import Path
from typing import Any

import pytest

from parcours.app.archive import archive
from parcours.app.ask import ask
from parcours.app.forget import forget_named, rewrite_history
from parcours.app.operations import Refusal
from parcours.app.ports import Arrival, Identity
from parcours.app.route import route
from parcours.app.services import Services
from parcours.core.terms.events import Kind
from parcours.lake import open_sql
from parcours.testing.builders import arrival, message
from tests.app.test_export import append, lines, turn_all

ZOE = {"email": "Zoe@Example.org", "name": "Zoé Canari"}


@pytest.fixture
def services(workspace_services: Services) -> Services:
    return workspace_services


def identified(user_id: str, traits: dict[str, Any], **said: Any) -> Arrival:
    return arrival(call="identify", name="Contact Identified", user_id=user_id, properties=traits, **said)


def known(services: Services, user_id: str = "zoe") -> Any:
    def unit(tx: Any) -> Any:
        found = tx.people.find([Identity("user", user_id)])
        return tx.people.load(list(found.values())).get(next(iter(found.values()), 0))

    return services.store.read(services.workspace, unit)


def forget(services: Services, contact: str) -> dict[str, Any]:
    return forget_named(services, lambda done, total: None, contact=contact)


def told_and_archived(services: Services) -> None:
    """Zoé with two events in the history and one in the inbox; Léo with as many."""
    for user, traits in (("zoe", ZOE), ("leo", {"email": "leo@example.org"})):
        append(
            services,
            [identified(user, traits, anonymous_id=f"a-{user}"), arrival(user_id=user, properties={"secret": f"canary of {user}"})],
        )
    route(services)
    turn_all(services)
    archive(services, enough=1)
    append(services, [arrival(user_id="zoe", properties={"secret": "canary unturned"}), arrival(user_id="leo")])
    route(services)
    append(services, [arrival(anonymous_id="a-zoe", user_id=None, properties={"secret": "canary unrouted"})])


@pytest.mark.parametrize("name", ["zoe", "a-zoe", "zoe@example.org", "public"])
def test_nothing_shows_the_contact_any_more(services, name):
    told_and_archived(services)
    before = known(services)
    done = forget(services, before.public_id if name == "public" else name)
    assert done["contact"] == before.public_id
    assert done["rewritten_segments"] == 1
    assert known(services) is None
    for subject in ("events", "contacts"):
        assert {line["user_id"] for line in lines(services, subject)} == {"leo"}
    assert len(lines(services, "events")) == 3
    with pytest.raises(Refusal, match="No contact is known"):
        forget(services, "zoe")


def test_no_file_holds_the_contact(services, tmp_path):
    told_and_archived(services)
    paths = {segment.path for segment in services.store.read(services.workspace, lambda tx: tx.manifest.segments())}
    forget(services, "zoe")
    assert rewrite_history(services) == 0
    left = {segment.path for segment in services.store.read(services.workspace, lambda tx: tx.manifest.segments())}
    assert len(paths - left) == 1
    on_disk = {path.relative_to(services.directory / "lake").as_posix() for path in (services.directory / "lake").rglob("*.parquet")}
    assert on_disk == left
    services.store.close()
    everything = everything_in(services, tmp_path)
    for canary in (b"Zoe@Example", "Zoé Canari".encode(), b"canary of zoe", b"canary unturned", b"canary unrouted"):
        assert canary not in everything
    assert b"canary of leo" in everything


def everything_in(services: Services, folder: Path) -> bytes:
    """Every byte of the data directory; segments by their port (Parquet is compressed)."""
    from parcours.store import open_store

    opened = open_store(folder / "parcours.sqlite", writable=False)
    segments = opened.read(services.workspace, lambda tx: tx.manifest.segments())
    history = repr(list(services.history.rows(segments, dict.fromkeys(range(100), ""))))
    opened.close()
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    return b"".join(path.read_bytes() for path in files) + history.encode()


def test_a_running_server_cuts_its_log_too(services, tmp_path):
    told_and_archived(services)
    forget(services, "zoe")
    services.store.prune(services.workspace, services.clock.now())
    files = [path for path in tmp_path.iterdir() if path.name.startswith("parcours.sqlite")]
    assert {"parcours.sqlite", "parcours.sqlite-wal"} <= {path.name for path in files}
    assert b"canary unturned" not in b"".join(path.read_bytes() for path in files)


def test_reads_hide_the_contact_before_the_history_is_rewritten(services):
    told_and_archived(services)
    number = known(services).id
    services.store.write(services.workspace, lambda tx: tx.erasure.erase(number, 0))
    assert {line["user_id"] for line in lines(services, "events")} == {"leo"}
    asked = ask(services, open_sql(services.directory / "lake"), "SELECT DISTINCT contact FROM events")
    assert number not in [contact for (contact,) in asked.answer.rows]


def test_what_is_owed_is_settled_once_the_history_is_clean(services):
    told_and_archived(services)
    number = known(services).id

    def owed() -> list[int]:
        found: list[int] = services.store.read(services.workspace, lambda tx: tx.erasure.owed())
        return found

    forget(services, "zoe")
    assert owed() == [number]
    assert rewrite_history(services) == 0
    assert owed() == []


def test_an_event_that_comes_late_for_an_erased_contact_goes_nowhere(services):
    told_and_archived(services)
    number = known(services).id
    forget(services, "zoe")
    late = arrival(
        call="internal", kind=Kind.RECEIPT, name="Email Sent", contact=number, user_id=None, properties={"to": "zoe@example.org"}
    )
    append(services, [late])
    route(services)
    assert "zoe" not in repr(lines(services, "events"))
    assert services.store.read(services.workspace, lambda tx: tx.extracts.inbox(0, 100))[-1].contact != number


def test_who_comes_back_is_somebody_new(services):
    told_and_archived(services)
    before = known(services)
    forget(services, "zoe")
    append(services, [identified("zoe", {"email": "new@example.org"})])
    route(services)
    after = known(services)
    assert after.public_id != before.public_id
    assert after.attributes == {"email": "new@example.org"}


@pytest.mark.parametrize(
    ("event", "silent"),
    [
        (None, False),
        (("Consent Granted", {"channel": "email", "topic": "offers"}), False),
        (("Consent Withdrawn", {"channel": "email", "topic": "offers"}), True),
        (("Consent Withdrawn", {"channel": "sms", "topic": "offers"}), False),
        (("Address Suppressed", {"channel": "email"}), True),
        (("Complaint Opened", {}), True),
    ],
)
def test_a_refusal_to_be_written_to_outlives_the_contact(services, event, silent):
    append(services, [identified("zoe", ZOE), *([arrival(user_id="zoe", name=event[0], properties=event[1])] if event else [])])
    route(services)
    forget(services, "zoe")
    assert b"Zoe@" not in repr(services.store.read(services.workspace, lambda tx: tx.people.search("", 0, 10))).encode()
    append(services, [identified("other", {"email": " zoe@EXAMPLE.org"}), identified("leo", {"email": "leo@example.org"})])
    route(services)
    assert known(services, "other").holds == (("suppressed:email",) if silent else ())
    assert known(services, "leo").holds == ()


def test_messages_and_mails_go_too(services):
    append(services, [identified("zoe", ZOE)])
    route(services)
    number = known(services).id
    services.store.write(services.workspace, lambda tx: tx.messages.plan([message(contact=number, address="zoe@example.org")]))
    assert len(lines(services, "messages")) == 1
    forget(services, "zoe")
    assert lines(services, "messages") == []
    assert services.store.read(services.workspace, lambda tx: tx.messages.counts()) == {}


def test_two_people_of_one_address_are_not_guessed_between(services):
    append(services, [identified("zoe", ZOE), identified("twin", {"email": "zoe@example.org"})])
    route(services)
    with pytest.raises(Refusal, match="2 contacts are known as"):
        forget(services, "zoe@example.org")
    assert known(services) is not None


def test_a_write_key_may_give_an_address_and_not_change_it(services):
    append(services, [identified("zoe", {"plan": "free"}, source=1), identified("zoe", {"email": "first@example.org"}, source=1)])
    route(services)
    assert known(services).attributes["email"] == "first@example.org"
    append(
        services, [identified("zoe", {"email": "thief@example.org", "plan": "pro"}, source=1), identified("zoe", {"email": None}, source=1)]
    )
    route(services)
    assert known(services).attributes == {"email": "first@example.org", "plan": "pro"}
    append(services, [identified("zoe", {"email": "second@example.org"}, source=2)])
    route(services)
    assert known(services).attributes["email"] == "second@example.org"
    assert [line["properties"] for line in lines(services, "events")][2:4] == [{"plan": "pro"}, {}]
