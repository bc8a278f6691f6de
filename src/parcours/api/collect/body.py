"""The body of a request: read within limits, inflated when it is gzip, taken apart into messages. Its labels are not believed."""

import re
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from parcours.core.terms.instants import parse_instant
from parcours.core.terms.intake import Refused

MAX_BODY: Final = 500 * 1024
"""Bytes of a request, as sent and as inflated."""
MAX_EVENT: Final = 32 * 1024
MAX_EVENTS: Final = 2500
MAX_RATIO: Final = 500
"""Inflated bytes for each byte sent, once there are more than `RATIO_FLOOR` of them."""
RATIO_FLOOR: Final = 128 * 1024
MAX_MEMBERS: Final = 16
"""Gzip members of a body. Each costs a copy of what comes after it: thousands of empty ones would cost their number squared."""
DRAIN: Final = 8 * 1024 * 1024
"""Bytes of a body that is too large which are still read, and dropped, so that its sender can read the answer."""

GZIP: Final = b"\x1f\x8b"
BOM: Final = b"\xef\xbb\xbf"
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATES: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a pair: kept
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"  # half of one
    rb"|\\."  # any other escape: kept
)


class Unreadable(Exception):
    """The body is not what the path asks for. The text says why."""


class TooLarge(Exception):
    """The body is over a limit. The text says which."""


@dataclass(frozen=True, slots=True)
class Parcelled:
    """A body taken apart: its write key, its sending time, its messages; a Refused stands for one that cannot be decoded."""

    write_key: str | None
    sent: int | None
    messages: list[Any | Refused]


class _Batch(msgspec.Struct):
    batch: list[msgspec.Raw]
    writeKey: Any = None  # noqa: N815 - the name on the wire
    sentAt: Any = None  # noqa: N815


async def read(stream: AsyncIterator[bytes], declared: int | None) -> bytes:
    """The bytes as sent. `declared` is the Content-Length. Raises TooLarge after reading, and dropping, at most `DRAIN` bytes."""
    chunks: list[bytes] = []
    size = 0
    if declared is None or declared <= DRAIN:
        async for chunk in stream:
            size += len(chunk)
            if size <= MAX_BODY:
                chunks.append(chunk)
            elif size > DRAIN:
                break
    else:
        size = declared
    if size > MAX_BODY:
        raise TooLarge(f"A request holds at most {MAX_BODY // 1024} kB. Send smaller batches.")
    return b"".join(chunks)


def inflated(body: bytes) -> bytes:
    """The body without gzip, when it begins as gzip does. Raises TooLarge before inflating more than the limit, or Unreadable."""
    if not body.startswith(GZIP):
        return body
    out = bytearray()
    rest = body
    for _ in range(MAX_MEMBERS):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            out += member.decompress(rest, MAX_BODY + 1 - len(out))
        except zlib.error:
            raise Unreadable("The body begins as gzip and is broken further on.") from None
        if len(out) > MAX_BODY or (len(out) > RATIO_FLOOR and len(out) > MAX_RATIO * len(body)):
            raise TooLarge(
                f"A request holds at most {MAX_BODY // 1024} kB once inflated, {MAX_RATIO} times what was sent. Send smaller batches."
            )
        if not member.eof:
            raise Unreadable("The body begins as gzip and ends too early.")
        rest = member.unused_data
        if not rest.strip(b"\x00"):
            return bytes(out)
        if not rest.startswith(GZIP):
            raise Unreadable("After the end of the gzip there is something else.")
    raise TooLarge(f"A gzipped request has at most {MAX_MEMBERS} members. Compress it in one piece.")


def take_apart(body: bytes, *, batch: bool) -> Parcelled:
    """Decodes a body, gzip or not: a batch, or one message. Raises Unreadable or TooLarge."""
    text = inflated(body).removeprefix(BOM)
    try:
        return _batch(text) if batch else _single(text)
    except (Unreadable, TooLarge):
        raise
    except RecursionError:
        raise Unreadable("The JSON is nested too deep.") from None
    except ValueError as error:
        broken = error
    if not _HALF.search(text):
        raise Unreadable(f"The body is not the JSON that this path asks for: {broken}.")
    mended = _mended(text)
    try:
        return _batch(mended) if batch else _single(mended)
    except RecursionError:
        raise Unreadable("The JSON is nested too deep.") from None
    except ValueError as error:
        raise Unreadable(f"The body is not the JSON that this path asks for: {error}.") from None


def _mended(text: bytes) -> bytes:
    """The JSON text with halves of surrogate pairs, which browsers send when a text was cut inside an emoji, replaced by U+FFFD."""
    return _SURROGATES.sub(lambda match: b"\\ufffd" if match.lastindex else match[0], text)


_batches = msgspec.json.Decoder(_Batch)
_values = msgspec.json.Decoder()


def _batch(text: bytes) -> Parcelled:
    found = _batches.decode(text)
    if len(found.batch) > MAX_EVENTS:
        raise TooLarge(f"A batch holds at most {MAX_EVENTS:,} events.")
    return Parcelled(_text(found.writeKey), _instant(found.sentAt), [_decoded(memoryview(raw)) for raw in found.batch])


def _decoded(raw: memoryview) -> Any | Refused:
    if len(raw) > MAX_EVENT:
        return Refused("too_large", f"An event holds at most {MAX_EVENT // 1024} kB of JSON.")
    try:
        return _values.decode(raw)
    except (ValueError, RecursionError) as error:
        return Refused("unreadable", f"This event is not JSON that can be kept: {error}.")


def _single(text: bytes) -> Parcelled:
    message = _values.decode(text)
    if not isinstance(message, dict):
        raise Unreadable("The body is one JSON object.")
    if len(text) > MAX_EVENT:
        raise TooLarge(f"An event holds at most {MAX_EVENT // 1024} kB of JSON.")
    return Parcelled(_text(message.get("writeKey")), _instant(message.get("sentAt")), [message])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _instant(value: Any) -> int | None:
    return parse_instant(value) if isinstance(value, str) else None
