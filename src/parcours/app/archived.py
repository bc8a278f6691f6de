"""Archived events of some contacts, also of those who were merged into them: where they are, and reading them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from parcours.app.ports import SegmentFile, Tx
from parcours.app.services import Services
from parcours.core.terms.events import Event


@dataclass(frozen=True, slots=True)
class Place:
    """One partition's files, and whose events to look for in them: the survivor of each contact."""

    files: Sequence[SegmentFile]
    survivors: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the archived events of some contacts are, as one snapshot of the store shows it."""

    of: Sequence[Place]
    names: Mapping[int, str]


def places_of(tx: Tx, contacts: Sequence[int]) -> Places:
    """Where to look for everything archived of these contacts."""
    homes = {number: contact.partition for number, contact in tx.people.load(contacts).items()}
    survivors: dict[int, dict[int, int]] = defaultdict(dict)
    for number, home in homes.items():
        survivors[home][number] = number
    for survivor, absorbed in tx.merging.absorbed(sorted(homes)).items():
        for number, home in absorbed:
            survivors[home][number] = survivor
    found = [Place(tuple(tx.manifest.segments(home)), survivors[home]) for home in sorted(survivors)]
    return Places([place for place in found if place.files], {code: name for name, code in tx.manifest.codes().items()})


def read_archived(services: Services, places: Places) -> dict[int, list[Event]]:
    """Events by survivor, in no order; `contact` of each is the survivor. Raises OSError for a file that is gone or cannot be read."""
    found: dict[int, list[Event]] = defaultdict(list)
    for place in places.of:
        for event in services.history.events(place.files, dict(places.names), sorted(place.survivors)):
            survivor = place.survivors[event.contact]
            found[survivor].append(replace(event, contact=survivor))
    return dict(found)
