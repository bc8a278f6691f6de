"""Links of a rendered HTML part: found, numbered by their destination, replaced by signed addresses."""

import html
import re
from collections.abc import Callable, Collection
from hashlib import blake2b

_HREF = re.compile(r"""(<a\b[^<>]*?\bhref\s*=\s*)("[^"<>]*"|'[^'<>]*')""", re.IGNORECASE)


def track(source: str, click: Callable[[int], str], untouched: Collection[str]) -> tuple[str, dict[int, str]]:
    """The HTML with http links of `<a>` replaced by `click(number)`, and the destination of each number.

    A number is a hash of its destination, so that a message rendered again after a failed attempt gives the same numbers.
    Addresses in `untouched` (the unsubscribe page) stay as they are.
    """
    numbers: dict[str, int] = {}

    def replaced(match: re.Match[str]) -> str:
        url = html.unescape(match[2][1:-1]).strip()
        if url in untouched or not url.lower().startswith(("http://", "https://")):
            return match[0]
        if url not in numbers:
            numbers[url] = _number(url, numbers.values())
        return f'{match[1]}"{html.escape(click(numbers[url]))}"'

    rewritten = _HREF.sub(replaced, source)
    return rewritten, {number: url for url, number in numbers.items()}


def _number(url: str, taken: Collection[int]) -> int:
    """31 bits of the destination's hash; the next free number when another destination has it."""
    number = int.from_bytes(blake2b(url.encode("utf-8", "replace"), digest_size=4).digest(), "big") >> 1
    while number in taken:
        number = (number + 1) % 2**31
    return number
