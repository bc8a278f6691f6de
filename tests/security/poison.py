"""A workspace in which every text that can come from outside, or from somebody with less right, is a script in disguise."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email.message import EmailMessage
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from parcours.app.ports import Mail, Placement, Store, Tx
from tests.e2e.seeding import NOON, REPORT, arrival, public_id, seed_store

DO: Final = "window.top.hit=1;document.title='hit';fetch('/canary')"
POLYGLOTS: Final = [
    f"<script>{DO}</script>", f"<img src=/canary onerror=\"{DO}\">", f"<svg onload=\"{DO}\">", f"\"><script>{DO}</script>",
    f"'><img src=x onerror={DO}>", f"javascript:{DO}", f"</script><script>{DO}</script>", f"</title><script>{DO}</script>",
    f"</textarea><img src=x onerror={DO}>", f"<iframe srcdoc=\"<script>{DO}</script>\"></iframe>", f"<iframe src=\"javascript:{DO}\">",
    f"<a href=\"javascript:{DO}\">x</a>", f"<details open ontoggle={DO}>", f"<body onload={DO}>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={DO}>", f"<object data=\"data:text/html,<script>{DO}</script>\">",
    "<base href=\"/canary/\">", "<meta http-equiv=refresh content=\"0;url=/canary\">", "<link rel=stylesheet href=/canary>",
    "<style>@import '/canary';*{background:url(/canary)}</style>", f"<video><source onerror={DO}>",
    f"{{{{constructor.constructor('{DO}')()}}}}", f"${{{DO}}}", f"{{%raw%}}{{{{ {DO} }}}}", f"<input autofocus onfocus={DO}>",
    f"\u2028{DO}\u2029", f"\\u003cscript\\u003e{DO}\\u003c/script\\u003e", f"<!--<img src=\"--><img src=x onerror={DO}//\">",
    f"<noscript><p title=\"</noscript><img src=x onerror={DO}>\">",
    f"<x contenteditable onfocus={DO} autofocus>\u202e\u0000<script>{DO}</script>", f"data:text/html,<script>{DO}</script>",
    f"//localhost/canary\"onmouseover={DO} x=", "__proto__", "constructor", f"&lt;img src=x onerror={DO}&gt;",
]  # fmt: skip


LETTERS: Final = 5
"""Mails whose letters hold the texts, each a fifth of them."""


class Poison:
    """Gives out one polyglot after the other."""

    def __init__(self) -> None:
        self._next: Iterator[str] = cycle(POLYGLOTS)

    def text(self) -> str:
        return next(self._next)

    def json(self, value: Any) -> Any:
        """A JSON value with every text in it replaced, and keys of objects beside those that screens look for."""
        if isinstance(value, str):
            return self.text()
        if isinstance(value, Mapping):
            return {name: self.json(inner) for name, inner in value.items()} | {self.text(): self.text()}
        if isinstance(value, list | tuple):
            return [self.json(inner) for inner in value]
        return value


def poison_store(store: Store, people: int) -> None:
    """Fill an initialized workspace, then replace every text of people, events, journeys, messages, mails and settings."""
    seed_store(store, people)
    poison = Poison()
    for part in (_settings, _people, _events, _journeys, _mails):
        store.write(1, lambda tx, part=part: part(tx, poison, people))  # type: ignore[misc]


def poison_report(folder: Path) -> None:
    """A saved backtest whose texts are poison, but for those that name a reason or a step."""
    (folder / "backtests").mkdir()
    poison = Poison()
    steps = {poison.text(): counts for counts in REPORT["steps"].values()} | REPORT["steps"]
    samples = [{"contact": poison.text(), "trace": [{"at": NOON, "step": poison.text(), "reason": "sent"}]} for _ in POLYGLOTS]
    report = REPORT | {"steps": steps, "samples": [*REPORT["samples"], *samples]}
    (folder / "backtests/thank-you.json").write_text(json.dumps(report), "utf-8")


def _settings(tx: Tx, poison: Poison, _: int) -> None:
    stages = tx.definitions.settings()["stages"]
    tx.definitions.set_setting("name", poison.text())
    tx.definitions.set_setting("stages", [{"key": stage["key"], "title": poison.json(stage["title"])} for stage in stages])


def _people(tx: Tx, poison: Poison, people: int) -> None:
    loaded = tx.people.load(range(1, people + 1)).values()
    changed = []
    for contact in loaded:
        attributes = {**poison.json(contact.attributes), "company": {"name": poison.text()}, "avatar": poison.text(), "language": "fr"}
        tags, consents = tuple({poison.text() for _ in range(3)}), {poison.text(): True, poison.text(): False}
        changed.append(replace(contact, attributes=attributes, tags=tags, consents=consents, holds=(poison.text(),)))
    tx.people.save(changed)


def _events(tx: Tx, poison: Poison, people: int) -> None:
    """Events as a page of a visitor would send them, and those that are told in sentences of their own."""
    told = ("Page Viewed", "Order Completed", "Stage Changed", "Tag Added", "Consent Withdrawn", "Product Viewed", "Contact Identified")
    names = "name title url referrer path order_id currency stage from tag channel topic product segment"
    said = dict.fromkeys(names.split(), "")
    for number in range(1, people + 1):
        for rank, name in enumerate([poison.text()[:255], *told]):
            row = arrival(number, name, NOON - rank - 10 * number, poison.json(said))
            tx.inbox.append([replace(row, client_message_id=poison.text())])
    place = _placed(tx)
    tx.inbox.turn([(contact, seq, NOON) for contact, seq in place])


def _placed(tx: Tx) -> list[tuple[int, int]]:
    seqs: dict[int, int] = {}
    placements = []
    for row in tx.inbox.unrouted(100_000):
        number = int(str(row.arrival.user_id).removeprefix("u"))
        seqs[number] = seqs.get(number, 100) + 1
        partition = tx.people.load([number])[number].partition
        placements.append(Placement(row.row, number, seqs[number], partition, row.arrival.name, row.arrival.properties))
    tx.inbox.place(placements)
    return [(place.contact, place.seq) for place in placements if place.contact is not None]


def _journeys(tx: Tx, poison: Poison, _: int) -> None:
    for version in tx.definitions.journeys():
        document = {**version.document, "title": {"fr": poison.text(), "en": poison.text()}, "owner": poison.text(), "topic": poison.text()}
        tx.definitions.save_journey(replace(version, version=2, document=document))
    thanks = next(version for version in tx.definitions.journeys() if version.journey == "thank-you")
    for number, name in enumerate(POLYGLOTS):
        step = {"id": name, "send": {"email": poison.text()}}
        asked = {"attribute": poison.text(), "op": "=", "value": poison.text()}
        branch = {"id": f"b{number}", "branch": [{"if": asked, "then": name}], "else": "done"}
        document = {"journey": name, "title": {"fr": name, "en": name}, "entry": [{"on": {"event": name}}], "steps": [branch, step]}
        tx.definitions.save_journey(replace(thanks, journey=name, document=document, digest=name))


def _mails(tx: Tx, poison: Poison, _: int) -> None:
    """One mail for each text in its subject; the first ones also hold several in their letter."""
    for number, text in enumerate(POLYGLOTS, 1):
        parts = EmailMessage()
        parts["Subject"] = "x"
        letter = "".join(f"<p>{one}</p>" for one in POLYGLOTS[number - 1 :: LETTERS]) if number <= LETTERS else ""
        parts.set_content(f"text {text}")
        parts.add_alternative(f"<!doctype html><html><head><title>x</title></head><body>{letter}</body></html>", subtype="html")
        raw = f"X-Note: {text}\r\n".encode("ascii", "replace").replace(b"\x00", b"?") + bytes(parts)
        key = number.to_bytes(16, "big")
        tx.mailbox.keep(Mail(0, key, number, NOON, poison.text(), poison.text(), text, raw))


def places(last_mail: int) -> list[str]:
    """Every kind of page of the interface, with poisoned objects enough that each text stands on some of them."""
    fixed = ["/", "/journeys", "/people", "/mailbox", "/connect", "/nowhere", "/journeys/win-back?tab=backtest"]
    tabs = ["/journeys/thank-you", "/journeys/thank-you?tab=backtest", "/journeys/thank-you?step=reacted"]
    journeys = [f"/journeys/{quote(name, safe='')}" for name in POLYGLOTS[::4]]
    asked = [("/people", "search"), ("/mailbox", "search"), ("/sign-in", "next"), ("/journeys/thank-you", "step"), ("/nowhere", "x")]
    said = [f"{path}?{name}={quote(text, safe='')}" for (path, name), text in zip(asked * 2, POLYGLOTS, strict=False)]
    people = [f"/people/{public_id(number)}" for number in range(1, 9)]
    mails = [f"/mailbox?mail={last_mail - len(POLYGLOTS) + number}" for number in range(1, LETTERS + 1)]
    return [*fixed, *tabs, *journeys, *said, *people, *mails]
