"""SEC-24 and every parser: whatever bytes come, each answers or refuses in its own words, soon. `make fuzz` does the same for hours."""

import time
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.security.parsers import PARSERS

TOKENS: Final = [
    b'"', b"'", b"{", b"}", b"[", b"]", b":", b",", b"\\", b"\\u0000", b"\\ud800", b"\x00", b"\xff", b"\r\n", b"null", b"true", b"-1",
    b"1e999", b"{{", b"%}", b"{%", b"|", b"NaN", b"9" * 30, b"-0", b"\xef\xbb\xbf", b"&a", b"*a", b"!!", b"<<", b"---", b"\t", b"=",
    b"?", b"@", b"#", b"%00", b"..", b"__class__", b"[" * 200, b'{"not":' * 70, b'""', b"{}", b"[]", b"0", b"1.5", "é".encode(),
    "\u2028".encode(), b"2026-02-30T25:61:61Z", b"99999999999d", b"all", b"any",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A seed with some of its bytes cut out, doubled, swapped or replaced by a token."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from(TOKENS) | st.binary(max_size=4) | st.just(data[start:end] * 2) | st.just(b""))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("name", PARSERS)
def test_whatever_bytes_come(name: str) -> None:
    parser = PARSERS[name]
    slowest = 0.0

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(mutated(list(parser.seeds)) | st.binary(max_size=200))
    def hold(data: bytes) -> None:
        nonlocal slowest
        began = time.thread_time()
        parser.read(data)
        slowest = max(slowest, time.thread_time() - began)

    hold()
    assert slowest < parser.seconds


@pytest.mark.parametrize("name", PARSERS)
def test_the_seeds_are_read(name: str) -> None:
    for seed in PARSERS[name].seeds:
        PARSERS[name].read(seed)
