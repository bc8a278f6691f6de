"""Journeys: a document, its problems, a compiler to integer tables, one interpreter for live turns and backtests.

    journey, problems = parse_journey(document, catalogue)
    program = compile_journey(journey)
    linked = link([Placed(program, version, published_at)], workspace_events, caps, quiet_hours, zones)
    turned = advance(linked, records, events, until)

`advance` and `fill_registers` are looked up when asked for: they need numba, which commands that run no kernel never import.
"""

from typing import TYPE_CHECKING, Any

from parcours.core.journey.compile import compile_journey
from parcours.core.journey.document import parse_journey, to_document
from parcours.core.journey.link import Linked, Placed, WorkspaceEvent, link
from parcours.core.journey.pressure import Cap
from parcours.core.journey.program import Program

if TYPE_CHECKING:
    from parcours.core.journey.turning import advance, fill_registers

_NEED_NUMBA = ("advance", "fill_registers")


def __getattr__(name: str) -> Any:
    """`advance` and `fill_registers`, imported at first use."""
    if name in _NEED_NUMBA:
        from parcours.core.journey import turning

        return getattr(turning, name)
    raise AttributeError(name)


__all__ = [
    "Cap",
    "Linked",
    "Placed",
    "Program",
    "WorkspaceEvent",
    "advance",
    "compile_journey",
    "fill_registers",
    "link",
    "parse_journey",
    "to_document",
]
