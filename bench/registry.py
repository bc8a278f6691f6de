"""The subjects, in the order of the table. A subject is a module of this folder with a TITLE and `rows(scale)`."""

from collections.abc import Iterable
from importlib import import_module
from typing import Final, Protocol, cast

from bench.measuring import Scale
from bench.rows import Row

SUBJECTS: Final = ("compiling", "ingest", "turns", "kernel", "backtest", "funnel", "mail")


class Subject(Protocol):
    """A module that measures one thing."""

    TITLE: str

    def rows(self, scale: Scale, /) -> Iterable[Row]:
        """Measure, row by row."""


def subject(name: str) -> Subject:
    """The subject of a name. Raises ValueError for one that is not registered."""
    if name not in SUBJECTS:
        raise ValueError(f"there is no benchmark called {name}: {', '.join(SUBJECTS)}")
    return cast(Subject, import_module(f"bench.{name}"))
