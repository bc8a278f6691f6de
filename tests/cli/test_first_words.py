"""What the command line says when something is not as it should be: one sentence that says what to do, and nothing half done."""

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from parcours.cli import parcours as program
from parcours.store.directory import owned
from parcours.wiring import initialize
from tests.channels.smtp_server import running

PASSWORD = "a long enough password\n"


def say(*arguments: object, stdin: str = "") -> Result:
    return CliRunner().invoke(program, [str(part) for part in arguments], input=stdin)


def init(data: Path, *options: str, owner: str = "owner@example.org", password: str = PASSWORD) -> Result:
    return say("init", "--data", data, "--owner", owner, "--password-stdin", *options, stdin=password)


@pytest.mark.parametrize(
    ("options", "owner", "password", "said"),
    [
        ((), "nobody", PASSWORD, "nobody is not an e-mail address"),
        ((), "owner@example.org", "short\n", "at least 8 characters"),
        ((), "owner@example.org", "", "at least 8 characters"),
        (("--zone", "Nowhere/City"), "owner@example.org", PASSWORD, "the name of a time zone"),
        (("--database", "postgresql://127.0.0.1:1/none"), "owner@example.org", PASSWORD, "PostgreSQL"),
    ],
)
def test_a_refused_init_leaves_nothing_behind(tmp_path: Path, options: tuple[str, ...], owner: str, password: str, said: str) -> None:
    data = tmp_path / "data"
    refused = init(data, *options, owner=owner, password=password)
    assert refused.exit_code == 1
    assert said in refused.output
    assert "Traceback" not in refused.output
    assert init(data).exit_code == 0, "the same directory can be made afterwards"


def test_an_interrupted_init_says_so(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"s" * 32)
    assert "half made" in init(tmp_path).output


@pytest.fixture
def data(tmp_path: Path) -> Path:
    initialize(tmp_path / "data", "owner@example.org", PASSWORD)
    return tmp_path / "data"


def test_a_taken_port_is_named_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = say("serve", "--data", tmp_path / "new", "--port", port)
        demo = say("demo", "--data", tmp_path / "demo", "--port", port)
    for said in (answer, demo):
        assert said.exit_code == 1
        assert f"Port {port} is in use" in said.output
    assert list(tmp_path.iterdir()) == []


def test_a_directory_in_use_a_newer_one_and_none_at_all(data: Path, tmp_path: Path) -> None:
    with owned(data):
        locked = say("settings", "set", "quiet_hours", "null", "--data", data)
    assert "is in use by another process" in locked.output
    boot = data / "parcours.json"
    boot.write_text(json.dumps({**json.loads(boot.read_text()), "format": 99}))
    assert "written by a newer Parcours" in say("status", "--data", data).output
    assert "Make it ready: parcours init" in say("status", "--data", tmp_path / "none").output


def test_the_doctor_tries_the_mail_server_and_sends_nothing(data: Path) -> None:
    def mail(*options: str) -> dict[str, object]:
        rows = json.loads(say("doctor", "--data", data, "--json", *options).stdout)
        return next(row for row in rows if row["check"] == "mail")

    assert "built-in mailbox" in str(mail()["found"])
    with running() as server:
        accepted, refused = mail("--smtp", server.url()), mail("--smtp", server.url(user="shop:wrong"))
        assert server.ledger.connections == 2
        assert not server.ledger.seen
    assert (accepted["well"], refused["well"]) == (True, False)
    assert "answers (plain)" in str(accepted["found"])
    assert "cannot be used" in str(mail("--smtp", "smtp://127.0.0.1:1")["found"])
