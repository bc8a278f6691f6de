"""Warming: compile the kernel, or read it from the cache, before any unit of work waits for it."""

import functools
import logging
import time

from parcours.core.journey import Placed, advance, link
from parcours.core.journey.observe import first_true, observed
from parcours.core.journey.state import ContactRecord
from parcours.core.terms.events import Event

log = logging.getLogger("parcours.kernel")
SLOW_SECONDS = 8.0


@functools.cache
def warm_up() -> float:
    """Run the kernel once on nothing of anybody's; answers the seconds it took (some twenty the first time on a machine)."""
    start = time.monotonic()
    program = observed("warming", [{"event": "Anything"}])
    linked = link([Placed(program, 1, 0)])
    nobody = [ContactRecord(1, "00000000-0000-4000-8000-000000000000")]
    happened = [[Event(1, 1, "Anything", 1, 1, 1)]]
    first_true(linked, program, advance(linked, nobody, happened, 2).records, 2)
    took = time.monotonic() - start
    if took > SLOW_SECONDS:
        log.info("The kernel was compiled in %.0f seconds; the next start takes it from the cache.", took)
    return took
