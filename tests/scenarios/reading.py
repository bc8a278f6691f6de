"""A scenario file, read: `given` a world, `when` things happen, `then` these actions, `why` these reasons, `finally` these runs."""

from datetime import datetime
from typing import Any

from ruamel.yaml import YAML

from parcours.core.terms.events import NEVER, Event, Kind
from parcours.core.terms.ids import run_id
from tests.laws.case import Case, Contact, Publication
from tests.laws.reference.conditions import clock
from tests.laws.reference.lengths import instant, micros, microseconds
from tests.laws.reference.model import Cap, Document

PUBLIC_ID = "00000000-0000-4000-8000-000000000001"
REACTIONS = ("sent", "delivered", "opened", "clicked", "replied", "bounced", "complained", "unsubscribed", "skipped", "failed")
WORKSPACE = ("publish", "pause", "resume", "slow_turn_since", "settings")
LONG_AGO = 10**15


class Scenario:
    """One file. Times are local to the contact's first zone, unless they end in Z."""

    def __init__(self, document: Document) -> None:
        self.document = document
        given = document.get("given", {})
        self.contact = given.get("contact", {})
        self.zone = self.contact.get("timezone", given.get("zone", "Europe/Paris"))
        self.journeys = document["journeys"] if "journeys" in document else [document["journey"]]
        self.when = document.get("when", [])

    def instant(self, text: str) -> int:
        """UTC microseconds of `2026-03-28 20:30` in the contact's zone, or of `...Z`."""
        moment = datetime.fromisoformat(str(text))
        return micros(moment) if moment.tzinfo else instant(self.zone, moment)

    def case(self) -> Case:
        """The scenario as a case for one contact."""
        given, when = self.document.get("given", {}), self.when
        return Case(
            publications=tuple(self.publications()),
            contacts=(Contact(1, given.get("public_id", PUBLIC_ID), self.contact.get("zone")),),
            events=(tuple(self.events()),),
            until=self.instant(self.document["until"]) if "until" in self.document else self.instant(when[-1]["at"]) + 400 * 86_400_000_000,
            pauses=tuple(self.pauses()),
            gaps=tuple((self.instant(w["slow_turn_since"]), self.instant(w["at"])) for w in when if "slow_turn_since" in w),
            caps=caps_of(given),
            quiet=quiet_of(given),
            later=tuple((self.instant(w["at"]), caps_of(w["settings"]), quiet_of(w["settings"])) for w in when if "settings" in w),
            zone=given.get("zone", "Europe/Paris"),
        )

    def publications(self) -> list[Publication]:
        """Every first version long ago, unless `when` publishes it; then the ones that `when` publishes."""
        later = [(self.instant(w["at"]), w["publish"], w) for w in self.when if "publish" in w]
        published = [Publication(document, 1, LONG_AGO) for document in self.journeys]
        for at, document, how in later:
            number = 1 + sum(p.journey == document["journey"] for p in published)
            redirects = tuple(how.get("redirects", {}).items())
            published.append(Publication(document, number, at, how.get("people", "follow") == "follow", redirects))
        return published

    def pauses(self) -> list[tuple[str, int, int]]:
        """From each pause to the next resume of the same journey."""
        spans = []
        for index, happening in enumerate(self.when):
            if "pause" in happening:
                ends = [self.instant(w["at"]) for w in self.when[index:] if w.get("resume") == happening["pause"]]
                spans.append((happening["pause"], self.instant(happening["at"]), ends[0] if ends else NEVER))
        return spans

    def events(self) -> list[Event]:
        """What is given of the contact, long ago, then what happens."""
        listed = [(LONG_AGO + 1, *known) for known in self.known()]
        listed += [(self.instant(w["at"]), *self.happening(w)) for w in self.when if not any(word in w for word in WORKSPACE)]
        return [
            Event(1, written.get("seq", number), name, at, at, at, kind, properties, bool(written.get("history")))
            for number, (at, name, kind, properties, written) in enumerate(listed)
        ]

    def known(self) -> list[tuple[str, Kind, Document, Document]]:
        """The events that make the contact what it is given to be; written to about everything unless it is said."""
        contact, known = self.contact, []
        traits = {"timezone": contact["timezone"]} if "timezone" in contact else {}
        traits |= contact.get("attributes", {})
        if traits:
            known.append(("Contact Identified", traits))
        known += [("Tag Added", {"tag": tag}) for tag in contact.get("tags", ())]
        known += [("Segment Entered", {"segment": segment}) for segment in contact.get("segments", ())]
        if "stage" in contact:
            known.append(("Stage Changed", {"stage": contact["stage"]}))
        for channel, topics in contact.get("consent", {"email": ["*"]}).items():
            known += [("Consent Granted", {"channel": channel, "topic": topic}) for topic in topics]
        return [(name, Kind.CUSTOMER, properties, {"history": True}) for name, properties in known]

    def happening(self, happening: Document) -> tuple[str, Kind, Document, Document]:
        """An event as written, or the receipt of a step's message: `{opened: reminder}`."""
        for reaction in REACTIONS:
            if reaction in happening:
                return f"Email {reaction.title()}", Kind.RECEIPT, self.receipt(reaction, happening), happening
        kind = Kind.RUN if happening.get("by") == "run" else Kind.CUSTOMER
        return happening["event"], kind, dict(happening.get("with", {})), happening

    def receipt(self, reaction: str, happening: Document) -> Document:
        """The properties of a receipt, for the first entry of the first journey unless said."""
        journey = happening.get("journey", self.journeys[0]["journey"])
        public_id = self.document.get("given", {}).get("public_id", PUBLIC_ID)
        run = run_id(journey, public_id, happening.get("instance", ""), happening.get("entry", 1)).hex()
        step, visit = happening[reaction], happening.get("visit", 1)
        properties = {"message": f"{run}-{step}-{visit}", "run": run, "journey": journey, "step": step, "visit": visit, "channel": "email"}
        return properties | ({"tracked": happening.get("tracked", True)} if reaction == "sent" else {}) | dict(happening.get("with", {}))


def quiet_of(settings: Document) -> tuple[int, int] | None:
    """`quiet_hours: "21:00-08:00"` in minutes."""
    written = settings.get("quiet_hours")
    return (clock(written[:5]), clock(written[6:])) if written else None


def caps_of(settings: Document) -> tuple[Cap, ...]:
    """The caps of the settings."""
    return tuple(cap_of(cap) for cap in settings.get("caps", ()))


def cap_of(cap: Document) -> Cap:
    """`{limit: 2, per: day, channel: email}` or `{limit: 3, per: 7d}`."""
    window = None if cap["per"] == "day" else microseconds(cap["per"])
    return Cap(cap["limit"], window, cap.get("channel"), cap.get("topic"))


def read_scenario(text: str) -> Scenario:
    """The scenario written in a file."""
    document: Any = YAML(typ="safe", pure=True).load(text)
    return Scenario(document)
