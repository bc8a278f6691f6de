"""Suppression: addresses that may not be written to any more, remembered as salted digests after their contact was erased."""

import hashlib
from typing import Any

from parcours.app.ports import Contact


def address_digest(secret: bytes, address: str) -> bytes:
    """The digest of an address, in whatever case it is written; without the installation's secret it says nothing."""
    salt = hashlib.blake2b(secret, digest_size=32, person=b"suppression").digest()
    return hashlib.blake2b(address.strip().casefold().encode("utf-8", "surrogatepass"), key=salt, digest_size=16).digest()


def must_stay_silent(contact: Contact) -> str | None:
    """The e-mail address that must not be written to again although its contact is forgotten: it opted out, bounced or complained."""
    address: Any = contact.attributes.get("email")
    opted_out = any(not granted for consent, granted in contact.consents.items() if consent.startswith("email."))
    held = any(hold == "complaint" or hold.startswith("suppressed:email") for hold in contact.holds)
    return address if isinstance(address, str) and address and (opted_out or held) else None
