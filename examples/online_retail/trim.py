"""Make src/parcours/demo_data from the UCI "Online Retail" CSV: rows that have a customer, without repeated texts.

    python examples/online_retail/trim.py online_retail.csv.gz src/parcours/demo_data

Kept: every row with a CustomerID (406,829 of 541,909), in file order. Descriptions are kept once per stock code (the most frequent).
Times are the shop's local minutes (Europe/London); prices are exact, in micro-pounds.
"""

import collections
import csv
import datetime as dt
import decimal
import gzip
import pathlib
import sys
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

EPOCH = dt.datetime(1970, 1, 1)


def read(source: str) -> list[dict[str, str]]:
    """Rows of the CSV that name a customer."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["CustomerID"]]


def lines(rows: list[dict[str, str]]) -> pa.Table:
    """One row per invoice line: invoice, stock code, quantity, minute (shop's local time), price (micro-pounds), customer, country."""

    def minute(text: str) -> int:
        return int((dt.datetime.fromisoformat(text) - EPOCH).total_seconds() // 60)

    columns: dict[str, Any] = {
        "invoice": pa.array([row["InvoiceNo"] for row in rows]),
        "stock_code": pa.array([row["StockCode"] for row in rows]).dictionary_encode(),
        "quantity": pa.array([int(row["Quantity"]) for row in rows], pa.int32()),
        "minute": pa.array([minute(row["InvoiceDate"]) for row in rows], pa.int32()),
        "price": pa.array([int(decimal.Decimal(row["UnitPrice"]) * 1_000_000) for row in rows], pa.int64()),
        "customer": pa.array([int(float(row["CustomerID"])) for row in rows], pa.int32()),
        "country": pa.array([row["Country"] for row in rows]).dictionary_encode(),
    }
    return pa.table(columns)


def products(rows: list[dict[str, str]]) -> pa.Table:
    """One row per stock code: its most frequent description (ties: alphabetical)."""
    seen: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for row in rows:
        seen[row["StockCode"]][row["Description"].strip()] += 1
    best = {code: min(texts.items(), key=lambda item: (-item[1], item[0]))[0] for code, texts in seen.items()}
    return pa.table({"stock_code": sorted(best), "description": [best[code] for code in sorted(best)]})


def main(source: str, target: str) -> None:
    rows = read(source)
    folder = pathlib.Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"compression": "zstd", "compression_level": 19}
    pq.write_table(lines(rows), folder / "online_retail_lines.parquet", **options)
    pq.write_table(products(rows), folder / "online_retail_products.parquet", **options)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
