"""Counts that are kept by addition agree with what is there, whatever happened."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from parcours.app.ports import RunSummary, Store, Tx
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import RunRecord, Status
from parcours.testing.builders import add_contacts, run, save_runs, trace_row

STEPS = ("one", "two", "three")


def _moved(dice: Random, runs: tuple[RunRecord, ...]) -> tuple[RunRecord, ...]:
    moved = [replace(each, step=dice.choice(STEPS), status=dice.choice((each.status, each.status, Status.ENDED))) for each in runs]
    kept = [each for each in moved if dice.random() > 0.2]
    taken = {(each.journey, each.instance) for each in kept}
    journey = dice.choice(("a", "b"))
    return (*kept, run(journey=journey, step="one")) if (journey, "") not in taken else tuple(kept)


class TalliesContract:
    """What summaries and flows promise."""

    def test_live_counts_follow_the_runs_through_any_change(self, store: Store) -> None:
        dice = Random(7)
        people = add_contacts(store, 6)
        runs: dict[int, tuple[RunRecord, ...]] = dict.fromkeys(people, ())
        for _ in range(60):
            person = dice.choice(people)
            runs[person] = _moved(dice, runs[person])
            save_runs(store, person, *runs[person])
        live = Counter((each.journey, each.step) for held in runs.values() for each in held if each.status == Status.LIVE)
        assert live
        summary = store.read(1, lambda tx: tx.runs.summary(None))
        assert {(row.journey, row.step): row.live for row in summary} == dict(live)
        assert store.read(1, lambda tx: tx.views.live_runs()) == live.total()

    def test_a_unit_that_fails_counts_nothing(self, store: Store) -> None:
        (person,) = add_contacts(store)

        def unit(tx: Tx) -> None:
            tx.runs.trace([trace_row(person)])
            raise RuntimeError

        with pytest.raises(RuntimeError):
            store.write(1, unit)
        assert store.read(1, lambda tx: tx.runs.summary(None)) == []

    def test_passed_counts_edges_taken_and_ends_by_reason(self, store: Store) -> None:
        one, two = add_contacts(store, 2)
        rows = [
            trace_row(one, step="pause", reason=int(Reason.ENTERED)),
            trace_row(one, step="pause", reason=int(Reason.WAITED)),
            trace_row(two, step="pause", reason=int(Reason.WAITED)),
            trace_row(one, step="mail", reason=int(Reason.QUIET)),
            trace_row(one, step="mail", reason=int(Reason.SENT)),
            trace_row(one, step="mail", reason=int(Reason.DONE)),
            trace_row(two, step="mail", reason=int(Reason.GOAL)),
            trace_row(two, step=None, run_id=None, reason=int(Reason.INSIDE)),
        ]
        store.write(1, lambda tx: tx.runs.trace(rows))
        save_runs(store, two, run(step="mail"))
        assert store.read(1, lambda tx: tx.runs.summary("welcome")) == [
            RunSummary("welcome", "ended:done", 0, 1),
            RunSummary("welcome", "ended:goal", 0, 1),
            RunSummary("welcome", "mail", 1, 1),
            RunSummary("welcome", "pause", 0, 2),
        ]
        assert store.read(1, lambda tx: tx.runs.summary("unknown")) == []

    def test_flow_tells_small_first_values_apart_where_asked(self, store: Store) -> None:
        (person,) = add_contacts(store)
        case, waited, inside = int(Reason.CASE), int(Reason.WAITED), int(Reason.INSIDE)
        rows = [
            *(trace_row(person, step="choice", reason=case, v1=index) for index in (0, 1, 1, 2**50)),
            trace_row(person, step="pause", reason=waited, v1=5),
            trace_row(person, step="pause", reason=waited, v1=2**50),
            trace_row(person, step=None, reason=inside),
            trace_row(person, journey="other"),
        ]
        store.write(1, lambda tx: tx.runs.trace(rows))
        flow = store.read(1, lambda tx: tx.views.flow("welcome", [case]))
        assert [(each.step, each.reason, each.v1, each.count) for each in flow] == [
            (None, inside, 0, 1),
            ("choice", case, -1, 1),
            ("choice", case, 0, 1),
            ("choice", case, 1, 2),
            ("pause", waited, 0, 2),
        ]
