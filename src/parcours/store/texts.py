"""Texts and documents as both databases can keep them, without loss.

PostgreSQL text cannot hold NUL, and UTF-8 has no form for lone surrogates. In columns of plain text those characters are kept
as an escape: U+001A followed by four hexadecimal digits (and U+001A itself likewise). JSON escapes control characters anyway;
a document with lone surrogates is written with \\u escapes throughout.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

_MARK: Final = "\x1a"
_UNKEEPABLE: Final = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED: Final = re.compile("\x1a([0-9a-f]{4})")


def keep(text: str) -> str:
    """The text as a column of text keeps it."""
    if text.isprintable() or not _UNKEEPABLE.search(text):
        return text
    return _UNKEEPABLE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", text)


def told(text: str) -> str:
    """The text that `keep` was given."""
    if _MARK not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def keep_optional(text: str | None) -> str | None:
    """`keep`, None staying None."""
    return None if text is None else keep(text)


def told_optional(text: str | None) -> str | None:
    """`told`, None staying None."""
    return None if text is None else told(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(f"a {type(value).__name__} is no JSON value")


_encoder: Final = msgspec.json.Encoder(enc_hook=_plain)
_decoder: Final = msgspec.json.Decoder()


def to_json(value: Any) -> str:
    """A JSON value as text. Numbers that are not finite become null. Raises TypeError for what is no JSON value."""
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=_plain)
    except NotImplementedError as error:
        raise TypeError(str(error)) from error


def from_json(text: str | bytes) -> Any:
    """The value that `to_json` was given."""
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)
