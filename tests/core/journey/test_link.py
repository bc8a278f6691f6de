"""Linking: versions, pauses, slow turns and settings of a workspace as one set of tables."""

import pytest

from parcours.core.journey import Cap, Placed, WorkspaceEvent, link
from parcours.core.journey import layout as at
from parcours.core.journey.pressure import parse_cap, read_caps, read_quiet
from parcours.core.journey.timeline import eras, gaps, pauses
from parcours.core.terms.events import NEVER
from tests.core.journey.documents import CART, compiled, journey

OTHER = journey({"id": "w", "wait": "1h"})


def test_the_order_in_which_journeys_are_given_does_not_matter() -> None:
    placed = [Placed(compiled(CART), 1, 5), Placed(compiled(OTHER), 1, 3), Placed(compiled(OTHER), 2, 9)]
    assert link(placed).key == link(placed[::-1]).key
    assert link(placed).key != link(placed[:2]).key


def test_two_versions_with_one_number_are_refused() -> None:
    with pytest.raises(ValueError, match="same number"):
        link([Placed(compiled(OTHER), 1, 0), Placed(compiled(OTHER), 1, 5)])


def test_ways_in_are_offered_by_priority_then_key_then_line() -> None:
    low, high = OTHER | {"journey": "a", "priority": 10}, OTHER | {"journey": "z", "priority": 90}
    two = OTHER | {"journey": "b", "priority": 10, "entry": [{"on": {"event": "A"}}, {"on": {"event": "B"}}]}
    linked = link([Placed(compiled(document), 1, 0) for document in (low, two, high)])
    offered = [(linked.placed[row[at.E_PROGRAM]].program.key, row[at.E_LINE]) for row in linked.tables.entries]
    assert offered == [("z", 0), ("a", 0), ("b", 0), ("b", 1)]


def test_pauses_are_spans() -> None:
    events = [
        WorkspaceEvent(30, "paused", "a"),
        WorkspaceEvent(10, "paused", "a"),
        WorkspaceEvent(20, "resumed", "a"),
        WorkspaceEvent(15, "paused", "a"),
        WorkspaceEvent(5, "resumed", "b"),
    ]
    assert pauses(("a", "b"), events) == [[(10, 20), (30, NEVER)], []]


def test_slow_turns_are_spans() -> None:
    assert gaps([WorkspaceEvent(20, "gap", value=10), WorkspaceEvent(5, "gap", value=5)]) == [(10, 20)]


def test_settings_hold_from_their_day_and_keep_what_they_do_not_name() -> None:
    changed = [
        WorkspaceEvent(10, "settings", value={"caps": [{"most": 1, "per": "day"}]}),
        WorkspaceEvent(20, "settings", value={"quiet_hours": None}),
    ]
    timeline = eras((), (60, 120), True, changed)
    assert [(era.at, era.caps, era.quiet) for era in timeline] == [
        (-NEVER, (), (60, 120)),
        (10, (Cap(1),), (60, 120)),
        (20, (Cap(1),), None),
    ]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"most": 3}, "missing_key"),
        ({"most": 3, "within": "7d", "per": "day"}, "missing_key"),
        ({"most": -1, "per": "day"}, "out_of_range"),
        ({"most": 3, "within": "90d"}, "out_of_range"),
        ({"most": 3, "within": "7d", "channel": "pigeon"}, "unknown_word"),
    ],
)
def test_a_cap_that_cannot_be_counted_is_a_problem(document: dict[str, object], code: str) -> None:
    cap, problems = parse_cap(document)
    assert cap is None
    assert [problem.code for problem in problems] == [code]
    with pytest.raises(ValueError, match="caps"):
        read_caps([document])


def test_quiet_hours_are_minutes() -> None:
    assert read_quiet({"from": "21:00", "to": "08:00"}) == (1260, 480)
    assert read_quiet({"from": "08:00", "to": "08:00"}) is None
    assert read_quiet(None) is None
    with pytest.raises(ValueError, match="quiet_hours"):
        read_quiet({"from": "9"})


def test_people_at_each_step_follow_to_where_the_law_says() -> None:
    old = compiled(journey({"id": "a", "wait": "1h"}, {"id": "b", "tag": "x"}, {"id": "c", "wait": "1h"}, {"id": "d", "tag": "y"}))
    new = compiled(journey({"id": "a", "wait": "2h"}, {"id": "b", "untag": "x"}, {"id": "d", "tag": "y"}))
    linked = link([Placed(old, 1, 0), Placed(new, 2, 9, redirects={"c": "a"})])
    base = len(old.steps)
    went = {name: int(linked.tables.follow[1, place]) for place, name in enumerate(old.step_ids)}
    assert went == {
        "a": base * 4 + at.SAME_STEP,
        "b": (base + 2) * 4,  # of another kind now: the next that survives is d
        "c": base * 4,  # gone: the step chosen
        "d": (base + 2) * 4 + at.SAME_STEP,
        "done": (base + 3) * 4 + at.SAME_STEP,
    }
