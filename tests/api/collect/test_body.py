"""Bodies: sniffed, bounded, mended where browsers are known to break them."""

import gzip
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import msgspec
import pytest

from parcours.api.collect.body import DRAIN, MAX_BODY, MAX_EVENT, TooLarge, Unreadable, inflated, read, take_apart
from parcours.core.terms.intake import Refused

EVENT = b'{"type":"track","userId":"u","event":"A"}'


def batch_of(*events: bytes) -> bytes:
    return b'{"batch":[' + b",".join(events) + b'],"writeKey":"WK","sentAt":"2026-01-01T00:00:00Z"}'


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.mark.parametrize(
    "body",
    [
        batch_of(EVENT),
        b"\xef\xbb\xbf" + batch_of(EVENT),
        b" \r\n" + batch_of(EVENT) + b"\n",
        gzip.compress(batch_of(EVENT), mtime=0),
        gzip.compress(batch_of(EVENT)[:10], mtime=0) + gzip.compress(batch_of(EVENT)[10:], mtime=0),
    ],
)
def test_a_batch_is_known_by_its_bytes(body):
    found = take_apart(body, batch=True)
    assert (found.write_key, found.sent) == ("WK", 1767225600_000000)
    assert found.messages == [{"type": "track", "userId": "u", "event": "A"}]


def test_one_message_holds_its_own_key_and_time():
    found = take_apart(b'{"userId":"u","writeKey":"WK","sentAt":"2026-01-01T00:00:00Z"}', batch=False)
    assert (found.write_key, found.sent, len(found.messages)) == ("WK", 1767225600_000000, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"data=eyJhIjoxfQ==",
        b"[1,2]",
        b'"text"',
        b'{"batch":{}}',
        b'{"events":[]}',
        b'{"batch":[{"a":NaN}]}',
        b'{"batch":[{"a":"\x00"}]}',
        b'{"batch":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        b"[" * 100_000,
        b"\x1f\x8b\x08broken",
        gzip.compress(batch_of(EVENT), mtime=0)[:-9],
        batch_of(EVENT) + b"x",
        batch_of(EVENT).decode().encode("utf-16"),
    ],
)
def test_what_is_no_batch_is_unreadable(body):
    with pytest.raises(Unreadable):
        take_apart(body, batch=True)


@pytest.mark.parametrize(
    "body", [b"[]", b"7", b'{"a":Infinity}', b'{"a":1e999}', b"{" * 50_000, b'{"a":"\xff"}', b'{"a":' + b"9" * 30_000 + b"}"]
)
def test_what_is_no_message_is_unreadable(body):
    with pytest.raises(Unreadable):
        take_apart(body, batch=False)


def test_one_bad_event_does_not_spoil_its_batch():
    found = take_apart(batch_of(EVENT, b'{"a":1e999}', b'{"a":"\xff"}', b'{"a":"' + b"x" * MAX_EVENT + b'"}', EVENT), batch=True)
    assert [message.code if isinstance(message, Refused) else "ok" for message in found.messages] == [
        "ok",
        "unreadable",
        "unreadable",
        "too_large",
        "ok",
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (b"cut \\ud83d", "cut \ufffd"),
        (b"\\ude00 low", "\ufffd low"),
        (b"\\ud83d\\ud83d\\ude00", "\ufffd\U0001f600"),
        (b"\\ud83d\\ude00 \\ud83d", "\U0001f600 \ufffd"),
        (b"\\\\ud83d \\ud83d", "\\ud83d \ufffd"),
        (b"\\\\\\ud83d", "\\\ufffd"),
    ],
)
def test_half_an_emoji_is_replaced_and_nothing_else(text, kept):
    found = take_apart(batch_of(b'{"a":"' + text + b'"}'), batch=True)
    assert found.messages == [{"a": kept}]
    assert take_apart(b'{"a":"' + text + b'"}', batch=False).messages == [{"a": kept}]


def test_of_equal_keys_the_last_one_counts():
    assert take_apart(b'{"a":1,"a":2}', batch=False).messages == [{"a": 2}]


def test_limits_of_size_and_number():
    event = b'{"a":"' + b"x" * (MAX_EVENT - 8) + b'"}'
    assert len(event) == MAX_EVENT
    assert take_apart(event, batch=False).messages
    with pytest.raises(TooLarge):
        take_apart(event + b" ", batch=False)
    assert len(take_apart(b'{"batch":[' + b",".join([b"{}"] * 2500) + b"]}", batch=True).messages) == 2500
    with pytest.raises(TooLarge):
        take_apart(b'{"batch":[' + b",".join([b"{}"] * 2501) + b"]}", batch=True)


@pytest.mark.parametrize("size", [MAX_BODY + 1, 10_000_000, 10_000_000_000])
def test_a_bomb_is_never_inflated_further_than_the_limit(size):
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = squeeze.compress(b" " * min(size, 50_000_000)) + squeeze.flush()
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(TooLarge):
        inflated(bomb)
    assert time.perf_counter() - began < 0.1
    assert tracemalloc.get_traced_memory()[1] < 8 * MAX_BODY
    tracemalloc.stop()


def test_what_compresses_too_well_is_refused_below_the_limit_too():
    with pytest.raises(TooLarge):
        inflated(gzip.compress(b" " * 400_000))
    fair = msgspec.json.encode({"batch": [{"type": "track", "event": "A", "messageId": f"m-{n}", "userId": "u"} for n in range(2500)]})
    assert inflated(gzip.compress(fair)) == fair


async def read_all(*chunks: bytes, declared: int | None = None) -> bytes:
    return await read(stream(*chunks), declared)


def test_reading_stops_when_it_is_hopeless():
    import asyncio

    assert asyncio.run(read_all(b"ab", b"c")) == b"abc"
    assert len(asyncio.run(read_all(b"x" * MAX_BODY))) == MAX_BODY
    with pytest.raises(TooLarge):
        asyncio.run(read_all(b"x" * MAX_BODY, b"x"))

    async def endless() -> AsyncIterator[bytes]:
        sent = 0
        while True:
            sent += 65536
            assert sent < 2 * DRAIN, "went on reading"
            yield b"x" * 65536

    with pytest.raises(TooLarge):
        asyncio.run(read(endless(), None))

    with pytest.raises(TooLarge):
        asyncio.run(read(unread(), DRAIN + 1))


def unread() -> AsyncIterator[bytes]:
    """A body that must not be read."""

    class Unread:
        def __aiter__(self) -> AsyncIterator[bytes]:
            raise AssertionError("read a body whose length was known to be too large")

        async def __anext__(self) -> bytes:
            raise AssertionError

    return Unread()
