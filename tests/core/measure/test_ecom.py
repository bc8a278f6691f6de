"""A published click-stream (31,106 events) with published answers.

The folder of open data sets is $PARCOURS_OPEN_DATA, else `data` in a folder beside the repository; without one these tests are skipped.
"""

import csv
import gzip
import json
import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parcours.core.measure import funnel, transitions
from parcours.core.measure.funnel import FunnelQuestion, Step
from parcours.core.measure.transitions import TransitionsQuestion
from parcours.core.terms.durations import MINUTE, SECOND
from parcours.core.trace import Dictionary, Partition, traces_of
from parcours.core.trace.fold import measure
from tests.core.trace.columns import column_of

ROOT = Path(__file__).parents[3]
NAMED = os.environ.get("PARCOURS_OPEN_DATA")
DATA = Path(NAMED) / "rete_ecom" if NAMED else next(iter(sorted(ROOT.parent.glob("*/data/rete_ecom"))), ROOT / "rete_ecom")
CHAIN = ("product_view", "add_to_cart", "cart", "shipping_details", "payment_details", "purchase")

pytestmark = pytest.mark.skipif(not (DATA / "ecom.csv.gz").exists(), reason="the folder of open data sets is not here")


@cache
def rows() -> list[dict[str, str]]:
    with gzip.open(DATA / "ecom.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def expected() -> dict[str, Any]:
    return dict(json.loads((DATA / "expected.json").read_text(encoding="utf-8")))


@cache
def shop(parts: int) -> tuple[Dictionary, tuple[Partition, ...]]:
    codes = {name: code for code, name in enumerate(sorted({row["event"] for row in rows()}))}
    made = []
    for part in range(parts):
        mine = [(seq, row, int(row["user_id"].removeprefix("user_"))) for seq, row in enumerate(rows())]
        mine = sorted((each for each in mine if each[2] % parts == part), key=lambda each: (each[2], each[1]["timestamp"], each[0]))
        instants = [int(datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC).timestamp()) * SECOND for _, row, _ in mine]
        traces = traces_of([user for *_, user in mine], [codes[row["event"]] for _, row, _ in mine], instants, [seq for seq, *_ in mine])
        made.append(Partition(part, traces, {"platform": column_of([row["platform"] for _, row, _ in mine])}))
    return Dictionary(codes), tuple(made)


def ask(parts: int = 4, **changes: Any) -> funnel.FunnelAnswer:
    whole: dict[str, Any] = {"steps": tuple(Step(name) for name in CHAIN), "window": 400 * 1440 * MINUTE}
    question = FunnelQuestion(**whole | changes)
    return measure(funnel, question, *shop(parts))


def test_sessions() -> None:
    dictionary, partitions = shop(4)
    answer = measure(transitions, TransitionsQuestion(), dictionary, partitions)
    assert (answer.paths, answer.contacts) == (expected()["sessions"], expected()["users"])
    assert dict(answer.events) == expected()["events"]


def test_the_transition_matrix_by_session() -> None:
    table = expected()["transition_count_session"]
    answer = measure(transitions, TransitionsQuestion(), *shop(4))
    found = {(edge.source, edge.target): edge.count for edge in answer.edges}
    published = {
        (source, target): int(count)
        for source, line in zip(table["index"], table["data"], strict=True)
        for target, count in zip(table["columns"], line, strict=True)
        if count
    }
    assert found == published


@pytest.mark.parametrize(("unit", "table"), [("contact", "funnel_user_id"), ("session", "funnel_session_id")])
def test_the_funnel_by_contact_and_by_session(unit: str, table: str) -> None:
    published = [step["unique_paths"] for step in expected()[table]["steps"]]
    assert [row.reached for row in ask(unit=unit).rows] == published


def test_partitions_change_nothing() -> None:
    assert ask(1, breakdown="platform") == ask(4, breakdown="platform")


def test_conversion_by_session() -> None:
    """The published answers look at a session's first attempt only."""
    two = (Step("add_to_cart"), Step("purchase"))
    tables = expected()["conversion"]
    for title, window in (("per session", 1440 * MINUTE), ("within 10 min per session", 10 * MINUTE)):
        _, _, starts, ends, *_ = tables[f"add_to_cart->purchase {title}"]["data"][0]
        assert [row.reached for row in ask(steps=two, window=window, unit="session", entry="first").rows] == [starts, ends]


def test_conversion_by_platform() -> None:
    sessions = ask(steps=(Step("home"),), unit="session", breakdown="platform")
    assert sorted(sessions.groups) == sorted(expected()["planted"]["session conversion by platform"])
