"""What a benchmark says: rows of figures, each beside its peers in the same run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

HEAD: Final = ("what", "here", "beside", "goal", "")
SMALL: Final = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
LARGE: Final = (("M", 1e6, 1e6), ("k", 1e3, 1e4))
"""Names of sizes, what they are, and from where on they are used."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A median, with the least and the most. The unit `s` is time, a unit ending in `/s` a rate, `MB` a size."""

    value: float
    unit: str = "s"
    least: float | None = None
    most: float | None = None

    def per(self, amount: float, unit: str) -> "Figure":
        """A time as the rate at which so many were done."""
        return Figure(amount / self.value, f"{unit}/s")

    def times(self, other: "Figure") -> float:
        """How many times the other figure this is."""
        return self.value / other.value

    def __str__(self) -> str:
        spread = "" if self.least is None or self.most is None else f" [{_number(self.least, self.unit)}–{_number(self.most, self.unit)}]"
        return f"{_number(self.value, self.unit)}{spread}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `beside` are what else was measured in the same run; `met` says whether the goal is, None without one."""

    what: str
    here: Figure
    beside: Sequence[tuple[str, Figure]] = ()
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """The cells of the line."""
        peers = "; ".join(f"{name} {figure}{_ratio(self.here, figure)}" for name, figure in self.beside)
        return self.what, str(self.here), peers, self.goal, "" if self.met is None else "met" if self.met else "**missed**"


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown."""
    lines = [HEAD, tuple("---" for _ in HEAD), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def _ratio(here: Figure, other: Figure) -> str:
    """How many times as long (times) or as fast (rates) as the other; nothing between unlike units."""
    if here.unit != other.unit or other.value == 0:
        return ""
    times = here.times(other)
    return f" ({times:.0f}x)" if times >= 10 else f" ({times:.2g}x)"


def _number(value: float, unit: str) -> str:
    if unit == "s":
        name, size = next(((name, size) for name, size in SMALL if value >= size), SMALL[-1])
        return f"{value / size:.3g} {name}"
    name, size = next(((name, size) for name, size, least in LARGE if value >= least), ("", 1.0))
    return f"{value / size:,.3g}{name} {unit}" if name else f"{value:,.0f} {unit}"
