"""SEC-10: whatever text comes in, by whatever door, it reaches the databases as a bound value only."""

import ast
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

import parcours
from parcours.app.initialize import Made
from parcours.app.ports.sql import SqlFault
from parcours.app.route import route
from parcours.app.services import Services
from parcours.lake import open_history, open_sql
from parcours.lake.extraction import by_python, extract
from parcours.store.sqlite.session import SqliteSession
from parcours.testing.contracts.history import CODES, NAMES, row
from tests.api.conftest import Visitor

CANARY: Final = "zqx"
PAYLOADS: Final = [
    f"{CANARY}' OR '1'='1", f"{CANARY}'; DROP TABLE contacts; --", f"{CANARY}\" OR \"\"=\"",
    f"{CANARY}') UNION SELECT password FROM users --", f"{CANARY}%' AND 1=CAST((SELECT secret) AS int) --", f"{CANARY}\\'; --",
    f"{CANARY}`; --", f"{CANARY}$$; SELECT 1; $$", f":{CANARY}", f"{{{CANARY}}}", f"{{position}}({CANARY})",
    f"{{held}} {CANARY}", f"{{narrow {CANARY} id}}", f"%({CANARY})s", f"%s {CANARY}", f"? {CANARY}", f"?1 {CANARY}",
    f"{CANARY}\x00'", f"{CANARY}'||(SELECT 1)||'", f"$.\"{CANARY}\"", f"{CANARY}\ufe68\uff07 OR 1", f"{CANARY}/*", f"{CANARY};",
]  # fmt: skip
SOURCE: Final = Path(parcours.__file__).parent


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every text that SQLite is given meanwhile."""
    texts: list[str] = []
    original = SqliteSession._execute

    def noted(self: SqliteSession, text: str, values: Any = ()) -> Any:
        texts.append(text)
        return original(self, text, values)

    SqliteSession._execute = noted  # type: ignore[method-assign]
    try:
        yield texts
    finally:
        SqliteSession._execute = original  # type: ignore[method-assign]


def test_every_parameter_of_every_reading_is_bound(member: TestClient) -> None:
    with statements() as texts:
        for payload in PAYLOADS:
            said = quote(payload, safe="")
            for path in (
                f"/api/people?search={said}", f"/api/people?after={said}", f"/api/people/{said}", f"/api/people/{said}/timeline",
                f"/api/people/00000000-0000-4000-8000-000000000001/timeline?before={said}", f"/api/mailbox?search={said}",
                f"/api/mailbox?contact={said}", f"/api/mailbox?before={said}", f"/api/mailbox/{said}", f"/api/journeys/{said}",
                f"/api/journeys/{said}/backtest", f"/u/{said}", f"/c/{said}", f"/v1/projects/{said}/settings",
            ):  # fmt: skip
                assert member.get(path).status_code < 500, path
            assert member.post(f"/api/journeys/{said}/pause").status_code in (404, 405)
    assert len(texts) > 100
    assert [text for text in texts if CANARY in text] == []


def test_every_field_of_an_event_is_bound(services: Services, visitor: Visitor, keys: Made) -> None:
    client = visitor(services)
    with statements() as texts:
        for payload in PAYLOADS:
            body = {
                "userId": payload, "anonymousId": payload, "messageId": payload, "event": payload, "previousId": payload,
                "groupId": payload, "name": payload, "timestamp": payload, "writeKey": payload,
                "properties": {payload: payload, "a": [{payload: payload}]},
                "traits": {payload: payload, "email": payload, "tags": [payload]}, "context": {"page": {"referrer": payload}},
            }  # fmt: skip
            for call in ("track", "identify", "page", "screen", "group", "alias"):
                sent = json.dumps({**body, "timestamp": "2026-01-01T00:00:00Z" if call != "track" else payload})
                assert client.post(f"/v1/{call}", content=sent, headers={"X-Write-Key": keys.secret_key}).status_code == 200
        while route(services):
            pass
        assert client.get("/healthz").status_code == 200
    assert len(texts) > 100
    assert [text for text in texts if CANARY in text] == []
    assert services.store.read(1, lambda tx: tx.people.count()) > len(PAYLOADS) // 2


def test_the_measure_sees_a_text_that_is_not_bound(services: Services) -> None:
    with statements() as texts:
        services.store.read(1, lambda tx: tx.people._session._execute(f"SELECT '{CANARY}'"))  # type: ignore[attr-defined]
    assert any(CANARY in text for text in texts)


def test_statements_are_made_when_the_program_starts_and_never_later() -> None:
    """Both databases get the same texts: made of our own names at import, so nothing that came in can be part of one."""
    late = []
    for path in (SOURCE / "store").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        plain = [node for node in tree.body if isinstance(node, ast.AnnAssign | ast.Assign)]
        at_import = {ast.unparse(call.func) for node in plain for call in ast.walk(node) if isinstance(call, ast.Call)}
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name not in at_import]
        inner = [node for function in functions for node in ast.walk(function)]
        calls = [node for node in inner if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        late += [f"{path.name}: {ast.unparse(call)}" for call in calls if ast.unparse(call.func) in {"Statement", "Batch"}]
    assert late == []


FORBIDDEN: Final = [
    "read_text('{own}/../../../secret')", "read_text('{root}/segments/07/../../secret')", "read_text('{root}/secret')",
    "read_text('/proc/self/environ')", "read_csv_auto('/dev/stdin')", "sniff_csv('/etc/passwd')", "parquet_metadata('/etc/passwd')",
    "read_json('/etc/passwd')", "read_ndjson_objects('/etc/passwd')", "sqlite_scan('/etc/passwd', 'x')", "read_duckdb('/etc/passwd')",
    "query('SELECT * FROM read_text(''/etc/passwd'')')", "query('COPY (SELECT 1) TO ''{root}/x''')", "query_table('/etc/passwd')",
    "read_text('ht' || 'tp://127.0.0.1/')", "read_parquet('s3://a/b')", "enable_logging()", "duckdb_secrets()", "duckdb_extensions()",
    "glob('{root}/*')", "'file:///etc/passwd'", "users", "sessions", "api_keys", "contacts",
]  # fmt: skip


def test_an_operators_own_sql_reaches_no_other_file(tmp_path: Path) -> None:
    root = tmp_path / "lake"
    segments = [open_history(root).append(7, [row(1, 1)], CODES)]
    (root / "secret").write_text("canary")
    own = str(root / segments[0].path)
    for expression in FORBIDDEN:
        with pytest.raises(SqlFault):
            list(open_sql(root).ask(segments, NAMES, [], f"SELECT * FROM {expression.format(own=own, root=root)}").rows)
    assert sorted(path.name for path in root.iterdir()) == ["secret", "segments", "traces"] or not (root / "x").exists()


NASTY: Final = st.text(st.sampled_from(list("\"'$.[]*{}\\`;-/?:%_ aé\x00")), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(names=st.lists(NASTY, min_size=1, max_size=4, unique=True), wanted=NASTY)
def test_the_name_of_a_property_is_a_name_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, names: list[str], wanted: str) -> None:
    """DuckDB cuts out plainly named properties; every name gives what reading the JSON gives."""
    root = tmp_path_factory.mktemp("lake")
    properties = [dict.fromkeys(names, number) for number in range(3)] + [{"other": 1}] * 400
    segment = open_history(root).append(7, [row(1, number + 1, properties=each) for number, each in enumerate(properties)], CODES)
    for name in {*names, wanted}:
        codes, texts = extract([root / segment.path], name)
        slow = by_python([root / segment.path], name).to_pylist()
        assert [None if code < 0 else float(texts[code]) for code in codes] == [None if text is None else float(text) for text in slow]
    assert isinstance(codes, np.ndarray)
