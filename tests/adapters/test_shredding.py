"""Shredded columns hold what the JSON says, for the properties that deserve one."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.terms.events import Event
from parcours.lake import open_history
from parcours.lake.extraction import by_python, extract
from parcours.lake.rows import from_json, table_of
from parcours.lake.segments import write_segment
from parcours.lake.shredding import column_for, is_shredded, with_columns
from parcours.testing.builders import NOW, identifier


def table(*properties: dict[str, Any], names: str = "A") -> pa.Table:
    """A segment of one event for each of these properties; `names` are the event names in turn."""
    events = [
        Event(1, seq, names[seq % len(names)], NOW, NOW, NOW, properties=each, message_id=identifier())
        for seq, each in enumerate(properties)
    ]
    return table_of([(event, 1, "") for event in events], {"A": 1, "B": 2})


def shredded(made: pa.Table) -> dict[str, tuple[str, list[Any]]]:
    """Type and values of each property that has a column."""
    fields = [each for each in with_columns(made).schema if is_shredded(each)]
    return {each.metadata[b"property"].decode(): (str(each.type), with_columns(made).column(each.name).to_pylist()) for each in fields}


def test_numbers_booleans_and_texts_have_columns_and_missing_values_are_null() -> None:
    made = table({"total": 1, "yes": True, "city": "Été"}, {"total": 2.5}, {"city": "x\x00"})
    assert shredded(made) == {
        "total": ("double", [1.0, 2.5, None]),
        "yes": ("bool", [True, None, None]),
        "city": ("dictionary<values=string, indices=int32, ordered=0>", ["Été", None, "x\x00"]),
    }


@pytest.mark.parametrize("values", [[1, "1"], [True, 1], [None, 1], [[1], [2]], [{"a": 1}, {"a": 2}], [2**53 + 1, 1], ["\ud800", "x"]])
def test_mixtures_nulls_and_what_a_column_cannot_hold_stay_in_the_json(values: list[Any]) -> None:
    assert shredded(table(*({"k": value} for value in values))) == {}


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["2026-01-31T09:00:00Z", "1999-12-31T23:59:59Z"], "timestamp[us]"),
        (["2026-01-31T09:00:00.123Z", "2026-01-31T09:00:00.000Z"], "timestamp[us]"),
        (["2026-01-31T09:00:00Z", "2026-01-31T09:00:00.000Z"], "dictionary"),
        (["2026-01-31T09:00:00+01:00"], "dictionary"),
        (["2026-13-31T09:00:00Z"], "dictionary"),
        (["2026-01-31 09:00:00Z"], "dictionary"),
    ],
)
def test_instants_written_in_one_way_are_instants(texts: list[str], kind: str, tmp_path: Path) -> None:
    made = table(*({"at": text} for text in texts))
    assert shredded(made)["at"][0].startswith(kind)
    segment = write_segment(tmp_path, 0, made)
    codes, values = extract([tmp_path / segment.path], "at")
    assert [from_json(values[code]) for code in codes] == texts


def test_a_property_that_few_events_have_stays_in_the_json() -> None:
    rare = [{"rare": 1}] + [{}] * 99
    assert shredded(table(*rare)) == {}
    assert set(shredded(table(*rare[:99]))) == {"rare"}


def test_it_is_a_share_of_the_events_of_one_name() -> None:
    made = table(*([{"k": 1}, {}] + [{}] * 500), names="AB")
    assert shredded(made) == {}
    few = table(*[{"k": 1}] * 2, *[{}] * 150, names="A")
    assert set(shredded(few)) == {"k"}
    of_b = [({"k": 1} if place == 1 else {}) for place in range(198)]
    assert set(shredded(table(*of_b, names="AB"))) == {"k"}


def test_the_columns_are_made_anew_when_a_segment_is_rewritten(tmp_path: Path) -> None:
    history = open_history(tmp_path)
    events = [
        Event(contact, 1, "A", NOW, NOW, NOW, properties={"k": value}, message_id=identifier()) for contact, value in ((1, "text"), (2, 5))
    ]
    mixed = history.append(0, [(event, 1, "") for event in events], {"A": 1})
    assert column_for(pq.read_schema(tmp_path / mixed.path), "k") is None
    ((_, left),) = history.erase([mixed], 1)
    assert left is not None
    column = column_for(pq.read_schema(tmp_path / left.path), "k")
    assert column is not None
    assert str(column.type) == "double"
    both = history.compact(0, [left, mixed])
    assert both is not None
    assert column_for(pq.read_schema(tmp_path / both[0].path), "k") is None


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.lists(st.integers(), max_size=2)
)
KINDS: list[st.SearchStrategy[Any]] = [
    st.integers(-100, 100),
    st.floats(-5, 5),
    st.booleans(),
    st.text(max_size=3),
    st.sampled_from(["2026-01-31T09:00:00Z"]),
    VALUES,
]


@settings(max_examples=60, deadline=None)
@given(st.one_of([st.lists(kind, min_size=1, max_size=20) for kind in KINDS]), st.integers(0, 3))
def test_a_column_and_the_json_say_the_same(tmp_path_factory: pytest.TempPathFactory, values: list[Any], gaps: int) -> None:
    root = tmp_path_factory.mktemp("lake")
    segment = write_segment(root, 0, table(*([{}] * gaps), *({"k": value} for value in values)))
    codes, texts = extract([root / segment.path], "k")
    found = [None if code < 0 else (from_json(texts[code]),) for code in codes]
    expected = [None if text is None else (from_json(text),) for text in by_python([root / segment.path], "k").to_pylist()]
    assert found == expected
    assert [isinstance(each and each[0], bool) for each in found] == [isinstance(each and each[0], bool) for each in expected]


def test_files_with_and_without_a_column_give_one_dictionary(tmp_path: Path) -> None:
    segments = [
        write_segment(tmp_path, 0, table(*made)) for made in ([{"k": "a"}, {"k": "b"}], [{"k": None}, {"k": "b"}, {}], [{"k": "a"}])
    ]
    codes, texts = extract([tmp_path / segment.path for segment in segments], "k")
    assert [None if code < 0 else from_json(texts[code]) for code in codes] == ["a", "b", None, "b", None, "a"]
    assert codes.tolist() == [0, 1, 2, 1, -1, 0]
