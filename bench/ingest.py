"""Events over HTTP, each on the disk and known to be new before it is answered; the door alone, without the workers."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.measuring import ROOT, Scale, median
from bench.rows import Figure, Row
from bench.shop import folder, message, postgres
from parcours.app.collect import parcel
from parcours.core.terms.intake import Envelope
from parcours.store import open_store
from tests.fixtures.network import free_port, wait_until
from tests.fixtures.server import initialised

TITLE: Final = "Events over HTTP"
BATCH: Final = 100
CONNECTIONS: Final = 16
EVENTS: Final = 60_000
"""Events of one run, at the most."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of requests took: seconds in all, and of each, in order of length."""

    seconds: float
    each: Sequence[float]

    def latency(self, share: float) -> Figure:
        """The time within which this share of the requests was answered."""
        return Figure(self.each[min(len(self.each) - 1, int(len(self.each) * share))])


def requests(key: str, tag: str, count: int, batch: int) -> list[bytes]:
    """Whole requests: batches, or single tracks when `batch` is 0."""
    made = []
    for number in range(count):
        each = [message(number * max(1, batch) + place, tag) for place in range(max(1, batch))]
        body = json.dumps({"batch": each} if batch else each[0]).encode()
        head = f"POST /v1/{'batch' if batch else 'track'} HTTP/1.1\r\nHost: shop\r\nContent-Length: {len(body)}\r\nAuthorization: Basic "
        made.append(head.encode() + b64encode(f"{key}:".encode()) + b"\r\n\r\n" + body)
    return made


async def send(port: int, bodies: Sequence[bytes], rate: float = 0.0) -> Load:
    """All of them over some connections, as fast as they are answered or `rate` a second. Raises RuntimeError unless each is accepted."""
    waiting, taken = iter(enumerate(bodies)), list[float]()
    began = time.perf_counter()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number, body in waiting:
            due = began + number / rate if rate else time.perf_counter()
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(body)
            head = await reader.readuntil(b"\r\n\r\n")
            text = await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
            if not head.startswith(b"HTTP/1.1 200") or b"rejected" in text:
                raise RuntimeError(f"not accepted: {head!r} {text[:200]!r}")
            taken.append(time.perf_counter() - due)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return Load(time.perf_counter() - began, sorted(taken))


@contextlib.contextmanager
def door(directory: str) -> Iterator[tuple[int, int]]:
    """A door in a process of its own: its port and its process."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.door", directory, str(port)], cwd=ROOT, env={**os.environ})
    try:
        wait_until(lambda: _open(port), 60, "opening the door")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def processor(pid: int) -> float:
    """Seconds of processor time that a process has taken (Linux): what it costs, however busy the machine is with other work."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _open(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stored(target: Path | str, tag: str, batches: int) -> float:
    """Events a second of a bare loop that only stores batches."""
    made = [
        parcel([message(number * BATCH + place, tag) for place in range(BATCH)], Envelope(received=time.time_ns() // 1000, trusted=True), 1)
        for number in range(batches)
    ]
    with contextlib.closing(open_store(target)) as store:
        begun = time.perf_counter()
        waiting = [store.submit(1, lambda tx, each=each: tx.inbox.append(each.arrivals)) for each in made]  # type: ignore[misc]
        for future in waiting:
            future.result()
        return batches * BATCH / (time.perf_counter() - begun)


def rows(scale: Scale) -> Iterator[Row]:
    """Batches of a hundred on both databases, beside a loop that only stores and a door that keeps nothing; then single events."""
    batches = max(20, min(scale.events, EVENTS) // BATCH)
    with folder() as scratch, postgres(scratch) as url, door("-") as (ceiling, _):
        for name, goal, options in (("SQLite", 20_000, ()), ("PostgreSQL", 10_000, ("--database", url))):
            server = initialised(scratch / name, *options)
            target: Path | str = url if options else server.data / "parcours.sqlite"
            rates: dict[str, list[float]] = {"here": [], "stored": [], "ceiling": [], "cost": []}
            with door(str(server.data)) as (port, pid):
                asyncio.run(send(port, requests(server.secret_key, f"{name}-first", CONNECTIONS, BATCH)))
                for turn in range(scale.times):
                    bodies = requests(server.secret_key, f"{name}-{turn}", batches, BATCH)
                    before = processor(pid)
                    rates["here"].append(batches * BATCH / asyncio.run(send(port, bodies)).seconds)
                    rates["cost"].append((processor(pid) - before) / (batches * BATCH))
                    rates["ceiling"].append(batches * BATCH / asyncio.run(send(ceiling, bodies)).seconds)
                yield from _single(server.secret_key, name, port, pid, scale)
            rates["stored"] += [stored(target, f"{name}-stored-{turn}", batches) for turn in range(scale.times)]
            here, store, raw = (median(rates[key], "events/s") for key in ("here", "stored", "ceiling"))
            cost = ("processor time of the door, an event", median(rates["cost"]))
            beside = [cost, ("a loop that only stores", store), ("a door that keeps nothing", raw)]
            yield Row(f"batches of {BATCH}, {name}", here, beside, f"{goal:,} events/s", here.value >= goal)


def _single(key: str, name: str, port: int, pid: int, scale: Scale) -> Iterator[Row]:
    """One event a request: as many as are answered, then the time to the answer at half the goal."""
    count = max(200, min(scale.events, EVENTS) // 10)
    before = processor(pid)
    rates = [count / asyncio.run(send(port, requests(key, f"{name}-one-{turn}", count, 0))).seconds for turn in range(scale.times)]
    here, cost = median(rates, "requests/s"), Figure((processor(pid) - before) / (count * scale.times))
    yield Row(f"single events, {name}", here, [("processor time of the door, an event", cost)], "1,500 requests/s", here.value >= 1500)
    calm = asyncio.run(send(port, requests(key, f"{name}-calm", min(count, 3000), 0), rate=750.0))
    p99 = calm.latency(0.99)
    yield Row(
        f"single events at 750 a second, {name}: 99 in 100 answered within", p99, [("half", calm.latency(0.5))], "150 ms", p99.value < 0.15
    )
