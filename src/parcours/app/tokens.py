"""Tokens of public links: what a link may do is signed into it, for one message and one purpose, and nothing else is."""

import base64
import binascii
import hashlib
import hmac
from typing import Final, Literal

Purpose = Literal["unsubscribe", "click"]

_ID: Final = 16
_NUMBER: Final = 4
_MAC: Final = 16
_LENGTH: Final = _ID + _NUMBER + _MAC
_TEXT: Final = _LENGTH // 3 * 4


def sign(secret: bytes, purpose: Purpose, message_id: bytes, number: int = 0) -> str:
    """A token of 48 URL-safe characters: the message's id, a number below 2**31, and 128 bits of HMAC-SHA256 over both and the purpose."""
    said = message_id + number.to_bytes(_NUMBER, "big")
    return base64.urlsafe_b64encode(said + _mac(secret, purpose, said)).decode("ascii")


def verify(secret: bytes, purpose: Purpose, token: str) -> tuple[bytes, int] | None:
    """The message's id and the number, None for a token that we did not sign for this purpose."""
    try:
        octets = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    if len(token) != _TEXT:  # base64 puts up with more padding than there is: one token, one text
        return None
    said, mac = octets[: _ID + _NUMBER], octets[_ID + _NUMBER :]
    if len(octets) != _LENGTH or not hmac.compare_digest(mac, _mac(secret, purpose, said)):
        return None
    return said[:_ID], int.from_bytes(said[_ID:], "big")


def _mac(secret: bytes, purpose: Purpose, said: bytes) -> bytes:
    return hmac.new(secret, b"parcours link\x00" + purpose.encode() + b"\x00" + said, hashlib.sha256).digest()[:_MAC]
