"""DuckDB in memory, without extensions and without access to anything but the files it is given.

Only calls that DuckDB 1.5 and 2.0 share are used: `execute`, `fetchone`, `fetchmany`, `to_arrow_reader`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb


def connect(files: Sequence[Path], *, threads: int = 1, memory: str = "1GB") -> Any:
    """A connection of its own that may read these files and do nothing else outside; its settings cannot be changed any more."""
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    paths = ", ".join(f"'{_quoted(file)}'" for file in files)
    for setting in (
        "temp_directory = ''",
        f"allowed_paths = [{paths}]",
        "enable_external_access = false",
        "python_enable_replacements = false",
        f"memory_limit = '{memory}'",
        f"threads = {threads}",
        "preserve_insertion_order = true",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def read_parquet(files: Sequence[Path]) -> str:
    """The table function over these files, in SQL."""
    paths = ", ".join(f"'{_quoted(file)}'" for file in files)
    return f"read_parquet([{paths}], hive_partitioning = false, union_by_name = true)"


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
