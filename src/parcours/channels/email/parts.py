"""The parts of a mail that authors may leave out: the text part, and the way out of marketing."""

import html
from typing import Final

from inscriptis import get_text
from inscriptis.model.config import ParserConfig

_WITH_LINKS: Final = ParserConfig(display_links=True)

_STOP: Final = {"fr": "Ne plus recevoir ces messages", "en": "Stop receiving these messages"}


def text_of(source: str) -> str:
    """The HTML as plain text, with the addresses of its links."""
    return str(get_text(source, _WITH_LINKS)).strip() + "\n"


def html_footer(language: str, url: str) -> str:
    """A paragraph with the unsubscribe link, in the message's language."""
    return f'<p style="font-size:small"><a href="{html.escape(url)}">{_STOP.get(language, _STOP["en"])}</a></p>'


def text_footer(language: str, url: str) -> str:
    """The same for the text part."""
    return f"\n-- \n{_STOP.get(language, _STOP['en'])} : {url}\n" if language == "fr" else f"\n-- \n{_STOP['en']}: {url}\n"


def with_footer(source: str, footer: str) -> str:
    """The HTML with the footer before the end of its body."""
    end = source.lower().rfind("</body>")
    return source + footer if end < 0 else source[:end] + footer + source[end:]
