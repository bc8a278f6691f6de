"""A real mail server (aiosmtpd) that misbehaves on purpose, as the recipient's local part says, and keeps its own ledger."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Seen:
    """One message whose final dot arrived; `accepted` when it was answered with 250."""

    sender: str
    recipient: str
    message_id: str
    raw: bytes
    accepted: bool


@dataclass
class Ledger:
    """What the server saw, apart from what the client believes."""

    seen: list[Seen] = field(default_factory=list)
    mail_from: list[str] = field(default_factory=list)
    asked: dict[str, float] = field(default_factory=dict)
    """When (time.monotonic) each recipient was last named."""
    greeted: set[str] = field(default_factory=set)
    """Addresses `grey@` that were told once to come again."""
    connections: int = 0

    def of(self, recipient: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.recipient == recipient]


class Misbehaving:
    """`refuse-550-5.1.1@` is answered so at RCPT, `content-451@` after the dot; `silent@` gets no reply to it, `cut@` a closed line."""

    def __init__(self, ledger: Ledger, release: asyncio.Event, *, pipelining: bool) -> None:
        self.ledger = ledger
        self.release = release
        self.pipelining = pipelining

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, name: str, replies: list[str]) -> list[str]:  # noqa: N802
        session.host_name = name
        return [*replies[:-1], "250-PIPELINING", replies[-1]] if self.pipelining else replies

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        self.ledger.mail_from.append(address)
        if address.startswith("refused-sender"):
            return "550 5.7.1 Sender refused"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        self.ledger.asked[address] = time.monotonic()
        local = address.partition("@")[0]
        if local == "grey" and address not in self.ledger.greeted:
            self.ledger.greeted.add(address)
            return "451 4.7.1 Greylisted, come again"
        if local.startswith("refuse-"):
            _, code, status = local.split("-")
            return f"{code} {status} Said at RCPT"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        local = recipient.partition("@")[0]
        raw = envelope.original_content or b""
        seen = Seen(str(envelope.mail_from), recipient, str(message_from_bytes(raw)["Message-ID"]), raw, accepted=False)
        self.ledger.seen.append(seen)
        if local.startswith("slow"):
            await asyncio.sleep(0.06)
        if local.startswith("content-"):
            return f"{local.split('-')[1]} Said after the dot"
        if local.startswith("cut"):
            server.transport.abort()  # type: ignore[union-attr]
            await asyncio.sleep(3600)
        if local.startswith("silent"):
            await self.release.wait()
        seen.accepted = True
        return "250 2.0.0 Kept"


class DroppingSMTP(SMTP):
    """Hangs up before the dot: `drop-data@` at DATA, `drop-body@` amid the message. Takes DATA from `lax@` whatever it refused."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        recipients = self.envelope.rcpt_tos if self.envelope is not None else []
        local = recipients[0].partition("@")[0] if recipients else ""
        if local == "drop-data":
            self.transport.abort()  # type: ignore[union-attr]
        elif local == "drop-body":
            await self.push("354 Go on")
            await self._reader.read(1000)
            self.transport.abort()  # type: ignore[union-attr]
        elif self.envelope is not None and str(self.envelope.mail_from).startswith("lax") and not recipients:
            self.envelope.rcpt_tos.append("nobody@example.org")
            await super().smtp_DATA(arg)
        else:
            await super().smtp_DATA(arg)


class Busy(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"421 4.3.2 Too many connections\r\n")
        transport.close()


@dataclass
class Server:
    """A running server: its port, and what it saw."""

    port: int
    ledger: Ledger

    def url(self, scheme: str = "smtp", user: str = "", **options: object) -> str:
        query = "&".join(f"{key}={value}" for key, value in options.items())
        return f"{scheme}://{user + '@' if user else ''}localhost:{self.port}?{query}"


@contextmanager
def running(
    *,
    tls: "Certificate | None" = None,
    implicit: bool = False,
    login: tuple[str, str] | None = None,
    pipelining: bool = False,
    most: int = 1_000_000,
) -> Iterator[Server]:
    """A server until the block ends; with a certificate it asks for STARTTLS (or speaks TLS from the start).

    Connections after the first `most` are turned away.
    """
    options: dict[str, Any] = {"hostname": "mail.example.org", "timeout": 60}
    if tls is not None and not implicit:
        options |= {"tls_context": tls.context(), "require_starttls": True}
    if login is not None:
        options |= {"auth_required": True, "authenticator": _authenticator(*login)}
    ledger = Ledger()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncio.Server:
        release = asyncio.Event()

        def protocol() -> asyncio.BaseProtocol:
            ledger.connections += 1
            if ledger.connections > most:
                return Busy()
            return DroppingSMTP(Misbehaving(ledger, release, pipelining=pipelining), loop=loop, **options)

        return await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls.context() if tls is not None and implicit else None)

    async def end(server: asyncio.Server) -> None:
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        yield Server(server.sockets[0].getsockname()[1], ledger)
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _authenticator(user: str, password: str) -> Any:
    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=given, handled=given)

    return authenticate


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for localhost, as PEM files."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_certificate(directory: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(directory / "server.pem", directory / "server.key")
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return made
