"""What columns mean, and what values become."""

import pytest

from parcours.app.local_times import WallClock
from parcours.app.row_mapping import RowMapping
from parcours.app.row_values import Unmappable
from parcours.core.terms.instants import format_instant, parse_instant, read_instant

PARIS = WallClock("Europe/Paris")


def mapping(subject="events", *pairs, **options):
    return RowMapping(subject, pairs, PARIS, **options)


def test_columns_are_known_by_their_names_however_they_are_spelled():
    row = {"User ID": "u", "Event": "A", "timestamp": "2026-01-31 09:00", "messageId": "m", "Colour": "red"}
    message, occurred = mapping().message(row)
    assert message == {
        "type": "track",
        "event": "A",
        "userId": "u",
        "anonymousId": None,
        "messageId": "m",
        "properties": {"Colour": "red"},
    }
    assert occurred == parse_instant("2026-01-31T08:00:00Z")


def test_a_contact_is_an_identify_with_every_other_column_as_an_attribute():
    message, occurred = mapping("contacts").message({"user_id": "u", "email": "z@x.fr", "event": "no special meaning"})
    assert (message["type"], message["traits"], occurred) == ("identify", {"email": "z@x.fr", "event": "no special meaning"}, None)


def test_columns_are_named_and_typed():
    row = {
        "Client": "17850",
        "Quantity": "6",
        "Price": "2.55",
        "Paid": "yes",
        "Day": "2026-03-29 02:30",
        "Lines": '[{"sku": 1}]',
        "Code": "007",
    }
    pairs = (
        "user_id=Client",
        "quantity:number=Quantity",
        "price:number=Price",
        "paid:boolean=Paid",
        "day:instant=Day",
        "properties.lines:json=Lines",
    )
    message, occurred = mapping("events", *pairs, event="Line Bought").message(row)
    assert occurred is None
    assert (message["userId"], message["event"]) == ("17850", "Line Bought")
    assert message["properties"] == {
        "quantity": 6,
        "price": 2.55,
        "paid": True,
        "day": "2026-03-29T01:00:00Z",
        "lines": [{"sku": 1}],
        "Code": "007",
    }


@pytest.mark.parametrize("pairs", [("user_id=c", "occurred=t"), ("userId=c", "timestamp=t"), ("User-ID=c", "TimeStamp=t")])
def test_fields_are_mapped_however_they_are_spelled(pairs):
    message, occurred = mapping("events", *pairs, event="A").message({"c": "u", "t": "2026-01-31T08:00:00Z", "timestamp": "later"})
    assert (message["userId"], occurred, message["properties"]) == ("u", parse_instant("2026-01-31T08:00:00Z"), {"timestamp": "later"})


def test_our_own_export_comes_back():
    line = {
        "message_id": "m",
        "user_id": "u",
        "anonymous_id": None,
        "event": "A",
        "occurred": "2026-01-31T08:00:00Z",
        "received": "2026-01-31T08:00:01Z",
        "properties": {"n": 1},
    }
    message, occurred = mapping().message(line)
    assert (message["event"], message["properties"], message["messageId"]) == ("A", {"n": 1}, "m")
    assert occurred == parse_instant("2026-01-31T08:00:00Z")
    known, _ = mapping().message({**line, "event": "Contact Identified"})
    assert (known["type"], known["traits"]) == ("identify", {"n": 1})


def test_a_message_as_clients_send_it_is_left_as_it_is():
    row = {"type": "page", "userId": "u", "name": "Docs", "timestamp": "2026-01-31T08:00:00Z"}
    assert mapping().message(row) == (row, None)


def test_the_column_that_holds_everything_leaves_others_out():
    columns = ("user_id", "event", "properties", "colour")
    assert mapping().check(columns) == ("colour",)
    assert mapping("events", "tint=colour").check(columns) == ()
    row = {"user_id": "u", "event": "A", "properties": '{"n": 1}', "colour": "red"}
    assert mapping().message(row)[0]["properties"] == {"n": 1}
    assert mapping("events", "tint=colour").message(row)[0]["properties"] == {"n": 1, "tint": "red"}
    assert mapping().message({**row, "properties": ""})[0]["properties"] == {}


def test_empty_cells_are_kept_or_dropped():
    row = {"user_id": "u", "event": "A", "a": "", "n": "", "b": "x"}
    assert mapping("events", "n:number=n").message(row)[0]["properties"] == {"a": "", "b": "x", "n": None}
    assert mapping("events", "n:number=n", drop_empty=True).message(row)[0]["properties"] == {"b": "x"}


def test_whole_floats_are_ids_as_spreadsheets_keep_them():
    assert mapping("contacts").message({"user_id": 17850.0})[0]["userId"] == 17850
    assert mapping("contacts").message({"user_id": "17850.0"})[0]["userId"] == "17850.0"


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (["user_id=Nobody"], "no column 'Nobody'"),
        (["user_id"], "field=column"),
        (["=a"], "field=column"),
        (["n:integer=a"], "A type is one of"),
        ([], "--map user_id=COLUMN"),
        (["user_id=a"], "--event NAME"),
    ],
)
def test_a_mapping_that_does_not_fit_says_what_to_do(pairs, words):
    with pytest.raises(Unmappable, match=words):
        mapping("events", *pairs).check(("a", "b"))


@pytest.mark.parametrize(
    ("pair", "value", "words"),
    [
        ("n:number=v", "12,5", "no number"),
        ("n:number=v", "1e999", "no number"),
        ("n:number=v", "0x10", "no number"),
        ("n:number=v", "NaN", "no number"),
        ("b:boolean=v", "perhaps", "no boolean"),
        ("t:instant=v", "31/01/2026", "no time"),
        ("j:json=v", "{", "not JSON"),
        ("occurred=v", "soon", "no time"),
        ("properties=v", "[1]", "JSON object"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_said(pair, value, words):
    with pytest.raises(Unmappable, match=words):
        mapping("events", pair, event="A").message({"user_id": "u", "v": value})


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2026-01-31 09:00", "2026-01-31T08:00:00Z"),
        ("2026-07-31 09:00", "2026-07-31T07:00:00Z"),
        # the night of 29 March: 02:00 to 03:00 does not exist, the first valid instant after is 03:00
        ("2026-03-29 01:59:59.999999", "2026-03-29T00:59:59.999999Z"),
        ("2026-03-29 02:00", "2026-03-29T01:00:00Z"),
        ("2026-03-29 02:59:59", "2026-03-29T01:00:00Z"),
        ("2026-03-29 03:00", "2026-03-29T01:00:00Z"),
        # the night of 25 October: 02:00 to 03:00 comes twice, the first counts
        ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ("2026-10-25 03:00", "2026-10-25T02:00:00Z"),
        ("1950-01-01 00:00", "1949-12-31T23:00:00Z"),
    ],
)
def test_wall_clocks(wall, instant):
    written = read_instant(wall)
    assert written is not None
    assert format_instant(PARIS.instant(written.wall)) == instant


def test_a_zone_that_does_not_exist():
    for name in ("Europe/Lutetia", "", "../etc/passwd"):
        with pytest.raises(ValueError, match="no time zone"):
            WallClock(name)
