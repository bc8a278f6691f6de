"""Header values: refused when they could make another header, encoded (RFC 2047) when they are not plain ASCII."""

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Final

LINE: Final = 76
"""Columns of a line that holds encoded words (RFC 2047 §2)."""

FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Controls (CR, LF, NUL, C1 and NEL among them), Unicode line ends, lone surrogates."""

_PLAIN = re.compile(r"[!-~](?: ?[!-~])*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_QUOTABLE = re.compile(r"[ -~]+")


class HeaderRefused(ValueError):
    """A value that no header may hold; its text is one sentence."""


def check_text(field: str, text: str, longest: int) -> str:
    """The text itself; raises HeaderRefused for control characters, line ends of any kind, lone surrogates and excess length."""
    if found := FORBIDDEN.search(text):
        raise HeaderRefused(f"The {field} holds a character that no header may hold (U+{ord(found[0]):04X}).")
    if len(text) > longest:
        raise HeaderRefused(f"The {field} is longer than {longest} characters.")
    return text


def unstructured(text: str, width: int) -> str:
    """The value of a header like Subject; `width` is the length of its name, colon and space. Reading it back gives `text`."""
    if _PLAIN.fullmatch(text) and "=?" not in text:
        folded = _fold(text, width)
        if folded is not None:
            return folded
    return encoded(text, width)


def phrase(text: str, width: int) -> str:
    """A display name: bare words, a quoted string, or encoded words."""
    if width + len(text) <= LINE - 2 and "=?" not in text:
        if _ATOMS.fullmatch(text):
            return text
        if _QUOTABLE.fullmatch(text) and text == text.strip():
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return encoded(text, width)


def encoded(text: str, width: int) -> str:
    """The text as base64 encoded words, one a line; the first line starts at column `width`."""
    words = (f"=?utf-8?b?{b64encode(part).decode('ascii')}?=" for part in _parts(text, width))
    return "\r\n ".join(words)


def _parts(text: str, width: int) -> Iterator[bytes]:
    """UTF-8 pieces that fit their line, never cut inside a character."""
    room = max(12, (LINE - width - 12) // 4 * 3)
    piece = bytearray()
    for character in text:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            yield bytes(piece)
            piece.clear()
            room = (LINE - 1 - 12) // 4 * 3
        piece += octets
    if piece:
        yield bytes(piece)


def _fold(text: str, width: int) -> str | None:
    """Plain text folded at single spaces; None when a word is longer than a line."""
    if width + len(text) <= 78:
        return text
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        room = 78 - (width if not lines else 1)
        if len(word) > room:
            return None
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return "\r\n ".join(lines)
