"""The pure model: acknowledged orders and the definitions give the mails that must leave. Its brain is the reference of the laws."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from parcours.core.terms.events import Event
from tests.faults.definitions import JOURNEYS
from tests.faults.ledger import Line
from tests.laws.case import Case, Contact, Publication, by_reference
from tests.laws.reference.model import Cap, Document

DAY = 86_400_000_000


def expected(
    acked: Iterable[Line], journeys: Sequence[Document] = JOURNEYS, caps: tuple[Cap, ...] = (), published: int | None = None
) -> dict[str, int]:
    """Subjects ("first o17") of the mails that the acknowledged orders of customers who stay must bring, and when they are due.

    The journeys were live before, or went live at the instant `published`.
    """
    orders: dict[str, list[Line]] = defaultdict(list)
    for line in acked:
        orders[line["user"]].append(line)
    return {subject: at for lines in orders.values() for subject, at in _subjects(lines, journeys, caps, published)}


def _subjects(lines: list[Line], journeys: Sequence[Document], caps: tuple[Cap, ...], published: int | None) -> Iterable[tuple[str, int]]:
    start = min(line["at"] for line in lines)
    instants = sorted({line["at"] for line in lines})
    events = [_event(1, start, "Consent Granted", {"channel": "email", "topic": "*"})]
    events += [
        _event(number, max(instants[0], line["at"]) + number, "Order Completed", {"order_id": line["order_id"], "value": line["value"]})
        for number, line in enumerate(sorted(lines, key=lambda line: line["at"]), 2)
    ]
    publications = tuple(Publication(document, 1, start - DAY if published is None else published) for document in journeys)
    person = Contact(1, "00000000-0000-4000-8000-000000000001")
    [outcome] = by_reference(Case(publications, (person,), (tuple(events),), instants[-1] + 30 * DAY, caps=caps))
    instances = {run[3]: run[1] for run in outcome.runs}
    return [(f"{action[6]} {instances[action[3]]}", action[0]) for action in outcome.actions if action[1] == "send"]


def _event(seq: int, at: int, name: str, properties: dict[str, Any]) -> Event:
    return Event(1, seq, name, at, at, at, properties=properties)
