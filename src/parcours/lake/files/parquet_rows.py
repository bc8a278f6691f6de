"""Parquet files: typed columns, read batch by batch."""

import datetime as dt
import hashlib
import math
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from parcours.app.ports.files import FileFault, Row

BATCH: Final = 8192


class ParquetRows:
    """A Parquet file. Instants and dates become ISO text (without an offset when the column has no zone), NaN is null."""

    typed = True

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with pq.ParquetFile(path) as file:
                self._check(file.schema_arrow)
                self.columns = tuple(file.schema_arrow.names)
                self.size = int(file.metadata.num_rows)
        except pa.ArrowException as error:
            raise FileFault(f"{path.name} is not a Parquet file: {error}.") from None
        with path.open("rb") as raw:
            self.digest = hashlib.file_digest(raw, "sha256").digest()
        self._done: int = self.size

    def done(self) -> int:
        """Rows read."""
        return self._done

    def rows(self) -> Iterator[Row]:
        """Every row; its line is its number."""
        self._done = 0
        with pq.ParquetFile(self._path) as file:
            for batch in file.iter_batches(BATCH):
                for number, values in enumerate(batch.to_pylist(), self._done + 1):
                    yield Row(number, {name: _plain(value) for name, value in values.items()})
                self._done += batch.num_rows

    def _check(self, schema: pa.Schema) -> None:
        if len(set(schema.names)) < len(schema.names):
            raise FileFault(f"{self._path.name} has two columns of one name: rename one.")
        for field in schema:
            if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type) or pa.types.is_duration(field.type):
                raise FileFault(f"Column {field.name!r} of {self._path.name} is {field.type}: turn it into text or a number first.")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return str(value)
