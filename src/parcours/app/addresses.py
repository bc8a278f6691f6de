"""E-mail addresses that events bring: who may change them, and which may not be written to whoever brings them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from parcours.app.ports import Arrived, Contact, Tx

EMAIL: Final = "email"
HOLD: Final = "suppressed:email"
Digest = Callable[[str], bytes]


class AddressRules:
    """The rules as one unit of work sees them, read once for its arrivals."""

    def __init__(self, tx: Tx, arrived: Iterable[Arrived], digest: Digest) -> None:
        brought = [row.arrival.properties.get(EMAIL) for row in arrived if row.arrival.call == "identify"]
        digests = {address: digest(address) for address in brought if isinstance(address, str)}
        silenced = tx.erasure.suppressed(list(digests.values())) if digests else set()
        self._silenced = {address for address, found in digests.items() if found in silenced}
        keys = tx.accounts.keys() if brought else []
        self._public = {key.source for key in keys if key.kind == "write"}

    def allowed(self, contact: Contact, source: int, changed: Mapping[str, Any]) -> Mapping[str, Any]:
        """The changed traits without a new e-mail address that may not replace the old one.

        A write key is in every page of a site: whoever reads it could have a known person's mails sent to himself. So it may give an
        identified contact a first address, and only the secret key may change it.
        """
        if EMAIL not in changed or source not in self._public or contact.user_id is None or not contact.attributes.get(EMAIL):
            return changed
        return {name: value for name, value in changed.items() if name != EMAIL}

    def held(self, contact: Contact, changed: Mapping[str, Any]) -> Contact:
        """The contact, held back when its new address is one of a forgotten contact that must not be written to."""
        if changed.get(EMAIL) not in self._silenced or HOLD in contact.holds:
            return contact
        return replace(contact, holds=(*contact.holds, HOLD))
