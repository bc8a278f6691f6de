"""Reading the files of rows that people bring. Encodings and delimiters are asked, not guessed."""

from pathlib import Path
from typing import Final

from parcours.app.ports.files import FileFault, Reading, RowFile
from parcours.lake.files.csv_rows import CsvFile
from parcours.lake.files.json_rows import JsonLinesFile

FORMS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}


class LocalFiles:
    """Files of this machine; CSV and JSON lines may be gzipped."""

    def open(self, path: Path, reading: Reading, /) -> RowFile:
        """Checks the encoding of the whole file and its header. Raises FileFault."""
        form = reading.form or FORMS.get(Path(path.name.removesuffix(".gz")).suffix.lower(), "")
        try:
            if form == "csv":
                return CsvFile(path, reading.encoding, "\t" if path.suffix == ".tsv" and reading.delimiter == "," else reading.delimiter)
            if form == "jsonl":
                return JsonLinesFile(path, reading.encoding)
            if form == "parquet":
                from parcours.lake.files.parquet_rows import ParquetRows  # pyarrow takes its time

                return ParquetRows(path)
        except OSError as error:
            raise FileFault(f"{path} cannot be read: {error.strerror or error}.") from error
        raise FileFault(f"{path.name} says by its name neither CSV, JSON lines nor Parquet: give --format csv, jsonl or parquet.")
