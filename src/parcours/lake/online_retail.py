"""The demo's shop: the UCI Online Retail year as Segment-shape messages, with the published totals checked."""

import datetime as dt
import itertools
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq

ZONE: Final = "Europe/London"
CURRENCY: Final = "GBP"
CUT: Final = dt.date(2011, 11, 11)
"""The last day that is imported; the 28 days after it are fed through the live door."""

EXPECTED: Final = {"contacts": 4372, "contacts_with_order": 4338, "lines": 397_884, "orders": 18_532, "value_micro": 8_911_407_904_000}
"""The published answers for the clean rows (customer present, quantity and price over 0)."""

COUNTRIES: Final = {
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Brazil": "BR", "Canada": "CA", "Channel Islands": "JE",
    "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI", "France": "FR", "Germany": "DE",
    "Greece": "GR", "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT",
    "Netherlands": "NL", "Norway": "NO", "Poland": "PL", "Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG",
    "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB",
}  # fmt: skip
MOST_PRODUCTS: Final = 100
"""Lines of an order that its event lists, dearest first; how many it does not list is said in the event."""
FRENCH: Final = frozenset(("FR", "BE", "CH"))
EPOCH: Final = dt.datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice: `minute` is its first line's local minute since 1970, `lines` are (stock code, quantity, price in micro-pounds)."""

    number: str
    customer: int
    country: str
    minute: int
    lines: tuple[tuple[str, int, int], ...]

    @property
    def refund(self) -> bool:
        return self.number.startswith("C")

    @property
    def clean(self) -> tuple[tuple[str, int, int], ...]:
        """Lines that were sold: quantity and price over 0."""
        return tuple(line for line in self.lines if line[1] > 0 and line[2] > 0)


def invoices() -> list[Invoice]:
    """Every invoice of a known customer, by time, then by number."""
    table = pq.read_table(_path("online_retail_lines.parquet"))
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    numbers = np.array(columns["invoice"])
    found = []
    order = np.argsort(numbers, kind="stable")
    edges = [*np.flatnonzero(np.r_[True, numbers[order][1:] != numbers[order][:-1]]).tolist(), len(order)]
    for start, end in itertools.pairwise(edges):
        rows = order[start:end].tolist()
        lines = tuple((columns["stock_code"][r], columns["quantity"][r], columns["price"][r]) for r in rows)
        first = rows[0]
        minute = min(columns["minute"][r] for r in rows)
        found.append(Invoice(columns["invoice"][first], columns["customer"][first], columns["country"][first], minute, lines))
    return sorted(found, key=lambda invoice: (invoice.minute, invoice.number))


def check(found: list[Invoice]) -> dict[str, int]:
    """The totals of the clean rows; raises ValueError when they are not the published ones."""
    sold = [invoice for invoice in found if invoice.clean]
    totals = {
        "contacts": len({invoice.customer for invoice in found}),
        "contacts_with_order": len({invoice.customer for invoice in sold}),
        "lines": sum(len(invoice.clean) for invoice in sold),
        "orders": len(sold),
        "value_micro": sum(quantity * price for invoice in sold for _, quantity, price in invoice.clean),
    }
    if totals != EXPECTED:
        raise ValueError(f"The demo's data is damaged: counted {totals}, expected {EXPECTED}. Install the package again.")
    return totals


def messages(found: list[Invoice]) -> Iterator[dict[str, Any]]:
    """Identify and consent at a customer's first invoice, then orders and refunds: Segment-shape messages, by time."""
    names = _descriptions()
    known: set[int] = set()
    for invoice in found:
        at = _utc(invoice.minute)
        if invoice.customer not in known:
            known.add(invoice.customer)
            yield from _arrival(invoice, at)
        if invoice.refund:
            yield _track("Order Refunded", invoice, at, _refund(invoice))
        elif invoice.clean:
            yield _track("Order Completed", invoice, at, _order(invoice, names))


def _arrival(invoice: Invoice, at: str) -> Iterator[dict[str, Any]]:
    country = COUNTRIES.get(invoice.country)
    traits = {
        "email": f"client-{invoice.customer}@example.org",
        "name": f"Client {invoice.customer}",
        "country_name": invoice.country,
        "language": "fr" if country in FRENCH else "en",
        **({"country": country} if country else {}),
    }
    base = {"userId": str(invoice.customer), "timestamp": at}
    yield {**base, "type": "identify", "messageId": f"identify-{invoice.customer}", "traits": traits}
    consent = {"channel": "email", "topic": "*", "proof": "Invented for the demo: the data names no people and holds no consent."}
    yield {**base, "type": "track", "event": "Consent Granted", "messageId": f"consent-{invoice.customer}", "properties": consent}


def _track(event: str, invoice: Invoice, at: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "track", "event": event, "messageId": f"invoice-{invoice.number}", "userId": str(invoice.customer), "timestamp": at,
        "properties": properties,
    }  # fmt: skip


def _order(invoice: Invoice, names: dict[str, str]) -> dict[str, Any]:
    lines = invoice.clean
    dearest = sorted(lines, key=lambda line: (-line[1] * line[2], line[0]))
    highlights = list(dict.fromkeys(names[code] for code, _, _ in dearest))[:3]
    listed = dearest[:MOST_PRODUCTS]
    return {
        "order_id": invoice.number,
        "value": sum(quantity * price for _, quantity, price in lines) / 1e6,
        "currency": CURRENCY,
        "lines": len(lines),
        "highlights": highlights,
        "products": [{"product_id": code, "quantity": quantity, "price": price / 1e6} for code, quantity, price in listed],
        "products_not_listed": len(lines) - len(listed),
    }


def _refund(invoice: Invoice) -> dict[str, Any]:
    value = -sum(quantity * price for _, quantity, price in invoice.lines) / 1e6
    return {"order_id": invoice.number, "value": value, "currency": CURRENCY, "lines": len(invoice.lines)}


def _utc(minute: int) -> str:
    local = (EPOCH + dt.timedelta(minutes=minute)).replace(tzinfo=zoneinfo.ZoneInfo(ZONE))
    return local.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _descriptions() -> dict[str, str]:
    table = pq.read_table(_path("online_retail_products.parquet"))
    return dict(zip(table.column("stock_code").to_pylist(), table.column("description").to_pylist(), strict=True))


def _path(name: str) -> str:
    return str(resources.files("parcours.demo_data").joinpath(name))
