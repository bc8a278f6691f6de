"""Credentials in headers, decoded without ever raising."""

import base64
import binascii


def basic_user(authorization: str) -> str | None:
    """The user of a Basic Authorization header; None when there is none or it cannot be read."""
    scheme, _, coded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    text = unbased(coded.strip())
    return None if text is None else text.partition(":")[0]


def unbased(coded: str) -> str | None:
    """The text behind base64, padded or not; None when it is not text in base64."""
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
