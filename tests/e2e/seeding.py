"""A small workspace for looking at: people at every stage, two journeys with people inside, decisions, messages and mails."""

import contextlib
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, Final

from parcours.app.ports import Arrival, Contact, Identity, JourneyVersion, Mail, Message, MessageState, Placement, Store, TraceRow, Tx
from parcours.core.journey.reasons import Reason
from parcours.core.journey.state import ContactRecord, RunRecord
from parcours.core.terms.events import NEVER
from parcours.core.terms.ids import action_id, message_key, partition_of, run_id
from parcours.store import directory as data_directory
from parcours.store import open_store

WORKSPACE: Final = 1
DAY: Final = 86_400_000_000
NOON: Final = 1_321_444_800_000_000
"""2011-11-16 12:00 UTC."""
STAGES: Final = (
    ("new", "Nouveau client", "New customer"),
    ("regular", "Client régulier", "Regular customer"),
    ("loyal", "Fidèle", "Loyal"),
    ("sleeping", "En sommeil", "Sleeping"),
)
LONG_NAME: Final = "Marie-Antoinette Élisabeth de La Rochefoucauld-Montmorency d’Estouteville et de Saint-Germain-en-Laye"
HOSTILE: Final = '<img src=x onerror="document.title=1"><script>document.title=2</script>'

THANKS: Final[dict[str, Any]] = {
    "journey": "thank-you",
    "title": {"fr": "Merci et demande d’avis", "en": "Thank you and review request"},
    "entry": [{"on": {"event": "Order Completed"}, "where": {"property": "value", "op": ">=", "value": 20}}],
    "reentry": {"after": "30d"},
    "goal": {"event": "Review Written", "within": "14d"},
    "holdout": "0%",
    "topic": "service",
    "steps": [
        {"id": "pause", "wait": "2d"},
        {"id": "thanks", "send": {"email": "thank-you"}},
        {"id": "reacted", "wait_for": {"any": [{"clicked": "thanks"}, {"event": "Review Written"}]}, "timeout": "7d", "then": "tagged"},
        {"id": "worth", "branch": [{"if": {"event": "Order Completed", "at_least": 3}, "then": "again"}], "else": "done"},
        {"id": "again", "send": {"email": "review-reminder"}, "next": "done"},
        {"id": "tagged", "tag": "reviewer"},
    ],
}
WIN_BACK: Final[dict[str, Any]] = {
    "journey": "win-back",
    "title": {"fr": "Reconquête après 90 jours", "en": "Win-back after 90 days"},
    "entry": [{"on": {"event": "Order Completed", "without": "Order Completed", "within": "90d"}}],
    "holdout": "0%",
    "topic": "offers",
    "steps": [
        {"id": "morning", "wait": {"until": {"time": "09:00"}}},
        {"id": "offer", "send": {"email": "win-back"}},
    ],
}


REPORT: Final[dict[str, Any]] = {
    "form": 1,
    "journey": "thank-you",
    "document": THANKS,
    "saved_at": NOON,
    "forgotten": 0,
    "strict_consent": False,
    "as_lived": False,
    "from": NOON - 350 * DAY,
    "to": NOON,
    "zone": "Europe/Paris",
    "people": 4338,
    "events": 38_204,
    "entered": 4210,
    "holdout": 0,
    "refused": {"cooling": 9120, "history": 14},
    "steps": {
        "pause": {"arrived": 4210, "left": 4188, "sent": 0, "withheld": 0},
        "thanks": {"arrived": 4188, "left": 4188, "sent": 4020, "withheld": 0},
        "reacted": {"arrived": 4188, "left": 4055, "sent": 0, "withheld": 0},
        "worth": {"arrived": 3900, "left": 3900, "sent": 0, "withheld": 0},
        "again": {"arrived": 1710, "left": 1710, "sent": 1702, "withheld": 0},
        "tagged": {"arrived": 155, "left": 155, "sent": 0, "withheld": 0},
    },
    "flow": [
        {"from": None, "to": "pause", "reason": "entered", "value": None, "count": 4210},
        {"from": "pause", "to": "thanks", "reason": "waited", "value": None, "count": 4188},
        {"from": "thanks", "to": "reacted", "reason": "sent", "value": None, "count": 4020},
        {"from": "thanks", "to": "reacted", "reason": "no_consent", "value": None, "count": 130},
        {"from": "thanks", "to": "reacted", "reason": "capped", "value": None, "count": 38},
        {"from": "reacted", "to": "tagged", "reason": "matched", "value": None, "count": 155},
        {"from": "reacted", "to": "worth", "reason": "timed_out", "value": None, "count": 3900},
        {"from": "worth", "to": "again", "reason": "case", "value": 0, "count": 1710},
        {"from": "worth", "to": "done", "reason": "else", "value": None, "count": 2190},
        {"from": "again", "to": "done", "reason": "sent", "value": None, "count": 1702},
        {"from": "again", "to": "done", "reason": "capped", "value": None, "count": 8},
        {"from": "tagged", "to": "done", "reason": "tagged", "value": None, "count": 155},
    ],
    "rest": {
        "pause": {"stays": 4188, "mean": 172_800, "median": 172_800, "nine_in_ten": 172_800, "longest": 172_800},
        "reacted": {"stays": 4055, "mean": 590_000, "median": 604_800, "nine_in_ten": 604_800, "longest": 604_800},
    },
    "goal_reached": 410,
    "goal_before_first_message": 96,
    "ended": {"done": 3645, "goal": 410},
    "still_inside": 155,
    "not_sent": {"no_consent": 130, "capped": 46},
    "held": {"quiet": 812},
    "lost_while_held": {"quiet": 12},
    "unknown": {"reacted": 3900},
    "reactions": {},
    "simulated": {},
    "messages_per_day": [
        {
            "day": str(dt.date(2010, 12, 1) + dt.timedelta(days=day)),
            "channel": "email",
            "messages": 3 + day * 37 % 29 + (40 if day % 7 == 2 else 0),
        }
        for day in range(350)
        if day % 7 != 5
    ],
    "messages_per_person_week": {"person_weeks": 5412, "mean": 1.0573, "most": 2, "counts": {"1": 5102, "2": 310}},
    "other_journeys": {
        "sent_alone": 5768,
        "messages_per_person_week": {"person_weeks": 5412, "mean": 1.3101, "most": 4, "counts": {"1": 4100, "2": 990, "3": 300, "4": 22}},
        "journeys": {"win-back": {"sent": 902, "sent_without": 941, "within_a_day": 118, "people": 97}},
    },
    "samples": [
        {
            "contact": "00000000-0000-4000-8000-000000000001",
            "ended": "goal",
            "trace": [
                {"at": NOON - 260 * DAY, "step": "pause", "reason": "entered", "v1": 1, "v2": 0},
                {"at": NOON - 258 * DAY, "step": "pause", "reason": "waited", "v1": 0, "v2": 0},
                {"at": NOON - 258 * DAY, "step": "thanks", "reason": "sent", "v1": 0, "v2": 0},
                {"at": NOON - 255 * DAY, "step": "reacted", "reason": "goal", "v1": 1, "v2": 0},
            ],
        },
        {
            "contact": "00000000-0000-4000-8000-000000000002",
            "ended": "done",
            "trace": [{"at": NOON - 260 * DAY, "step": "pause", "reason": "entered", "v1": 1, "v2": 0}],
        },
        {
            "contact": "00000000-0000-4000-8000-00000000ffff",
            "ended": "inside",
            "trace": [{"at": NOON - 260 * DAY, "step": None, "reason": "cooling", "v1": 0, "v2": 0}],
        },
    ],
}


@dataclass(frozen=True)
class Seeded:
    """Who to look for: public ids of named people, and how many there are."""

    reader: str
    long_named: str
    hostile: str
    people: int


def public_id(number: int) -> str:
    """A public id that is the same at each seeding."""
    return f"00000000-0000-4000-8000-{number:012x}"


def seed(folder: Path, people: int = 60) -> Seeded:
    """Fill the data directory of an initialized, stopped workspace."""
    with contextlib.closing(open_store(data_directory.open_directory(folder).database)) as store:
        seeded = seed_store(store, people)
    seed_report(folder)
    return seeded


def seed_report(folder: Path) -> None:
    """A saved backtest of the first journey."""
    (folder / "backtests").mkdir()
    (folder / "backtests/thank-you.json").write_text(json.dumps(REPORT), "utf-8")


def seed_store(store: Store, people: int) -> Seeded:
    """Fill an initialized workspace."""
    store.write(WORKSPACE, _definitions)
    store.write(WORKSPACE, lambda tx: _people(tx, people))
    store.write(WORKSPACE, lambda tx: _events(tx, people))
    store.write(WORKSPACE, _journeys)
    return Seeded(public_id(1), public_id(2), public_id(3), people)


def seed_many(store: Store, people: int) -> None:
    """Only people, many of them."""
    for first in range(1, people + 1, 500):
        contacts = [_contact(number) for number in range(first, min(people, first + 499) + 1)]
        store.write(WORKSPACE, partial(_create, contacts=contacts))


def _create(tx: Tx, contacts: list[Contact]) -> None:
    tx.people.create(contacts)


def _definitions(tx: Tx) -> None:
    stages = [{"key": key, "title": {"fr": fr, "en": en}} for key, fr, en in STAGES]
    tx.definitions.set_setting("stages", stages)
    tx.definitions.set_setting("name", "Maison Lune")
    for document in (THANKS, WIN_BACK):
        key = str(document["journey"])
        tx.definitions.save_journey(JourneyVersion(key, 1, document, f"{len(key):016x}", NOON - 5 * DAY, "live"))
    tx.definitions.set_status("win-back", "paused")


def _contact(number: int) -> Contact:
    name = {1: "Camille Durand", 2: LONG_NAME, 3: HOSTILE}.get(number, f"Client {number}")
    attributes: dict[str, Any] = {"name": name, "email": f"client-{number}@example.org", "country": "France", "language": "fr"}
    attributes["stage"] = STAGES[number % 4][0]
    if number == 4:
        attributes = {}
    return Contact(
        id=0,
        public_id=public_id(number),
        partition=partition_of(public_id(number)),
        created=NOON - 40 * DAY + number,
        user_id=f"u{number}" if number != 4 else None,
        attributes=attributes,
        tags=("reviewer",) if number == 1 else (),
        consents={"email.service": True, "email.offers": number % 5 != 0},
        next_seq=10,
        last_seen=NOON - (number % 20) * DAY,
    )


def _people(tx: Tx, people: int) -> None:
    numbers = tx.people.create([_contact(number) for number in range(1, people + 1)])
    tx.people.link({Identity("user", f"u{number}"): number for number in numbers if number != 4})


def _events(tx: Tx, people: int) -> None:
    arrivals: list[tuple[int, Arrival]] = []
    for number in range(1, people + 1):
        value = round(12.5 + number * 1.7, 2)
        order: Mapping[str, Any] = {"order_id": f"C{1000 + number}", "value": value, "currency": "GBP", "products": [{"id": "85123A"}]}
        at = NOON - (number % 6) * 3_600_000_000 - number
        arrivals.append((number, arrival(number, "Page Viewed", at - 60_000_000, {"name": "Panier", "url": "https://shop.example/panier"})))
        arrivals.append((number, arrival(number, "Order Completed", at, order)))
        if number % 7 == 0:
            stage = STAGES[number % 4][0]
            arrivals.append((number, arrival(number, "Stage Changed", at + 1, {"stage": stage, "from": "new"})))
    tx.inbox.append([arrival for _, arrival in arrivals])
    owners = {arrival.message_id: number for number, arrival in arrivals}
    seqs: dict[int, int] = {}
    placements = []
    for row in tx.inbox.unrouted(10_000):
        number = owners[row.arrival.message_id]
        seqs[number] = seqs.get(number, 0) + 1
        partition = partition_of(public_id(number))
        placements.append(Placement(row.row, number, seqs[number], partition, row.arrival.name, row.arrival.properties))
    tx.inbox.place(placements)
    tx.inbox.turn([(place.contact, place.seq, NOON) for place in placements if place.contact is not None])


def arrival(number: int, name: str, at: int, properties: Mapping[str, Any]) -> Arrival:
    """One event of one seeded person."""
    text = f"{number}-{name}-{at}"
    return Arrival(message_key(text), text, 1, "track", name, at, at, user_id=f"u{number}", properties=properties, history=True)


def _journeys(tx: Tx) -> None:
    for number in range(1, 41):
        run = run_id("thank-you", public_id(number), "", 1)
        entered = NOON - 3 * DAY + number
        step = "pause" if number > 30 else "reacted"
        record = RunRecord(run, "thank-you", 1, "", 1, step, 1, entered, entered, due=NEVER)
        tx.runs.save([ContactRecord(number, public_id(number), "Europe/Paris", NOON, 3, NEVER, runs=(record,))])
        rows: list[tuple[int, str | None, Reason]] = [(entered, None, Reason.ENTERED)]
        if number <= 30:
            rows += [(entered + 2 * DAY, "pause", Reason.WAITED), (entered + 2 * DAY, "thanks", Reason.SENT)]
            _send(tx, number, run, entered + 2 * DAY)
        tx.runs.trace([TraceRow(number, at, "thank-you", 1, step, run, reason, 0, 0) for at, step, reason in rows])
    refused = [TraceRow(number, NOON - DAY, "thank-you", 1, None, None, Reason.COOLING, 0, 0) for number in range(41, 53)]
    tx.runs.trace(refused)


def _send(tx: Tx, number: int, run: bytes, at: int) -> None:
    message_id = action_id(run, "thanks", 1, "email")
    state = MessageState.SKIPPED if number % 10 == 0 else MessageState.SENT
    message = Message(
        message_id, number, run, "thank-you", 1, "thanks", 1, "email", "service", "thank-you", at,
        state=state, reason="unsubscribed" if state is MessageState.SKIPPED else "",
        address=f"client-{number}@example.org", sent_at=at + 2_000_000, updated_at=at,
    )  # fmt: skip
    tx.messages.plan([message])
    tx.messages.settle([message])
    if state is MessageState.SENT:
        tx.mailbox.keep(_mail(message_id, number, at))


def _mail(message_id: bytes, number: int, at: int) -> Mail:
    name = {2: LONG_NAME, 3: HOSTILE}.get(number, f"Client {number}") if number > 1 else "Camille Durand"
    recipient, subject = f"client-{number}@example.org", f"Merci pour votre commande C{1000 + number}"
    parts = EmailMessage()
    parts["From"], parts["To"], parts["Subject"] = "Maison Lune <bonjour@maison-lune.example>", recipient, subject
    parts["Message-ID"] = f"<{message_id.hex()}@maison-lune.example>"
    parts["List-Unsubscribe"] = f"<http://127.0.0.1:8000/u/{message_id.hex()}>"
    parts["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    parts.set_content(f"Bonjour,\n\nMerci pour votre commande C{1000 + number}.\n\nÀ bientôt,\nMaison Lune\n")
    parts.add_alternative(_html(name, number), subtype="html")
    return Mail(0, message_id, number, at + 2_000_000, "bonjour@maison-lune.example", recipient, subject, bytes(parts))


def _html(name: str, number: int) -> str:
    """A letter as a careless template would write it: the name unescaped, a script, a picture from elsewhere."""
    return f"""<!doctype html><html lang="fr"><head><title>Merci</title></head>
<body style="font-family: Georgia, serif; max-width: 34em; margin: 2em auto; color: #222">
<h1 style="font-weight: normal">Merci, {name}</h1>
<p>Votre commande <strong>C{1000 + number}</strong> est en route. Un avis nous aiderait beaucoup.</p>
<p><a href="https://shop.example/avis" style="color: #0e5b4a">Donner mon avis</a></p>
<img src="https://tracker.example/open.gif" alt=""><script>parent.document.title = 'escaped'</script>
</body></html>"""
