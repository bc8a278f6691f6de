"""The kernel's named tuples as references: one pointer each in compiled code.

A named tuple of thirty arrays would travel through every call as some three hundred numbers, and compiling that takes minutes. A reference
(numba's structref) gives the same `t.steps` and shares the arrays. As plain Python the kernel takes the named tuples themselves.
"""

from typing import Any, Final, TypeVar

from numba import types
from numba.experimental import structref

from parcours.core.journey.tables import Events, Room, State, Tables, Tally
from parcours.core.terms.compiled import PLAIN, compiled

T = TypeVar("T", Tables, Events, State, Room, Tally)


@structref.register
class _TablesType(types.StructRef):
    """The compiled type of Tables."""


class _Tables(structref.StructRefProxy):
    """Tables by reference."""


structref.define_proxy(_Tables, _TablesType, Tables._fields)  # type: ignore[no-untyped-call]


@compiled
def _tables(x: Tables) -> Any:
    return _Tables(  # type: ignore[no-untyped-call]
        x.steps,
        x.branches,
        x.codes,
        x.code,
        x.messages,
        x.changes,
        x.effects,
        x.programs,
        x.entries,
        x.exits,
        x.feeds,
        x.feeds_of,
        x.receipts,
        x.follow,
        x.publications,
        x.publications_of,
        x.pauses,
        x.pauses_of,
        x.gaps,
        x.settings,
        x.caps,
        x.initial,
        x.step_seeds,
        x.holdout_seeds,
        x.base_want,
        x.program_want,
        x.step_want,
        x.entry_facts,
        x.transitions,
        x.offsets,
        x.zones,
        x.zone,
    )


@structref.register
class _EventsType(types.StructRef):
    """The compiled type of Events."""


class _Events(structref.StructRefProxy):
    """Events by reference."""


structref.define_proxy(_Events, _EventsType, Events._fields)  # type: ignore[no-untyped-call]


@compiled
def _events(x: Events) -> Any:
    return _Events(x.starts, x.turned, x.seq, x.history, x.mask, x.values, x.receipts, x.expected)  # type: ignore[no-untyped-call]


@structref.register
class _StateType(types.StructRef):
    """The compiled type of State."""


class _State(structref.StructRefProxy):
    """State by reference."""


structref.define_proxy(_State, _StateType, State._fields)  # type: ignore[no-untyped-call]


@compiled
def _state(x: State) -> Any:
    return _State(  # type: ignore[no-untyped-call]
        x.contacts,
        x.scalars,
        x.seeds,
        x.registers,
        x.runs_of,
        x.runs,
        x.reactions,
        x.visits,
        x.draws,
        x.facts,
        x.waiting_of,
        x.waiting,
        x.waiting_facts,
        x.ledger_of,
        x.ledger,
    )


@structref.register
class _RoomType(types.StructRef):
    """The compiled type of Room."""


class _Room(structref.StructRefProxy):
    """Room by reference."""


structref.define_proxy(_Room, _RoomType, Room._fields)  # type: ignore[no-untyped-call]


@compiled
def _room(x: Room) -> Any:
    return _Room(  # type: ignore[no-untyped-call]
        x.n, x.seed, x.row, x.runs, x.reactions, x.visits, x.draws, x.facts, x.waiting, x.waiting_facts, x.ledger, x.want, x.none, x.out
    )


@structref.register
class _TallyType(types.StructRef):
    """The compiled type of Tally."""


class _Tally(structref.StructRefProxy):
    """Tally by reference."""


structref.define_proxy(_Tally, _TallyType, Tally._fields)  # type: ignore[no-untyped-call]


@compiled
def _tally(x: Tally) -> Any:
    return _Tally(x.reasons, x.steps, x.people, x.seen, x.keep, x.moved)  # type: ignore[no-untyped-call]


_MAKERS: Final[dict[type, Any]] = {
    Tables: _tables,
    Events: _events,
    State: _state,
    Room: _room,
    Tally: _tally,
}


def reference(arrays: T) -> T:
    """The same arrays by reference, for compiled code; as they are, for plain Python."""
    by_reference: T = arrays if PLAIN else _MAKERS[type(arrays)](arrays)
    return by_reference
