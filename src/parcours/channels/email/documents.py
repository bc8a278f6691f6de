"""The template document, `{template, topic, from, subject: {fr, en}, html, text}`, read into parsed parts or into what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from parcours.channels.email.addresses import AddressRefused, Mailbox, sender
from parcours.channels.email.derive import text_template
from parcours.channels.email.headers import HeaderRefused
from parcours.channels.email.templating import HTML, PLAIN, Liquid, Piece, TemplateError

KEYS: Final = ("template", "topic", "from", "subject", "html", "text")
ANY: Final = ""
"""The language of a part that is written once for every language."""


@dataclass(frozen=True, slots=True)
class Content:
    """A template in one language. `text` is None when it must be derived from each message's HTML."""

    subject: Piece
    html: Piece
    text: Piece | None


@dataclass(frozen=True, slots=True)
class EmailTemplate:
    """A read template: its sender and its contents by language (ANY when it is written once for all)."""

    sender: Mailbox
    topic: str
    contents: Mapping[str, Content]

    def content(self, *languages: str) -> tuple[str, Content]:
        """The content in the first of these languages that is there, else in the first language written; and that language."""
        for language in (*languages, ANY):
            if language in self.contents:
                return language, self.contents[language]
        language = next(iter(self.contents))
        return language, self.contents[language]


@dataclass(slots=True)
class _Reading:
    document: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)

    def text(self, key: str) -> str:
        value = self.document.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.problems.append(f"Give `{key}` as a text.")
        return ""

    def source(self, key: str, language: str) -> str:
        """The text of a part in a language, when that was found sound."""
        value = self.document[key]
        return value if isinstance(value, str) else str(value[language])

    def part(self, key: str, environment: Liquid, *, required: bool) -> dict[str, Piece]:
        """The parsed part by language."""
        value = self.document.get(key)
        if value is None and not required:
            return {}
        written = {ANY: value} if isinstance(value, str) else value
        if not isinstance(written, Mapping) or not written:
            self.problems.append(f"Give `{key}` as a text, or as one text for each language: {{fr: ..., en: ...}}.")
            return {}
        pieces: dict[str, Piece] = {}
        for language, source in written.items():
            place = f"{key}.{language}" if language else key
            if written is value and not (isinstance(language, str) and language):
                self.problems.append(f"Name the language of each text of `{key}`: {{fr: ..., en: ...}}.")
                continue
            if not isinstance(source, str) or not source.strip():
                self.problems.append(f"Give `{place}` as a text.")
                continue
            try:
                pieces[str(language)] = Piece(source.strip() if key == "subject" else source, environment)
            except TemplateError as error:
                self.problems.append(f"{place}: {error}")
        return pieces


def read_template(document: Mapping[str, Any]) -> tuple[EmailTemplate | None, list[str]]:
    """The template, or None and a sentence for each thing wrong."""
    reading = _Reading(document)
    reading.problems += [f"`{key}` is not known here; a template has {', '.join(KEYS)}." for key in document if key not in KEYS]
    reading.text("template")
    topic = reading.text("topic")
    author = _author(reading)
    parts = {
        "subject": reading.part("subject", PLAIN, required=True),
        "html": reading.part("html", HTML, required=True),
        "text": reading.part("text", PLAIN, required=False),
    }
    contents = _contents(parts, reading)
    if reading.problems or author is None:
        return None, reading.problems
    return EmailTemplate(author, topic, contents), []


def _author(reading: _Reading) -> Mailbox | None:
    text = reading.text("from")
    try:
        return sender(text) if text else None
    except (AddressRefused, HeaderRefused) as error:
        reading.problems.append(f"from: {error}")
        return None


def _contents(parts: Mapping[str, Mapping[str, Piece]], reading: _Reading) -> dict[str, Content]:
    """Contents for every language that any part has; a part without that language is a problem."""
    named = dict.fromkeys(language for part in parts.values() for language in part if language != ANY)
    languages = list(named) or [ANY]
    for key, part in parts.items():
        missing = [language for language in languages if part and ANY not in part and language not in part]
        reading.problems += [f"{key}: the language {language} is missing." for language in missing]
    if reading.problems:
        return {}
    return {
        language: Content(
            subject=_choose(parts["subject"], language),
            html=_choose(parts["html"], language),
            text=_choose(parts["text"], language) if parts["text"] else _derived(reading.source("html", language)),
        )
        for language in languages
    }


def _derived(html: str) -> Piece | None:
    source = text_template(html)
    try:
        return None if source is None else Piece(source, PLAIN)
    except TemplateError:
        return None


def _choose(part: Mapping[str, Piece], language: str) -> Piece:
    return part.get(language) or part[ANY]
