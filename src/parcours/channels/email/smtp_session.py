"""One connection to a mail server, which knows exactly how far each message came.

The standard library opens the connection (EHLO, STARTTLS, AUTH); the transaction is ours, because what happened before, at and after the
final dot are three different outcomes: deferred, and at the dot uncertain until the reply.
"""

import contextlib
import logging
import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import Final

from parcours.app.ports import Delivery, Outcome, Outgoing
from parcours.channels.email.smtp_settings import SmtpSettings
from parcours.failpoints import reach

log = logging.getLogger("parcours.smtp")

MESSAGES_A_CONNECTION: Final = 100
"""Many servers end a connection after about this many messages."""

_LEADING_DOT = re.compile(rb"(?m)^\.")
_OURS: Final = frozenset({530, 534, 535, 538})
"""Authentication refused: the operator's to mend, so messages wait."""


class NoConnection(Exception):
    """The server could not be reached, or did not want us; its text is one line for people."""


class Lost(Exception):
    """The connection ended or stalled."""


class Session:
    """An open connection. Raises NoConnection when it cannot be opened."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._left = MESSAGES_A_CONNECTION
        self.usable = True
        try:
            self._smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise NoConnection(_line(error)) from error

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        encryption = ssl.create_default_context(cafile=settings.ca or None) if settings.security != "plain" else None
        smtp = (
            smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=encryption)
            if settings.security == "tls"
            else smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        )
        try:
            if smtp.sock is not None:
                # The final dot goes out by itself: without this it would wait for the server to acknowledge what went before it.
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if settings.security == "starttls":
                smtp.starttls(context=encryption)
            smtp.ehlo_or_helo_if_needed()
            if settings.user:
                smtp.login(settings.user, settings.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def alive(self) -> bool:
        """Whether the server still answers."""
        try:
            self.usable = self.usable and self._smtp.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            self.usable = False
        return self.usable

    def send(self, outgoing: Outgoing, may_start: Callable[[], bool]) -> Delivery:
        """Send one message; answers what is known about it, never raises. `usable` tells whether the connection may carry another."""
        if not may_start():
            return Delivery(outgoing.message_id, "withdrawn", 0, "")
        self._left -= 1
        reach("smtp.before_mail")
        try:
            outcome, code, detail = self._envelope(outgoing) or self._content(outgoing)
        except Lost as error:
            self.usable = False
            outcome, code, detail = "deferred", 0, str(error)
        except Exception as error:  # a fault of ours: nobody knows how far the message came
            log.exception("A message could not be sent to its end.")
            self.close()
            outcome, code, detail = "uncertain", 0, f"{type(error).__name__}: {_line(error)}"
        if code == 421 or self._left <= 0:
            self.usable = False
        elif outcome in {"deferred", "refused", "failed"} and self.usable:
            self._reset()
        return Delivery(outgoing.message_id, outcome, code, detail)

    def _envelope(self, outgoing: Outgoing) -> tuple[Outcome, int, str] | None:
        """MAIL, RCPT and DATA, together when the server can take them so. None when it now waits for the content."""
        size = f" SIZE={len(outgoing.raw)}" if self._smtp.has_extn("size") else ""
        commands = (f"MAIL FROM:<{outgoing.sender}>{size}", f"RCPT TO:<{outgoing.recipient}>", "DATA")
        together = self._smtp.has_extn("pipelining")
        if together:
            self._write("".join(f"{command}\r\n" for command in commands).encode("ascii"))
        found: tuple[Outcome, int, str] | None = None
        for command, expected in zip(commands, ((250,), (250, 251), (354,)), strict=True):
            if found is not None and not together:
                break
            try:
                if not together:
                    self._write(f"{command}\r\n".encode("ascii"))
                code, text = self._reply()
            except Lost:
                if found is None:
                    raise
                self.usable = False
                break
            if code not in expected:
                found = found or (_refusal(code, ours=command.startswith("MAIL")), code, text)
            elif found is not None and code == 354:
                # The server took DATA although it refused before: only an ended connection leaves this message undone.
                self.close()
        return found

    def _content(self, outgoing: Outgoing) -> tuple[Outcome, int, str]:
        """The message and the final dot. Before the dot a lost connection defers; from the dot on it leaves the message uncertain."""
        reach("smtp.before_content")
        self._write(_LEADING_DOT.sub(b"..", outgoing.raw))
        if self._readable():
            code, text = self._reply()
            self.usable = False
            return (_refusal(code, ours=False) if code >= 400 else "deferred"), code, text
        try:
            self._socket().settimeout(self._settings.reply_timeout)
            reach("smtp.before_dot")
            self._socket().sendall(b".\r\n")
            reach("smtp.after_dot")
            code, text = self._reply()
            reach("smtp.after_reply")
            self._socket().settimeout(self._settings.timeout)
        except (Lost, OSError) as error:
            self.usable = False
            return "uncertain", 0, f"No reply after the final dot: {_line(error)}"
        return ("sent" if 200 <= code < 300 else _refusal(code, ours=False)), code, text

    def _reset(self) -> None:
        try:
            self._write(b"RSET\r\n")
            self.usable = self._reply()[0] == 250
        except Lost:
            self.usable = False

    def _write(self, octets: bytes) -> None:
        try:
            self._socket().sendall(octets)
        except OSError as error:
            raise Lost(_line(error)) from error

    def _reply(self) -> tuple[int, str]:
        try:
            code, text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Lost(_line(error)) from error
        return code, _one_line(text.decode("utf-8", "replace"))

    def _readable(self) -> bool:
        """Whether the server spoke, or hung up, before it was its turn. Under TLS nobody can tell without reading, so the answer is no."""
        connection = self._socket()
        return not isinstance(connection, ssl.SSLSocket) and bool(select.select([connection], [], [], 0)[0])

    def _socket(self) -> socket.socket:
        if self._smtp.sock is None:
            raise Lost("The connection is closed.")
        return self._smtp.sock

    def close(self) -> None:
        """End the connection at once."""
        self.usable = False
        self._smtp.close()

    def quit(self) -> None:
        """Say goodbye."""
        self.usable = False
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._smtp.quit()
        self._smtp.close()


def _refusal(code: int, *, ours: bool) -> Outcome:
    """What a negative reply means: 4xx (and a login refused) later, 5xx never; `ours` when it is about the sender, not the recipient."""
    if 500 <= code < 600 and code not in _OURS:
        return "failed" if ours else "refused"
    return "deferred"


def _line(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else str(error.smtp_error)
        return _one_line(f"{error.smtp_code} {said}")
    return _one_line(str(error) or type(error).__name__)


def _one_line(text: str) -> str:
    """At most 300 printable characters: what servers say is shown to people."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:300]
