"""Journey documents for tests: the one of the page of laws, and short ones built from steps."""

from typing import Any

from parcours.core.journey import Linked, Placed, compile_journey, link, parse_journey
from parcours.core.journey.program import Program
from parcours.core.terms.zones import ZoneTable

Document = dict[str, Any]

CART: Document = {
    "journey": "abandoned-cart",
    "title": {"fr": "Panier abandonné", "en": "Abandoned cart"},
    "owner": "marie@example.org",
    "stage": "consideration",
    "entry": [
        {
            "on": {"event": "Product Added"},
            "where": {"all": [{"property": "value", "op": ">=", "value": 20}, {"not": {"segment": "staff"}}]},
        }
    ],
    "instance": "properties.cart_id",
    "reentry": "after_exit",
    "goal": {"event": "Order Completed", "within": "7d"},
    "exit": {"when": "goal"},
    "exits": [{"event": "Cart Cleared", "same": "instance"}],
    "holdout": "0%",
    "topic": "offers",
    "priority": 50,
    "steps": [
        {"id": "pause", "wait": "1h"},
        {"id": "reminder", "send": {"email": "cart-reminder"}, "when_late": {"after": "6h", "do": "skip"}},
        {"id": "reacted", "wait_for": {"any": [{"clicked": "reminder"}, {"event": "Product Viewed"}]}, "timeout": "2d", "then": "done"},
        {"id": "worth", "branch": [{"if": {"stage": "customer"}, "then": "thanks"}], "else": "last_word"},
        {"id": "thanks", "send": {"email": "thanks"}, "next": "done"},
        {"id": "last_word", "send": {"email": "last-word"}},
    ],
}


def journey(*steps: Document, **fields: Any) -> Document:
    """A transactional journey on `Go`, without holdout, with these steps."""
    return {
        "journey": "j",
        "entry": [{"on": {"event": "Go"}}],
        "transactional": True,
        "reentry": "after_exit",
        **fields,
        "steps": list(steps),
    }


def compiled(document: Document) -> Program:
    """The program of a document without problems."""
    read, problems = parse_journey(document)
    assert read is not None, problems
    return compile_journey(read)


def linked(*documents: Document, zones: ZoneTable | None = None, **settings: Any) -> Linked:
    """Documents published at instant 0, without quiet hours unless said."""
    placed = [Placed(compiled(document), 1, 0) for document in documents]
    return link(placed, zones=zones, **({"quiet_hours": None} | settings))
