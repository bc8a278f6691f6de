"""Texts and documents as columns of both databases keep them, without loss (see parcours.core.terms.keepable).

JSON escapes control characters anyway; a document with lone surrogates is written with \\u escapes throughout.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from parcours.core.terms.keepable import keep, told

__all__ = ["from_json", "keep", "keep_optional", "to_json", "told", "told_optional"]


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
