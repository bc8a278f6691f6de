"""A funnel of four steps within seven days, from what lies on the disk, beside ClickHouse's windowFunnel (chdb) and DuckDB's SQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench.measuring import Scale, side_by_side
from bench.peer import Peer
from bench.rows import Row
from bench.segments import CACHE, stored
from bench.shoppers import NAMES
from parcours.core.measure import funnel
from parcours.core.measure.funnel import FunnelQuestion, Step
from parcours.core.terms.durations import DAY
from parcours.core.terms.ids import PARTITIONS
from parcours.core.trace import Dictionary
from parcours.core.trace.fold import measure
from parcours.lake.history import SegmentHistory

TITLE = "A funnel of four steps within seven days, from the disk"
STEPS = ("Page Viewed", "Product Added", "Checkout Started", "Order Completed")
PEERS = ("chdb", "duckdb", "duckdb parquet")
THREADS = 2


def rows(scale: Scale) -> Iterator[Row]:
    """Traces are made before (the first question after an archive makes them); files are in the page cache, for everybody."""
    folder, segments = stored(scale.events)
    history = SegmentHistory(folder)
    dictionary = Dictionary({name: code for code, name in enumerate(NAMES)})
    question = FunnelQuestion(tuple(Step(name) for name in STEPS), window=7 * DAY)
    by_partition = [[segment for segment in segments if segment.partition == number] for number in range(PARTITIONS)]

    def here(threads: int) -> list[int]:
        opened = (history.partition(number, each) for number, each in enumerate(by_partition) if each)
        if threads == 1:
            return [row.reached for row in measure(funnel, question, dictionary, opened).rows]
        with ThreadPoolExecutor(threads) as pool:
            return [row.reached for row in measure(funnel, question, dictionary, opened, pool.map).rows]

    with Peer("funnel", folder, CACHE / f"funnel-{scale.events}") as peer:
        answers = {"here": here(THREADS), "one": here(1), **{name: peer.ask(name) for name in PEERS}}
        if len({tuple(answer) for answer in answers.values()}) > 1:
            raise ValueError(f"they do not agree: {answers}")
        runs: dict[str, Callable[[], object]] = {name: partial(peer.ask, name) for name in PEERS}
        took = side_by_side(scale, {"here": partial(here, THREADS), "one": partial(here, 1), **runs})
    beside = [("on one core", took["one"]), *((name, took[name]) for name in PEERS)]
    best = min(took[name].value for name in PEERS)
    people = " > ".join(f"{reached:,}" for reached in answers["here"])
    yield Row(f"{scale.events:,} events, warm; people {people}", took["here"], beside, "faster than each peer", took["here"].value < best)
