"""Where mail goes: the URL of the mail server, read once."""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Security = Literal["plain", "starttls", "tls"]
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
NUMBERS: Final = ("connections", "timeout", "reply_timeout")
KEYS: Final = ("starttls", "ca", *NUMBERS)


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server. `ca` is a PEM file of its authority (system authorities when empty). Times are in seconds.

    `reply_timeout` is how long a reply to the final dot is waited for: ten minutes, as RFC 5321 §4.5.3.2.6 asks, because giving up early
    is what makes duplicates.
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    ca: str = ""
    connections: int = 4
    timeout: float = 60.0
    reply_timeout: float = 600.0


def smtp_settings(url: str) -> SmtpSettings:
    """Read `smtp://user:password@host:port?starttls=1` or `smtps://...`; raises ValueError with one sentence.

    STARTTLS is required unless the server is on this machine or `starttls=0` says otherwise; a password never travels in the clear.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("The mail server is not understood: write smtp://user:password@host:port or smtps://user:password@host:port.")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := [key for key in options if key not in KEYS]:
        raise ValueError(f"The mail server's option {unknown[0]} is not known; there are {', '.join(KEYS)}.")
    local = parts.hostname in LOOPBACK
    starttls = options.get("starttls", "0" if local else "1") == "1"
    security: Security = "tls" if parts.scheme == "smtps" else "starttls" if starttls else "plain"
    if parts.username and security == "plain" and not local:
        raise ValueError("The mail server's password would travel in the clear: use smtps:// or starttls=1.")
    return SmtpSettings(
        host=parts.hostname,
        port=parts.port or (465 if security == "tls" else 25 if security == "plain" else 587),
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=options.get("ca", ""),
        connections=int(_number(options, "connections", 4, 1, 64)),
        timeout=_number(options, "timeout", 60.0, 0.05, 600.0),
        reply_timeout=_number(options, "reply_timeout", 600.0, 0.05, 3600.0),
    )


def _number(options: dict[str, str], key: str, default: float, least: float, most: float) -> float:
    try:
        value = float(options.get(key, default))
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise ValueError(f"The mail server's option {key} must be a number from {least:g} to {most:g}.")
    return value
