"""SEC-20: no name that comes from outside reaches a file: what is served is looked up in a list, what is written has names of our own."""

import contextlib
import hashlib
import http.client
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcours.api import problems, static
from parcours.app.forget import forget_named
from parcours.app.import_file import import_named
from parcours.app.operations import Refusal
from parcours.app.services import Services
from parcours.store.directory import initialize
from tests.fixtures.server import Server

CANARY = "canary-77aa"
UP = [
    "../", "..\\", "%2e%2e/", "%2e%2e%2f", "..%2f", "..%5c", "%252e%252e%252f", "....//", "..;/", "%c0%ae%c0%ae/", "..%00/",
    ".%2e/", "%ef%bc%8e%ef%bc%8e/", "/../",
]  # fmt: skip
TARGETS = ["secret", "etc/passwd", "parcours.json", "index.html/../../secret", "link", "folder/secret", "proc/self/environ", "wiring.py"]
ODD = [
    "", ".", "..", "/", "//", "//etc/passwd", "/etc/passwd", "\\\\host\\share", "C:\\secret", "file:///etc/passwd", "%00",
    "app.js%00.css", "app.js/", "app.js/..", "app.js%2f..%2f..%2fsecret", "link", "folder", "~root", "~", "a" * 300, "a/" * 500,
    "%", "%zz", "%f0%9f%92%a9", "con", "nul", ".htaccess", ".git/config", "-rf", "*", "app.js.map", "APP.JS", "app.js ",
    "app.js.", "app.js::$DATA", "%0d%0aSet-Cookie:a=b",
]  # fmt: skip
NAMES = [up * depth + target for up, depth, target in product(UP, (1, 3, 9), TARGETS)] + ODD


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built interface with a secret beside it, and a link to that in it."""
    root = tmp_path_factory.mktemp("root")
    (root / "secret").write_text(CANARY)
    (root / "static/assets/folder").mkdir(parents=True)
    (root / "static/index.html").write_text("<!doctype html><title>interface</title>")
    (root / "static/assets/app.js").write_text("export {}")
    (root / "static/assets/folder/secret").write_text(CANARY)
    (root / "static/assets/link").symlink_to(root / "secret")
    return root / "static"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(static.router(folder))
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def tree(root: Path) -> dict[str, str]:
    """Every file under a folder but the database, and a hash of what is in it."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith("parcours.sqlite"))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_four_hundred_names_and_only_one_is_a_file(folder: Path, client: TestClient) -> None:
    assert len(NAMES) > 360
    before = tree(folder.parent)
    for prefix, name in product(("/assets/", "/"), NAMES):
        answer = client.get(prefix + name)
        assert answer.status_code in (200, 404), (prefix, name, answer.status_code)
        assert CANARY not in answer.text, (prefix, name)
        assert "root:" not in answer.text, (prefix, name)
        assert "export" not in answer.text, (prefix, name)
    assert client.get("/assets/app.js").text == "export {}"
    assert tree(folder.parent) == before


def test_a_missing_interface_is_said_and_is_no_fault(tmp_path: Path) -> None:
    app = FastAPI()
    problems.install(app)
    app.include_router(static.router(tmp_path))
    with TestClient(app, raise_server_exceptions=False) as client:
        assert {client.get(path).status_code for path in ("/", "/favicon.svg", "/robots.txt")} == {503}
        assert client.get("/assets/app.js").status_code == 404


@pytest.mark.slow
def test_names_as_no_client_would_write_them(shared_server: Server) -> None:
    """The same over a plain connection, where nothing mends the path on its way."""
    for name in NAMES:
        raw = ("/assets/" + name).replace(" ", "%20").encode("utf-8", "surrogateescape").decode("latin-1")
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", shared_server.port, timeout=30)) as connection:
            connection.putrequest("GET", raw, skip_accept_encoding=True)
            connection.endheaders()
            answer = connection.getresponse()
            text = answer.read()
        assert answer.status in (200, 400, 404), name
        assert b"root:" not in text
        assert b"import " not in text
        assert b'"format"' not in text


def test_identities_and_names_never_become_paths(services: Services) -> None:
    before = tree(services.directory)
    for name in ("../../escape", "/tmp/parcours-escape", "a/../../b", "~/x"):
        with pytest.raises(Refusal):
            forget_named(services, lambda _done, _total: None, contact=name)
    assert tree(services.directory) == before
    assert not Path("/tmp/parcours-escape").exists()


def test_refused_rows_go_where_the_operator_said_and_an_import_leaves_nothing_else(services: Services, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("user_id,event,../../x\n,A,1\n../../escape,../../A,../../x\n")
    before = set(tree(tmp_path))
    options: dict[str, Any] = {"subject": "events", "path": str(tmp_path / "in.csv"), "rejects": str(tmp_path / "out.csv")}
    counts = import_named(services, lambda _done, _total: None, **options, source="../../source", event="../../name")
    assert (counts["accepted"], counts["rejected"]) == (1, 1)
    assert set(tree(tmp_path)) - before == {"out.csv"}
    assert (tmp_path / "out.csv").stat().st_mode & 0o077 == 0


def test_a_data_directory_is_closed_to_others_whoever_made_the_folder(tmp_path: Path) -> None:
    for name, mode in (("new", None), ("open to all", 0o777)):
        path = tmp_path / name
        if mode is not None:
            path.mkdir()
            path.chmod(mode)
        initialize(path, {})
        assert path.stat().st_mode & 0o077 == 0, name
