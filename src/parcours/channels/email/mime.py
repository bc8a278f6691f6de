"""The MIME message. What all messages of a template share is built once by the standard library with its strict policy; what differs
is checked here and patched in, because building an EmailMessage for each recipient costs forty times more.

Bodies are always quoted-printable or base64, so lines are short, ASCII, and can never look like the boundary, which holds `=_`.
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Final

from parcours.channels.email.addresses import Mailbox
from parcours.channels.email.headers import HeaderRefused, check_text, unstructured

MAX_SUBJECT: Final = 500
MAX_URL: Final = 900
BOUNDARY: Final = "=_parcours_part_"

_URL = re.compile(r"https?://[!-;=?-~]+")
_SLUG = re.compile(r"[^A-Za-z0-9._-]+")


_POLICY = SMTP.clone(max_line_length=998)
"""One line for each shared header: to fold a long List-Id the standard library would encode it (RFC 2047), which readers do not decode."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What every message of one template, language, topic and journey has in common."""

    sender: Mailbox
    language: str
    topic: str
    stream: str
    """marketing or transactional."""
    campaign: str


@dataclass(frozen=True, slots=True)
class Own:
    """What one message has for itself. `unsubscribe` is empty for transactional messages; `at` is in UTC microseconds."""

    message_id: bytes
    to: Mailbox
    subject: str
    at: int
    unsubscribe: str
    text: str
    html: str


def slug(text: str) -> str:
    """A token for List-Id and Feedback-ID."""
    return _SLUG.sub("-", text).strip("-.")[:60] or "all"


class Skeleton:
    """The shared part of a template's messages. Raises HeaderRefused or ValueError when a shared header is not allowed."""

    def __init__(self, shared: Shared) -> None:
        fixed = EmailMessage(policy=_POLICY)
        fixed["MIME-Version"] = "1.0"
        fixed["List-Id"] = f"<{slug(shared.topic)}.{shared.sender.domain}>"
        fixed["Feedback-ID"] = f"{slug(shared.campaign)}:{slug(shared.topic)}:{shared.stream}:parcours"
        fixed["Auto-Submitted"] = "auto-generated"
        if shared.language:
            fixed["Content-Language"] = shared.language
        fixed["Content-Type"] = f'multipart/alternative; boundary="{BOUNDARY}"'
        head = fixed.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n"
        self._head = f"From: {shared.sender.header(6)}\r\n".encode("ascii") + head
        self._domain = shared.sender.domain

    def message(self, own: Own) -> bytes:
        """The whole message, CRLF line ends, ASCII. Raises HeaderRefused."""
        return b"".join(
            (
                self._own_headers(own).encode("ascii"),
                self._head,
                b"\r\n--" + BOUNDARY.encode() + b"\r\nContent-Type: text/plain; charset=utf-8\r\n",
                body(own.text),
                b"\r\n--" + BOUNDARY.encode() + b"\r\nContent-Type: text/html; charset=utf-8\r\n",
                body(own.html),
                b"\r\n--" + BOUNDARY.encode() + b"--\r\n",
            )
        )

    def _own_headers(self, own: Own) -> str:
        subject = check_text("subject", own.subject, MAX_SUBJECT)
        if not subject.strip():
            raise HeaderRefused("The subject is empty.")
        lines = (
            f"To: {own.to.header(4)}\r\n"
            f"Subject: {unstructured(subject, 9)}\r\n"
            f"Date: {formatdate(own.at / 1e6).replace('-0000', '+0000')}\r\n"
            f"Message-ID: {message_id(own.message_id, self._domain)}\r\n"
        )
        if own.unsubscribe:
            if len(own.unsubscribe) > MAX_URL or not _URL.fullmatch(own.unsubscribe):
                raise HeaderRefused("The unsubscribe address is not an http address that a header may hold.")
            lines += f"List-Unsubscribe: <{own.unsubscribe}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        return lines


def message_id(identity: bytes, domain: str) -> str:
    """The Message-ID of a message: from its id alone, the same at every attempt."""
    return f"<{identity.hex()}@{domain}>"


def body(text: str) -> bytes:
    """Content-Transfer-Encoding line, blank line and encoded text, without a line end after it. The text holds no lone surrogate."""
    octets = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    printable = b2a_qp(octets, istext=True)
    if len(printable) <= len(octets) * 4 // 3:
        return b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + printable.replace(b"\n", b"\r\n")
    lines = encodebytes(octets.replace(b"\n", b"\r\n")).rstrip(b"\n")
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + lines.replace(b"\n", b"\r\n")
