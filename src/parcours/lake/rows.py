"""Events as columns of a segment, and back.

A segment's rows are sorted by (contact, occurred, seq). Instants are int64 UTC microseconds; `event` is the code of the name in its
workspace; `properties` is JSON and authoritative.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from parcours.core.terms.events import NEVER, Event, Kind
from parcours.core.terms.keepable import keep, told

SCHEMA: Final = pa.schema(
    [
        pa.field("contact", pa.int64(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("event", pa.int32(), nullable=False),
        pa.field("occurred", pa.int64(), nullable=False),
        pa.field("received", pa.int64(), nullable=False),
        pa.field("turned", pa.int64()),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("message_id", pa.binary(16), nullable=False),
        pa.field("kind", pa.uint8(), nullable=False),
        pa.field("history", pa.bool_(), nullable=False),
        pa.field("client_message_id", pa.string(), nullable=False),
        pa.field("properties", pa.string(), nullable=False),
    ]
)
ORDER: Final = [("contact", "ascending"), ("occurred", "ascending"), ("seq", "ascending")]

_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder()


def to_json(value: Any) -> str:
    """A JSON value as text."""
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:  # lone surrogates
        return json.dumps(value, separators=(",", ":"))


def from_json(text: str) -> Any:
    """The value that `to_json` was given."""
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)


def table_of(events: Sequence[tuple[Event, int, str]], codes: Mapping[str, int]) -> pa.Table:
    """A sorted table of (event, source, client message id). Raises KeyError for a name without a code."""
    ordered = sorted(events, key=lambda row: (row[0].contact, row[0].occurred, row[0].seq))
    columns = {
        "contact": [event.contact for event, _, _ in ordered],
        "seq": [event.seq for event, _, _ in ordered],
        "event": [codes[event.name] for event, _, _ in ordered],
        "occurred": [event.occurred for event, _, _ in ordered],
        "received": [event.received for event, _, _ in ordered],
        "turned": [None if event.turned == NEVER else event.turned for event, _, _ in ordered],
        "source": [source for _, source, _ in ordered],
        "message_id": [event.message_id.ljust(16, b"\0") for event, _, _ in ordered],
        "kind": [int(event.kind) for event, _, _ in ordered],
        "history": [event.history for event, _, _ in ordered],
        "client_message_id": [keep(client) for _, _, client in ordered],
        "properties": [to_json(event.properties) for event, _, _ in ordered],
    }
    return pa.table(columns, schema=SCHEMA)


def events_of(table: pa.Table, names: Mapping[int, str]) -> Iterator[tuple[Event, int, str]]:
    """(event, source, client message id) of each row. Raises KeyError for a code without a name."""
    for batch in table.select(SCHEMA.names).to_batches(max_chunksize=8192):
        columns = [column.to_pylist() for column in batch.columns]
        for contact, seq, code, occurred, received, turned, source, message_id, kind, history, client, properties in zip(
            *columns, strict=True
        ):
            when = NEVER if turned is None else turned
            event = Event(contact, seq, names[code], occurred, received, when, Kind(kind), from_json(properties), history, message_id)
            yield event, source, told(client)


def without(table: pa.Table, contacts: Sequence[int]) -> pa.Table:
    """The table without the rows of these contacts."""
    keep_row = ~np.isin(table.column("contact").to_numpy(), np.asarray(contacts, dtype=np.int64))
    return table.filter(pa.array(keep_row))
