"""One property of all events as a dictionary-coded column, from its shredded column or cut out of the JSON by DuckDB.

Nobody interprets it here. Numbers from a shredded column are floats, where the JSON may say integers.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from parcours.lake.duck import connect, read_parquet
from parcours.lake.rows import from_json, to_json
from parcours.lake.shredding import column_for, texts_of

_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ -]*")
_BATCH: Final = 64 * 1024


def extract(files: Sequence[Path], name: str) -> tuple[NDArray[np.int32], list[str]]:
    """(codes, distinct values as JSON texts) of a top-level property, in the order of the files and their rows; -1 where it is missing."""
    known: dict[str, int] = {}
    parts = [np.empty(0, dtype=np.int32)]
    for file in files:
        codes, texts = _of_file(file, name)
        places = np.array([known.setdefault(text, len(known)) for text in texts] + [-1], dtype=np.int32)
        parts.append(places[codes])
    return np.concatenate(parts), list(known)


def _of_file(file: Path, name: str) -> tuple[NDArray[np.int32], list[str]]:
    shredded = column_for(pq.read_schema(file), name)
    if shredded is not None:
        codes, values = _coded(pq.read_table(file, columns=[shredded.name], partitioning=None).column(0))
        return codes, texts_of(shredded, values)
    if _PLAIN.fullmatch(name):
        try:
            return _coded(by_duckdb([file], name))
        except duckdb.Error:  # JSON with lone surrogates is beyond DuckDB
            pass
    return _coded(by_python([file], name))


def by_duckdb(files: Sequence[Path], name: str) -> pa.ChunkedArray:
    """The JSON text of the property in each row. Raises duckdb.Error for JSON that DuckDB cannot read."""
    connection = connect(files)
    try:
        text = f"SELECT CAST(json_extract(properties, '$.\"{name}\"') AS VARCHAR) AS value FROM {read_parquet(files)}"
        batches = list(connection.sql(text).to_arrow_reader(_BATCH))
        return pa.chunked_array([batch.column(0) for batch in batches], type=pa.string())
    finally:
        connection.close()


def by_python(files: Sequence[Path], name: str) -> pa.ChunkedArray:
    """The same, slowly, for every name and every JSON."""
    return pa.chunked_array([_texts(file, name) for file in files], type=pa.string())


def _texts(file: Path, name: str) -> pa.Array:
    properties: Iterable[str] = pq.read_table(file, columns=["properties"], partitioning=None).column(0).to_pylist()
    return pa.array([_text_of(from_json(text), name) for text in properties], type=pa.string())


def _text_of(properties: Any, name: str) -> str | None:
    return to_json(properties[name]) if name in properties else None


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[Any]]:
    coded = column.unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes, coded.dictionary.to_pylist()
