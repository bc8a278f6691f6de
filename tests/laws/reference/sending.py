"""Whether a message may leave now: permission, quiet hours, caps."""

from dataclasses import dataclass

from parcours.core.terms.events import NEVER
from tests.laws.reference import lengths
from tests.laws.reference.conditions import consent, events, last_of, within_day, zone_of
from tests.laws.reference.model import Cap, Intent, Person, World


@dataclass
class Reached:
    """A cap that is reached: its place in the settings, how many it counted, when it frees a place."""

    index: int
    count: int
    reset: int


def refusal(world: World, person: Person, channel: str, topic: str | None, transactional: bool) -> str | None:
    """Why the contact may not be written to, None when it may."""
    if not transactional and topic is not None and not consent(world, person, channel, topic):
        return "NO_CONSENT"
    if last_of(person, {"Address Suppressed": True, "Address Restored": False}, channel=channel):
        return "SUPPRESSED"
    if not transactional and last_of(person, {"Complaint Opened": True, "Complaint Closed": False}):
        return "COMPLAINT"
    if last_of(person, {"Contact Frozen": True, "Contact Unfrozen": False}):
        return "FROZEN"
    return None


def quiet_end(world: World, person: Person, at: int) -> int | None:
    """When the quiet hours end, None outside them."""
    zone = zone_of(world, person)
    quiet = world.settings_at(at).quiet
    if quiet is None or not within_day(lengths.minute_of_day(zone, at), *quiet):
        return None
    return lengths.next_clock(zone, at, quiet[1])


def given_back(person: Person, intent: Intent) -> bool:
    """Whether the message was never sent after all."""
    return any(
        e.name.endswith((" Skipped", " Failed"))
        and e.properties.get("run") == intent.run_id.hex()
        and e.properties.get("step") == intent.step
        and e.properties.get("visit") == intent.visit
        for e in events(person)
    )


def counted(world: World, person: Person, cap: Cap, at: int) -> list[int]:
    """The instants of the messages a cap counts now."""
    start = lengths.midnight(zone_of(world, person), at) if cap.window is None else at - cap.window + 1
    return [
        intent.at
        for intent in person.intents
        if intent.at >= start
        and cap.channel in (None, intent.channel)
        and cap.topic in (None, intent.topic)
        and not given_back(person, intent)
    ]


def capped(world: World, person: Person, channel: str, topic: str | None, at: int) -> Reached | None:
    """The cap that is reached and frees a place last, None when there is room under all."""
    reached = []
    for index, cap in enumerate(world.settings_at(at).caps):
        if cap.channel not in (None, channel) or cap.topic not in (None, topic):
            continue
        instants = counted(world, person, cap, at)
        if len(instants) >= cap.limit:
            reached.append(Reached(index, len(instants), reset(world, person, cap, instants, at)))
    return max(reached, key=lambda r: r.reset, default=None)


def reset(world: World, person: Person, cap: Cap, instants: list[int], at: int) -> int:
    """The first instant with room, if nothing else is sent: the next local midnight, or when enough have left the window."""
    if cap.limit == 0:
        return NEVER
    if cap.window is None:
        return lengths.midnight(zone_of(world, person), at, 1)
    return sorted(instants)[-cap.limit] + cap.window
