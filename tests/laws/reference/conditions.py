"""What a condition document means for one contact at one instant, by scanning the contact's history."""

from typing import Any

from parcours.core.terms.events import Event, Kind
from tests.laws.reference import clauses, lengths
from tests.laws.reference.clauses import both, contrary, either
from tests.laws.reference.model import Document, Person, Run, World

CHANGED_BY_STEP = -1
FORMS = (
    "all", "any", "not", "property", "attribute", "tag", "segment", "stage", "score", "consent", "event", "last_messages",
    "time", "weekday",
)  # fmt: skip
REACTIONS = ("delivered", "opened", "clicked", "replied", "bounced", "complained", "unsubscribed")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def facts(person: Person) -> list[Event]:
    """What sets tags, attributes and flags: events of others, and changes by steps at the moment they ran."""
    return [e for e in person.history if e.seq == CHANGED_BY_STEP or e.kind != Kind.RUN]


def events(person: Person) -> list[Event]:
    """What counts as an event."""
    return [e for e in person.history if e.seq != CHANGED_BY_STEP]


def last_of(person: Person, names: dict[str, Any], **wanted: Any) -> Any:
    """The answer in `names` for the last event of these names with these properties, None when there is none."""
    answer = None
    for event in facts(person):
        if event.name in names and all(
            event.properties.get(key) in (value if isinstance(value, tuple) else (value,)) for key, value in wanted.items()
        ):
            answer = names[event.name]
    return answer


def traits(person: Person) -> dict[str, Any]:
    """The contact's attributes: the last value given to each."""
    known: dict[str, Any] = {}
    for event in facts(person):
        if event.name == "Contact Identified":
            known |= event.properties
    return known


def zone_of(world: World, person: Person) -> str:
    """The last valid `timezone` attribute, else the contact's own zone, else the workspace's."""
    zone = person.zone or world.zone
    for event in facts(person):
        if event.name == "Contact Identified":
            given = event.properties.get("timezone")
            zone = given if isinstance(given, str) and lengths.known_zone(given) else zone
    return zone


def stage(person: Person) -> Any:
    """The stage the contact was last moved to."""
    given = [e.properties.get("stage") for e in facts(person) if e.name == "Stage Changed"]
    return given[-1] if given else None


def score(person: Person, name: str) -> Any:
    """The score's last value, MISSING when it never had one."""
    given = [e.properties.get("value") for e in facts(person) if e.name == "Score Changed" and e.properties.get("score") == name]
    return given[-1] if given and given[-1] is not None else clauses.MISSING


def consent(world: World, person: Person, channel: str, topic: str) -> bool:
    """Whether the last word on the topic, or on every topic, was yes."""
    said = last_of(person, {"Consent Granted": True, "Consent Withdrawn": False}, channel=channel, topic=(topic, "*"))
    return world.consent_assumed if said is None else bool(said)


def fits(condition: Document | None, event: Event) -> bool | None:
    """Whether an event's properties, as they were when it came, fit a condition on properties alone."""
    if condition is None:
        return True
    if "property" in condition:
        return clauses.clause(condition["op"], clauses.found(event.properties, condition["property"]), condition.get("value"), event.turned)
    if "not" in condition:
        return contrary(fits(condition["not"], event))
    join, items = (both, condition["all"]) if "all" in condition else (either, condition["any"])
    return join([fits(item, event) for item in items])


class Reader:
    """Reads condition documents for one contact at one instant.

    `event` is the event that property clauses read; `run` the one whose reactions count; `since`, when given, makes event atoms count
    only what came strictly after it (a wait_for).
    """

    def __init__(self, world: World, person: Person, at: int, event: Event, run: Run | None = None, since: int | None = None) -> None:
        self.world, self.person, self.at, self.event, self.run, self.since = world, person, at, event, run, since

    def read(self, condition: Document | None) -> bool | None:
        """True, False or None (unknown); no condition is true."""
        if condition is None:
            return True
        name = next((name for name in FORMS if name in condition), None)
        if name is None:
            kind = next(kind for kind in REACTIONS if kind in condition)
            return self.read_reaction(kind, condition[kind])
        answer: bool | None = getattr(self, f"read_{name}")(condition)
        return answer

    def read_all(self, c: Document) -> bool | None:
        return both([self.read(item) for item in c["all"]])

    def read_any(self, c: Document) -> bool | None:
        return either([self.read(item) for item in c["any"]])

    def read_not(self, c: Document) -> bool | None:
        return contrary(self.read(c["not"]))

    def read_property(self, c: Document) -> bool | None:
        """Of the entry event, as it was when it came."""
        return fits(c, self.event)

    def read_attribute(self, c: Document) -> bool | None:
        return clauses.clause(c["op"], clauses.found(traits(self.person), c["attribute"]), c.get("value"), self.at)

    def read_tag(self, c: Document) -> bool:
        return bool(last_of(self.person, {"Tag Added": True, "Tag Removed": False}, tag=c["tag"]))

    def read_segment(self, c: Document) -> bool:
        return bool(last_of(self.person, {"Segment Entered": True, "Segment Left": False}, segment=c["segment"]))

    def read_stage(self, c: Document) -> bool:
        return bool(stage(self.person) == c["stage"])

    def read_score(self, c: Document) -> bool | None:
        return clauses.holds(c["op"], score(self.person, c["score"]), c["value"], self.at)

    def read_consent(self, c: Document) -> bool:
        return consent(self.world, self.person, c.get("channel", "email"), c["consent"])

    def read_event(self, c: Document) -> bool | None:
        """Younger than `within`, strictly; a sum's window is whole days (UTC), today included."""
        done = [e for e in events(self.person) if e.name == c["event"] and fits(c.get("where"), e) is True]
        if self.since is not None:
            done = [e for e in done if e.turned > self.since and not e.history]
        window = lengths.microseconds(c["within"]) if "within" in c else None
        if "sum" in c:
            if window is not None:
                done = [e for e in done if self.at // lengths.DAY - e.turned // lengths.DAY < window // lengths.DAY]
            values = [one for e in done for one in clauses.found(e.properties, c["sum"])[:1] if clauses.kind(one) == "number"]
            return clauses.holds(c["op"], sum(micro(one) for one in values), micro(c["value"]), self.at)
        if window is not None:
            done = [e for e in done if self.at - e.turned < window]
        return bool(len(done) <= c["at_most"] if "at_most" in c else len(done) >= c.get("at_least", 1))

    def read_last_messages(self, c: Document) -> bool | None:
        """Of the last N tracked messages, how many were opened or clicked; unknown with fewer than N."""
        reaction = "opened" if "opened" in c else "clicked"
        channel = c.get("channel", "email")
        sent = [
            e.properties["message"]
            for e in events(self.person)
            if e.name == f"{channel.title()} Sent" and e.properties.get("tracked") is True
        ]
        if len(sent) < c["last_messages"]:
            return None
        reacted = {
            e.properties.get("message")
            for e in events(self.person)
            if e.name == f"{channel.title()} {reaction.title()}" and e.properties.get("human") is not False
        }
        number = sum(message in reacted for message in sent[-c["last_messages"] :])
        return number == 0 if c[reaction] == "none" else number >= c[reaction]

    def read_time(self, c: Document) -> bool:
        minute = lengths.minute_of_day(self.zone(), self.at)
        return within_day(minute, clock(c["time"]["from"]), clock(c["time"]["to"]))

    def read_weekday(self, c: Document) -> bool:
        return DAYS[lengths.local(self.zone(), self.at).weekday()] in c["weekday"]

    def read_reaction(self, kind: str, step: str) -> bool | None:
        """Since the step's last send in this run; unknown before it is known as sent (and tracked, for opens and clicks)."""
        if self.run is None or step not in self.run.sent:
            return None
        known, visit = self.run.sent[step]
        about = {"run": self.run.id.hex(), "step": step, "visit": visit}
        own = [e for e in events(self.person)[known:] if all(e.properties.get(key, visit) == value for key, value in about.items())]
        sent = [e for e in own if e.name.endswith(" Sent")]
        if not sent or (kind in ("opened", "clicked") and not any(e.properties.get("tracked") is True for e in sent)):
            return None
        return any(e.name.endswith(f" {kind.title()}") and e.properties.get("human") is not False for e in own)

    def zone(self) -> str:
        """The contact's zone."""
        return zone_of(self.world, self.person)


def micro(number: float) -> int:
    """Money and sums are whole micro-units, so that adding them is exact."""
    return round(number * 1_000_000)


def clock(text: str) -> int:
    """`09:30` in minutes of the day."""
    return int(text[:2]) * 60 + int(text[3:])


def within_day(minute: int, start: int, end: int) -> bool:
    """[start, end), past midnight when the start is the later; empty when they are equal."""
    return start <= minute < end if start <= end else minute >= start or minute < end


def has_person_atom(condition: Document) -> bool:
    """Whether anything but the event's own properties is asked."""
    if "not" in condition:
        return has_person_atom(condition["not"])
    for joined in ("all", "any"):
        if joined in condition:
            return any(has_person_atom(item) for item in condition[joined])
    return "property" not in condition


def conjuncts(condition: Document | None) -> list[Document]:
    """The items of the top-level `all`s."""
    if condition is None:
        return []
    return [part for item in condition["all"] for part in conjuncts(item)] if "all" in condition else [condition]


def property_part(condition: Document | None) -> Document:
    """The clauses on the event alone."""
    return {"all": [item for item in conjuncts(condition) if not has_person_atom(item)]}


def person_part(condition: Document | None) -> Document:
    """The clauses on the person, mixed ones included."""
    return {"all": [item for item in conjuncts(condition) if has_person_atom(item)]}
