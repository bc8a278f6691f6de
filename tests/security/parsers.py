"""Every parser that reads what strangers or editors wrote, as a function of bytes: it answers, or refuses in its own words.

What a parser must never do is told here: raise anything else than its own refusal, or accept what breaks a promise. The same table is
fed by Hypothesis in the tests (test_parsers_hold.py) and, for as long as one likes, by coverage-guided fuzzing (fuzz.py).
"""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from parcours.api.collect.body import TooLarge, Unreadable, take_apart
from parcours.api.collect.credentials import basic_user, unbased
from parcours.api.doorman import host_name
from parcours.api.throttle import network
from parcours.app.collect import parcel
from parcours.app.local_times import WallClock
from parcours.app.operations import Refusal
from parcours.app.ports.files import FileFault
from parcours.app.row_mapping import RowMapping
from parcours.app.row_values import Unmappable
from parcours.app.tokens import sign, verify
from parcours.app.workspace_settings import SETTINGS
from parcours.channels.email.documents import read_template
from parcours.channels.email.limits import MAX_OUTPUT
from parcours.channels.email.smtp_settings import smtp_settings
from parcours.channels.email.templating import HTML, Piece, TemplateError
from parcours.cli.documents import check_plain, parse_document
from parcours.core.journey.document import parse_journey
from parcours.core.terms.conditions.catalogue import EMPTY_CATALOGUE
from parcours.core.terms.conditions.parse import parse_condition
from parcours.core.terms.durations import parse_duration
from parcours.core.terms.instants import format_instant, parse_instant
from parcours.core.terms.intake import Envelope, Refused, take
from parcours.lake.files.csv_rows import CsvFile
from parcours.lake.files.json_rows import JsonLinesFile
from parcours.store.texts import from_json, to_json
from tests.app.sending import DOCUMENT
from tests.e2e.seeding import THANKS, WIN_BACK

ROOT: Final = Path(__file__).resolve().parents[2]
DATA: Final = ROOT / "tests/data"
SECRET: Final = b"a secret of thirty-two bytes...."
NOW: Final = 1_790_000_000_000_000


@dataclass(frozen=True, slots=True)
class Parser:
    """What reads bytes, examples to begin with, and the seconds of processor time that one reading may take at the most."""

    read: Callable[[bytes], object]
    seeds: Sequence[bytes]
    seconds: float = 2


def _said(refusal: Exception) -> None:
    """A refusal says something."""
    assert str(refusal).strip()


def _body(data: bytes) -> None:
    for batch in (True, False):
        try:
            parcelled = take_apart(data, batch=batch)
        except (TooLarge, Unreadable) as refusal:
            _said(refusal)
            continue
        made = parcel(parcelled.messages, Envelope(NOW, call=None if batch else "track"), 1)
        assert len(made.outcomes) == len(parcelled.messages), "one answer for each event"
        for arrival in made.arrivals:
            assert from_json(to_json(arrival.properties)) == arrival.properties, "what is kept is what came"


def _message(data: bytes) -> None:
    try:
        message = msgspec.json.decode(data)
        intake = take(message, Envelope(NOW, trusted=True))
    except (ValueError, RecursionError):  # Refused is one
        return
    assert intake.occurred <= NOW
    assert all(len(text or "") <= 255 for text in (intake.name, intake.user_id, intake.anonymous_id, intake.message_id))


def _plain(data: bytes) -> Any:
    """A JSON value such as documents hold, or None."""
    try:
        document = json.loads(data)
        check_plain({"value": document})
    except (ValueError, RecursionError, Refusal):
        return None
    return document


def _condition(data: bytes) -> None:
    condition, problems = parse_condition(_plain(data), EMPTY_CATALOGUE, "if")
    assert condition is not None or problems
    assert all(problem.en and problem.fr for problem in problems)


def _journey(data: bytes) -> None:
    journey, problems = parse_journey(_plain(data))
    assert journey is not None or problems
    assert all(problem.en and problem.fr for problem in problems)


def _yaml(data: bytes) -> None:
    try:
        document = parse_document(data)
    except Refusal as refusal:
        _said(refusal)
        return
    assert json.loads(json.dumps(document)) == document, "what is read can be sent on as JSON"


def _template(data: bytes) -> None:
    try:
        text = Piece(data.decode("utf-8", "replace"), HTML).render({"contact": {"name": "Zoé", "tags": ["a"]}, "language": "fr"}, {})
    except TemplateError as error:
        _said(error)
        return
    assert len(text) <= MAX_OUTPUT


def _template_document(data: bytes) -> None:
    document = _plain(data)
    if isinstance(document, dict):
        template, problems = read_template(document)
        assert (template is None) == bool(problems)


def _settings(data: bytes) -> None:
    value = _plain(data)
    for setting in SETTINGS.values():
        problem = setting.check(value)
        assert problem is None or problem.strip()


def _token(data: bytes) -> None:
    text = data.decode("latin-1")
    for purpose in ("click", "unsubscribe"):
        found = verify(SECRET, purpose, text)
        assert found is None or sign(SECRET, purpose, *found) == text


def _headers(data: bytes) -> None:
    text = data.decode("latin-1")
    basic_user(text)
    unbased(text)
    network(text)
    host_name(text)


def _times(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    at = parse_instant(text)
    if at is not None:
        assert parse_instant(format_instant(at)) == at
    try:
        assert parse_duration(text) >= 0
    except ValueError as error:
        _said(error)


def _smtp(data: bytes) -> None:
    try:
        smtp_settings("smtp://" + data.decode("utf-8", "replace"))
    except ValueError as error:
        _said(error)


def _rows(make: Callable[[Path], Any]) -> Callable[[bytes], None]:
    """Reads a file of rows and maps each."""

    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows"
            path.write_bytes(data)
            try:
                file = make(path)
                mapping = RowMapping("events", (), WallClock("Europe/Paris"), event="A")
                if file.columns is not None:
                    mapping.check(file.columns)
                for row in file.rows():
                    if not row.fault:
                        _mapped(mapping, row.values)
            except (FileFault, Unmappable) as fault:
                _said(fault)

    return read


def _mapped(mapping: RowMapping, values: Mapping[str, Any]) -> None:
    try:
        message, occurred = mapping.message(values)
        take(message, Envelope(NOW, history=True, trusted=True), occurred=occurred)
    except (Refused, Unmappable) as fault:
        _said(fault)


def _json(*values: Any) -> list[bytes]:
    return [json.dumps(value).encode() for value in values]


def _files(folder: Path, ending: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob(f"*{ending}")) if path.stat().st_size < 20_000]


TRACK: Final = {
    "type": "track", "userId": "u-1", "event": "Order Completed", "timestamp": "2026-01-31T09:00:00Z", "properties": {"value": 12.5},
}  # fmt: skip
IDENTIFY: Final = {"type": "identify", "userId": "u", "traits": {"email": "a@b"}}
CONDITIONS: Final = [
    {"all": [{"attribute": "country", "op": "=", "value": "FR"}, {"not": {"tag": "vip"}}]},
    {"event": "Order Completed", "at_least": 3, "within": "30d", "where": [{"property": "value", "op": ">=", "value": 20}]},
    {"any": [{"segment": "a"}, {"stage": "b"}, {"clicked": "reminder"}, {"opened": {"at_least": 1, "of_last": 5}}]},
    {"time": {"from": "09:00", "to": "18:00"}}, {"weekday": ["mon"]}, {"consent": {"channel": "email", "topic": "offers"}},
]  # fmt: skip
SETTING_VALUES: Final = [
    "Europe/Paris", ["fr", "en"], {"from": "21:00", "to": "08:00"}, [{"channel": "email", "most": 3, "within": "7d"}], "hold",
    [{"key": "customer", "title": {"fr": "Client", "en": "Customer"}, "when": {"event": "Order Completed"}}], None, 1.5, "",
]  # fmt: skip
YAML: Final = [
    b"journey: a\nsteps:\n  - id: pause\n    wait: 1h\n",
    b"a: &a {x: 1}\nb: *a\nc: {<<: *a}\n", b"a: |\n  text\nb: >-\n  more\n", b"? a\n: b\n",
]  # fmt: skip

TORTURE: Final = _files(DATA / "csv_torture", ".csv")

PARSERS: Final[Mapping[str, Parser]] = {
    "body": Parser(_body, [*_json({"batch": [TRACK, TRACK], "writeKey": "wk", "sentAt": "2026-01-31T09:00:00Z"}, TRACK), b"\x1f\x8b\x08"]),
    "message": Parser(_message, _json(TRACK, IDENTIFY, {"type": "alias", "previousId": 1})),
    "condition": Parser(_condition, _json(*CONDITIONS)),
    "journey": Parser(_journey, _json(THANKS, WIN_BACK)),
    "yaml": Parser(_yaml, [*YAML, *_files(ROOT / "src/parcours/demo_data", ".yaml")[:2]], 20),
    "template": Parser(_template, [line.encode() for line in (DATA / "template_payloads.txt").read_text("utf-8").splitlines()[:40]]),
    "template document": Parser(_template_document, _json(DOCUMENT)),
    "settings": Parser(_settings, _json(*SETTING_VALUES)),
    "token": Parser(_token, [sign(SECRET, "click", bytes(16), 3).encode(), sign(SECRET, "unsubscribe", bytes(range(16))).encode()]),
    "headers": Parser(_headers, [b"Basic d2s6", b"Bearer x", b"[::1]:8000", b"localhost:8000", b"203.0.113.9", b"::ffff:203.0.113.9"]),
    "times": Parser(_times, [b"2026-01-31T09:00:00.123456+01:00", b"1h30m", b"2d", b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59Z"]),
    "smtp": Parser(_smtp, [b"user:pass@host:587?starttls=1", b"[::1]:25?pool=3&dkim=a", b"host"]),
    "csv": Parser(_rows(lambda path: CsvFile(path, "utf-8", "auto")), [b"user_id,event,value\n1,A,2\n", *TORTURE]),
    "json lines": Parser(_rows(lambda path: JsonLinesFile(path, "utf-8")), [b"\n".join(_json({"user_id": 1, "event": "A"}, TRACK, [1]))]),
}
