"""Dialects that are not spoken here: each path of another family of clients gets one sentence that says what to use instead."""

from typing import Final

USE: Final = "Point a Segment-compatible library at this address (POST /v1/batch with your write key) instead."

FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "PostHog": ("/batch", "/e", "/capture", "/flags", "/decide", "/array/{rest:path}", "/i/v0/e"),
    "Mixpanel": ("/track", "/engage", "/groups", "/import"),
    "Amplitude": ("/2/httpapi", "/httpapi"),
    "Customer.io's Track API": (
        "/api/v1/customers/{rest:path}",
        "/api/v1/events",
        "/api/v1/push/events",
        "/api/v1/merge_customers",
        "/merge_customers",
        "/v1/send/{rest:path}",
        "/v1/campaigns/{rest:path}",
    ),
    "Dittofeed": ("/api/public/apps/{rest:path}",),
    "Jitsu": ("/api/s/{rest:path}",),
    "Google Analytics": ("/mp/collect", "/g/collect", "/debug/mp/collect"),
}


def sentence(family: str) -> str:
    """What a client of this family is told."""
    return f"This is an address of {family}, whose dialect is not spoken here. {USE}"
