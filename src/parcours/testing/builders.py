"""Values for tests: what is not said is filled in, different each time and the same in each run of the tests."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final

from parcours.app.ports import Arrival, Arrived, Contact, Identity, Message, Placement, Store, TraceRow, Tx
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import ContactRecord, RunRecord

NOW: Final = 1_764_000_000_000_000
"""An instant of November 2025."""

_numbers: Final = count(1)


def identifier() -> bytes:
    """16 bytes that no other value has."""
    return hashlib.blake2b(f"{next(_numbers)}".encode(), digest_size=16).digest()


def arrival(**said: Any) -> Arrival:
    """A message at the door."""
    number = next(_numbers)
    fields = {
        "message_id": identifier(),
        "client_message_id": f"m-{number}",
        "source": 1,
        "call": "track",
        "name": "Order Completed",
        "occurred": NOW,
        "received": NOW,
        "user_id": "client-1",
        "properties": {"total": 12.5},
    }
    return Arrival(**{**fields, **said})


def contact(**said: Any) -> Contact:
    """A contact that is not stored yet."""
    fields = {"id": 0, "public_id": str(uuid.UUID(bytes=identifier(), version=4)), "partition": 7, "created": NOW}
    return Contact(**{**fields, **said})


def message(**said: Any) -> Message:
    """An intended send."""
    fields = {
        "id": identifier(),
        "contact": 1,
        "run_id": identifier(),
        "journey": "welcome",
        "version": 1,
        "step": "hello",
        "visit": 1,
        "channel": "email",
        "topic": "offers",
        "template": "hello",
        "planned_at": NOW,
    }
    return Message(**{**fields, **said})


def run(**said: Any) -> RunRecord:
    """A live run."""
    fields = {
        "run_id": identifier(),
        "journey": "welcome",
        "version": 1,
        "instance": "",
        "entry": 1,
        "step": "pause",
        "visit": 1,
        "entered": NOW,
        "since": NOW,
    }
    return RunRecord(**{**fields, **said})


def trace_row(contact_id: int, **said: Any) -> TraceRow:
    """An edge taken."""
    fields = {
        "at": NOW,
        "journey": "welcome",
        "version": 1,
        "step": "pause",
        "run_id": identifier(),
        "reason": int(Reason.WAITED),
        "v1": 0,
        "v2": 0,
    }
    return TraceRow(contact_id, **{**fields, **said})


def add_contacts(store: Store, amount: int = 1, **said: Any) -> list[int]:
    """Store new contacts in workspace 1; answers their ids."""
    return store.write(1, lambda tx: tx.people.create([contact(**said) for _ in range(amount)]))


def add_events(store: Store, contact_id: int, *names: str, first_seq: int = 1, partition: int = 7, **said: Any) -> list[int]:
    """Let events of a contact arrive and be placed in workspace 1; answers their rows."""
    arrivals = [arrival(name=name, **said) for name in names]

    def unit(tx: Tx) -> list[int]:
        tx.inbox.append(arrivals)
        wanted = {each.message_id for each in arrivals}
        rows = [arrived for arrived in tx.inbox.unrouted(10_000) if arrived.arrival.message_id in wanted]
        tx.inbox.place([_placed(arrived, contact_id, first_seq + place, partition) for place, arrived in enumerate(rows)])
        return [arrived.row for arrived in rows]

    return store.write(1, unit)


def _placed(arrived: Arrived, contact_id: int, seq: int, partition: int) -> Placement:
    came = arrived.arrival
    return Placement(arrived.row, contact_id, seq, partition, came.name, came.properties)


def save_runs(store: Store, contact_id: int, *runs: RunRecord, **said: Any) -> ContactRecord:
    """Replace a contact's record in workspace 1 by one with these runs."""

    def unit(tx: Tx) -> ContactRecord:
        record = replace(tx.runs.records([contact_id])[0], runs=runs, **said)
        tx.runs.save([record])
        return record

    return store.write(1, unit)


def user(value: str) -> Identity:
    """A user id."""
    return Identity("user", value)


def anonymous(value: str) -> Identity:
    """An anonymous id."""
    return Identity("anonymous", value)


def naughty_texts() -> Sequence[str]:
    """Texts that break programs: empty, controls, NUL, lone surrogates, scripts of both directions, code of several languages."""
    return (
        "",
        " ",
        "\x00",
        "a\x00b",
        "\x1a",
        "\x1a0000",
        "\ud800",
        "\udfff lone \ud83d",
        "\U0001f600\U0001f468‍\U0001f469‍\U0001f467",
        "\ufeffbom",
        "\u202eright to left",
        "Ω≈ç√∫˜µ≤≥÷",
        "ÅÍÎÏ˝ÓÔÒÚÆ☃",
        "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
        "'; DROP TABLE contacts; --",
        '"quoted"',
        "\\backslash\\x00\\u0000",
        "{{ 7 * 7 }}",
        "%s %d %(name)s :name ? $1",
        "<script>alert(1)</script>",
        "line\nbreak\r\ntab\t",
        "\u2028\u2029\x85",
        "null",
        "NaN",
        "x" * 255,
    )
