"""A condition tree to what the kernel runs: atoms (registers, event clauses, reactions) and a postfix program of three-valued logic."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parcours.core.terms import event_names
from parcours.core.terms.conditions import opcodes
from parcours.core.terms.conditions.fit import misfit, times_needed
from parcours.core.terms.conditions.forms import MOST_TIMES
from parcours.core.terms.conditions.matchers import ANY_KIND, NOT_RUN, Matcher
from parcours.core.terms.conditions.paths import top_key
from parcours.core.terms.conditions.registers import Feed, RegisterSpec, Source
from parcours.core.terms.conditions.tree import (
    REACTIONS,
    All,
    AnyOf,
    Attribute,
    Condition,
    Consent,
    Done,
    LocalTime,
    Messages,
    Not,
    Property,
    Reaction,
    Score,
    Segment,
    Stage,
    Tag,
    Weekday,
)
from parcours.core.terms.durations import DAY
from parcours.core.terms.money import exact_micro
from parcours.core.terms.problems import Problem

COLUMNS: Final = 5
DEEPEST_STACK: Final = 30
NEED_TRACKING: Final = ("opened", "clicked")


@dataclass(frozen=True, slots=True)
class EventTest:
    """A clause on the event at hand: two matchers, one for true and one for false; neither is unknown."""

    true: Matcher
    false: Matcher


Atom = RegisterSpec | EventTest | Reaction


@dataclass(frozen=True, slots=True)
class Lowered:
    """A lowered condition. `code` int64[n, 5] (opcodes.py) names atoms by their position in `atoms` until it is bound."""

    atoms: tuple[Atom, ...]
    code: NDArray[np.int64]
    needs_local: bool
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Writer:
    event: str | None
    awaited: bool = False
    atoms: list[Atom] = field(default_factory=list)
    rows: list[tuple[int, ...]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def emit(self, op: int, *arguments: int) -> None:
        self.rows.append((op, *arguments, *(0,) * (COLUMNS - 1 - len(arguments))))

    def atom(self, atom: Atom) -> int:
        self.atoms.append(atom)
        return len(self.atoms) - 1


def flag_of(atom: Condition) -> RegisterSpec:
    """The flag register of a clause on an attribute or score, or of a tag, segment, stage or consent. Raises TypeError on any other."""
    match atom:
        case Attribute():
            return _attribute(atom)
        case Score(name, op, value):
            return _score(name, Property("value", op, value))
        case Tag(name):
            return _pair(event_names.TAG_REMOVED, event_names.TAG_ADDED, Property("tag", "=", name), NOT_RUN)
        case Segment(name):
            return _pair(event_names.SEGMENT_LEFT, event_names.SEGMENT_ENTERED, Property("segment", "=", name))
        case Stage(name):
            false = Matcher(event_names.STAGE_CHANGED)
            return _flag(opcodes.FALSE, false, Matcher(event_names.STAGE_CHANGED, Property("stage", "=", name)))
        case Consent(channel, topic):
            return consent_of(channel, topic)
    raise TypeError(f"no flag register holds {type(atom).__name__}")


def consent_of(channel: str, topic: str) -> RegisterSpec:
    """The register of a consent: true granted, false withdrawn, unknown never said; the last word on the topic or on every topic holds.

    A grant of every topic does not begin tracking, which is asked for apart.
    """
    every = (topic, event_names.EVERY_TOPIC)
    granting = (topic,) if topic == event_names.TRACKING_TOPIC else every
    on_channel = Property("channel", "=", channel)
    withdrawn = Matcher(event_names.CONSENT_WITHDRAWN, All((on_channel, Property("topic", "in", every))))
    granted = Matcher(event_names.CONSENT_GRANTED, All((on_channel, Property("topic", "in", granting))))
    return _flag(opcodes.UNKNOWN, withdrawn, granted)


def _attribute(attribute: Attribute) -> RegisterSpec:
    carried = top_key(attribute.path)
    clause = Property(attribute.path, attribute.op, attribute.value)
    initial = opcodes.FALSE if attribute.op == "exists" else opcodes.UNKNOWN
    matchers = (Matcher(event_names.CONTACT_IDENTIFIED, each, carried, NOT_RUN) for each in (None, Not(clause), clause))
    return _three_valued(initial, *matchers)


def _score(name: str, clause: Condition) -> RegisterSpec:
    this = Property("score", "=", name)
    matchers = (Matcher(event_names.SCORE_CHANGED, each) for each in (this, All((this, Not(clause))), All((this, clause))))
    return _three_valued(opcodes.UNKNOWN, *matchers)


def _three_valued(initial: int, unknown: Matcher, false: Matcher, true: Matcher) -> RegisterSpec:
    feeds = (Feed(opcodes.SET_UNKNOWN, unknown), Feed(opcodes.SET_FALSE, false), Feed(opcodes.SET_TRUE, true))
    return RegisterSpec(opcodes.FLAG_REGISTER, feeds, initial=initial)


def _flag(initial: int, false: Matcher, true: Matcher) -> RegisterSpec:
    return RegisterSpec(opcodes.FLAG_REGISTER, (Feed(opcodes.SET_FALSE, false), Feed(opcodes.SET_TRUE, true)), initial=initial)


def _pair(off: str, on: str, clause: Condition, kinds: int = ANY_KIND) -> RegisterSpec:
    return _flag(opcodes.FALSE, Matcher(off, clause, kinds=kinds), Matcher(on, clause, kinds=kinds))


def instant_of(path: str) -> RegisterSpec:
    """The register of an attribute that is a date, as an instant (a date without time is its midnight in UTC)."""
    return _carried(path, Source("instant", path))


def date_of(path: str) -> RegisterSpec:
    """The register of an attribute that is a date, as it was written: the calendar reads it in a zone (calendar.date_due)."""
    return _carried(path, Source("date", path))


def _carried(path: str, source: Source) -> RegisterSpec:
    matcher = Matcher(event_names.CONTACT_IDENTIFIED, carries=top_key(path), kinds=NOT_RUN)
    return RegisterSpec(opcodes.INSTANT_REGISTER, (Feed(opcodes.SET_INSTANT, matcher, source),))


def done_of(done: Done) -> RegisterSpec:
    """The register of an event condition: a count, the last N times, a total, or totals by day."""
    matcher = Matcher(done.event, done.where)
    if done.sum_path is not None:
        source = Source("micro", done.sum_path)
        if done.within is None:
            return RegisterSpec(opcodes.TOTAL_REGISTER, (Feed(opcodes.ADD, matcher, source),))
        return RegisterSpec(opcodes.DAYS_REGISTER, (Feed(opcodes.ADD_TO_DAY, matcher, source),), done.within // DAY)
    if done.within is None:
        return RegisterSpec(opcodes.COUNT_REGISTER, (Feed(opcodes.COUNT_ONE, matcher),))
    return RegisterSpec(opcodes.TIMES_REGISTER, (Feed(opcodes.PUSH_TIME, matcher),), times_needed(done))


def messages_of(messages: Messages) -> RegisterSpec:
    """The register of the last tracked messages of a channel and one kind of reaction, judged human where the receipt says.

    A reaction that comes before its message is known as sent counts for nothing.
    """
    prefix = messages.channel.capitalize()
    by_person = AnyOf((Property("human", "=", True), Not(Property("human", "exists"))))
    sent = Matcher(f"{prefix} Sent", Property("tracked", "=", True))
    reacted = Matcher(f"{prefix} {messages.reaction.capitalize()}", by_person)
    key = Source("key", "message")
    feeds = (Feed(opcodes.MESSAGE_SENT, sent, key), Feed(opcodes.MESSAGE_REACTED, reacted, key))
    return RegisterSpec(opcodes.MESSAGES_REGISTER, feeds, messages.last)


def on_event_only(tree: Condition) -> bool:
    """Whether the condition is about nothing but the event at hand."""
    match tree:
        case All(items) | AnyOf(items):
            return all(on_event_only(item) for item in items)
        case Not(item):
            return on_event_only(item)
    return isinstance(tree, Property)


def conjuncts(tree: Condition) -> tuple[Condition, ...]:
    """The items of the top-level `all`s, however they nest."""
    return tuple(part for item in tree.items for part in conjuncts(item)) if isinstance(tree, All) else (tree,)


def split_by_event(tree: Condition | None) -> tuple[Condition | None, Condition | None]:
    """The part that is about the event at hand alone, and the rest: both must hold. None where there is nothing to ask.

    A rest that still holds event clauses (under an `any`) is asked with the bits of the first event.
    """
    if tree is None:
        return None, None
    items = conjuncts(tree)
    on_event = tuple(item for item in items if on_event_only(item))
    rest = tuple(item for item in items if not on_event_only(item))
    return All(on_event) if on_event else None, All(rest) if rest else None


def _awaited(done: Done, writer: _Writer) -> None:
    times = times_needed(done)
    if times > MOST_TIMES:
        en, fr = f"`at_least`: wait for {MOST_TIMES} times at most", f"« at_least » : attendez {MOST_TIMES} fois au plus"
        writer.problems.append(Problem("no_register", "at_least", en, fr))
        return
    feed = Feed(opcodes.PUSH_LIVE_TIME, Matcher(done.event, done.where))
    atom = writer.atom(RegisterSpec(opcodes.TIMES_REGISTER, (feed,), times))
    writer.emit(opcodes.SINCE, atom)
    if done.within is not None:
        writer.emit(opcodes.TIMES, atom, times, done.within)
        writer.emit(opcodes.AND)


def _done(done: Done, writer: _Writer) -> None:
    if writer.awaited and done.at_least is not None:
        _awaited(done, writer)
        return
    at = writer.atom(done_of(done))
    if done.sum_path is not None:
        comparison = opcodes.COMPARISONS.index(done.op or "=")
        threshold = exact_micro(done.value or 0) or 0
        if done.within is None:
            writer.emit(opcodes.TOTAL, at, comparison, threshold)
        else:
            writer.emit(opcodes.DAYS, at, done.within // DAY, comparison, threshold)
        return
    times = times_needed(done)
    if done.within is None:
        writer.emit(opcodes.COUNT, at, times)
    else:
        writer.emit(opcodes.TIMES, at, times, done.within)
    if done.at_most is not None:
        writer.emit(opcodes.NOT)


def _event_test(tree: Condition, writer: _Writer) -> None:
    if writer.event is None:
        en = "there is no event at hand here whose properties could be tested"
        fr = "il n'y a ici aucun événement en cours dont tester les propriétés"
        writer.problems.append(Problem("not_here", "property", en, fr))
        return
    writer.emit(opcodes.EVENT, writer.atom(EventTest(Matcher(writer.event, tree), Matcher(writer.event, Not(tree)))))


def _several(items: tuple[Condition, ...], join: int, skip: int, empty: int, writer: _Writer) -> None:
    if not items:
        writer.emit(opcodes.CONST, empty)
    skips = []
    for index, item in enumerate(items):
        if index:
            skips.append(len(writer.rows))
            writer.emit(skip)
        _lower(item, writer)
        if index:
            writer.emit(join)
    for place in skips:
        writer.rows[place] = (skip, len(writer.rows) - place - 1, 0, 0, 0)


def _lower(tree: Condition, writer: _Writer) -> None:
    if (unfit := misfit(tree)) is not None:
        code, key, en, fr = unfit
        writer.problems.append(Problem(code, key, f"`{key}`: {en}", f"« {key} » : {fr}"))
        return
    if on_event_only(tree):
        _event_test(tree, writer)
        return
    match tree:
        case All(items):
            _several(items, opcodes.AND, opcodes.SKIP_IF_FALSE, opcodes.TRUE, writer)
        case AnyOf(items):
            _several(items, opcodes.OR, opcodes.SKIP_IF_TRUE, opcodes.FALSE, writer)
        case Not(item):
            _lower(item, writer)
            writer.emit(opcodes.NOT)
        case Attribute(path, "within_last" | "within_next" as op, window):
            within = opcodes.WITHIN_LAST if op == "within_last" else opcodes.WITHIN_NEXT
            writer.emit(within, writer.atom(instant_of(path)), window)
        case Done():
            _done(tree, writer)
        case Messages(last, _, at_least):
            writer.emit(opcodes.MESSAGES, writer.atom(messages_of(tree)), last, at_least)
        case Reaction(kind, _):
            writer.emit(opcodes.REACTION, writer.atom(tree), REACTIONS.index(kind), int(kind in NEED_TRACKING))
        case LocalTime(start, end):
            writer.emit(opcodes.LOCAL_TIME, start, end)
        case Weekday(days):
            writer.emit(opcodes.WEEKDAY, sum(1 << day for day in days))
        case _:
            writer.emit(opcodes.FLAG, writer.atom(flag_of(tree)), int(isinstance(tree, Consent)))


def depth(tree: Condition) -> int:
    """How deep conditions nest in the tree: 1 for an atom."""
    match tree:
        case All(items) | AnyOf(items):
            return 1 + max((depth(item) for item in items), default=0)
        case Not(item):
            return 1 + depth(item)
    return 1


def lower(tree: Condition, event: str | None = None, awaited: bool = False) -> Lowered:
    """The atoms and the program of a condition; `event` names the event at hand, where there is one.

    With `awaited` (a wait_for), an event of which at least N are asked for counts from the instant in slot 0 of the reactions.
    What fits no register, or has no event to be about, is a problem, and the program is then not to be run.
    Raises ValueError when conditions nest deeper than the evaluator's stack (parse refuses them long before).
    """
    if depth(tree) > DEEPEST_STACK:
        raise ValueError(f"conditions nest more than {DEEPEST_STACK} deep")
    writer = _Writer(event, awaited)
    _lower(tree, writer)
    code = np.array(writer.rows, dtype=np.int64).reshape(len(writer.rows), COLUMNS)
    needs_local = any(row[0] in (opcodes.LOCAL_TIME, opcodes.WEEKDAY) for row in writer.rows)
    return Lowered(tuple(writer.atoms), code, needs_local, tuple(writer.problems))


_NAMES_ATOM: Final = (
    opcodes.EVENT, opcodes.FLAG, opcodes.COUNT, opcodes.TIMES, opcodes.SINCE, opcodes.TOTAL, opcodes.DAYS,
    opcodes.WITHIN_LAST, opcodes.WITHIN_NEXT, opcodes.MESSAGES, opcodes.REACTION,
)  # fmt: skip


def bind(lowered: Lowered, offsets: Mapping[int, int], bits: Mapping[int, int], slots: Mapping[str, int]) -> NDArray[np.int64]:
    """The program with every atom replaced by its place.

    `offsets`: register key to offset in the contact's row; `bits`: matcher key to bit; `slots`: step id to slot in the run's reactions.
    Raises KeyError for an atom that has no place.
    """
    code = lowered.code.copy()
    for line in code:
        if line[0] not in _NAMES_ATOM:
            continue
        atom = lowered.atoms[line[1]]
        if isinstance(atom, RegisterSpec):
            line[1] = offsets[atom.key]
        elif isinstance(atom, EventTest):
            line[1], line[2] = bits[atom.true.key], bits[atom.false.key]
        else:
            line[1] = slots[atom.step]
    return code
