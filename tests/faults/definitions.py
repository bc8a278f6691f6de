"""The journeys and templates of the storms: a mail that is always due, two that need consent, and a journey published again and again."""

from typing import Any

RECEIPT: dict[str, Any] = {
    "journey": "receipt",
    "title": {"fr": "Reçu", "en": "Receipt"},
    "entry": [{"on": {"event": "Order Completed"}}],
    "instance": "properties.order_id",
    "reentry": "never",
    "holdout": "0%",
    "transactional": True,
    "topic": "service",
    "steps": [{"id": "short", "wait": "200ms"}, {"id": "receipt", "send": {"email": "receipt"}}],
}
OFFER: dict[str, Any] = {
    "journey": "offer",
    "title": {"fr": "Offre", "en": "Offer"},
    "entry": [{"on": {"event": "Order Completed"}, "where": {"property": "value", "op": ">=", "value": 60}}],
    "instance": "properties.order_id",
    "reentry": "never",
    "holdout": "0%",
    "topic": "offers",
    "steps": [
        {"id": "pause", "wait": "300ms"},
        {"id": "first", "send": {"email": "first"}},
        {"id": "longer", "wait": "400ms"},
        {"id": "last", "send": {"email": "last"}},
    ],
}
JOURNEYS = (RECEIPT, OFFER)
TEMPLATES = {"receipt": "service", "first": "offers", "last": "offers"}


def again(number: int) -> dict[str, Any]:
    """A journey that sends nothing, different at each number."""
    return {
        "journey": "again",
        "title": {"fr": f"Encore {number}", "en": f"Again {number}"},
        "entry": [{"on": {"event": "Order Completed"}, "where": {"property": "value", "op": ">=", "value": number % 100}}],
        "reentry": "never",
        "holdout": "0%",
        "topic": "offers",
        "steps": [{"id": "pause", "wait": "1s"}, {"id": "mark", "tag": "seen"}],
    }


def template(name: str) -> dict[str, Any]:
    """A mail whose subject says which one it is."""
    subject = f"{name} {{{{ event.order_id }}}}"
    html = "<p>{{ event.order_id }}</p>" + ("" if TEMPLATES[name] == "service" else '<p><a href="{{ unsubscribe_url }}">-</a></p>')
    return {
        "template": name,
        "topic": TEMPLATES[name],
        "from": "Shop <shop@example.org>",
        "subject": {"fr": subject, "en": subject},
        "html": {"fr": html, "en": html},
    }
