"""Forget: erase a contact everywhere. Nothing shows it from the commit on; then the history and saved reports are rewritten without it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from parcours.app.exclusive import Hold, LeaseLost
from parcours.app.operations import Refusal
from parcours.app.ports import Contact, Identity, SegmentFile, Tx
from parcours.app.saved_reports import scrub
from parcours.app.services import Services
from parcours.app.suppression import address_digest, must_stay_silent

Progress = Callable[[int, int], None]
PAGE = 100


def forget_named(services: Services, progress: Progress, *, contact: str) -> dict[str, Any]:
    """The operation `contacts.forget`: `contact` is a public id, a user id, an anonymous id or an e-mail address. Raises Refusal."""

    def unit(tx: Tx) -> str:
        found = _found(tx, contact)
        silent = must_stay_silent(found)
        if silent is not None:
            tx.erasure.suppress([address_digest(services.secret, silent)], services.clock.real())
        tx.erasure.erase(found.id, services.clock.real())
        return found.public_id

    rewritten = 0
    with services.archiving as hold:
        public_id = services.store.write(services.workspace, unit)
        with suppress(LeaseLost):  # who took over meanwhile rewrites what is owed
            rewritten = _rewrite(services, hold, progress)
    scrub(services)
    return {"contact": public_id, "rewritten_segments": rewritten}


def rewrite_history(services: Services) -> int:
    """Rewrites what the history still holds of erased contacts; answers how many files. A contact it no longer holds is owed no more.

    The archive's own hand calls this between two archivings, so that no file with old events can be on its way meanwhile.
    """
    if not services.store.read(services.workspace, lambda tx: tx.erasure.owed()):
        return 0
    scrub(services)
    with services.archiving as hold:
        owed = services.store.read(services.workspace, lambda tx: tx.erasure.owed())
        rewritten = _rewrite(services, hold, lambda done, total: None)
        if owed and not rewritten:
            services.store.write(services.workspace, partial(_settle, hold, owed))
    return rewritten


def _settle(hold: Hold, owed: Sequence[int], tx: Tx) -> None:
    hold.confirm(tx)
    tx.erasure.settle(owed)


def _found(tx: Tx, text: str) -> Contact:
    """The one contact that the text names. Raises Refusal for none, or for more than one."""
    contact = tx.people.by_public_id(text)
    if contact is not None:
        return contact
    identities = [Identity("user", text), Identity("anonymous", text)]
    ids = set(tx.people.find(identities).values()) or _by_email(tx, text)
    if not ids:
        raise Refusal(f"No contact is known as {text}: give its id, its user id, its anonymous id or its e-mail address.")
    if len(ids) > 1:
        loaded = tx.people.load(sorted(ids))
        known = ", ".join(contact.public_id for contact in loaded.values())
        raise Refusal(f"{len(ids)} contacts are known as {text}: forget each by its id ({known}).")
    return tx.people.load(list(ids))[ids.pop()]


def _by_email(tx: Tx, text: str) -> set[int]:
    found: set[int] = set()
    after = 0
    while "@" in text and (page := tx.people.search(text, after, PAGE)):
        after = page[-1].id
        found |= {
            contact.id
            for contact in page
            if contact.merged_into is None and str(contact.attributes.get("email", "")).casefold() == text.casefold()
        }
    return found


def _rewrite(services: Services, hold: Hold, progress: Progress) -> int:
    """Rewrites every segment that holds an owed contact; answers how many were."""

    def owed(tx: Tx) -> list[Contact]:
        return list(tx.people.load(tx.erasure.owed()).values())

    contacts = services.store.read(services.workspace, owed)
    rewritten = 0
    for done, contact in enumerate(contacts):
        progress(done, len(contacts))
        while count := _rewrite_partition(services, hold, contact):
            rewritten += count
    progress(len(contacts), len(contacts))
    return rewritten


def _rewrite_partition(services: Services, hold: Hold, contact: Contact) -> int:
    """One pass over the contact's partition; 0 when none of its segments holds the contact."""

    def segments(tx: Tx) -> list[SegmentFile]:
        return tx.manifest.segments(contact.partition)

    pairs = services.history.erase(services.store.read(services.workspace, segments), contact.id)
    if not pairs:
        return 0
    old = [before.path for before, _ in pairs]
    new = [after for _, after in pairs if after is not None]

    def swap(tx: Tx) -> bool:
        if not hold.lasts(tx) or not {segment.path for segment in segments(tx)}.issuperset(old):
            return False
        tx.manifest.swap(new, old)
        return True

    swapped = services.store.write(services.workspace, swap)
    services.history.discard(old if swapped else [segment.path for segment in new])
    if not swapped and not services.store.read(services.workspace, hold.lasts):
        raise LeaseLost("Another process took over the history: what is owed is rewritten there.")
    return len(pairs)
