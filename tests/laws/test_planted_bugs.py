"""Tests of the tests: each law catches the bugs planted for it, in the kernel as plain Python."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from parcours.core.journey import document, kernel, packing, turning
from parcours.core.journey import layout as at
from parcours.core.journey.machine import entering, instants, loading, publishing, sending, stepping, times, truths
from parcours.core.journey.steps import STEP_KINDS, wait
from parcours.core.terms.conditions import evaluate, opcodes
from tests.laws import (
    test_law_01_cut,
    test_law_02_reference,
    test_law_03_duplicate,
    test_law_04_rest,
    test_law_05_replay,
    test_law_06_batch,
    test_law_07_round_trip,
    test_law_09_caps,
    test_law_10_compiled,
)
from tests.laws.compiled_child import outcomes_of
from tests.laws.kernel import by_kernel
from tests.laws.test_law_08_ties import SCENARIOS
from tests.scenarios.checking import differences
from tests.scenarios.reading import read_scenario

Patch = pytest.MonkeyPatch
Law = Callable[[list[int]], None]
SEEDS = list(range(400))


def ties(_seeds: list[int]) -> None:
    """Law 8, with the kernel and every example."""
    for path in sorted(SCENARIOS.glob("*.yaml")):
        scenario = read_scenario(path.read_text(encoding="utf-8"))
        assert not differences(scenario, by_kernel(scenario.case())[0]), path.stem


def wrapped(patch: Patch, module: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace a function by one that is given the true one first."""
    true = getattr(module, name)
    patch.setattr(module, name, lambda *given: around(true, *given))


# law 1


def forgets_counted_messages(patch: Patch) -> None:
    """Caps count only the messages of this call."""
    wrapped(patch, packing.Packer, "pack", lambda true, self, records: true(self, [replace(record, ledger=b"") for record in records]))


def forgets_the_start_of_waits(patch: Patch) -> None:
    """A wait_for counts events from the beginning of this call."""

    def load_runs(true, t, s, state, contact):
        true(t, s, state, contact)
        s.reactions[: s.n[at.N_RUNS], 0] = s.n[at.N_LAST]

    wrapped(patch, loading, "load_runs", load_runs)


# law 2


def counts_one_too_few(patch: Patch) -> None:
    """`at_least: 2` means three."""

    def atom_truth(true, code, at_row, row, *rest):
        if code[at_row, 0] == opcodes.COUNT:
            return evaluate.truth_of(row[code[at_row, 1]] > code[at_row, 2])
        return true(code, at_row, row, *rest)

    wrapped(patch, evaluate, "atom_truth", atom_truth)


def windows_include_their_end(patch: Patch) -> None:
    """An event exactly as old as the window still counts."""

    def atom_truth(true, code, at_row, row, bits, reactions, now, local):
        if code[at_row, 0] == opcodes.TIMES:
            now -= 1
        return true(code, at_row, row, bits, reactions, now, local)

    wrapped(patch, evaluate, "atom_truth", atom_truth)


def unknown_is_false(patch: Patch) -> None:
    """A branch on something unknown takes the contrary for true."""
    wrapped(patch, truths, "evaluate", lambda true, *given: opcodes.TRUE if true(*given) == opcodes.UNKNOWN else true(*given))


def draws_another_hash(patch: Patch) -> None:
    """Arms and holdouts are drawn by another number."""
    for module in (stepping, entering):
        wrapped(patch, module, "draw_seeds", lambda true, contact, step: 9_999 - true(contact, step))


def takes_the_later_of_two_times(patch: Patch) -> None:
    """A local time that occurs twice runs at the second, and one that is skipped an hour early."""
    wrapped(patch, times, "next_local_time", lambda true, *given: true(*given) + 3_600_000_000 * (given[5] == 150))


def a_publication_starts_waits_anew(patch: Patch) -> None:
    """Who follows a changed wait waits its whole length from the publication."""
    wrapped(patch, publishing, "wait_due", lambda true, t, s, step, since, now: true(t, s, step, now, now))


def never_again_forgets(patch: Patch) -> None:
    """Re-entry is allowed as soon as the run is over."""
    wrapped(patch, entering, "refusal", lambda true, *given: (0, 0) if true(*given)[0] == entering.COOLING else true(*given))


# law 3


def takes_duplicates(patch: Patch) -> None:
    """The check of `seq` is gone."""
    patch.setattr(turning, "unseen", lambda record, events, until: sorted(events, key=lambda e: (e.turned, e.seq)))


# law 4


def fires_at_the_turn(patch: Patch) -> None:
    """Deadlines at the turn's own instant fire, though an event may yet come at it."""
    wrapped(patch, kernel, "advance_contact", lambda true, t, s, e, contact, until, silent: true(t, s, e, contact, until + 1, silent))


def writes_the_clock(patch: Patch) -> None:
    """A turn in which nothing happens leaves its instant in the record."""

    def advance_contact(true, t, s, e, contact, until, silent):
        true(t, s, e, contact, until, silent)
        s.n[at.N_LAST], s.n[at.N_CHANGED] = until, 1

    wrapped(patch, kernel, "advance_contact", advance_contact)


# law 5


def slow_turns_hold_each_other(patch: Patch) -> None:
    """What one slow turn held, the next one holds again."""
    wrapped(patch, times, "after_gap", lambda true, t, instant, held: true(t, instant, False))


# law 6


def remembers_the_contact_before(patch: Patch) -> None:
    """Registers of one contact are left to the next."""

    def load_scalars(true, t, s, state, contact):
        before = s.row.copy()
        true(t, s, state, contact)
        if contact > 0:
            s.row[:] = before

    wrapped(patch, loading, "load_scalars", load_scalars)
    wrapped(patch, loading, "load", lambda true, t, s, state, contact: load_keeping(t, s, state, contact))
    patch.setattr(kernel, "load", loading.load)


def load_keeping(t: Any, s: Any, state: Any, contact: int) -> None:
    """`load`, but for the registers of the contact."""
    loading.load_scalars(t, s, state, contact)
    loading.load_runs(t, s, state, contact)
    loading.load_waiting(s, state, contact)


# law 7


def loses_the_priority(patch: Patch) -> None:
    """A document written back has no priority."""
    wrapped(patch, document, "to_document", lambda true, journey: {k: v for k, v in true(journey).items() if k != "priority"})
    patch.setattr(test_law_07_round_trip, "to_document", document.to_document)


def loses_an_offset(patch: Patch) -> None:
    """A date's offset before it is written as one after it."""

    def write(body):
        return json.loads(json.dumps(wait.write(body)).replace('"offset": "-', '"offset": "'))

    patch.setitem(STEP_KINDS, "wait", replace(STEP_KINDS["wait"], write=write))


# law 8


def deadlines_come_first(patch: Patch) -> None:
    """At one instant deadlines fire before goals are seen."""

    def see_goals(true, t, s, e, first, last, now):
        instants.fire(t, s, now)
        instants.settle_all(t, s, now)
        true(t, s, e, first, last, now)

    wrapped(patch, instants, "see_goals", see_goals)


def the_entry_event_counts(patch: Patch) -> None:
    """The event that starts a run may be its goal."""

    def offer(true, t, s, e, event):
        true(t, s, e, event)
        s.runs[: s.n[at.N_RUNS], at.R_ENTERED] -= 1
        instants.see_goals(t, s, e, event, event + 1, e.turned[event])
        s.runs[: s.n[at.N_RUNS], at.R_ENTERED] += 1

    wrapped(patch, instants, "offer", offer)


def ties_go_the_other_way(patch: Patch) -> None:
    """The lower priority goes first."""
    wrapped(patch, instants, "goes_first", lambda true, t, s, one, other: not true(t, s, one, other))


def lateness_begins_at_its_limit(patch: Patch) -> None:
    """Late by exactly the limit is too late."""

    def settle(true, t, s, run, now):
        s.runs[run, at.R_LATE] += 1
        true(t, s, run, now)

    wrapped(patch, instants, "settle", settle)


# law 9


def one_message_too_many(patch: Patch) -> None:
    """A cap counts one less than there are."""
    wrapped(patch, sending, "counted", lambda true, *given: true(*given) - 1)


def the_file_decides(patch: Patch) -> None:
    """Messages compete in the order in which journeys are listed."""
    patch.setattr(sys.modules["parcours.core.journey.link"], "sorted", lambda items, key=None: list(items), raising=False)
    wrapped(patch, instants, "goes_first", lambda _true, t, s, one, other: s.runs[one, at.R_PROGRAM] < s.runs[other, at.R_PROGRAM])


PLANTED: list[tuple[Law, Callable[[Patch], None]]] = [
    (test_law_01_cut.test_in_bulk, forgets_counted_messages),
    (test_law_01_cut.test_in_bulk, forgets_the_start_of_waits),
    (test_law_02_reference.test_in_bulk, counts_one_too_few),
    (test_law_02_reference.test_in_bulk, windows_include_their_end),
    (test_law_02_reference.test_in_bulk, unknown_is_false),
    (test_law_02_reference.test_in_bulk, draws_another_hash),
    (test_law_02_reference.test_in_bulk, takes_the_later_of_two_times),
    (test_law_02_reference.test_in_bulk, a_publication_starts_waits_anew),
    (test_law_02_reference.test_in_bulk, never_again_forgets),
    (test_law_03_duplicate.test_in_bulk, takes_duplicates),
    (test_law_04_rest.test_in_bulk, fires_at_the_turn),
    (test_law_04_rest.test_in_bulk, writes_the_clock),
    (test_law_05_replay.test_in_bulk, slow_turns_hold_each_other),
    (test_law_06_batch.test_in_bulk, remembers_the_contact_before),
    (test_law_07_round_trip.test_in_bulk, loses_the_priority),
    (test_law_07_round_trip.test_in_bulk, loses_an_offset),
    (ties, deadlines_come_first),
    (ties, the_entry_event_counts),
    (ties, ties_go_the_other_way),
    (ties, lateness_begins_at_its_limit),
    (test_law_09_caps.test_in_bulk, one_message_too_many),
    (test_law_09_caps.test_in_bulk, the_file_decides),
]


@pytest.mark.parametrize(("law", "plant"), PLANTED, ids=[f"{law.__module__[11:]}-{plant.__name__}" for law, plant in PLANTED])
def test_the_law_goes_red(law: Law, plant: Callable[[Patch], None], monkeypatch: Patch) -> None:
    """The bug is seen."""
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        law(SEEDS)


def test_law_10_goes_red(monkeypatch: Patch) -> None:
    """The plain form draws otherwise than what the compiled one told."""
    told = json.loads(json.dumps([outcomes_of(seed) for seed in SEEDS[:60]]))
    test_law_10_compiled.same_as_plain(SEEDS[:60], told)
    draws_another_hash(monkeypatch)
    with pytest.raises(AssertionError, match="seed"):
        test_law_10_compiled.same_as_plain(SEEDS[:60], told)


def test_the_laws_are_green_without_bugs() -> None:
    """What goes red above is green here."""
    for law, _ in PLANTED:
        law(SEEDS[:8])
