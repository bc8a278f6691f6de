"""Law 9, caps: never exceeded; the order of journeys in a file does not matter."""

from dataclasses import replace

from hypothesis import given

from tests.laws.case import Case, Outcome, payload_of, world_of
from tests.laws.comparing import assert_same
from tests.laws.kernel import by_kernel
from tests.laws.reference.lengths import local
from tests.laws.reference.model import Cap
from tests.laws.strategies import case_of_seed, cases

ZONE = "Europe/Paris"
WINDOWS = (3_600_000_000, 86_400_000_000)


def under_caps(case: Case) -> Case:
    """The case in one zone for ever, with caps that bite and no other settings later."""
    caps = (Cap(1, None, "email"), Cap(2, WINDOWS[1]), Cap(1, WINDOWS[0], None, "offers"))
    contacts = tuple(replace(contact, zone=ZONE) for contact in case.contacts)
    lives = tuple(tuple(e for e in events if "timezone" not in e.properties) for events in case.events)
    return replace(case, caps=caps, later=(), contacts=contacts, events=lives, zone=ZONE)


def counted(case: Case, outcome: Outcome, cap: Cap) -> list[int]:
    """The instants of the messages a cap counts: marketing, not ghosts, not given back."""
    transactional = {p.journey for p in case.publications if p.document.get("transactional")}
    back = {
        (e.properties["run"], e.properties["step"], e.properties["visit"])
        for e in case.events[0]
        if e.name.endswith((" Skipped", " Failed"))
    }
    sends = [line for line in outcome.actions if line[1] == "send" and not line[9] and line[4] not in transactional]
    sends = [line for line in sends if (line[3], line[6], line[7]) not in back]
    return [
        line[0] for line in sends if cap.channel in (None, payload_of(line)["channel"]) and cap.topic in (None, payload_of(line)["topic"])
    ]


def never_exceeded(case: Case, outcome: Outcome) -> None:
    """Raises AssertionError for one message too many."""
    for cap in world_of(case).settings[0].caps:
        sends = counted(case, outcome, cap)
        for at in sends:
            if cap.window is None:
                within = [other for other in sends if local(ZONE, other).date() == local(ZONE, at).date()]
            else:
                within = [other for other in sends if at - cap.window < other <= at]
            assert len(within) <= cap.limit, (cap, within)


def obeys(case: Case, seed: int | None = None) -> None:
    """Caps hold, whatever the order of the journeys."""
    case = under_caps(case)
    (outcome,) = by_kernel(case)
    never_exceeded(case, outcome)
    turned_round = replace(case, publications=tuple(reversed(case.publications)))
    assert_same(case, [outcome], by_kernel(turned_round), "in order - and reversed +", seed)


@given(cases())
def test_small(case: Case) -> None:
    """Any case under caps."""
    obeys(case)


def test_in_bulk(seeds: list[int]) -> None:
    """Three journeys at once."""
    for seed in seeds[::2]:
        obeys(case_of_seed(seed), seed)
