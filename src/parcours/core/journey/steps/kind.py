"""What a step kind is: the shape of its document, its checks, its lowering and its sentence. One file per kind says these four."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from parcours.core.terms.conditions.catalogue import Catalogue
from parcours.core.terms.conditions.parse import parse_condition
from parcours.core.terms.conditions.tree import All, AnyOf, Condition, Not
from parcours.core.terms.problems import Problem
from parcours.core.terms.shapes import Field, Shape, check, join


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a journey: its id, the name of its kind, what the kind read, and the step it names as `next` (None: the following)."""

    id: str
    kind: str
    body: Any
    next: str | None = None


def atoms(condition: Condition) -> Iterator[Condition]:
    """The atoms of a condition, from left to right."""
    match condition:
        case All(items) | AnyOf(items):
            for item in items:
                yield from atoms(item)
        case Not(item):
            yield from atoms(item)
        case _:
            yield condition


@dataclass(slots=True)
class Place:
    """Where in the document we read: problems found here name the path and the step."""

    path: str
    step: str | None
    catalogue: Catalogue
    problems: list[Problem]

    def report(self, code: str, key: str, en: str, fr: str) -> None:
        """One more problem, at `key` below this place."""
        self.problems.append(Problem(code, join(self.path, key) if key else self.path, en, fr, self.step))

    def inside(self, key: str | int) -> "Place":
        """The place of a part."""
        return Place(join(self.path, key), self.step, self.catalogue, self.problems)

    def fields(self, shape: Shape, document: Any) -> dict[str, Any] | None:
        """The fields of a document of this shape, or None when it has problems (which are reported)."""
        values, problems = check(shape, document, self.path, self.step)
        self.problems.extend(problems)
        return None if problems else values

    def condition(self, document: Any, key: str, event: str | None = None, only_properties: bool = False) -> Condition | None:
        """The condition written at `key`, or None when it has problems (which are reported)."""
        tree, problems = parse_condition(document, self.catalogue, join(self.path, key), self.step, event, only_properties)
        self.problems.extend(problems)
        return tree


class Lowering(Protocol):
    """What a kind may ask of the compiler while it writes its rows. Targets are step ids, `done` or None (the step's next)."""

    def row(self, op: int, a: int = 0, b: int = 0, c: int = 0, d: int = 0, e: int = 0, alt: str | None = None) -> None:
        """Write the step's row; `a` to `e` mean what the opcode says (layout.py)."""

    def code(self, condition: Condition, events_from_start: bool = False) -> int:
        """The index of a compiled condition; with `events_from_start`, bare event atoms count from the step's start."""

    def branches(self, rows: list[tuple[int, int, str]]) -> tuple[int, int]:
        """Write branch rows (what is tested, a number, target); the first row and how many."""

    def date(self, path: str) -> int:
        """The register that holds a date attribute."""

    def message(self, channel: str, topic: str | None, transactional: bool) -> int:
        """The row that says what permission, quiet hours and caps a message is under."""

    def change(self, kind: str, name: str, value: Any) -> int:
        """The row that says what a tag or attribute step changes."""

    def payload(self, kind: str, values: Mapping[str, Any]) -> None:
        """What the step's action carries to the host."""

    @property
    def transactional(self) -> bool:
        """The journey is transactional."""

    @property
    def topic(self) -> str | None:
        """The journey's topic."""


@dataclass(frozen=True, slots=True)
class StepKind:
    """A kind of step. `name` is the key by which a step's document says its kind; `fields` are the keys it may have beside `id` and `next`.

    `read` turns checked fields into the body, or None after reporting problems; `write` is its inverse. `targets` are the steps a body
    names, with where; `conditions` are its conditions; `pause` is the least time it certainly takes, in microseconds; `goes_on` says
    whether one of its edges is the step's next.
    """

    name: str
    en: str
    fr: str
    fields: tuple[Field, ...]
    read: Callable[[dict[str, Any], Place], Any]
    write: Callable[[Any], dict[str, Any]]
    lower: Callable[[Any, Lowering], None]
    sentence: Callable[[Any, str], str]
    targets: Callable[[Any], tuple[tuple[str, str], ...]] = lambda _body: ()
    conditions: Callable[[Any], tuple[Condition, ...]] = lambda _body: ()
    pause: Callable[[Any], int] = lambda _body: 0
    goes_on: Callable[[Any], bool] = lambda _body: True
    sends: bool = False
