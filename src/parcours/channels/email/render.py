"""From a planned message, a template and a person's data to the bytes that leave."""

from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

from parcours.app.ports import Addresses, Message, Outgoing, RenderError, Template
from parcours.channels.email.addresses import AddressRefused, recipient
from parcours.channels.email.documents import Content, EmailTemplate, read_template
from parcours.channels.email.headers import HeaderRefused
from parcours.channels.email.links import track
from parcours.channels.email.mime import Own, Shared, Skeleton
from parcours.channels.email.parts import html_footer, text_footer, text_of, with_footer
from parcours.channels.email.templating import TemplateError
from parcours.channels.email.trial import try_template

KEPT: Final = 256
"""Parsed templates, and skeletons, that are kept; the oldest goes first."""


class EmailRenderer:
    """The Renderer of e-mail. Templates are parsed once per digest; safe to use from several threads."""

    def __init__(self) -> None:
        self._templates: dict[str, EmailTemplate] = {}
        self._skeletons: dict[tuple[str, ...], Skeleton] = {}
        self._lock = Lock()

    def check(self, document: Mapping[str, Any], /) -> list[str]:
        """What is wrong with a template document. It is read and rendered once, in a child process that may be killed."""
        return try_template(document)

    def render(self, message: Message, template: Template, context: Mapping[str, Any], /) -> Outgoing:
        """The whole message; raises RenderError with one sentence."""
        try:
            return self._render(message, self._read(template), template.digest, context)
        except (TemplateError, HeaderRefused, AddressRefused) as error:
            raise RenderError(str(error)) from error

    def _render(self, message: Message, template: EmailTemplate, digest: str, context: Mapping[str, Any]) -> Outgoing:
        addresses: Addresses = context["addresses"]
        language, content = template.content(*context["languages"])
        spoken = language or context["languages"][0]
        visible = _visible(context, spoken, addresses)
        blanks: dict[str, None] = {}
        subject = content.subject.render(visible, blanks)
        text, html, links = _bodies(content, visible, blanks, addresses, spoken, marketing=not message.transactional)
        to = recipient(addresses.recipient, addresses.recipient_name)
        own = Own(message.id, to, subject, context["now"], "" if message.transactional else addresses.unsubscribe, text, html)
        raw = self._skeleton(digest, message, template, spoken).message(own)
        return Outgoing(message.id, message.contact, template.sender.address, to.address, subject, raw, links, tuple(blanks))

    def _read(self, template: Template) -> EmailTemplate:
        read = self._templates.get(template.digest)
        if read is None:
            read, problems = read_template(template.document)
            if read is None:
                raise TemplateError(f"The template {template.name} is not valid: {' '.join(problems)}")
            self._keep(self._templates, template.digest, read)
        return read

    def _skeleton(self, digest: str, message: Message, template: EmailTemplate, language: str) -> Skeleton:
        stream = "transactional" if message.transactional else "marketing"
        topic = message.topic or template.topic
        key = (digest, language, topic, stream, message.journey)
        skeleton = self._skeletons.get(key)
        if skeleton is None:
            skeleton = Skeleton(Shared(template.sender, language, topic, stream, message.journey))
            self._keep(self._skeletons, key, skeleton)
        return skeleton

    def _keep(self, cache: dict[Any, Any], key: Any, value: Any) -> None:
        with self._lock:
            while len(cache) >= KEPT:
                del cache[next(iter(cache))]
            cache[key] = value


def _visible(context: Mapping[str, Any], language: str, addresses: Addresses) -> dict[str, object]:
    """What a template sees: plain data, and nothing else."""
    return {
        "contact": context["contact"],
        "event": context["event"],
        "workspace": context["workspace"],
        "language": language,
        "zone": context["zone"],
        "now": datetime.fromtimestamp(context["now"] / 1e6, UTC).isoformat(),
        "unsubscribe_url": addresses.unsubscribe,
    }


def _bodies(
    content: Content, visible: Mapping[str, object], blanks: dict[str, None], addresses: Addresses, language: str, *, marketing: bool
) -> tuple[str, str, dict[int, str]]:
    """Text part, HTML part and tracked links. Marketing without a way out gets one."""
    html = content.html.render(visible, blanks)
    if marketing and addresses.unsubscribe not in html:
        html = with_footer(html, html_footer(language, addresses.unsubscribe))
    text = text_of(html) if content.text is None else content.text.render(visible, blanks)
    if marketing and addresses.unsubscribe not in text:
        text += text_footer(language, addresses.unsubscribe)
    if addresses.click is None:
        return text, html, {}
    tracked, links = track(html, addresses.click, (addresses.unsubscribe,))
    return text, tracked, links
