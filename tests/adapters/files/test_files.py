"""Files of rows: what they hold comes out byte for byte, what cannot be read is said with its place."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parcours.app.ports import FileFault, Reading, Row
from parcours.lake.files import LocalFiles

DATA = Path(__file__).parents[2] / "data"
TORTURE = DATA / "csv_torture"
NAUGHTY = json.loads((DATA / "naughty_strings/blns.json").read_text(encoding="utf-8"))


def rows(path: Path, **reading: str) -> list[Row]:
    return list(LocalFiles().open(path, Reading(**reading)).rows())


def values(path: Path, **reading: str) -> list[Any]:
    assert not [row.fault for row in rows(path, **reading) if row.fault]
    return [row.values for row in rows(path, **reading)]


def written(folder: Path, content: bytes | str, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def fault(path: Path, **reading: str) -> str:
    with pytest.raises(FileFault) as raised:
        rows(path, **reading)
    return str(raised.value)


@pytest.mark.parametrize("name", sorted(path.stem for path in (TORTURE / "csv_spectrum_csvs").glob("*.csv")))
def test_csv_spectrum(name):
    answer = json.loads((TORTURE / f"csv_spectrum_json/{name}.json").read_text(encoding="utf-8"))
    answer = answer if isinstance(answer, list) else [answer]
    if name == "location_coordinates":
        answer[0]["Contact Phone Number"] = "2095257564"  # the collection's own slip
    assert values(TORTURE / f"csv_spectrum_csvs/{name}.csv") == answer


def test_papaparse_samples():
    assert values(TORTURE / "papaparse/utf-8-bom-sample.csv") == [{"A": "X", "B": "Y", "C": "Z"}]
    assert values(TORTURE / "papaparse/sample.csv") == [{"A": "X", "B": "Y", "C": "Z"}]
    assert values(TORTURE / "papaparse/sample-header.csv")[1] == {"title": "", "name": "test name 02"}
    very_long = rows(TORTURE / "papaparse/verylong-sample.csv")
    assert len(very_long) == 2000
    faulty = [row for row in very_long if row.fault]
    assert {row.fault for row in faulty} == {"The header has 3 columns, this row 2."}
    lines = (TORTURE / "papaparse/verylong-sample.csv").read_text(encoding="utf-8").splitlines()
    assert [lines[row.line - 1] for row in faulty] == [",".join(row.values["cells"]) for row in faulty]


def test_naughty_strings_come_out_as_they_went_in(tmp_path):
    numbered = [{"n": str(number), "text": text} for number, text in enumerate(NAUGHTY)]
    with (tmp_path / "naughty.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["n", "text"])
        writer.writeheader()
        writer.writerows(numbered)
    assert values(tmp_path / "naughty.csv") == numbered
    lines = "".join(json.dumps(row, ensure_ascii=bool(int(row["n"]) % 2)) + "\n" for row in numbered)
    assert values(written(tmp_path, lines, "naughty.jsonl")) == numbered
    pq.write_table(pa.Table.from_pylist(numbered), tmp_path / "naughty.parquet")
    assert values(tmp_path / "naughty.parquet") == numbered


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-8"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_encoding_that_is_said_is_used(tmp_path, encoding, form):
    text = "prénom\nZoé\n" if form == "csv" else '{"prénom": "Zoé"}\n'
    assert values(written(tmp_path, text.encode(encoding), f"rows.{form}"), encoding=encoding) == [{"prénom": "Zoé"}]


@pytest.mark.parametrize("before", [0, 5, (1 << 20) - 12, 3 << 20])
def test_a_wrong_encoding_names_the_byte_and_what_to_say(tmp_path, before):
    filler = ("x" * 79 + "\n") * (before // 80) + "y" * (before % 80)
    path = written(tmp_path, b"name\n" + filler.encode() + b"Zo\xe9,caf\xe9\n")
    said = fault(path)
    assert f"byte 0xE9 at offset {5 + before + 2:,} (line {2 + before // 80:,})" in said
    assert "--encoding" in said
    assert "cp1252" in said


def test_a_file_that_ends_inside_a_character_is_a_wrong_encoding(tmp_path):
    assert "byte 0xC3 at offset 7 (line 2)" in fault(written(tmp_path, b"name\nZo\xc3"))


def test_utf_16_is_recognised_by_its_mark_but_asked_for(tmp_path):
    path = written(tmp_path, "name\nZoé\n".encode("utf-16"))
    assert "--encoding utf-16" in fault(path)
    assert values(path, encoding="utf-16") == [{"name": "Zoé"}]


@pytest.mark.parametrize(
    ("content", "reading", "words"),
    [
        ("", {}, "no header"),
        ("\n\n", {}, "no header"),
        ("a,,c\n", {}, "Column 2"),
        ("a,b,a\n", {}, "two columns called 'a'"),
        ("a;b\n1;2\n", {}, "--delimiter ';'"),
        ("a\tb\n", {}, "--delimiter '\\t'"),
        ("a,b\n", {"delimiter": "::"}, "one character"),
        ("a,b\n", {"encoding": "klingon"}, "no text encoding called 'klingon'"),
        ("a,b\n", {"encoding": "base64"}, "no text encoding"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path, content, reading, words):
    assert words in fault(written(tmp_path, content), **reading)


def test_a_name_that_says_nothing_needs_a_format(tmp_path):
    path = written(tmp_path, "a\n1\n", "rows.dat")
    assert "--format" in fault(path)
    assert values(path, form="csv") == [{"a": "1"}]
    assert "No such file" in fault(tmp_path / "missing.csv")
    assert "not a Parquet file" in fault(written(tmp_path, b"PAR1 not", "bad.parquet"))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_said_or_found_when_asked(tmp_path, delimiter):
    path = written(tmp_path, f'a{delimiter}b\n"1{delimiter}"{delimiter}2\n')
    for reading in (delimiter, "auto"):
        assert values(path, delimiter=reading) == [{"a": f"1{delimiter}", "b": "2"}]
    assert values(written(tmp_path, "a\tb\n1\t2\n", "rows.tsv")) == [{"a": "1", "b": "2"}]


def test_line_numbers_are_those_of_the_file(tmp_path):
    path = written(tmp_path, 'a,b\r\n1,"x\ny"\n\n2\r3,4\n"open,5\n')
    assert [(row.line, dict(row.values), bool(row.fault)) for row in rows(path)] == [
        (2, {"a": "1", "b": "x\ny"}, False),
        (5, {"cells": ["2"]}, True),
        (6, {"a": "3", "b": "4"}, False),
        (7, {}, True),
    ]


def test_a_row_that_is_no_json_object_is_faulty_alone(tmp_path):
    path = written(tmp_path, '{"a": 1}\n\n{"a": \n[1]\n{"a": NaN}\n{"a": {"b": [null, true, 1.5]}}\n', "rows.jsonl")
    assert [(row.line, bool(row.fault)) for row in rows(path)] == [(1, False), (3, True), (4, True), (5, True), (6, False)]
    assert rows(path)[-1].values == {"a": {"b": [None, True, 1.5]}}


def test_gzip_is_seen_through(tmp_path):
    path = written(tmp_path, gzip.compress(b"a\n1\n"), "rows.csv.gz")
    assert values(path) == [{"a": "1"}]
    assert "broken" in fault(written(tmp_path, gzip.compress(b"a\n" * 50_000)[:-20], "cut.csv.gz"))


def test_parquet_keeps_types_and_writes_times_as_text(tmp_path):
    import datetime as dt
    from decimal import Decimal

    paris = dt.timezone(dt.timedelta(hours=1))
    row = {
        "text": "é",
        "whole": 2**62,
        "part": 0.5,
        "nan": float("nan"),
        "none": None,
        "yes": True,
        "price": Decimal("12.50"),
        "day": dt.date(2026, 1, 31),
        "wall": dt.datetime(2026, 1, 31, 9, 0, 0, 5),
        "instant": dt.datetime(2026, 1, 31, 9, tzinfo=paris),
        "inner": {"list": [1, None], "at": dt.date(2026, 1, 1)},
    }
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "typed.parquet")
    [got] = values(tmp_path / "typed.parquet")
    assert got == {
        **row,
        "nan": None,
        "price": 12.5,
        "day": "2026-01-31",
        "wall": "2026-01-31T09:00:00.000005",
        "instant": "2026-01-31T09:00:00+01:00",
        "inner": {"list": [1, None], "at": "2026-01-01"},
    }
    pq.write_table(pa.table({"raw": [b"\x00"]}), tmp_path / "binary.parquet")
    assert "'raw'" in fault(tmp_path / "binary.parquet")


def test_progress_ends_at_the_size(tmp_path):
    path = written(tmp_path, "a\n" + "1\n" * 100_000)
    file = LocalFiles().open(path, Reading())
    seen = [file.done() for _ in file.rows()]
    assert seen == sorted(seen)
    assert seen[0] < file.size == path.stat().st_size
    assert file.done() == file.size
