"""Rules about events: what was acknowledged is stored, nothing is invented, each is there once and has its own number."""

from array import array
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from parcours.app.check.finding import Finding, Ledgers
from parcours.app.check.snapshot import Snapshot, Stored, stored_events
from parcours.app.services import Services
from parcours.core.terms.event_names import CONSENT_GRANTED, CONSENT_WITHDRAWN

OWN_SOURCE = 0
"""The source of events that Parcours writes itself."""


def check_events(services: Services, seen: Snapshot, ledgers: Ledgers) -> tuple[list[Finding], list[Stored]]:
    """The findings, and the events about consent on the way."""
    acked = _ids(ledgers, "acked")
    allowed = acked | _ids(ledgers, "tried")
    lost = Finding("I1 what was acknowledged is stored", len(acked))
    invented = Finding("I2 nothing is stored that nobody sent")
    keys, contacts, numbers = array("Q"), array("q"), array("q")
    missing, consents = set(acked), []
    for event in stored_events(services, seen):
        keys.append(_key(event))
        if event.contact is not None and event.seq is not None:
            contacts.append(event.contact)
            numbers.append(event.seq)
        missing.discard(event.client_message_id)
        if allowed and event.source != OWN_SOURCE:
            invented.looked_at += 1
            if event.client_message_id not in allowed:
                invented.fault(f"Event {event.client_message_id} ({event.name}) was sent by no client.")
        if event.name in {CONSENT_GRANTED, CONSENT_WITHDRAWN}:
            consents.append(event)
    for message_id in sorted(missing):
        lost.fault(f"Event {message_id} was acknowledged and is not stored.")
    once = Finding("I3 each message id is stored once", len(keys))
    twice = set(_repeated(np.frombuffer(keys, np.uint64)).tolist())
    order = Finding("each event of a contact has its own number", len(contacts))
    for contact, number in _repeated_pairs(contacts, numbers):
        order.fault(f"Contact {contact} has several events with the number {number}.")
    if twice:
        copies = (event for event in stored_events(services, seen) if _key(event) in twice)
        for name in sorted({f"{event.client_message_id} ({event.name})" for event in copies}):
            once.fault(f"Event {name} is stored more than once.")
    return [lost, invented, once, order], consents


def _ids(ledgers: Ledgers, what: str) -> set[str]:
    return {str(message_id) for line in ledgers.client if line.get("what") == what for message_id in line.get("ids", ())}


def _key(event: Stored) -> int:
    return int.from_bytes(blake2b(event.message_id, digest_size=8, key=event.source.to_bytes(8, "big", signed=True)).digest(), "big")


def _repeated(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    ordered = np.sort(values)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _repeated_pairs(contacts: "array[int]", numbers: "array[int]") -> Iterable[tuple[int, int]]:
    first, second = np.frombuffer(contacts, np.int64), np.frombuffer(numbers, np.int64)
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    same = (first[1:] == first[:-1]) & (second[1:] == second[:-1])
    return sorted(set(zip(first[1:][same].tolist(), second[1:][same].tolist(), strict=True)))
