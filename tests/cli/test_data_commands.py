"""parcours import, export, forget and sql, as a person types them, without a server and through a running one."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from parcours.cli import parcours as program
from parcours.wiring import initialize
from tests.fixtures.network import wait_until
from tests.fixtures.server import Server

CONTACTS = "Client,email,age\n17850,zoé@example.org,41\n,nobody@example.org,1\n13047,léo@example.org,x\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    initialize(tmp_path / "data", "owner@example.org", "a long enough password")
    return tmp_path / "data"


def say(data: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(program, [*(str(part) for part in arguments), "--data", str(data)])


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_import_says_what_became_of_the_rows(data, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(CONTACTS, encoding="utf-8")
    result = say(data, "import", "contacts", file, "--map", "user_id=Client", "--map", "age:number=age")
    assert result.exit_code == 0, result.output
    assert "3 rows: 1 new, 0 known already, 2 rejected." in result.stdout
    assert str(tmp_path / "people.csv.rejects.csv") in result.stdout
    assert (tmp_path / "people.csv.rejects.csv").read_text(encoding="utf-8").count("\n") == 3
    again = say(data, "import", "contacts", file, "--map", "user_id=Client", "--map", "age:number=age", "--json")
    assert lines(again)[0]["duplicates"] == 1


def test_what_can_be_mended_is_one_sentence(data, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(CONTACTS.encode("cp1252"))
    for arguments, words in (
        ((), "byte 0xE9 at offset 25 (line 2)"),
        (("--encoding", "cp1252"), "--map user_id=COLUMN"),
        (("--encoding", "cp1252", "--zone", "Mars/Olympus"), "no time zone"),
    ):
        result = say(data, "import", "contacts", file, *arguments)
        assert result.exit_code == 1
        assert words in result.stderr
        assert "Traceback" not in result.output


def test_export_import_and_sql_meet(data, tmp_path):
    events = tmp_path / "events.csv.gz"
    events.write_bytes(gzip.compress(b"user_id,event,timestamp,n\nu,A,2026-01-01 10:00,1\nu,B,2026-01-02T10:00:00Z,2\n"))
    assert say(data, "import", "events", events, "--map", "n:number=n").exit_code == 0
    exported = lines(say(data, "export", "events", "--jsonl"))
    assert [(line["event"], line["occurred"], line["properties"]) for line in exported] == [
        ("A", "2026-01-01T09:00:00Z", {"n": 1}),
        ("B", "2026-01-02T10:00:00Z", {"n": 2}),
    ]
    out = tmp_path / "out.jsonl"
    assert f"2 events in {out}" in say(data, "export", "events", "--output", out).stdout
    other = tmp_path / "other"
    initialize(other, "owner@example.org", "a long enough password")
    assert "2 rows: 2 new" in say(other, "import", "events", out).stdout
    brought = lines(say(other, "export", "events"))
    assert [{**line, "received": ""} for line in brought] == [{**line, "received": ""} for line in exported]
    result = say(data, "sql", "SELECT count(*) AS n FROM events", "--json")
    assert lines(result) == [{"n": 0}]
    assert "2 newer events are not in the history yet" in result.stderr
    assert say(data, "sql", "DELETE FROM events").exit_code == 1


@pytest.mark.slow
def test_a_running_server_does_the_writing(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(CONTACTS, encoding="utf-8")
    done = json.loads(server.run("import", "contacts", str(file), "--map", "user_id=Client", "--json").stdout)
    assert (done["accepted"], done["rejected"]) == (2, 1)

    def contacts() -> list[dict[str, Any]]:
        return [json.loads(line) for line in server.run("export", "contacts").stdout.splitlines()]

    wait_until(lambda: len(contacts()) == 2, 30, "routing the imported contacts")
    assert {contact["user_id"] for contact in contacts()} == {"17850", "13047"}
    assert server.run("forget", "17850").returncode == 0
    assert [contact["user_id"] for contact in contacts()] == ["13047"]
    refused = server.run("forget", "17850")
    assert refused.returncode == 1
    assert "No contact is known as 17850" in refused.stderr


def test_status_says_that_nothing_is_due(data):
    [standing] = lines(say(data, "status", "--json"))
    assert standing == {"contacts": 0, "events": 0, "runs": {"live": 0}, "messages": {}, "mails": 0, "aside": [], "next_due": None}
