"""E-mail addresses: one per header, ASCII on the wire, refused when no server could take them."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email

from parcours.channels.email.headers import HeaderRefused, check_text, phrase

MAX_NAME: Final = 100

_SPACES = re.compile(r"[^\S\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Runs of spaces of any width; readers collapse them in names. Control characters are not spaces here: they are refused."""


class AddressRefused(ValueError):
    """An address that cannot be written to; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name (may be empty) and an address whose domain is ASCII."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def header(self, width: int) -> str:
        """The value of a From or To header whose name and colon take `width` columns; folded when long."""
        if not self.name:
            return self.address
        name = phrase(self.name, width)
        last = len(name.rpartition("\n")[2]) + (0 if "\n" in name else width)
        between = " " if last + len(self.address) + 3 <= 78 else "\r\n "
        return f"{name}{between}<{self.address}>"


@lru_cache(maxsize=8192)
def wire_address(text: str) -> str:
    """The address as it goes over the wire (domain in lower case, IDN as xn--).

    Raises AddressRefused: syntax, more than one address, reserved domains, local parts that need SMTPUTF8, quoted local parts, literals.
    """
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise AddressRefused(f"The address is not valid: {str(error).rstrip('.')}.") from error
    if found.ascii_email is None:
        raise AddressRefused("The address is not valid: it cannot be written in ASCII.")
    return found.ascii_email


def recipient(address: str, name: str = "") -> Mailbox:
    """One recipient. A display name that no header may hold is left out; a bad address raises AddressRefused."""
    shown = _SPACES.sub(" ", name).strip()
    try:
        check_text("name", shown, MAX_NAME)
    except HeaderRefused:
        shown = ""
    return Mailbox(shown, wire_address(address))


def sender(text: str) -> Mailbox:
    """`Name <address>` or `address`, as authors write it. Raises AddressRefused (address) or HeaderRefused (name)."""
    check_text("from", text, 320)
    name, address = parseaddr(text)
    if not address or text.count("@") != name.count("@") + 1:
        raise AddressRefused('The sender is not valid: write it as "Name <name@example.org>".')
    return Mailbox(check_text("from", _SPACES.sub(" ", name).strip(), MAX_NAME), wire_address(address))
