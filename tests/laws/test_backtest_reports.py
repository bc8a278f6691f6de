"""A backtest's report counts what the reference interpreter does: who entered, each edge, rests, days, weeks, and the other journeys."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given

from parcours.core.journey import Linked, counting, passages
from parcours.core.journey import backtest as replaying
from parcours.core.journey import layout as at
from parcours.core.journey.backtest import Replay, Traveller, backtest
from parcours.core.journey.reasons import Reason
from parcours.core.journey.report import Report
from parcours.core.journey.simulated import Rate, Rates, reactions_to
from parcours.core.journey.state import Action
from parcours.core.journey.tables import Ints
from parcours.core.terms.chance import stable_hash
from parcours.core.terms.durations import DAY, HOUR
from parcours.core.terms.events import NEVER, Event, Kind
from tests.laws.case import Case, Publication, person_of, world_of
from tests.laws.kernel import linked
from tests.laws.reference.interpreter import advance
from tests.laws.reference.model import Person
from tests.laws.reference.reporting import company_of, report_of
from tests.laws.strategies import case_of_seed, cases


def published(case: Case, journey: str, wanted: bool) -> Case:
    """The case in which only this journey is published, or only the others."""
    kept = [replace(each, at=each.at if (each.journey == journey) == wanted else NEVER) for each in case.publications]
    return replace(case, publications=tuple(kept))


def reported(case: Case, journey: str, start: int) -> Report:
    """What the backtest says, in groups of two people."""
    alone, without = (linked(published(case, journey, wanted)) for wanted in (True, False))
    people = [Traveller(one.number, one.public_id, one.zone, events) for one, events in zip(case.contacts, case.events, strict=True)]
    *_, whole = backtest(Replay(linked(case), journey, start, case.until + 1, alone, without), people, as_lived=True)
    return whole


def lived(case: Case) -> list[Person]:
    """What the reference makes of everybody, those at its end included."""
    people = [person_of(contact) for contact in case.contacts]
    for person, events in zip(people, case.events, strict=True):
        advance(world_of(case), person, events, case.until + 1)
    return people


def told(report: Report) -> dict[str, Any]:
    """The report in the reference's plain values."""
    document = report.document()
    same = ("entered", "holdout", "goal_reached", "goal_before_first_message", "still_inside", "steps", "rest")
    counters = ("refused", "ended", "not_sent", "held", "lost_while_held", "unknown", "days", "weeks")
    counts = {name: +getattr(report, name) for name in counters}
    return {**{name: document[name] for name in same}, **counts, "flow": {tuple(way): n for way, n in report.flow.items()}}


def _of(case: Case, journey: str, wanted: bool) -> tuple[Publication, ...]:
    return tuple(each for each in case.publications if (each.journey == journey) == wanted)


def same_report(case: Case, seed: int | None = None) -> None:
    """Raises AssertionError unless the report of each journey of the case is what the slow way counts. No two people share an id."""
    if len({contact.public_id for contact in case.contacts}) < len(case.contacts):
        return
    start = min(each.at for each in case.publications)
    people = lived(case)
    keys = sorted({each.journey for each in case.publications})
    for journey in keys:
        report, expected = reported(case, journey, start), report_of(world_of(case), people, journey, start)
        for name, found in told(report).items():
            assert found == expected[name], (seed, journey, name, found, expected[name])
        assert report.entered == sum(report.ended.values()) + report.still_inside
        others = [key for key in keys if key != journey]
        alone, without = (lived(replace(case, publications=_of(case, journey, wanted))) for wanted in (True, False))
        company, slow = report.company, company_of(people, alone, without, journey, others, start)
        assert company is not None
        assert (company.sent_alone, +company.weeks) == (slow["sent_alone"], slow["weeks"]), (seed, journey)
        for key in others:
            found = tuple(getattr(company.journeys[key], each.name) for each in fields(company.journeys[key]))
            assert found == slow[key], (seed, journey, key)


@given(cases(contacts=2, most_events=8))
def test_small(case: Case) -> None:
    """Two people."""
    same_report(case)


def test_in_bulk(seeds: list[int]) -> None:
    """Three people, up to three journeys."""
    all_same(seeds[::4])


def untouched(case: Case, journey: str) -> Case:
    """The case without receipts of a journey's messages."""
    kept = [[e for e in events if e.kind != Kind.RECEIPT or e.properties.get("journey") != journey] for events in case.events]
    return replace(case, events=tuple(tuple(events) for events in kept))


def reacted(case: Case, journey: str, rates: Rates) -> list[Person]:
    """Everybody, reacting to one message after the other: after each, their whole life is lived anew."""
    people = []
    for contact, events in zip(case.contacts, case.events, strict=True):
        answered: set[bytes] = set()
        life = list(events)
        while True:
            person = person_of(contact)
            advance(world_of(case), person, life, case.until + 1)
            waiting = [a for a in person.actions if sent_by(a, journey) and a["id"] not in answered]
            if not waiting:
                break
            action = min(waiting, key=lambda a: a["at"])
            answered.add(action["id"])
            life += [event for event in receipts_of(action, rates, 10**6 + len(life)) if event.turned <= case.until]
        people.append(person)
    return people


def sent_by(action: dict[str, Any], journey: str) -> bool:
    """Whether it is a message of the journey that leaves."""
    return bool(action["kind"] == "send" and action["journey"] == journey and not action["arm"])


def receipts_of(action: dict[str, Any], rates: Rates, seq: int) -> list[Event]:
    """What becomes of one message, by the published draw."""
    channel = action["payload"]["channel"]
    about = {"run": action["run"].hex(), "journey": action["journey"], "step": action["step"], "visit": action["visit"]}
    about |= {"message": action["id"].hex(), "channel": channel}
    drawn = stable_hash("simulated", action["run"].hex(), action["step"], action["visit"]) % 10_000
    told = [("Sent", action["at"] + 1, about | {"tracked": True})]
    told += [(kind.capitalize(), action["at"] + rate.after, about) for kind, rate in sorted(rates.items()) if drawn < rate.share]
    return [Event(0, seq + n, f"{channel.capitalize()} {k}", at, at, at, Kind.RECEIPT, properties=p) for n, (k, at, p) in enumerate(told)]


def same_reactions(seeds: Iterable[int]) -> int:
    """Raises AssertionError unless simulated reactions are those of the slow way; answers how many clicks there were."""
    reactions = 0
    for seed in seeds:
        case = case_of_seed(seed, contacts=2)
        journey = case.publications[0].journey
        case = untouched(case, journey)
        rates = {
            kind: Rate(share, after) for kind, share, after in (("delivered", 10_000, 2), ("opened", 6_000, HOUR), ("clicked", 3_000, DAY))
        }
        start = min(each.at for each in case.publications)
        if len({contact.public_id for contact in case.contacts}) < len(case.contacts):
            continue
        people = [Traveller(one.number, one.public_id, one.zone, events) for one, events in zip(case.contacts, case.events, strict=True)]
        *_, whole = backtest(Replay(linked(case), journey, start, case.until + 1, rates=rates), people, as_lived=True)
        expected = report_of(world_of(case), reacted(case, journey, rates), journey, start)
        for name, found in told(whole).items():
            assert name == "unknown" or found == expected[name], (seed, journey, name, found, expected[name])
        reactions += whole.simulated["clicked"]
    return reactions


def test_simulated_reactions_are_those_of_the_rates(seeds: list[int]) -> None:
    assert same_reactions(seeds[::5]) > 0


def test_reactions_of_another_draw_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own test: nobody opens or clicks, whatever the rates say."""

    def fewer(send: Action, rates: Rates, first_seq: int) -> list[Event]:
        return reactions_to(send, {"delivered": rates["delivered"]}, first_seq)

    monkeypatch.setattr(replaying, "reactions_to", fewer)
    with pytest.raises(AssertionError):
        same_reactions(range(300))


def forgets_the_zone(patch: pytest.MonkeyPatch) -> None:
    """Days begin at midnight UTC."""
    true = counting._messages

    def messages(report: Report, tables: Linked, out: Ints) -> None:
        true(report, replace(tables, zones=replace(tables.zones, offsets=tables.zones.offsets * 0)), out)

    patch.setattr(counting, "_messages", messages)


def takes_the_first_edge(patch: pytest.MonkeyPatch) -> None:
    """Cases and arms are not told apart."""
    patch.setattr(passages, "BY_VALUE", ())


def counts_ghosts(patch: pytest.MonkeyPatch) -> None:
    """Messages kept from the holdout count as sent."""

    def count(report: Report, tables: Linked, out: Ints, programs: Sequence[int], simulated: frozenset[str]) -> None:
        seen = out.copy()
        seen[seen[:, at.O_REASON] == Reason.WITHHELD, at.O_REASON] = Reason.SENT
        counting.count(report, tables, seen, programs, simulated)

    patch.setattr(replaying, "count", count)


def all_same(seeds: Iterable[int]) -> None:
    """Many cases."""
    for seed in seeds:
        same_report(case_of_seed(seed, contacts=3), seed)


@pytest.mark.parametrize("fault", [forgets_the_zone, takes_the_first_edge, counts_ghosts])
def test_a_planted_fault_is_seen(monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        all_same(range(120))
