"""Collecting: events of SDKs that speak Segment's HTTP dialect."""

from parcours.api.collect.routes import router

__all__ = ["router"]
