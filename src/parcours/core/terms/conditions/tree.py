"""The condition tree: what a condition document means, as frozen values."""

from dataclasses import dataclass
from typing import Any, Final, Literal

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "in", "contains", "starts_with", "exists", "before", "after", "within_last", "within_next"
]  # fmt: skip
ReactionKind = Literal["delivered", "opened", "clicked", "replied", "bounced", "complained", "unsubscribed"]
REACTIONS: Final[tuple[ReactionKind, ...]] = ("delivered", "opened", "clicked", "replied", "bounced", "complained", "unsubscribed")


@dataclass(frozen=True, slots=True)
class Instant:
    """A value that is an instant: what `=`, `<` ... compare where the catalogue says the property is a date. UTC microseconds."""

    at: int


@dataclass(frozen=True, slots=True)
class All:
    """True when every item is: `{all: [...]}`."""

    items: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when one item is: `{any: [...]}`."""

    items: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; the contrary of unknown is unknown: `{not: ...}`."""

    item: "Condition"


@dataclass(frozen=True, slots=True)
class Property:
    """A clause on the event at hand: `{property: value, op: ">=", value: 20}`.

    The value of `before` and `after` is an instant and that of `within_last` and `within_next` a duration, in microseconds;
    that of `in` is a tuple; `exists` has none.
    """

    path: str
    op: Operator
    value: Any = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A clause on an attribute of the contact: `{attribute: plan, op: "=", value: pro}`."""

    path: str
    op: Operator
    value: Any = None


@dataclass(frozen=True, slots=True)
class Tag:
    """The contact carries the tag: `{tag: vip}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Segment:
    """The contact is in the segment: `{segment: staff}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Stage:
    """The contact is at the stage: `{stage: customer}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Score:
    """A clause on a score: `{score: engagement, op: ">=", value: 50}`."""

    name: str
    op: Operator
    value: float


@dataclass(frozen=True, slots=True)
class Consent:
    """The contact agreed to be written to: `{consent: offers, channel: email}`."""

    channel: str
    topic: str


@dataclass(frozen=True, slots=True)
class Done:
    """An event was done at least or at most so often, or its property sums to so much, ever or within a window.

    `{event: Order Completed, where: ..., at_least: 2, within: 30d}`; `at_most: 0` is "not done";
    `{event: X, sum: value, op: ">=", value: 100, within: 90d}`.
    Exactly one of `at_least`, `at_most`, `sum_path` is set. `within` is microseconds or None (ever).
    """

    event: str
    where: "Condition | None" = None
    at_least: int | None = None
    at_most: int | None = None
    sum_path: str | None = None
    op: Operator | None = None
    value: float | None = None
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Messages:
    """Of the last `last` tracked messages sent, at least `at_least` were opened or clicked, or none (`at_least` 0).

    `{last_messages: 5, opened: none}`, `{last_messages: 10, clicked: 2}`. Needs all `last` messages, else unknown.
    """

    last: int
    reaction: Literal["opened", "clicked"]
    at_least: int
    channel: str = "email"


@dataclass(frozen=True, slots=True)
class Reaction:
    """The contact reacted to the message of a step of this run: `{clicked: reminder}`."""

    kind: ReactionKind
    step: str


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The contact's local time lies in [start, end), in minutes of the day; wraps midnight when start > end.

    `{time: {from: "09:00", to: "18:00"}}`.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """The contact's local weekday is one of these (0 = Monday): `{weekday: [mon, tue]}`."""

    days: tuple[int, ...]


Condition = (
    All | AnyOf | Not | Property | Attribute | Tag | Segment | Stage | Score | Consent | Done | Messages | Reaction | LocalTime | Weekday
)
