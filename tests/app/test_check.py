"""Check finds each thing that may be wrong: every rule is broken once, in a real store, and names what breaks it."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from click.testing import CliRunner

from parcours.app.archive import archive
from parcours.app.check import check
from parcours.app.check.finding import MOST, Ledgers
from parcours.app.collect import parcel
from parcours.app.deliver import deliver
from parcours.app.initialize import Made
from parcours.app.operations import run
from parcours.app.services import Services
from parcours.channels.email.mailbox import MailboxChannel
from parcours.channels.email.render import EmailRenderer
from parcours.cli import parcours
from parcours.clock import SystemClock
from parcours.core.terms.intake import Envelope
from parcours.lake import open_history
from parcours.lake.files import LocalFiles
from parcours.store import open_store
from parcours.store.directory import DATABASE_FILE, SECRET_FILE, DataDirectory, complete
from parcours.workers.drain import drain
from tests.faults.definitions import OFFER, RECEIPT, TEMPLATES, template

ORDERS = 3
SECOND_INTENT = (
    "DROP INDEX ux_messages_intent",
    "CREATE TEMP TABLE other AS SELECT * FROM messages WHERE step = 'receipt' LIMIT 1",
    "UPDATE other SET id = X'00'",
    "INSERT INTO messages SELECT * FROM other",
)
CLIENT = [{"what": "tried", "ids": ["who", "may", *(f"o{number}" for number in range(ORDERS))]}]


def at_once(journey: dict[str, Any]) -> dict[str, Any]:
    """The journey without its waits."""
    return {**journey, "steps": [step for step in journey["steps"] if "wait" not in step]}


def services_of(folder: Path) -> Services:
    """Services of a data directory in this process."""
    store = open_store(folder / DATABASE_FILE)
    channels = {"email": MailboxChannel(store, 1)}
    history = open_history(folder / "lake")
    return Services(store, history, LocalFiles(), SystemClock(), 1, EmailRenderer(), channels, b"s" * 32, "http://localhost", folder)


@pytest.fixture(scope="module")
def shop(blank_workspace: tuple[Path, Made], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with a customer whose orders were thanked for: events in a segment and in the inbox, runs, messages that left."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copy(blank_workspace[0], folder / DATABASE_FILE)
    complete(DataDirectory(folder, {}, b""))
    (folder / SECRET_FILE).write_bytes(b"s" * 32)
    services = services_of(folder)
    for name in TEMPLATES:
        run(services, "templates.put", {"document": template(name)}, lambda done, total: None)
    run(services, "settings.set", {"key": "quiet_hours", "value": None}, lambda done, total: None)
    for journey in (RECEIPT, OFFER):
        run(services, "journeys.publish", {"document": at_once(journey)}, lambda done, total: None)
    take(services, {"type": "identify", "messageId": "who", "traits": {"email": "u@example.org"}})
    take(services, {"type": "track", "messageId": "may", "event": "Consent Granted", "properties": {"channel": "email", "topic": "*"}})
    for number in range(ORDERS):
        order = {"order_id": f"o{number}", "value": 100}
        take(services, {"type": "track", "messageId": f"o{number}", "event": "Order Completed", "properties": order})
    drain(services)
    archive(services, enough=1)
    while deliver(services):
        pass
    drain(services)
    services.store.close()
    return folder


@pytest.fixture
def services(shop: Path, tmp_path: Path) -> Iterator[Services]:
    """A copy of the shop of this test's own."""
    shutil.copytree(shop, tmp_path / "data")
    services = services_of(tmp_path / "data")
    with closing(services.store):
        yield services


def take(services: Services, message: dict[str, Any]) -> None:
    """One message of the customer at the door."""
    made = parcel([{**message, "userId": "u"}], Envelope(received=services.clock.now(), trusted=True), 1)
    services.store.write(1, lambda tx: tx.inbox.append(made.arrivals))


def spoil(services: Services, *statements: str) -> None:
    """Break the database from outside."""
    with closing(sqlite.connect(services.directory / "parcours.sqlite")) as connection:
        for statement in statements:
            changed = connection.execute(statement).rowcount
            assert changed != 0, f"nothing changed: {statement}"
        connection.commit()


def faults(services: Services, ledgers: Ledgers | None = None, *, settled: bool = True) -> dict[str, list[str]]:
    """The faults of the rules that have any."""
    found = check(services, lambda done, total: None, ledgers, settled=settled)
    broken = {rule["rule"].split()[0]: rule["faults"] for rule in found["rules"] if rule["faults"]}
    assert found["fine"] is not bool(broken)
    return broken


def smtp_ledger(services: Services) -> list[dict[str, Any]]:
    """What a mail server would have noted."""
    messages = services.store.read(1, lambda tx: tx.extracts.messages(b"", 99))
    ledger: list[dict[str, Any]] = []
    for message in messages:
        seen = {"at": message.sent_at, "message_id": f"{message.id.hex()}@example.org", "recipient": message.address}
        ledger += [{"what": "dot", "began": message.sent_at, **seen}, {"what": "heard", **seen}]
    return ledger


def test_a_sound_store_is_fine_and_every_rule_looked_at_something(services: Services) -> None:
    acked = {"what": "acked", "ids": ["o0", "o1"]}
    withdrawn = {"channel": "email", "topic": "news"}
    take(services, {"type": "track", "messageId": "less", "event": "Consent Withdrawn", "properties": withdrawn})
    drain(services)
    client = [*CLIENT, acked, {"what": "tried", "ids": ["less"]}]
    found = check(services, lambda done, total: None, Ledgers(client, smtp_ledger(services)), settled=True)
    assert [rule["faults"] for rule in found["rules"]] == [[]] * len(found["rules"])
    assert found["fine"] is True
    assert [rule["rule"] for rule in found["rules"] if not rule["looked_at"] and "live run" not in rule["rule"]] == [
        "a contact is due no later than its runs"
    ]
    assert sorted(found["rules"][0]) == ["faults", "looked_at", "rule"]


def test_i1_an_acknowledged_event_that_is_not_stored(services: Services) -> None:
    ledgers = Ledgers([*CLIENT, {"what": "acked", "ids": ["o1", "gone"]}])
    assert faults(services, ledgers) == {"I1": ["Event gone was acknowledged and is not stored."]}


def test_i1_an_acknowledged_event_whose_file_is_gone(services: Services) -> None:
    for file in (services.directory / "lake/segments").glob("*/*.parquet"):
        file.unlink()
    found = faults(services, Ledgers([{"what": "acked", "ids": ["o0"]}, *CLIENT]))
    assert found["I1"] == ["Event o0 was acknowledged and is not stored."]
    assert "is missing: restore it from a backup." in found["segments"][0]


def test_i2_an_event_that_nobody_sent(services: Services) -> None:
    assert faults(services, Ledgers([{"what": "tried", "ids": ["who", "may", "o0", "o2"]}])) == {
        "I2": ["Event o1 (Order Completed) was sent by no client."]
    }


def test_i3_an_event_stored_twice(services: Services) -> None:
    take(services, {"type": "track", "messageId": "again", "event": "Page Viewed", "properties": {}})
    drain(services)
    known = services.store.read(1, lambda tx: tx.manifest.segments())
    names = {code: name for name, code in services.store.read(1, lambda tx: tx.manifest.codes()).items()}
    archived = next(event.message_id for event, _, client in services.history.rows(known, names) if client == "o1")
    spoil(services, f"UPDATE inbox SET message_id = X'{archived.hex()}' WHERE client_message_id = 'again'")
    assert faults(services) == {
        "I3": ["Event again (Page Viewed) is stored more than once.", "Event o1 (Order Completed) is stored more than once."]
    }


def test_two_events_with_one_number(services: Services) -> None:
    take(services, {"type": "track", "messageId": "late", "event": "Page Viewed", "properties": {}})
    drain(services)
    spoil(services, "UPDATE inbox SET seq = 3 WHERE client_message_id = 'late'")
    assert faults(services) == {"each": ["Contact 1 has several events with the number 3."]}


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (
            SECOND_INTENT,
            "is intended a second time",
        ),
        (["UPDATE messages SET id = X'00' WHERE step = 'receipt' AND rowid = (SELECT min(rowid) FROM messages WHERE step = 'receipt')"],
         "does not have the id that its run"),
    ],
)  # fmt: skip
def test_i4_an_intent_that_is_there_twice_or_has_another_id(services: Services, statements: Sequence[str], sentence: str) -> None:
    spoil(services, *statements)
    found = faults(services)
    assert list(found) == ["I4"]
    assert any(sentence in fault for fault in found["I4"])


def test_i5_a_mail_taken_twice(services: Services) -> None:
    ledger = smtp_ledger(services)
    again = {**ledger[0], "at": ledger[0]["at"] + 20_000_000}
    identity = ledger[0]["message_id"].partition("@")[0]
    sentence = f"The mail server took message {identity} again, although the client had its answer."
    assert faults(services, Ledgers(smtp=[*ledger, again])) == {"I5": [sentence]}
    kill = {"what": "kill", "at": ledger[0]["at"] + 10_000_000}
    assert faults(services, Ledgers([*CLIENT, kill], [*ledger, again])) == {}
    unheard = [line for line in ledger if not (line["what"] == "heard" and line["message_id"] == again["message_id"])]
    assert faults(services, Ledgers(smtp=[*unheard, again])) == {}


def test_i5_a_mail_that_no_message_intends_and_one_that_never_left(services: Services) -> None:
    ledger = smtp_ledger(services)
    other = {**ledger[0], "message_id": "ff" * 16 + "@example.org"}
    identity = ledger[0]["message_id"].partition("@")[0]
    assert faults(services, Ledgers(smtp=[other, *ledger[1:]])) == {
        "I5": [
            f"The mail server took a mail {'ff' * 16} that no message intends.",
            f"Message {identity} is sent, and the mail server never took it.",
        ]
    }


def test_i6_sent_after_an_opt_out(services: Services) -> None:
    offers = {"channel": "email", "topic": "offers"}
    take(services, {"type": "track", "messageId": "no", "event": "Consent Withdrawn", "properties": offers})
    drain(services)
    assert faults(services) == {}
    spoil(services, "UPDATE messages SET sent_at = sent_at + 120000000 WHERE step = 'first'")
    found = faults(services)
    assert list(found) == ["I6"]
    assert len(found["I6"]) == ORDERS
    assert all("was sent more than a minute after its recipient opted out of offers." in fault for fault in found["I6"])


def test_i6_begun_after_an_opt_out_was_answered(services: Services) -> None:
    ledger = smtp_ledger(services)
    left = {"what": "left", "recipient": "u@example.org", "at": max(line["at"] for line in ledger) - 1_500_000}
    late = [{**line, "began": line["at"]} for line in ledger]
    found = faults(services, Ledgers([*CLIENT, left], late))
    assert set(found) <= {"I6"}
    for line in late:
        line["began"] = left["at"] + 3_000_000
    found = faults(services, Ledgers([*CLIENT, left], late))
    assert len(found["I6"]) == 2 * ORDERS, "receipts are transactional"
    assert found["I6"][0].endswith("began 3.0 s after the opt-out of u@example.org was answered.")


def test_i9_an_opt_out_that_is_not_in_force(services: Services) -> None:
    news = {"channel": "email", "topic": "news"}
    take(services, {"type": "track", "messageId": "no", "event": "Consent Withdrawn", "properties": news})
    drain(services)
    assert faults(services) == {}
    spoil(services, """UPDATE contacts SET consents = '{"email.*": true}'""")
    assert "opted out of email.news, and the store does not hold it." in faults(services)["I9"][0]


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE inbox SET turned = NULL WHERE row = (SELECT max(row) FROM inbox)", "is not turned."),
        ("UPDATE inbox SET seq = NULL, turned = NULL WHERE row = (SELECT max(row) FROM inbox)", "is not routed."),
        ("UPDATE contact_states SET due = 1000", "A contact has a deadline that is over."),
        ("UPDATE messages SET state = 1 WHERE step = 'first'", "is due and claimed."),
        ("UPDATE messages SET state = 0 WHERE step = 'first'", "is due and planned."),
    ],
)
def test_i7_work_that_is_due_and_not_done(services: Services, statement: str, sentence: str) -> None:
    spoil(services, statement)
    assert sentence in faults(services)["I7"][0]
    assert "I7" not in faults(services, settled=False)


def test_i8_somebody_who_entered_and_is_nowhere(services: Services) -> None:
    spoil(services, "UPDATE tallies SET count = count - 1 WHERE journey = 'receipt' AND reason = 73")
    assert faults(services) == {"I8": ["receipt: 3 entered, 0 are in it and 2 left it."]}


def test_a_run_that_is_live_twice_and_one_that_is_due_before_its_contact(services: Services) -> None:
    spoil(
        services,
        "DROP INDEX ux_runs_live",
        "UPDATE runs SET status = 0, due = 4611686018427387904, instance = 'one' WHERE journey = 'offer'",
    )
    assert "is 3 times inside offer (one)." in faults(services, settled=False)["at"][0]
    spoil(services, "UPDATE runs SET due = 5 WHERE journey = 'offer'")
    found = check(services, lambda done, total: None)
    [rule] = [rule for rule in found["rules"] if rule["rule"].startswith("a contact is due")]
    assert "has a run that waits for an instant before the contact's own." in rule["faults"][0]


def test_a_message_that_was_sent_without_an_instant(services: Services) -> None:
    spoil(services, "UPDATE messages SET sent_at = 0 WHERE step = 'receipt'")
    assert "is sent without address or instant." in faults(services)["a"][0]


def test_a_damaged_file(services: Services) -> None:
    [file] = (services.directory / "lake/segments").glob("*/*.parquet")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert "is damaged (its checksum differs): restore it from a backup." in faults(services)["segments"][0]


def test_many_faults_are_told_as_far_as_one_can_read_and_the_rest_is_counted(services: Services) -> None:
    acked = {"what": "acked", "ids": [f"lost{number:04}" for number in range(MOST + 7)]}
    found = faults(services, Ledgers([*CLIENT, acked]))["I1"]
    assert len(found) == MOST + 1
    assert found[-1] == "... and 7 more."


@pytest.mark.parametrize("text", ["[1, 2]\n", "{broken\n", '{"id": 1}\n'])
def test_a_ledger_of_another_form_is_refused(services: Services, tmp_path: Path, text: str) -> None:
    ledger = tmp_path / "ledger"
    ledger.write_text(text)
    said = CliRunner().invoke(parcours, ["check", "--data", str(services.directory), "--client-ledger", str(ledger)])
    assert (said.exit_code, "is no ledger" in said.output) == (1, True)


def test_the_last_line_of_a_ledger_may_be_half_written(services: Services, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    ledger.write_text('{"what": "tried", "ids": ["who", "may", "o0", "o1", "o2"]}\n{"what": "ack')
    said = CliRunner().invoke(parcours, ["check", "--data", str(services.directory), "--client-ledger", str(ledger), "--json"])
    assert (said.exit_code, json.loads(said.stdout)["fine"]) == (0, True)
