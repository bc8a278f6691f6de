"""The end of a process whose threads cannot all be ended."""

import os
import sys
from collections.abc import Sequence


def end(unfinished: Sequence[str]) -> None:
    """End the process here when loops still work (named in `unfinished`); called when everything else is closed.

    The interpreter would wait for a thread that compiles, up to a minute; what such a loop was doing is done again after the next start.
    """
    if unfinished:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
