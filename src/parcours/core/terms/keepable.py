"""Texts in a form that every store can keep, without loss.

PostgreSQL text cannot hold NUL, and UTF-8 has no form for lone surrogates. Those characters are kept as an escape: U+001A followed
by four hexadecimal digits (and U+001A itself likewise). All other texts are kept as they are.
"""

import re
from typing import Final

_MARK: Final = "\x1a"
_UNKEEPABLE: Final = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED: Final = re.compile("\x1a([0-9a-f]{4})")


def keep(text: str) -> str:
    """The text in the form that is kept."""
    if text.isprintable() or not _UNKEEPABLE.search(text):
        return text
    return _UNKEEPABLE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", text)


def told(text: str) -> str:
    """The text that `keep` was given."""
    if _MARK not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
