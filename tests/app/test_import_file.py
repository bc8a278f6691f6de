"""Importing files into a real store: everything once, whatever is stopped, repeated or wrong."""

import csv
import json
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parcours.app import import_file as importing
from parcours.app.import_file import IMPORT_SOURCE, import_named
from parcours.app.operations import Refusal
from parcours.app.ports import Arrival, NotDurable
from parcours.app.route import route
from parcours.app.row_mapping import Subject
from parcours.app.row_ranks import RowRanks
from parcours.app.services import Services

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def services(workspace_services: Services) -> Services:
    return workspace_services


def run(services: Services, path: Path, subject: Subject = "events", **options: Any) -> dict[str, Any]:
    told: list[tuple[int, int]] = []
    rejects = path.with_name("rejects.csv")
    done = import_named(
        services, lambda now, total: told.append((now, total)), subject=subject, path=str(path), rejects=str(rejects), **options
    )
    assert told == sorted(told)
    assert done["accepted"] + done["duplicates"] + done["rejected"] == done["rows"]
    return done


def counts(done: dict[str, Any]) -> tuple[int, int, int]:
    return done["accepted"], done["duplicates"], done["rejected"]


def arrived(services: Services) -> list[Arrival]:
    return [row.arrival for row in services.store.read(services.workspace, lambda tx: tx.inbox.unrouted(100_000))]


def written(folder: Path, rows: Sequence[dict[str, Any]], name: str = "rows.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def orders(number: int) -> list[dict[str, Any]]:
    return [
        {"user_id": f"u-{n % 7}", "event": "Order Completed", "timestamp": f"2026-01-01 00:00:{n % 60:02}", "n": n} for n in range(number)
    ]


def test_rows_become_history_that_is_known_for_ever(services, tmp_path):
    done = run(services, written(tmp_path, orders(3)))
    assert (counts(done), done["zone"], "rejects" in done) == ((3, 0, 0), "Europe/Paris", False)
    kept = arrived(services)
    assert [arrival.properties for arrival in kept] == [{"n": "0"}, {"n": "1"}, {"n": "2"}]
    assert {(arrival.source, arrival.history, arrival.kept_forever, arrival.call) for arrival in kept} == {
        (IMPORT_SOURCE, True, True, "track")
    }
    assert kept[0].occurred == 1767222000_000000  # midnight in Paris


def test_a_second_import_changes_nothing_and_more_rows_add_only_themselves(services, tmp_path):
    rows = orders(2500)
    assert counts(run(services, written(tmp_path, rows))) == (2500, 0, 0)
    assert counts(run(services, written(tmp_path, rows))) == (0, 2500, 0)
    assert counts(run(services, written(tmp_path, [*rows, {**rows[0], "n": "new"}]))) == (1, 2500, 0)
    assert counts(run(services, written(tmp_path, rows), source="another shop")) == (2500, 0, 0)


def test_equal_rows_are_as_many_events_and_stay_so(services, tmp_path):
    row = orders(1)[0]
    assert counts(run(services, written(tmp_path, [row] * 3))) == (3, 0, 0)
    assert counts(run(services, written(tmp_path, [row] * 5))) == (2, 3, 0)
    assert counts(run(services, written(tmp_path, [row] * 5))) == (0, 5, 0)


def test_a_mapped_id_is_the_id(services, tmp_path):
    rows = [{**row, "message_id": f"order-{row['n']}"} for row in orders(2)]
    assert counts(run(services, written(tmp_path, rows))) == (2, 0, 0)
    changed = [{**row, "n": "changed"} for row in rows]
    assert counts(run(services, written(tmp_path, changed))) == (0, 2, 0)
    assert counts(run(services, written(tmp_path, changed), source="another shop")) == (2, 0, 0)
    assert [arrival.client_message_id for arrival in arrived(services)] == ["order-0", "order-1"] * 2


def test_ids_are_those_of_the_row_whatever_its_columns_order(services, tmp_path):
    rows = orders(2)
    run(services, written(tmp_path, rows))
    assert counts(run(services, written(tmp_path, [dict(reversed(row.items())) for row in rows]))) == (0, 2, 0)


def test_contacts(services, tmp_path):
    rows = [
        {"id": "u-1", "email": "zoé@example.org", "age": "41"},
        {"id": "", "email": "nobody", "age": ""},
        {"id": "u-2", "email": "", "age": "x"},
    ]
    done = run(services, written(tmp_path, rows), "contacts", map=["user_id=id", "age:number=age"])
    assert counts(done) == (1, 0, 2)
    route(services)
    [contact] = services.store.read(services.workspace, lambda tx: tx.people.search("", 0, 10))
    assert (contact.user_id, contact.attributes) == ("u-1", {"email": "zoé@example.org", "age": 41})


def test_rejected_rows_are_given_back_with_line_and_reason(services, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("user_id,event,t\nu,A,2026-01-01\n,A,2026-01-01\nu,A\nu,Consent Granted,2026-01-01\nu,A,tomorrow\n", encoding="utf-8")
    done = run(services, path, map=["occurred=t"])
    assert counts(done) == (1, 0, 4)
    with Path(done["rejects"]).open(encoding="utf-8", newline="") as file:
        rejects = list(csv.DictReader(file))
    assert [int(reject["line"]) for reject in rejects] == [3, 4, 5, 6]
    assert [words in reject["reason"] for reject, words in zip(rejects, ["userId", "3 columns", "topic", "no time"], strict=True)] == [
        True
    ] * 4
    assert json.loads(rejects[3]["row"]) == {"user_id": "u", "event": "A", "t": "tomorrow"}
    path.write_text("user_id,event,t\nu,A,2026-01-01\n", encoding="utf-8")
    assert "rejects" not in run(services, path, map=["occurred=t"])
    assert not path.with_name("rejects.csv").exists()


@pytest.mark.parametrize("name", sorted(path.name for path in (DATA / "csv_torture/csv_spectrum_csvs").glob("*.csv")))
def test_csv_torture_comes_out_as_it_went_in(services, tmp_path, name):
    path = tmp_path / name
    path.write_bytes((DATA / "csv_torture/csv_spectrum_csvs" / name).read_bytes())
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = next(iter(rows[0]))
    assert counts(run(services, path, map=[f"user_id={first}"], event="Row")) == (len(rows), 0, 0)
    assert [{first: arrival.user_id, **arrival.properties} for arrival in arrived(services)] == rows


def test_naughty_strings_come_out_as_they_went_in(services, tmp_path):
    naughty = json.loads((DATA / "naughty_strings/blns.json").read_text(encoding="utf-8"))
    rows = [{"user_id": "u", "event": "Said", "text": text, f"key {text}"[:200]: 1} for text in naughty]
    path = tmp_path / "naughty.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert counts(run(services, path)) == (len(rows), 0, 0)
    assert [arrival.properties for arrival in arrived(services)] == [
        {k: v for k, v in row.items() if k not in ("user_id", "event")} for row in rows
    ]
    names = [{"user_id": text, "event": text} for text in naughty if text.strip() and text.isprintable() and len(text) < 256]
    path.write_text("".join(json.dumps(row) + "\n" for row in names), encoding="utf-8")
    run(services, path)
    assert [(arrival.user_id, arrival.name) for arrival in arrived(services)][len(rows) :] == [
        (row["user_id"], row["event"]) for row in names
    ]


def test_faults_of_file_and_mapping_keep_nothing(services, tmp_path):
    path = written(tmp_path, orders(10))
    for options in (
        {"map": ["user_id=nobody"]},
        {"encoding": "klingon"},
        {"zone": "Europe/Lutetia"},
        {"delimiter": ";"},
        {"form": "parquet"},
    ):
        with pytest.raises(Refusal):
            run(services, path, **options)
    path.write_bytes(path.read_bytes() + b"u,A,2026-01-01,caf\xe9\n")
    with pytest.raises(Refusal, match="0xE9"):
        run(services, path)
    assert arrived(services) == []


class Breaking:
    """A store whose disk fills up after so many units; it says so at once, or when a unit should have been committed."""

    def __init__(self, store: Any, units: int, *, at_once: bool = True) -> None:
        self._store, self.units, self._at_once = store, units, at_once

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def submit(self, workspace: int, unit: Any) -> Any:
        self.units -= 1
        if self.units >= 0:
            return self._store.submit(workspace, unit)
        if self._at_once:
            raise NotDurable("The disk is full.")
        lost: Future[Any] = Future()
        lost.set_exception(NotDurable("The disk is full."))
        self.units = 1000  # what follows would be written again: it must not be counted
        return lost


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("units", [0, 1, 5, 9])
def test_a_stopped_import_goes_on_where_it_stood(services, tmp_path, monkeypatch, units, at_once):
    monkeypatch.setattr(importing, "UNIT", 10)
    rows = [{**row, "user_id": "" if row["n"] % 4 == 0 else "u"} for row in orders(100)]
    path = written(tmp_path, rows)
    with pytest.raises(Refusal, match=r"The disk is full\. Run the same command again"):
        run(replace(services, store=Breaking(services.store, units, at_once=at_once)), path)
    done = run(services, path)
    assert counts(done)[2] == 25
    assert done["rows"] == 100
    assert done["resumed_after"] == units * 10
    assert sorted(int(arrival.properties["n"]) for arrival in arrived(services)) == [n for n in range(100) if n % 4]
    with Path(done["rejects"]).open(encoding="utf-8", newline="") as file:
        assert [int(reject["line"]) for reject in csv.DictReader(file)] == [n + 2 for n in range(100) if n % 4 == 0]
    assert counts(run(services, path)) == (0, 75, 25)


def test_another_mapping_is_another_import(services, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "UNIT", 10)
    path = written(tmp_path, orders(50))
    with pytest.raises(Refusal):
        run(replace(services, store=Breaking(services.store, 3)), path)
    assert run(services, path, drop_empty=True)["resumed_after"] == 0


def test_ranks_tell_equal_rows_apart_even_when_prefixes_collide():
    digests = [b"a" * 16, b"b" * 16, b"a" * 16, b"a" * 8 + b"c" * 8, b"a" * 16]
    ranks = RowRanks(iter(digests))
    ids = [ranks.next_id(number) for number in range(len(digests))]
    assert len(set(ids)) == 5
    again = RowRanks(iter(digests[:3]))
    assert [again.next_id(number) for number in range(3)] == ids[:3]


def test_nothing_to_import(services, tmp_path):
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"")
    assert counts(run(services, path)) == (0, 0, 0)
