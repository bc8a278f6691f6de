"""The compiler: a journey to the tables of a program."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from parcours.core.journey.definition import DONE, Entry, Exit, Goal, Journey
from parcours.core.journey.document import to_document
from parcours.core.journey.layout import ALT, BRANCH_TARGET, END, NEXT, STEP_COLUMNS
from parcours.core.journey.program import Change, EntryRule, EventRule, MessageRule, Program
from parcours.core.journey.steps import STEP_KINDS
from parcours.core.terms.chance import stable_hash
from parcours.core.terms.conditions.lower import Lowered, date_of, lower, split_by_event
from parcours.core.terms.conditions.matchers import Matcher, canonical
from parcours.core.terms.conditions.registers import RegisterSpec
from parcours.core.terms.conditions.tree import Condition

FORM: Final = 1
"""Grows when the same document compiles to something that behaves otherwise."""


def compile_journey(journey: Journey) -> Program:
    """The program of a journey without problems. Raises ValueError for a condition that cannot be compiled (parse finds them first)."""
    compiler = _Compiler(journey)
    entries = tuple(compiler.entry(entry) for entry in journey.entries)
    for index, step in enumerate(journey.steps):
        compiler.begin(index)
        STEP_KINDS[step.kind].lower(step.body, compiler)
    return Program(
        key=journey.key,
        digest=f"{stable_hash('journey', FORM, canonical(to_document(journey))):016x}",
        steps=compiler.steps(),
        step_ids=(*(step.id for step in journey.steps), DONE),
        step_kinds=(*(step.kind for step in journey.steps), DONE),
        step_forms=(*(canonical(STEP_KINDS[step.kind].write(step.body)) for step in journey.steps), ""),
        branches=compiler.branch_table(),
        codes=tuple(compiler.codes),
        messages=tuple(compiler.messages),
        changes=tuple(compiler.changes),
        dates=tuple(compiler.dates),
        payloads=(*compiler.payloads, None),
        entries=entries,
        goal=None if journey.goal is None else _rule(journey.goal),
        goal_within=0 if journey.goal is None else journey.goal.within,
        exits=tuple(_rule(each) for each in journey.exits),
        exit_when=journey.exit_when,
        instance=journey.instance,
        reentry=journey.reentry,
        holdout=journey.holdout,
        priority=journey.priority,
    )


def _rule(rule: Goal | Exit) -> EventRule:
    return EventRule(Matcher(rule.event, rule.where), rule.same)


class _Compiler:
    """Collects the rows of one program: what step kinds ask for while they lower (steps.kind.Lowering)."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.index = 0
        self.rows: list[list[int]] = []
        self.payloads: list[tuple[str, Mapping[str, Any]] | None] = []
        self.branch_rows: list[tuple[int, int, int]] = []
        self.codes: list[Lowered] = []
        self.messages: list[MessageRule] = []
        self.changes: list[Change] = []
        self.dates: list[RegisterSpec] = []
        self._rows_of = {step.id: row for row, step in enumerate(journey.steps)} | {DONE: len(journey.steps)}

    @property
    def transactional(self) -> bool:
        return self.journey.transactional

    @property
    def topic(self) -> str | None:
        return self.journey.topic

    def begin(self, index: int) -> None:
        """The step whose rows come next."""
        self.index = index
        self.payloads.append(None)

    def _next(self) -> str:
        named = self.journey.steps[self.index].next
        return named if named is not None else self.journey.following(self.index)

    def row(self, op: int, a: int = 0, b: int = 0, c: int = 0, d: int = 0, e: int = 0, alt: str | None = None) -> None:
        """Write the step's row."""
        row = [0] * STEP_COLUMNS
        row[: NEXT + 2] = [op, a, b, c, d, e, self._rows_of[self._next()], self._rows_of[alt if alt is not None else self._next()]]
        self.rows.append(row)

    def steps(self) -> Any:
        """The table of steps, END last."""
        end = [0] * STEP_COLUMNS
        end[:1], end[NEXT], end[ALT] = [END], len(self.rows), len(self.rows)
        return np.array([*self.rows, end], dtype=np.int64)

    def branch_table(self) -> Any:
        """The table of branches."""
        return np.array(self.branch_rows, dtype=np.int64).reshape(len(self.branch_rows), BRANCH_TARGET + 1)

    def code(self, condition: Condition, events_from_start: bool = False) -> int:
        """The index of a compiled condition."""
        return self._add(lower(condition, awaited=events_from_start))

    def _add(self, lowered: Lowered) -> int:
        if lowered.problems:
            raise ValueError(lowered.problems[0].en)
        self.codes.append(lowered)
        return len(self.codes) - 1

    def branches(self, rows: list[tuple[int, int, str]]) -> tuple[int, int]:
        """Write branch rows; the first row and how many."""
        first = len(self.branch_rows)
        self.branch_rows.extend((code, number, self._rows_of[target]) for code, number, target in rows)
        return first, len(rows)

    def date(self, path: str) -> int:
        """The place, among the program's dates, of the register that holds a date attribute."""
        self.dates.append(date_of(path))
        return len(self.dates) - 1

    def message(self, channel: str, topic: str | None, transactional: bool) -> int:
        """The row of a message's rule."""
        self.messages.append(MessageRule(channel, topic, transactional))
        return len(self.messages) - 1

    def change(self, kind: str, name: str, value: Any) -> int:
        """The row of a change."""
        self.changes.append(Change(kind, name, value))
        return len(self.changes) - 1

    def payload(self, kind: str, values: Mapping[str, Any]) -> None:
        """What the step's action carries."""
        self.payloads[self.index] = (kind, dict(values))

    def entry(self, entry: Entry) -> EntryRule:
        """One way in: property clauses become its matcher, the rest its code."""
        on_event, on_person = split_by_event(entry.where)
        code = -1 if on_person is None else self._add(lower(on_person, event=entry.event))
        matcher = Matcher(entry.event, on_event)
        if entry.absence is None:
            return EntryRule(entry.event, matcher, code)
        return EntryRule(entry.event, matcher, code, Matcher(entry.absence.without), entry.absence.within)
