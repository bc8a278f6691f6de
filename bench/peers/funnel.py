"""The peers of the funnel, in an environment of their own: they read Parquet once into their best form, then answer on request.

Started with a folder of segments and a folder of its own. Each line asked ("duckdb", "chdb", "duckdb parquet") is answered by one line
of JSON: the people who reached each step. DuckDB has no funnel of its own: each step joins the first later event (ASOF).
"""

import json
import sys
from pathlib import Path

import chdb.session
import duckdb

STEPS = [0, 5, 8, 9]
WINDOW = 7 * 86_400_000_000


def duck_table(duck: duckdb.DuckDBPyConnection, parquet: str) -> None:
    """Events in DuckDB's own file, by contact and instant."""
    duck.execute(
        f"CREATE TABLE IF NOT EXISTS events AS SELECT contact, occurred, event FROM read_parquet('{parquet}') ORDER BY contact, occurred"
    )


def duck_funnel(duck: duckdb.DuckDBPyConnection, source: str) -> list[int]:
    """The funnel: of each first step the earliest next, step by step, all within the window from the first."""
    steps = ", ".join(f"s{i} AS (SELECT contact, occurred AS moment FROM {source} WHERE event = {code})" for i, code in enumerate(STEPS))
    chain = "r0 AS (SELECT contact, moment AS begun, moment FROM s0)"
    for i in range(1, len(STEPS)):
        chain += (
            f", r{i} AS (SELECT r.contact, r.begun, s.moment FROM r{i - 1} r ASOF JOIN s{i} s "
            f"ON r.contact = s.contact AND r.moment < s.moment WHERE s.moment - r.begun <= {WINDOW})"
        )
    counts = ", ".join(f"(SELECT count(DISTINCT contact) FROM r{i})" for i in range(len(STEPS)))
    row = duck.execute(f"WITH {steps}, {chain} SELECT {counts}").fetchone()
    return list(row or ())


def click_table(click: chdb.session.Session, parquet: str) -> None:
    """Events in a MergeTree, by contact and instant."""
    click.query("CREATE DATABASE IF NOT EXISTS bench")
    columns, form = "contact Int64, occurred Int64, event Int32", "ENGINE = MergeTree ORDER BY (contact, occurred)"
    click.query(f"CREATE TABLE IF NOT EXISTS bench.events ({columns}) {form}")
    if int(click.query("SELECT count() FROM bench.events").bytes()) == 0:
        click.query(f"INSERT INTO bench.events SELECT contact, occurred, event FROM file('{parquet}', Parquet)")
        click.query("OPTIMIZE TABLE bench.events FINAL")


def click_funnel(click: chdb.session.Session) -> list[int]:
    """The funnel by ClickHouse's windowFunnel."""
    conditions = ", ".join(f"event = {code}" for code in STEPS)
    level = (
        f"SELECT windowFunnel({WINDOW})(toUInt64(occurred), {conditions}) AS level FROM bench.events "
        f"WHERE event IN ({', '.join(map(str, STEPS))}) GROUP BY contact"
    )
    counts = ", ".join(f"countIf(level >= {i + 1})" for i in range(len(STEPS)))
    return [int(count) for count in click.query(f"SELECT {counts} FROM ({level}) SETTINGS max_threads = 2", "CSV").bytes().split(b",")]


def main() -> None:
    """Answer until the input ends."""
    segments, own = Path(sys.argv[1]), Path(sys.argv[2])
    own.mkdir(parents=True, exist_ok=True)
    duck = duckdb.connect(str(own / "events.duckdb"), config={"threads": 2})
    parquet = f"{segments}/segments/*/*.parquet"
    duck_table(duck, parquet)
    click = chdb.session.Session(str(own / "chdb"))
    click_table(click, parquet)
    ask = {
        "duckdb": lambda: duck_funnel(duck, "events"),
        "duckdb parquet": lambda: duck_funnel(duck, f"read_parquet('{parquet}')"),
        "chdb": lambda: click_funnel(click),
    }
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(ask[line.strip()]()), flush=True)


if __name__ == "__main__":
    main()
